"""Stops notebook instances later, as planned: warns before, looks whether a kernel is busy, and stops each once."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from tray.fleet.opened import SETTLING_SECONDS, over_of
from tray.fleet.planned_stops.attempts import StopAttempts
from tray.fleet.planned_stops.checks import plan_of
from tray.fleet.planned_stops.habits import habits_of, with_habits
from tray.fleet.planned_stops.plans_file import Key, NotedPlans, StopPlansFile
from tray.fleet.planned_stops.timing import StopStep, StopTiming, as_of, step
from tray.fleet.power.start_steps import start_problem
from tray.fleet.snapshot import Phase
from tray.model.arns import region_of
from tray.model.power import Opened
from tray.model.problems import TrayError
from tray.model.stop_plans import (
    AGAIN_SECONDS,
    StopPlan,
    StopResult,
    Trigger,
    Why,
    is_off,
    planned,
)
from tray.model.transitions import stuck_seconds
from tray.runtime.steady import steady_seconds

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.power.stopping import Stopping
    from tray.fleet.snapshot import Listing
    from tray.fleet.state import State
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.commands import CancelStopPlan, KeepRunningOnce, PlanStop, StopEvenIfBusy
    from tray.model.presence import Presence
    from tray.runtime.workers import Workers


class TellOfStops(Protocol):
    """Shows what is told of planned stops. No method waits."""

    def stops_soon(self, plans: tuple[StopPlan, ...], now: float, /) -> object:
        """Tell which notebook instances will be stopped, in one notification."""
        ...

    def stops_no_more(self) -> object:
        """Take that back: none of them will be."""
        ...

    def stop_results(self, results: tuple[StopResult, ...], now: float, /) -> object:
        """Tell what came of plans."""
        ...


class StopPlans:
    """Owns the snapshot's slice of the plans. Safe to use from many threads; only `act` may block.

    What is to be stopped when the user leaves is stopped by `leaving.py`.

    A stop is noted in the file before it is called, and so is a warning before it is shown: neither happens twice, even
    if the program is killed in between. What the file says was called and the list shows running after a while was not
    stopped; that is told, and not tried again.

    A time is one of the wall clock, which may be set, and the computer may sleep. What is late by more than some
    minutes is therefore warned of anew, and follows 10 minutes later; what is late by more than 12 hours doesn't
    happen. The 10 minutes are also counted by a clock that can't be set.

    :param workers: one separate worker, so that changes are stored in their order
    :param lookers: for looks and stops, which may take most of a minute each
    :param path: the file that the commands write, too; None to keep it in memory alone
    :param look: called to compute anew what is due
    :param clock: the wall clock, in seconds since the epoch
    :param steady: a clock that nobody sets and that goes on in a sleep, in seconds
    """

    def __init__(
        self,
        state: State,
        tasks: TaskRunner,
        stopping: Stopping,
        *,
        workers: Workers,
        lookers: Workers,
        path: Path | None,
        tell: TellOfStops,
        look: Callable[[], object],
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = steady_seconds,
    ) -> None:
        self._state = state
        self._tasks = tasks
        self._workers = workers
        self._lookers = lookers
        self._file = StopPlansFile(path)
        self._tell = tell
        self._look = look
        self._clock = clock
        self._steady = steady
        # Held while the file is changed and what follows is told, so that an older state replaces no newer one.
        self._changing = threading.Lock()
        self._timing = StopTiming(state, steady())
        self._attempts = StopAttempts(state, stopping, self, clock)
        self._noted = NotedPlans()
        self._is_read = False
        # What is being looked at, and what is still to be told.
        self._working = threading.Lock()
        self._at_work: frozenset[Key] = frozenset()
        self._results: list[StopResult] = []
        self._is_told_soon = False
        self._followed: object = None
        # Whose platforms were asked for in this run, because a habit would stop them.
        self._asked: frozenset[str] = frozenset()

    @property
    def noted(self) -> tuple[StopPlan, ...] | None:
        """All plans, those of stops that were called included; None until the file was read. Quick."""
        return self._noted.plans if self._is_read else None

    def load(self) -> None:
        """Read which plans there are, those of commands too; returns at once."""

        def act() -> None:
            with self._changing:
                self._know(self._file.load())
            self._follow_up()

        self._workers.start(act)

    def plan(self, command: PlanStop) -> None:
        """Plan a stop, unless it may not be carried out without anybody there; returns at once."""

        def act(_: Cancelling) -> None:
            seen = self._state.snapshot.listing.seen_by(command.profile, command.arn)
            if not seen:
                raise TrayError("no-longer-there")
            if not seen[0].running:
                stuck = stuck_seconds(seen[0], self._clock())
                raise TrayError.of(start_problem("cannot-stop-now", seen[0], state=seen[0].status, stuck_seconds=stuck))
            off = self._state.snapshot.no_looks
            new = plan_of(command, seen[0], self._attempts.platform(seen[0]), looks_off=off, now=self._clock())
            with self._changing:
                self._change(lambda noted: noted.wanted_again(new.key).with_plans(planned(noted.plans, new)))

        self._tasks.begin(command, act, workers=self._lookers, again=True)

    def cancel(self, command: CancelStopPlan) -> None:
        """Give up a plan; returns at once."""
        key, now = (command.arn, command.trigger), self._clock()
        self._later(lambda noted: noted.given_up([each for each in noted.plans if each.key == key], now))

    def even_if_busy(self, command: StopEvenIfBusy) -> None:
        """Carry out the plans for a notebook instance even while a kernel is busy, or not; returns at once."""

        def change(noted: NotedPlans) -> NotedPlans:
            return replace(
                noted,
                plans=tuple(
                    replace(each, even_if_busy=command.on)
                    if each.arn == command.arn and each.trigger is not Trigger.IDLE
                    else each
                    for each in noted.plans
                ),
            )

        self._later(change)

    def keep_running(self, command: KeepRunningOnce) -> None:
        """Don't stop what the user was warned of; returns at once."""
        now = self._clock()

        def change(noted: NotedPlans) -> NotedPlans:
            meant = [
                each
                for each in noted.plans
                if each.arn in command.arns and each.begun is None and (each.warned is not None or each.told)
            ]
            again = [each for each in meant if each.trigger is Trigger.IDLE and not each.of_habit]
            left = noted.given_up([each for each in meant if each.trigger is not Trigger.LEAVING], now)
            anew = (
                StopPlan(each.profile, each.arn, each.trigger, now, idle_minutes=each.idle_minutes) for each in again
            )
            return replace(left, plans=(*left.plans, *anew))

        self._later(change)

    def follow(self) -> None:
        """Follow what is stopped, gone or begun to run, and what the habits are. Quick: a listener of the state."""
        listing = self._state.snapshot.listing
        if listing is self._followed:
            return
        self._followed = listing
        if not self._noted.plans and not any(map(habits_of, listing.profiles)):
            return
        if self._followed_up(self._noted) is not self._noted:
            self._workers.start(self._follow_up)
        else:
            self._look()

    def due_in(self, _: Presence) -> float:
        """Return the seconds until something is to be done; infinite if nothing is. Quick."""
        plans = self._noted.plans
        if not plans:
            return math.inf
        now, steady = self._clock(), self._steady()
        return max(0.0, min(self._due_in(each, now, steady) for each in plans))

    def _due_in(self, plan: StopPlan, now: float, steady: float) -> float:
        return math.inf if plan.key in self._at_work else self._timing.due_in(plan, now, steady)

    def act(self) -> None:
        """Warn of what is due, and begin what it takes to stop it. Writes a file."""
        now, steady = self._clock(), self._steady()
        self._timing.note_late(self._noted.plans, now, steady)
        steps: list[StopStep] = []

        def change(noted: NotedPlans) -> NotedPlans:
            steps[:] = [
                step(each, now) if self._due_in(each, now, steady) <= 0 else StopStep(each) for each in noted.plans
            ]
            both = list(zip(noted.plans, steps, strict=True))
            over = [before for before, its in both if its.after is None and before.begun is not None]
            left = tuple(its.after or before for before, its in both if its.after is not None or before in over)
            # The habit of what was missed makes its next plan by itself, should the clock have been wrong also today's.
            return noted.with_plans(left).given_up(over, now)

        with self._changing:
            before = self._noted
            if change(before) != before:
                self._change(change)
        looks = [each.after for each in steps if each.looks and each.after is not None]
        with self._working:
            self._at_work |= {each.key for each in looks}
            self._results += [each.came for each in steps if each.came is not None]
        for each in looks:
            self._lookers.start(partial(self._work, each))
        if any(each.warns for each in steps):
            self.tell_soon(now)
        self._tell_results()

    def _work(self, plan: StopPlan) -> None:
        try:
            self._attempts.attempt(plan)
        except Exception:
            self.put(plan, replace(plan, again=self._clock() + AGAIN_SECONDS, why=Why.UNKNOWN))
            raise
        finally:
            with self._working:
                self._at_work -= {plan.key}
            self._tell_results()
            self._look()

    # What is noted.

    def put(self, before: StopPlan, after: StopPlan) -> bool:
        """Put a plan in the place of `before`; false if the user has changed or given up that one meanwhile."""
        found = False

        def change(noted: NotedPlans) -> NotedPlans:
            nonlocal found
            found = before in noted.plans
            return replace(noted, plans=tuple(after if each == before else each for each in noted.plans))

        with self._changing:
            self._change(change)
        return found

    def drop(self, plan: StopPlan, now: float) -> bool:
        """Take a plan away; false if it is gone already."""
        found = False

        def change(noted: NotedPlans) -> NotedPlans:
            nonlocal found
            those = [each for each in noted.plans if (each.key, each.since) == (plan.key, plan.since)]
            found = bool(those)
            return noted.given_up(those, now)

        with self._changing:
            self._change(change)
        return found

    def _later(self, change: Callable[[NotedPlans], NotedPlans]) -> None:
        def act() -> None:
            with self._changing:
                self._change(change)
            self._follow_up()

        self._workers.start(act)

    def _change(self, change: Callable[[NotedPlans], NotedPlans]) -> None:
        self._know(self._file.change(change))

    def _know(self, noted: NotedPlans) -> None:
        now, steady = self._clock(), self._steady()
        self._noted, self._is_read = noted, True
        self._timing.know(noted.plans, now, steady)
        self._state.stop_plans.set(tuple(each for each in noted.plans if each.begun is None))
        with self._working:
            over = self._is_told_soon and not any(_is_warned(each) for each in noted.plans)
            self._is_told_soon = self._is_told_soon and not over
        if over:
            self._tell.stops_no_more()
        self._look()

    def _follow_up(self) -> None:
        with self._changing:
            if self._followed_up(self._noted) is not self._noted:
                self._change(self._followed_up)
        known = self._state.snapshot.platforms
        habits = (each for each in self._noted.plans if each.of_habit)
        new = {each.arn: each.profile for each in habits if each.arn not in self._asked.union(known)}
        if new:
            self._asked |= new.keys()
            self._lookers.start(lambda: self._leave_out_retired(new))

    def _leave_out_retired(self, new: dict[str, str]) -> None:
        """Drop the plans of habits for what may never start again: no line is to say that it will be stopped."""
        for arn, profile in new.items():
            seen = self._state.snapshot.listing.seen_by(profile, arn)
            details = self._attempts.platform(seen[0]) if seen else None
            if details is not None and details.retired:
                for plan in self._noted.plans:
                    if plan.arn == arn and plan.of_habit:
                        self.drop(plan, self._clock())

    def _followed_up(self, noted: NotedPlans) -> NotedPlans:
        """Return the plans without those that are over, and with those of habits; `noted` itself if nothing changes."""
        snapshot, now = self._state.snapshot, self._clock()
        plans = tuple(as_of(each, now) for each in noted.plans)
        if plans != noted.plans:
            noted = noted.with_plans(plans)
        # A plan is for what runs: no list that follows shows the status before a start.
        opened = {each.key: Opened(each.profile, each.arn, each.since - SETTLING_SECONDS) for each in noted.plans}
        over = over_of(frozenset(opened.values()), snapshot.listing)
        left = tuple(each for each in noted.plans if opened[each.key] not in over and not self._is_restarted(each))
        left = with_profiles(noted.plans if len(left) == len(noted.plans) else left, snapshot.listing)
        off = {key: until for key, until in noted.off.items() if is_off(key[1], until, now)}
        plans = with_habits(left, off, snapshot.listing, snapshot.platforms, now)
        if plans is noted.plans and len(off) == len(noted.off):
            return noted
        return NotedPlans(plans, off)

    def _is_restarted(self, plan: StopPlan) -> bool:
        """Whether what was stopped as planned runs again."""
        seen = self._state.snapshot.listing.seen(plan.arn) if plan.begun is not None else ()
        changed = seen[0].modified.timestamp() if seen and seen[0].modified is not None else 0.0
        return plan.begun is not None and changed > plan.begun

    # What is told.

    def tell_soon(self, now: float) -> None:
        """Tell what will be stopped soon."""
        plans = tuple(each for each in self._noted.plans if _is_warned(each))
        with self._working:
            self._is_told_soon = bool(plans)
        if plans:
            self._tell.stops_soon(plans, now)

    def came(self, result: StopResult) -> None:
        """Have it told what came of a plan, together with others that are tried at the same time."""
        with self._working:
            self._results.append(result)

    def _tell_results(self) -> None:
        """Tell what came of plans, together of those that were tried together."""
        with self._working:
            if self._at_work or not self._results:
                return
            results, self._results = tuple(self._results), []
        self._tell.stop_results(results, self._clock())


def with_profiles(plans: tuple[StopPlan, ...], listing: Listing) -> tuple[StopPlan, ...]:
    """Return the plans, those of a profile that was renamed or removed as plans of one that sees the same: pure.

    What no profile sees any more, once all is listed, is planned no longer: no line of a menu could cancel it.
    """
    if not listing.keyring_read:
        return plans
    there = {each.name for each in (*listing.profiles, *listing.unchecked)}
    there |= {about for about, _ in listing.problems if isinstance(about, str)}
    if all(each.profile in there for each in plans):
        return plans
    unknown = {each.scope.region for each in listing.scopes if each.problem is not None or each.listed_at is None}
    found: list[StopPlan] = []
    for plan in plans:
        if plan.profile in there:
            found.append(plan)
        elif seen := listing.seen(plan.arn):
            found.append(replace(plan, profile=seen[0].scope.profile))
        elif listing.phase is not Phase.RESTING or region_of(plan.arn) in unknown:
            found.append(plan)
    return tuple(found) if found != list(plans) else plans


def _is_warned(plan: StopPlan) -> bool:
    return plan.warned is not None and plan.begun is None
