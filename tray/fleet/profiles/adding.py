"""Configures new profiles, and says of values that a user gives whether a profile can have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from tray.model.additions import ConfigWritten
from tray.model.lengths import DEFAULT_LEFT_RUNNING_HOURS, DEFAULT_SESSION_SECONDS, View
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.model.short_text import short_text
from tray.settings.profiles.model import Profile

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.refreshing.refresh import Refresher
    from tray.fleet.state import Slice
    from tray.fleet.tasks import TaskRunner
    from tray.model.additions import Additions
    from tray.model.commands import AddProfiles, AddWithKey, WriteAwsConfig
    from tray.model.new_profiles import NewProfile
    from tray.runtime.workers import Workers
    from tray.settings.profiles.store import ProfileStore

# A notification and the menu have room for so many reasons; the page shows each.
_MOST_REASONS = 3


class Adding:
    """Each method returns at once. `workers` is the one worker that changes the keyring, in the order of the clicks."""

    def __init__(
        self,
        additions: Slice[Additions],
        store: ProfileStore,
        tasks: TaskRunner,
        cloud: Cloud,
        refresher: Refresher,
        *,
        workers: Workers,
    ) -> None:
        self._additions = additions
        self._store = store
        self._tasks = tasks
        self._cloud = cloud
        self._refresher = refresher
        self._workers = workers

    def add(self, command: AddProfiles) -> None:
        """Configure new profiles; an unchecked one that is only named is listed again, as it was configured."""

        def act() -> None:
            good: list[Profile] = []
            refused: dict[str, TrayError] = {}
            for each in command.profiles:
                try:
                    good.append(profile_of(each))
                except TrayError as error:
                    refused[each.name] = error  # stops no other
            if good:
                refused |= self._add_to_keyring(good)
            self._tell_refused(refused)

        self._additions.update(lambda it: it.begun(each.name for each in command.profiles))
        self._do(command, act)

    def add_with_key(self, command: AddWithKey) -> None:
        """Configure a profile with an access key of its own, which is stored with it."""

        def act() -> None:
            key = command.key.take()
            if key is None:
                return
            try:
                profile = profile_of(command.profile, key.key_id)
                if any(each.name == profile.name for each in self._store.load().unchecked):
                    raise already(profile.name)
                self._store.add(profile, key)
            except TrayError as error:
                self._tell_refused({command.profile.name: error})

        self._additions.update(lambda it: it.begun((command.profile.name,)))
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
                written = self._cloud.assignments.write_config(roles)
                backup = str(written.backup) if written.backup is not None else ""
                said = ConfigWritten(written.sections, str(written.path), backup)
                self._additions.update(lambda it: replace(it, written=said, unwritten=None))

        def noted() -> None:
            try:
                act()
            except TrayError as error:
                problem = error.problem
                self._additions.update(lambda it: replace(it, written=None, unwritten=problem))
                raise

        self._do(command, noted)

    def _add_to_keyring(self, profiles: list[Profile]) -> dict[str, TrayError]:
        """Store new profiles; return why which of them were refused.

        One that is there just as it is asked for is no failure: another page has added it, or a second click.
        """
        try:
            refused = self._store.add_many(profiles).refused
            there = set(self._store.load().profiles) if refused else set[Profile]()
        except TrayError as error:
            return dict.fromkeys((each.name for each in profiles), error)
        return {each.name: refused[each.name] for each in profiles if each.name in refused and each not in there}

    def _tell_refused(self, refused: Mapping[str, TrayError]) -> None:
        """Keep why each profile was refused, and raise what all of them are told in one.

        :raises TrayError: any was refused
        """
        problems = {name: error.problem for name, error in refused.items()}
        self._additions.update(lambda it: it.with_refused(problems.items()))
        if refused:
            raise together(refused)

    def _do(self, command: AddProfiles | AddWithKey | WriteAwsConfig, act: Callable[[], object]) -> None:
        self._tasks.begin(
            command,
            lambda _: act(),
            workers=self._workers,
            again=True,
            then=lambda _: self._refresher.refresh(),
        )


def together(refused: Mapping[str, TrayError]) -> TrayError:
    """Return the one failure that says why each of these profiles was refused."""
    first, *others = refused.values()
    if all(each.problem == first.problem for each in others):
        return first.again()
    kinds = {each.problem.kind for each in refused.values()}
    reasons = tuple((short_text(name), error.problem) for name, error in islice(refused.items(), _MOST_REASONS))
    return TrayError(
        "profiles-refused",
        kind=first.problem.kind if len(kinds) == 1 else Kind.OTHER,
        status=max(each.status for each in refused.values()),
        reasons=reasons,
        more=len(refused) - len(reasons),
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
        stop_at=new.stop_at,
        stop_when_idle_hours=new.stop_when_idle_hours,
        stop_at_logout=new.stop_at_logout,
        schedule_role=new.schedule_role,
    )


def already(name: str) -> TrayError:
    """Return the error for a name that another profile has."""
    return _usage("profile-exists", profile=name)


def _usage(code: str, **places: Any) -> TrayError:
    return TrayError(code, kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, **places)
