"""Configures new profiles, and says of values that a user gives whether a profile can have them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tray.model.lengths import DEFAULT_LEFT_RUNNING_HOURS, DEFAULT_SESSION_SECONDS, View
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.settings.profiles.model import Profile

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.refresh import Refresher
    from tray.fleet.tasks import TaskRunner
    from tray.model.commands import AddProfiles, AddWithKey, WriteAwsConfig
    from tray.model.new_profiles import NewProfile
    from tray.runtime.workers import Workers
    from tray.settings.profiles.store import ProfileStore


class Adding:
    """Each method returns at once. `workers` is the one worker that changes the keyring, in the order of the clicks."""

    def __init__(
        self, store: ProfileStore, tasks: TaskRunner, cloud: Cloud, refresher: Refresher, *, workers: Workers
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._cloud = cloud
        self._refresher = refresher
        self._workers = workers

    def add(self, command: AddProfiles) -> None:
        """Configure new profiles; an unchecked one that is only named is listed again, as it was configured."""

        def act() -> None:
            good: list[Profile] = []
            refused: list[TrayError] = []
            for each in command.profiles:
                try:
                    good.append(profile_of(each))
                except TrayError as error:
                    refused.append(error)  # stops no other
            if good:
                refused += self._store.add_many(good).refused.values()
            for refusal in refused:
                raise refusal

        self._do(command, act)

    def add_with_key(self, command: AddWithKey) -> None:
        """Configure a profile with an access key of its own, which is stored with it."""

        def act() -> None:
            key = command.key.take()
            if key is None:
                return
            profile = profile_of(command.profile, key.key_id)
            if any(each.name == profile.name for each in self._store.load().unchecked):
                raise already(profile.name)
            self._store.add(profile, key)

        self._do(command, act)

    def write_config(self, command: WriteAwsConfig) -> None:
        """Add AWS profiles for the roles of new profiles to the AWS config file; what it has stays as it is.

        Nothing is written of a profile that the keyring has not taken, which the user has been told.
        """

        def act() -> None:
            stored = {each.center_role for each in self._store.load().profiles}
            roles = [
                (each.name, each.center_role, each.regions[0])
                for each in command.profiles
                if each.center_role is not None and each.center_role in stored
            ]
            if roles:
                self._cloud.assignments.write_config(roles)

        self._do(command, act)

    def _do(self, command: AddProfiles | AddWithKey | WriteAwsConfig, act: Callable[[], object]) -> None:
        self._tasks.begin(
            command,
            lambda _: act(),
            workers=self._workers,
            again=True,
            then=lambda _: self._refresher.refresh(),
        )


def profile_of(new: NewProfile, key_id: str = "") -> Profile:
    """Return the profile that is to be configured; with a `key_id`, one that signs with this access key.

    :raises TrayError: (usage) a value can't be right; the error names the value
    """
    return Profile(
        name=new.name,
        aws_profile="" if key_id else new.aws_profile,
        regions=new.regions,
        session_seconds=new.session_seconds or DEFAULT_SESSION_SECONDS,
        view=new.view or View.LAB,
        access_key_id=key_id,
        center_role=new.center_role,
        left_running_hours=DEFAULT_LEFT_RUNNING_HOURS if new.left_running_hours is None else new.left_running_hours,
    )


def already(name: str) -> TrayError:
    """Return the error for a name that another profile has."""
    return _usage("profile-exists", profile=name)


def _usage(code: str, **places: Any) -> TrayError:
    return TrayError(code, kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, **places)
