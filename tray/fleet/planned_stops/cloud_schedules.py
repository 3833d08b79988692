"""Has EventBridge Scheduler stop what is planned to stop at a time, also with this computer off; and takes it back."""

from __future__ import annotations

import math
import platform
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from tray.fleet.planned_stops.cloud_schedules_file import MOST_SCHEDULES, CloudSchedulesFile
from tray.model.arns import name_in, notebook_arn
from tray.model.cloud_schedules import (
    OVER_SECONDS,
    CloudSchedule,
    Standing,
    fits,
    may_be_stopped,
    schedule_name,
    wanted,
)
from tray.model.notebooks import Scope
from tray.model.problems import Kind, TrayError
from tray.model.stop_plans import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tray.fleet.snapshot import Listing, Profile
    from tray.fleet.state import State
    from tray.model.presence import Presence
    from tray.model.problems import Problem
    from tray.model.stop_plans import StopPlan
    from tray.runtime.workers import Workers

# What AWS refuses is tried again when something has changed, or after this; what didn't reach it sooner.
_REFUSED_SECONDS = 3600.0
_FIRST_PAUSE_SECONDS = 15.0
_LONGEST_PAUSE_SECONDS = 300.0
_TOLD_AFTER = 3

# After these, it is certain that nothing was made: AWS has refused it, or was never asked.
_REFUSALS = (Kind.DENIED, Kind.CONFIGURATION, Kind.SIGN_IN)


class Calls(Protocol):
    """What asks EventBridge Scheduler: `aws.schedules.Schedules`. All methods block."""

    def put(self, scope: Scope, name: str, *, notebook: str, role: str, at: float, description: str) -> None:
        """Make or change a schedule."""
        ...

    def delete(self, scope: Scope, name: str, account: str) -> bool:
        """Delete a schedule; return whether it was there."""
        ...


class TellOfSchedules(Protocol):
    """Shows what is told of schedules. No method waits."""

    def schedule_failed(self, arn: str, problem: Problem, stops: float | None, /) -> object:
        """Tell that a schedule could not be made, or not be taken away.

        :param stops: when AWS will stop the notebook instance, in seconds since the epoch; None if it won't
        """
        ...

    def schedule_over(self, arn: str, /) -> object:
        """Take back what was told of the schedule of a notebook instance."""
        ...


@dataclass(slots=True)
class _Tries:
    """How often something has failed, until when (by the wall clock) it is not tried again, and what was told."""

    number: int = 0
    not_before: float = 0.0
    arn: str = ""
    code: str = ""


# What is tried: to "put" or to "delete"; the schedule's name, or a plan's ARN where its role doesn't fit; and the time.
_Attempt = tuple[str, str, float]


