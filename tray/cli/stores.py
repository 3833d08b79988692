"""The store of profiles for commands."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from tray.cli.output import say
from tray.cli.refresh import tell_profiles_changed
from tray.model.policy import NO_POLICY
from tray.texts import commands as texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tray.fleet.profiles.policy_watch import PolicyWatch
    from tray.model.commands import Command
    from tray.settings.profiles.store import ProfileStore


class _Word:
    """A message that is written once, even if several callers have a reason for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said = False

    def say(self) -> None:
        with self._lock:
            said, self._said = self._said, True
        if not said:
            say(texts.waiting_for_keyring(), err=True)


def profile_store(word: _Word = _Word()) -> ProfileStore:  # noqa: B008 - one for all of a command
    """Return the store of profiles; if the keyring keeps the command waiting, standard error says so once."""
    from tray.fleet.profiles.policed_profiles import PolicedStore

    return PolicedStore(on_wait=word.say, policy=policy_watch())


def own_profile_store(word: _Word = _Word()) -> ProfileStore:  # noqa: B008 - as above
    """Return the store of what the keyring has, whatever a policy says."""
    from tray.settings.profiles.store import ProfileStore

    return ProfileStore(on_wait=word.say)


@contextmanager
def changing_profiles() -> Iterator[ProfileStore]:
    """Give the profile store, and afterwards tell the running tray, even if an error left only a part changed."""
    try:
        yield profile_store()
    finally:
        tell_profiles_changed()


@cache
def policy_watch() -> PolicyWatch:
    """Return where commands read the policy: once, unless it changes."""
    from tray.fleet.profiles.policy_watch import PolicyWatch

    return PolicyWatch()


def check_policy(commands: Callable[[], Iterable[Command]]) -> None:
    """Refuse what the policy forbids the tray, too.

    :param commands: returns the commands of the tray; not called where there is no policy
    :raises TrayError: it does; the error says what
    """
    policy = policy_watch().look()
    if policy == NO_POLICY:
        return
    from tray.model.policy_rules import refuse_if_forbidden

    for command in commands():
        refuse_if_forbidden(policy, command)
