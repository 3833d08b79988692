"""The present state of every notebook instance, as one immutable value. The menu reads nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from tray.model.additions import Additions
from tray.model.arns import region_of
from tray.model.lengths import View
from tray.model.notebooks import Notebook, NotebookStatus, Scope
from tray.model.policy import NO_POLICY, Policy
from tray.model.problems import Kind
from tray.model.sightings import sightings
from tray.settings.profiles.model import Profile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tray.model.cloud_schedules import CloudSchedule
    from tray.model.commands import Command
    from tray.model.identity_center import CenterRole
    from tray.model.notification_kinds import NotificationKind
    from tray.model.open_sessions import OpenSession
    from tray.model.power import Denial, Opened, Start, StopAllQuestion, StopQuestion
    from tray.model.prices import Prices
    from tray.model.problems import Problem
    from tray.model.searches import RegionSearch
    from tray.model.sign_in import SignIn
    from tray.model.spent_hours import SeenHours
    from tray.model.stop_plans import StopPlan
    from tray.model.trials import Trial
    from tray.settings.profiles.model import StoredProfiles

__all__ = [
    "LastOpened",
    "Listing",
    "Notebook",
    "NotebookStatus",
    "Notice",
    "Outcome",
    "Phase",
    "Profile",
    "Scope",
    "ScopeState",
    "Snapshot",
    "Source",
    "Task",
    "Tasks",
    "View",
]


class Source(Enum):
    """The subject of a problem that concerns no profile."""

    KEYRING = "keyring"
    AWS_CONFIG = "aws-config"


class Phase(Enum):
    """What the program is doing at present without the user."""

    READING_KEYRING = auto()  # may wait for the user to unlock it
    LISTING = auto()
    RESTING = auto()


@dataclass(frozen=True, slots=True)
class ScopeState:
    """The notebook instances at a scope as last listed. Times are seconds since the epoch.

    With a `problem`, the notebooks are those of the last listing that succeeded, if there was one. `asked_at` is the
    time at which the last listing began, however it ended.
    """

    scope: Scope
    notebooks: tuple[Notebook, ...] = ()
    listed_at: float | None = None
    problem: Problem | None = None
    asked_at: float | None = None

    def is_later_only(self, other: ScopeState) -> bool:
        """Whether nothing is new since `other` but the times."""
        if self is other:
            return True
        same = self.notebooks is other.notebooks and self.problem == other.problem and self.scope == other.scope
        return same and (self.listed_at is None) == (other.listed_at is None)


@dataclass(frozen=True, slots=True)
class Task:
    """A command of the user's that takes a while and is being carried out.

    `since` is the time at which it began, in seconds since the epoch.
    """

    command: Command
    since: float


class Outcome(Enum):
    """How a task ended."""

    DONE = auto()
    FAILED = auto()
    CANCELLED = auto()


@dataclass(frozen=True, slots=True)
class Notice:
    """The failure of a user's choice: shown until the next choice or refresh by hand, or for 10 minutes.

    `since` is the time of the failure, in seconds since the epoch.
    """

    command: Command
    problem: Problem
    since: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Tasks:
    """The user's tasks that are under way, in the order in which they began, and the failure of the last, if any."""

    under_way: tuple[Task, ...] = ()
    notice: Notice | None = None

    @property
    def sign_ins(self) -> tuple[SignIn, ...]:
        """The sign-ins that wait for the user."""
        from tray.model.commands import BeginSignIn  # the command line lists without any of the tray's commands

        return tuple(task.command.sign_in for task in self.under_way if isinstance(task.command, BeginSignIn))

    def is_under_way(self, command: Command) -> bool:
        """Whether the same command is being carried out."""
        return any(task.command == command for task in self.under_way)


