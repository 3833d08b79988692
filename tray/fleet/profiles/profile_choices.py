"""The user's choices about profiles: which are listed and where, what signs, and what a plain open is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.model.commands import SetStopAt, SetStopAtLogout, SetStopWhenIdle
from tray.model.problems import Kind, TrayError
from tray.model.profile_names import free_name
from tray.settings.profiles.model import Profile

if TYPE_CHECKING:
    from tray.fleet.refreshing.refresh import Refresher
    from tray.fleet.state import State
    from tray.fleet.tasks import TaskRunner
    from tray.model.commands import (
        CheckProfile,
        RemoveProfile,
        RenameProfile,
        SetLeftRunning,
        SetRegions,
        SetScheduleRole,
        SetSessionLength,
        SetView,
        SignWithAccessKey,
        SignWithAwsProfile,
        UncheckProfile,
    )
    from tray.runtime.workers import Workers
    from tray.settings.profiles.store import ProfileStore

    Choice = (
        SetSessionLength
        | SetView
        | SetLeftRunning
        | SetStopAt
        | SetStopWhenIdle
        | SetStopAtLogout
        | SetScheduleRole
        | CheckProfile
        | UncheckProfile
        | SetRegions
        | RenameProfile
        | SignWithAwsProfile
        | SignWithAccessKey
        | RemoveProfile
    )

Profiles = Mapping[str, Profile]


class ProfileChoices:
    """Each method returns at once.

    :param workers: one worker, which changes the keyring in the order of the clicks
    :param release: takes away what AWS has of a profile, before it is removed; raises TrayError to keep it
    """

    def __init__(
        self,
        state: State,
        store: ProfileStore,
        tasks: TaskRunner,
        refresher: Refresher,
        *,
        workers: Workers,
        release: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._store = store
        self._state = state
        self._release = release
        self._tasks = tasks
        self._refresher = refresher
        self._workers = workers

    def set_session_length(self, command: SetSessionLength) -> None:
        """Make this the default session length of every profile, or of one."""
        self._change(command, lambda it: replace(it, session_seconds=command.session_seconds))

    def set_view(self, command: SetView) -> None:
        """Make this the view in which a plain open shows the notebook instances of every profile, or of one."""
        self._change(command, lambda it: replace(it, view=command.view))

    def set_left_running(self, command: SetLeftRunning) -> None:
        """Set after how many hours a profile's notebook instances are said to be left running."""
        self._do(
            command,
            lambda: self._store.change(command.profile, lambda it: replace(it, left_running_hours=command.hours)),
        )

    def set_stop_habit(self, command: SetStopAt | SetStopWhenIdle | SetStopAtLogout) -> None:
        """Set when a profile's notebook instances are stopped without anybody asking for it on the day."""

        def changed(profile: Profile) -> Profile:
            match command:
                case SetStopAt(time):
                    return replace(profile, stop_at=time)
                case SetStopWhenIdle(hours):
                    return replace(profile, stop_when_idle_hours=hours)
                case SetStopAtLogout(on):
                    return replace(profile, stop_at_logout=on)

        self._do(command, lambda: self._store.change(command.profile, changed))

    def set_schedule_role(self, command: SetScheduleRole) -> None:
        """Set with which role EventBridge Scheduler stops a profile's notebook instances at planned times."""
        self._do(
            command, lambda: self._store.change(command.profile, lambda it: replace(it, schedule_role=command.arn))
        )

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

    def rename(self, command: RenameProfile) -> None:
        """Give a profile another name; refused while it starts a notebook instance, which goes by the old name."""

        def act() -> None:
            if any(each.command.profile == command.profile for each in self._state.snapshot.starts):
                raise TrayError("rename-while-starting", kind=Kind.CONFIGURATION, profile=command.profile)
            self._store.change(command.profile, lambda it: replace(it, name=command.name))

        self._do(command, act)

    def sign_with_aws_profile(self, command: SignWithAwsProfile) -> None:
        """Have a profile sign with an AWS profile; the secret of its own access key is deleted."""
        self._do(
            command,
            lambda: self._store.change(command.profile, lambda it: it.signed_by(aws_profile=command.aws_profile)),
        )

    def sign_with_access_key(self, command: SignWithAccessKey) -> None:
        """Have a profile sign with an access key of its own."""

        def act() -> None:
            key = command.key.take()
            if key is None:
                raise AssertionError("an access key is taken once")
            self._store.change(command.profile, lambda it: it.signed_by(access_key_id=key.key_id), access_key=key)

        self._do(command, act)

    def remove(self, command: RemoveProfile) -> None:
        """Delete a profile with all that is configured for it; kept if AWS has something of it that can't go."""

        def act() -> None:
            self._release(command.profile)
            self._store.remove(command.profile)

        self._do(command, act)

    def _change(self, command: SetSessionLength | SetView, change: Callable[[Profile], Profile]) -> None:
        def changed(profiles: Profiles) -> dict[str, Profile]:
            return {name: change(profile) for name, profile in profiles.items()}

        if command.profile:
            self._do(command, lambda: self._store.change(command.profile, change))
        else:
            self._do(command, lambda: self._store.edit(changed))

    def _do(self, command: Choice, change: Callable[[], object]) -> None:
        self._tasks.begin(
            command,
            lambda _: change(),
            workers=self._workers,
            again=True,
            then=lambda _: self._refresher.refresh(),
        )