class CloudSchedules:
    """Owns the snapshot's slice of the schedules. Safe to use from many threads; `release` blocks.

    What is to be made is stored before AWS is asked for it, so that it is taken away even if the program ends between
    the two. Nothing is taken away before it is known which plans there are.

    :param calls: returns what asks AWS; called when something is to be asked
    :param workers: one separate worker, so that AWS gets the changes in their order
    :param path: the file that the commands write, too; None to keep it in memory alone
    :param plans: returns all plans, those of stops that were called included; None until they are read
    :param look: called to compute anew what is due
    :param clock: seconds since the epoch
    """

    def __init__(
        self,
        state: State,
        calls: Callable[[], Calls],
        *,
        workers: Workers,
        path: Path | None,
        tell: TellOfSchedules,
        plans: Callable[[], tuple[StopPlan, ...] | None],
        look: Callable[[], object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._calls = calls
        self._workers = workers
        self._file = CloudSchedulesFile(path)
        self._tell = tell
        self._plans = plans
        self._look = look
        self._clock = clock
        # Held across a call to AWS and what is stored of it: nobody makes what another is taking away.
        self._calling = threading.RLock()
        self._lock = threading.Lock()
        self._queued = False
        self._stored: tuple[CloudSchedule, ...] = ()
        self._loaded = False
        self._tries: dict[_Attempt, _Tries] = {}
        # Of what the program itself has called the stop: should that have failed, AWS' stop is what the user wanted.
        self._begun: set[str] = set()
        self._followed: tuple[object, object, object] = (None, None, None)
        self._until = math.inf

    def load(self) -> None:
        """Read anew which schedules there are, as commands change them too; returns at once."""
        self._loaded = False
        self._wake()

    def follow(self) -> None:
        """Make and take away what the plans ask for, soon. Quick: a listener of the state."""
        snapshot = self._state.snapshot
        now = (snapshot.stop_plans, snapshot.listing, snapshot.platforms)
        if all(new is old for new, old in zip(now, self._followed, strict=True)):
            return
        self._followed = now
        if (
            not self._loaded
            or self._stored
            or (snapshot.stop_plans and any(each.schedule_role for each in snapshot.listing.profiles))
        ):
            self._wake()

    def due_in(self, _: Presence) -> float:
        """Return the seconds until something is to be asked without a change; infinite if nothing is. Quick."""
        if not self._stored and not self._state.snapshot.stop_plans:
            return math.inf
        now = self._clock()
        waits = min((_wait(each, now) for each in self._tries.copy().values()), default=math.inf)
        return max(0.0, min(self._until - now, waits))

    def act(self) -> None:
        """Ask what is due, on a worker; returns at once."""
        self._until = math.inf
        for tries in self._tries.copy().values():
            if _wait(tries, self._clock()) <= 0:
                tries.not_before = math.inf  # until the worker has tried it
        self._wake()

    def release(self, profile: str) -> None:
        """Take away all schedules of a profile that is about to be removed. Blocks.

        :raises TrayError: not all could be taken away
        """
        left: list[str] = []
        with self._calling:
            for each in self._file.load():
                if each.profile != profile or each.standing is Standing.OFF or each.at + OVER_SECONDS < self._clock():
                    continue
                try:
                    self._delete(each)
                except TrayError:
                    left.append(name_in(each.arn))
                else:
                    self._know(self._file.put(replace(each, standing=Standing.OFF)))
        if left:
            raise TrayError("schedules-left", kind=Kind.CONFIGURATION, profile=profile, names=tuple(left))

    def _wake(self) -> None:
        with self._lock:
            queued, self._queued = self._queued, True
        if not queued:
            self._workers.start(self._work)

    def _work(self) -> None:
        with self._lock:
            self._queued = False
        snapshot = self._state.snapshot
        listing, plans = snapshot.listing, self._plans()
        if not self._loaded:
            with self._calling:
                self._loaded = True
                self._know(self._file.load())
        if not listing.keyring_read or plans is None:
            return
        roles = {each.name: each.schedule_role for each in listing.profiles}
        me = whose()
        wants, until = wanted(may_be_stopped(plans, snapshot.platforms), roles, me, self._clock())
        self._until = min((until, *(each.at + OVER_SECONDS for each in self._stored)))
        self._begun |= {schedule_name(each.arn, each.trigger, me) for each in plans if each.begun is not None}
        self._tell_misfits(plans, roles)
        there, asked = {each.name for each in self._file.load()}, {each.name for each in wants.values()}
        self._begun &= there
        self._forget_tries(there | asked | {each.arn for each in plans})
        for want in wants.values():
            self._follow_one(want, listing)
        for name in there - asked:
            self._end_one(name, listing)
        self._look()

    def _follow_one(self, want: CloudSchedule, listing: Listing) -> None:
        """Have AWS do what is wanted."""
        with self._calling:
            stored = self._file.load()
            there = next((each for each in stored if each.name == want.name), None)
            if there is not None and there.is_as(want) and there.standing is not Standing.ASKED:
                if there.profile != want.profile:  # the profile has another name now, or is gone and another sees it
                    self._know(self._file.put(replace(there, profile=want.profile)))
                return
            if there is None and len(stored) >= MOST_SCHEDULES:
                return  # another one would be forgotten for it, and never taken away
            notebook = listing.find(want.profile, want.arn)
            if notebook is None or not self._may_try(key := ("put", want.name, want.at)):
                return
            self._know(self._file.put(want))
            try:
                self._calls().put(
                    notebook.scope,
                    want.name,
                    notebook=notebook.name,
                    role=want.role,
                    at=want.at,
                    description=_description(notebook.name),
                )
            except TrayError as error:
                stands = there is not None and there.standing is not Standing.OFF
                if error.problem.kind in _REFUSALS:
                    self._know(self._file.put(there) if there is not None and stands else self._file.drop(want.name))
                # Otherwise it may be there: it stays noted, and is asked for again.
                self._failed(key, want.arn, error.advised("plan-holds-here", name=notebook.name))
                if error.problem.kind not in _REFUSALS or not stands:
                    return
                # What stands there has another time, or another role: it must not stop anything.
            else:
                self._succeeded(key, want.arn)
                self._know(self._file.put(replace(want, standing=Standing.MADE)))
                return
        self._end_one(want.name, listing)

    def _end_one(self, name: str, listing: Listing) -> None:
        """Take away what is wanted no longer."""
        with self._calling:
            there = next((each for each in self._file.load() if each.name == name), None)
            if there is None:
                return
            key = ("delete", name, there.at)
            if there.standing is Standing.OFF or there.at + OVER_SECONDS < self._clock():
                self._tries.pop(key, None)
                self._know(self._file.drop(name))
                return
            runs = any(each.running for each in listing.seen(there.arn))
            if not self._may_try(key) or (name in self._begun and runs):
                return
            try:
                self._delete(there)
            except TrayError as error:
                self._failed(key, there.arn if runs else "", error, there.at)
            else:
                self._succeeded(key, there.arn)
                self._know(self._file.drop(name))

    def _delete(self, schedule: CloudSchedule) -> None:
        listing, name = self._state.snapshot.listing, name_in(schedule.arn)
        try:
            profile = profile_for(schedule, (*listing.profiles, *listing.unchecked), listing)
            parts = notebook_arn(schedule.arn)
            scope = Scope(profile.name, schedule.region, profile.signer)
            self._calls().delete(scope, schedule.name, parts.account if parts is not None else "")
        except TrayError as error:
            raise error.advised("stopped-all-the-same", name=name, at=schedule.at, now=self._clock()) from error

    def _tell_misfits(self, plans: Iterable[StopPlan], roles: Mapping[str, str]) -> None:
        for plan in plans:
            role, key = roles.get(plan.profile, ""), ("put", plan.arn, plan.at)
            if plan.trigger is not Trigger.AT or plan.begun is not None or not role or fits(role, plan.arn):
                continue
            if self._may_try(key):
                name = name_in(plan.arn)
                code = "schedule-role-elsewhere"
                error = TrayError(code, kind=Kind.CONFIGURATION, role=role, profile=plan.profile, name=name)
                self._failed(key, plan.arn, error.advised("plan-holds-here", name=name))

    def _forget_tries(self, known: Collection[str]) -> None:
        for key, tries in self._tries.copy().items():
            if key[1] not in known:
                self._tries.pop(key, None)
                if tries.code:
                    self._tell.schedule_over(tries.arn)

    def _may_try(self, key: _Attempt) -> bool:
        tries = self._tries.get(key)
        return tries is None or _wait(tries, self._clock()) <= 0 or tries.not_before == math.inf

    def _failed(self, key: _Attempt, arn: str, error: TrayError, stops: float | None = None) -> None:
        """Note that it failed, and tell it once; without an ARN, nobody is told.

        :param stops: when AWS will stop the notebook instance, as it stands
        """
        kind, tries = error.problem.kind, self._tries.setdefault(key, _Tries())
        tries.number = min(tries.number + 1, 16)
        pause = min(math.ldexp(_FIRST_PAUSE_SECONDS, tries.number - 1), _LONGEST_PAUSE_SECONDS)
        tries.not_before = self._clock() + (_REFUSED_SECONDS if kind in (Kind.DENIED, Kind.CONFIGURATION) else pause)
        # A network that comes up after a sleep takes some tries.
        certain = kind in _REFUSALS or tries.number >= _TOLD_AFTER
        if arn and certain and tries.code != error.problem.code:
            tries.arn, tries.code = arn, error.problem.code
            self._tell.schedule_failed(arn, error.problem, stops)

    def _succeeded(self, key: _Attempt, arn: str) -> None:
        if (tries := self._tries.pop(key, None)) is not None and tries.code:
            self._tell.schedule_over(arn)

    def _know(self, schedules: tuple[CloudSchedule, ...]) -> None:
        self._stored = schedules
        made = tuple(each for each in schedules if each.standing is Standing.MADE)
        self._state.cloud_schedules.set(made)


def _wait(tries: _Tries, now: float) -> float:
    """Return the seconds until something is tried again: none, if the clock was set back since it failed."""
    wait = tries.not_before - now
    return wait if wait <= _REFUSED_SECONDS or wait == math.inf else 0.0


def profile_for(schedule: CloudSchedule, profiles: Iterable[Profile], listing: Listing | None = None) -> Profile:
    """Return the profile that can take a schedule away: that which made it, or one that sees its notebook instance.

    :raises TrayError: there is none
    """
    there = {each.name: each for each in profiles}
    found = there.get(schedule.profile)
    if found is None and listing is not None:
        seen = (each.scope.profile for each in listing.seen(schedule.arn))
        found = next((there[name] for name in seen if name in there), None)
    if found is None:
        raise TrayError(
            "schedule-without-profile",
            kind=Kind.CONFIGURATION,
            name=name_in(schedule.arn),
            profile=schedule.profile,
        )
    return found


def whose() -> str:
    """Return what tells this user on this computer from others."""
    import getpass  # of use where a profile names a role

    user = ""
    with suppress(OSError, KeyError, ImportError):  # a user without a name
        user = getpass.getuser()
    return f"{platform.node()}\n{user}"


def _description(notebook: str) -> str:
    """Return what the schedule says of itself in AWS' console: for administrators, and in English."""
    host, _, user = whose().partition("\n")
    return f"Made by Notebook Tray ({user} on {host}): stops the notebook instance {notebook} once."
