"""The user's choices about profiles in the menu: which are listed, and the view and session length of a plain open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.model.new_profiles import free_name
from tray.settings.profiles.model import Profile

if TYPE_CHECKING:
    from tray.fleet.refresh import Refresher
    from tray.fleet.tasks import TaskRunner
    from tray.model.commands import CheckProfile, SetRegions, SetSessionLength, SetView, UncheckProfile
    from tray.runtime.workers import Workers
    from tray.settings.profiles.store import ProfileStore

Profiles = Mapping[str, Profile]


class ProfileChoices:
    """Each method returns at once. `workers` is one worker, which changes the keyring in the order of the clicks."""

    def __init__(self, store: ProfileStore, tasks: TaskRunner, refresher: Refresher, *, workers: Workers) -> None:
        self._store = store
        self._tasks = tasks
        self._refresher = refresher
        self._workers = workers

    def set_session_length(self, command: SetSessionLength) -> None:
        """Make this the default session length of every profile."""
        self._change_all(command, lambda it: replace(it, session_seconds=command.session_seconds))

    def set_view(self, command: SetView) -> None:
        """Make this the view in which a plain open shows the notebook instances of every profile."""
        self._change_all(command, lambda profile: replace(profile, view=command.view))

    def check(self, command: CheckProfile) -> None:
        """List a profile again as it was configured; for an AWS profile without a configured profile, configure one."""
        aws_profile, name = command.aws_profile, command.name

        def add() -> None:
            unchecked = {it.name for it in self._store.load().unchecked if it.aws_profile != aws_profile}

            def with_it(profiles: Profiles) -> dict[str, Profile]:
                free = free_name(aws_profile, {*profiles, *unchecked})
                return {**profiles, free: Profile(name=free, aws_profile=aws_profile)}

            self._store.edit(with_it)

        self._do(command, lambda: self._store.check(name) if name else add())

    def uncheck(self, command: UncheckProfile) -> None:
        """List a profile no longer; its configuration stays in the keyring."""
        self._do(command, lambda: self._store.uncheck(command.name))

    def set_regions(self, command: SetRegions) -> None:
        """Have a profile list these regions."""
        self._do(command, lambda: self._store.change(command.profile, lambda it: replace(it, regions=command.regions)))

    def _change_all(self, command: SetSessionLength | SetView, change: Callable[[Profile], Profile]) -> None:
        def changed(profiles: Profiles) -> dict[str, Profile]:
            return {name: change(profile) for name, profile in profiles.items()}

        self._do(command, lambda: self._store.edit(changed))

    def _do(
        self,
        command: SetSessionLength | SetView | CheckProfile | UncheckProfile | SetRegions,
        change: Callable[[], object],
    ) -> None:
        self._tasks.begin(
            command,
            lambda _: change(),
            workers=self._workers,
            again=True,
            then=lambda _: self._refresher.refresh(),
        )