@dataclass(frozen=True, slots=True)
class LastOpened:
    """Which notebook instance the user opened last: its ARN, and the profile through which it was opened."""

    profile: str
    arn: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The results of the refreshes.

    `problems` are those that concern no scope; each has its subject, which is a profile's name or a source of profiles.
    `aws_profiles` are the names found in the AWS config and credentials files, and `aws_roles` are those of them that
    sign with the role of a configured profile, which needs no AWS profile. `asking` are the scopes that have not
    answered yet, and `asking_since` is the time at which the first of them was asked, in seconds since the epoch.
    `unchecked` are profiles that the user keeps configured but doesn't list. Until `keyring_read` is true, the program
    does not know which profiles there are.
    """

    phase: Phase = Phase.READING_KEYRING
    profiles: tuple[Profile, ...] = ()
    unchecked: tuple[Profile, ...] = ()
    aws_profiles: tuple[str, ...] = ()
    aws_roles: tuple[tuple[str, CenterRole], ...] = ()
    scopes: tuple[ScopeState, ...] = ()
    problems: tuple[tuple[str | Source, Problem], ...] = ()
    keyring_read: bool = False
    asking: tuple[Scope, ...] = ()
    asking_since: float | None = None
    # Kept once made, because a menu of thousands of notebook instances asks for each several times.
    _sightings: list[tuple[tuple[Notebook, ...], ...]] = field(
        init=False, repr=False, compare=False, default_factory=list
    )
    _notebooks: list[tuple[Notebook, ...]] = field(init=False, repr=False, compare=False, default_factory=list)
    _by_arn: list[Mapping[str, tuple[Notebook, ...]]] = field(
        init=False, repr=False, compare=False, default_factory=list
    )

    @property
    def updated_at(self) -> float | None:
        """The time at which a scope was last listed, in seconds since the epoch."""
        return max((state.listed_at for state in self.scopes if state.listed_at is not None), default=None)

    @property
    def notebooks(self) -> tuple[Notebook, ...]:
        """Every known notebook instance once, scope by scope, as seen by the first profile that can list it now."""
        if not self._notebooks:
            self._notebooks.append(tuple(seen[0] for seen in self.sightings))
        return self._notebooks[0]

    @property
    def sightings(self) -> tuple[tuple[Notebook, ...], ...]:
        """Every known notebook instance as all profiles see it; the profiles that can list it now come first."""
        if not self._sightings:
            self._sightings.append(self._seen())
        return self._sightings[0]

    def _seen(self) -> tuple[tuple[Notebook, ...], ...]:
        listed = (notebook for state in self.scopes if state.problem is None for notebook in state.notebooks)
        stale = [state for state in self.scopes if state.problem is not None and state.notebooks]
        if not stale:
            return sightings(listed)
        seen = sightings((*listed, *(notebook for state in stale for notebook in state.notebooks)))
        # The order of the scopes is kept, so that a scope that fails for a moment moves no line.
        place = {id(each): at for at, each in enumerate(n for state in self.scopes for n in state.notebooks)}
        return tuple(sorted(seen, key=lambda each: min(place[id(notebook)] for notebook in each)))

    def is_later_only(self, other: Listing) -> bool:
        """Whether nothing is new since `other` but that it was listed again: what most refreshes find."""
        return replace(self, scopes=other.scopes) == other and (
            len(self.scopes) == len(other.scopes)
            and all(now.is_later_only(before) for now, before in zip(self.scopes, other.scopes, strict=True))
        )

    @property
    def all_problems(self) -> Iterator[tuple[str | Source, Problem]]:
        """Every problem with its subject: usually a profile, once for each of its regions."""
        yield from self.problems
        for state in self.scopes:
            if state.problem is not None:
                yield state.scope.profile, state.problem

    def with_keyring_problem(self, problem: Problem | None) -> Listing:
        """Return the same listing with another problem of the keyring, or without one."""
        others = tuple(each for each in self.problems if each[0] is not Source.KEYRING)
        return replace(self, problems=(*([(Source.KEYRING, problem)] if problem else []), *others))

    def is_of(self, stored: StoredProfiles) -> bool:
        """Whether the listing has exactly these profiles, apart from the problem that reading them took long."""
        waits = ("keyring-waited-for",)
        unread = any(each.kind is Kind.KEYRING and each.code not in waits for _, each in self.all_problems)
        known = (self.profiles, self.unchecked) == (stored.profiles, stored.unchecked)
        return self.keyring_read and known and not stored.problems and not unread

    def profile(self, name: str) -> Profile | None:
        """The configured profile called `name`."""
        return next((profile for profile in self.profiles if profile.name == name), None)

    def find(self, profile: str, arn: str) -> Notebook | None:
        """The notebook instance with an ARN, as a profile sees it; two profiles may see the same one."""
        return next((n for n in self.seen(arn) if n.scope.profile == profile), None)

    def seen_by(self, profile: str, arn: str) -> tuple[Notebook, ...]:
        """The notebook instance with an ARN as a profile sees it, then as others see it; empty if the profile doesn't.

        The others are there only for the notebook instance's own line, which is that of the first profile that sees it:
        a user who has chosen another profile for it wants no other.
        """
        seen = self.seen(arn)
        if seen and seen[0].scope.profile == profile:
            return seen
        return tuple(each for each in seen if each.scope.profile == profile)

    def seen_for(self, profile: str, arn: str) -> tuple[Notebook, ...]:
        """The notebook instance with an ARN, for what was planned as a profile sees it: also as others do.

        Where the profile can't list it now, or is hidden, the others stand in for it.
        """
        mine, state = self.seen_by(profile, arn), self.scope_of(profile, arn)
        return mine if mine and state is not None and state.problem is None else self.seen(arn)

    def scope_of(self, profile: str, arn: str) -> ScopeState | None:
        """The scope that has, or had, the notebook instance with an ARN: `arn:PARTITION:sagemaker:REGION:…`."""
        region = region_of(arn)
        return next(
            (each for each in self.scopes if (each.scope.profile, each.scope.region) == (profile, region)), None
        )

    def seen(self, arn: str) -> tuple[Notebook, ...]:
        """The notebook instance with an ARN, as each profile sees it; empty if no profile does."""
        if not self._by_arn:
            self._by_arn.append({seen[0].arn: seen for seen in self.sightings})
        return self._by_arn[0].get(arn, ())


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole state at one moment; replaced as a whole, never changed. Each slice has one owner (`state.py`)."""

    listing: Listing = field(default_factory=Listing)
    tasks: Tasks = field(default_factory=Tasks)
    # Whether the system starts the program at the next login; None while that is not known, or if it can't be read or
    # changed here.
    starts_at_login: bool | None = None
    # What the user opened last, the latest first, and the ARNs of what the user keeps at the top of the menu, in the
    # order of these choices: neither need be listed now.
    recent: tuple[LastOpened, ...] = ()
    kept: tuple[str, ...] = ()
    # The starts under way, and the questions before a stop that wait for the user, in the order in which they began.
    starts: tuple[Start, ...] = ()
    questions: tuple[StopQuestion, ...] = ()
    # What AWS denied in the last hour.
    denials: tuple[Denial, ...] = ()
    # The kinds of notifications that the user has turned off.
    notifications_off: frozenset[NotificationKind] = frozenset()
    # What the user opened or started here, as long as it runs, and the question whether to stop all of it.
    opened: tuple[Opened, ...] = ()
    stop_all: StopAllQuestion | None = None
    # Whether the user has turned off the look before a stop whether anyone works there.
    looks_off: bool = False
    # The platforms that are known, by ARN, and the prices, by region and instance type.
    platforms: Mapping[str, str] = field(default_factory=dict)
    prices: Prices = field(default_factory=dict)
    # The searches in all regions and the tests of profiles, under way or ended: of each profile the latest.
    searches: tuple[RegionSearch, ...] = ()
    trials: tuple[Trial, ...] = ()
    # The key of the tag that names an owner, empty where owners aren't asked for, and the known owners, by ARN.
    owner_tag: str = ""
    owners: Mapping[str, str] = field(default_factory=dict)
    # What became of the profiles that the user added last.
    additions: Additions = field(default_factory=Additions)
    # The sessions in the browser that have not ended, or whose end is still to be told.
    sessions: tuple[OpenSession, ...] = ()
    # What an administrator has set.
    policy: Policy = NO_POLICY
    # The version of a newer release, empty where none is known; whether the user has turned off looking for one.
    newer: str = ""
    update_check_off: bool = False
    # The plans to stop notebook instances later, those of the profiles' habits included, and the schedules of
    # EventBridge Scheduler that AWS has for them.
    stop_plans: tuple[StopPlan, ...] = ()
    cloud_schedules: tuple[CloudSchedule, ...] = ()
    # How long all of them ran today and this week; None until that is known.
    hours: SeenHours | None = None

    def is_later_only(self, other: Snapshot) -> bool:
        """Whether nothing is new since `other` but that it was listed again."""
        return replace(self, listing=other.listing) == other and self.listing.is_later_only(other.listing)

    @property
    def no_looks(self) -> bool:
        """Whether it isn't looked if anyone works there before a stop: the user or an administrator has set so."""
        return self.looks_off or not self.policy.limits.look_before_stop

    @property
    def last_opened(self) -> LastOpened | None:
        """What the user opened last."""
        return self.recent[0] if self.recent else None
