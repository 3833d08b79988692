"""What the user chooses about profiles in the menu: which there are, and what a plain open uses."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.settings.profiles.model import Profile

if TYPE_CHECKING:
    from tray.fleet.refresh import Refresher
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.commands import CheckProfile, SetSessionLength, SetView, UncheckProfile
    from tray.runtime.workers import Workers
    from tray.settings.profiles.store import ProfileStore

Profiles = Mapping[str, Profile]


class ProfileChoices:
    """Each method returns at once; the keyring is changed on `workers`, of which there is one: in the clicks' order."""

    def __init__(self, store: ProfileStore, tasks: TaskRunner, refresher: Refresher, *, workers: Workers) -> None:
        self._store = store
        self._tasks = tasks
        self._refresher = refresher
        self._workers = workers
        self._unchecked: dict[str, list[Profile]] = {}

    def set_session_length(self, command: SetSessionLength) -> None:
        """Make this the default session length of every profile."""
        self._change_all(command, lambda it: replace(it, session_seconds=command.session_seconds))

    def set_view(self, command: SetView) -> None:
        """Make this the view in which a plain open shows the notebook instances of every profile."""
        self._change_all(command, lambda profile: replace(profile, view=command.view))

    def check(self, command: CheckProfile) -> None:
        """Configure an AWS profile; what was unchecked before comes back as it was configured."""
        aws_profile = command.aws_profile

        def with_it(profiles: Profiles) -> dict[str, Profile]:
            new = self._unchecked.get(aws_profile) or [Profile(name=aws_profile, aws_profile=aws_profile)]
            result = dict(profiles)
            for profile in new:
                name = _free_name(profile.name, result)
                result[name] = replace(profile, name=name)
            return result

        self._edit(command, with_it, lambda: self._unchecked.pop(aws_profile, None))

    def uncheck(self, command: UncheckProfile) -> None:
        """Take a profile out of the keyring; how it was configured is kept for as long as the program runs."""
        name = command.name
        gone: list[Profile] = []

        def without(profiles: Profiles) -> dict[str, Profile]:
            gone[:] = [profile for other, profile in profiles.items() if other == name]
            return {other: profile for other, profile in profiles.items() if other != name}

        def keep() -> None:
            for profile in gone:
                self._unchecked.setdefault(profile.aws_profile, []).append(profile)

        self._edit(command, without, keep)

    def _change_all(self, command: SetSessionLength | SetView, change: Callable[[Profile], Profile]) -> None:
        self._edit(command, lambda profiles: {name: change(profile) for name, profile in profiles.items()})

    def _edit(
        self,
        command: SetSessionLength | SetView | CheckProfile | UncheckProfile,
        change: Callable[[Profiles], Profiles],
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        def act(_: Cancelling) -> None:
            self._store.edit(change)
            changed()  # only now: the keyring may have refused

        self._tasks.begin(
            command,
            act,
            workers=self._workers,
            again=True,
            then=lambda _: self._refresher.refresh(),
        )


def _free_name(name: str, taken: Profiles) -> str:
    """Return `name`, or where another profile has it, `name 2` and so on: nothing configured is written over."""
    candidates = itertools.chain([name], (f"{name} {at}" for at in itertools.count(2)))
    return next(free for free in candidates if free not in taken)
