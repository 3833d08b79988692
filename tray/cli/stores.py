"""The profiles, as commands use them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from tray.cli.output import say
from tray.texts import commands as texts

if TYPE_CHECKING:
    from tray.settings.profiles.store import ProfileStore


class _Word:
    """What is said once, however many have the reason to say it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said = False

    def say(self) -> None:
        with self._lock:
            said, self._said = self._said, True
        if not said:
            say(texts.waiting_for_keyring(), err=True)


def profile_store(word: _Word = _Word()) -> ProfileStore:  # noqa: B008 - one for all of a command
    """Return the profiles; a keyring that keeps the command waiting is said on standard error, once."""
    from tray.settings.profiles.store import ProfileStore

    return ProfileStore(on_wait=word.say)
