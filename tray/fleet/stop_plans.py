"""Stops notebook instances later, as planned: warns before, looks whether a kernel is busy, and stops each once."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from tray.fleet.opened import SETTLING_SECONDS, over_of
from tray.fleet.start_steps import start_problem
from tray.fleet.stop_checks import plan_of, why_not
from tray.fleet.stop_habits import habits_of, with_habits
from tray.fleet.stop_plans_file import Key, NotedPlans, StopPlansFile
from tray.model.power import Details, Opened, is_retired
from tray.model.problems import TrayError
from tray.model.stop_plans import (
    AGAIN_SECONDS,
    GIVE_UP_SECONDS,
    LATE_SECONDS,
    MISSED_SECONDS,
    WARN_SECONDS,
    Came,
    StopPlan,
    StopResult,
    Trigger,
    Why,
    due_at,
    idle_since,
    planned,
    warn_at,
)
from tray.model.transitions import stuck_seconds
from tray.runtime.steady import steady_seconds

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.snapshot import ScopeState
    from tray.fleet.state import State
    from tray.fleet.stopping import Stopping
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.activity import Activity
    from tray.model.commands import CancelStopPlan, KeepRunningOnce, PlanStop, StopEvenIfBusy
    from tray.model.notebooks import Notebook
    from tray.model.presence import Presence
    from tray.runtime.workers import Workers

log = logging.getLogger(__name__)

# The clock counts as set if a warning lies further in the future: clocks are set right by less all the time.
_SET_SECONDS = 30.0
# What should have happened while the computer slept waits for a list that was made after that, or for so long; at the
# start, nothing happens before the first list, or this.
_LIST_SECONDS = 120.0
# A stop shows in a list after some seconds. What still runs after this was not stopped.
_STOPPING_SECONDS = 120.0
# A look that is older doesn't say whether a kernel is busy now; it is not looked again within 10 minutes.
_FRESH_SECONDS = 60.0


class Tell(Protocol):
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
        tell: Tell,
        look: Callable[[], object],
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = steady_seconds,
    ) -> None:
        self._state = state
        self._tasks = tasks
        self._stopping = stopping
        self._workers = workers
        self._lookers = lookers
        self._file = StopPlansFile(path)
        self._tell = tell
        self._look = look
        self._clock = clock
        self._steady = steady
        # Held while the file is changed and what follows is told, so that an older state replaces no newer one.
        self._changing = threading.Lock()
        self._started = steady()
        self._noted = NotedPlans()
        self._is_read = False
        # When each warning was given, by both clocks; replaced as a whole.
        self._warned: dict[Key, tuple[float, float]] = {}
        # Until when what is late waits for a list, by the steady clock. On the agenda's thread alone.
        self._late: dict[Key, float] = {}
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
            new = plan_of(command, seen[0], self._platform(seen[0]), looks_off=off, now=self._clock())
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

    def act(self) -> None:
        """Warn of what is due, and begin what it takes to stop it. Writes a file."""
        now, steady = self._clock(), self._steady()
        is_late = {each.key for each in self._noted.plans if _late_at(each, now)}
        self._late = {key: self._late.get(key, steady + _LIST_SECONDS) for key in is_late}
        warn: list[StopPlan] = []
        told: list[StopResult] = []
        looks: list[StopPlan] = []

        def change(noted: NotedPlans) -> NotedPlans:
            warn.clear()
            told.clear()
            looks.clear()
            stepped = [
                (each, self._step(each, now, warn, told, looks) if self._due_in(each, now, steady) <= 0 else each)
                for each in noted.plans
            ]
            over = [before for before, after in stepped if after is None]
            return noted.with_plans(tuple(after or before for before, after in stepped)).given_up(over, now)

        with self._changing:
            before = self._noted
            if change(before) != before:
                self._change(change)
        with self._working:
            self._at_work |= {each.key for each in looks}
            self._results += told
        for each in looks:
            self._lookers.start(partial(self._work, each))
        if warn:
            self._tell_soon(now)
        self._tell_results()

    # What is due.

    def _due_in(self, plan: StopPlan, now: float, steady: float) -> float:
        if plan.key in self._at_work:
            return math.inf
        if plan.trigger is Trigger.LEAVING:
            return math.inf  # `fleet/leaving.py` stops these
        if plan.begun is not None:
            return 0.0 if self._is_known_to_run(plan, plan.begun, now) else math.inf
        waits = self._waits(plan, now, steady)
        return waits if waits > 0 else self._list_in(plan, now, steady)

    def _waits(self, plan: StopPlan, now: float, steady: float) -> float:
        """Return the seconds until a plan's next step, as far as its times say."""
        if plan.warned is not None and plan.warned > now + _SET_SECONDS:
            return 0.0  # the clock was set back
        if _is_missed(plan, now):
            return 0.0
        seconds = min(warn_at(plan), due_at(plan)) - now
        if plan.warned is None or _late_at(plan, now):
            return seconds
        _, given = self._warned.get(plan.key, (0.0, -math.inf))
        return max(seconds, given + WARN_SECONDS - steady)

    def _list_in(self, plan: StopPlan, now: float, steady: float) -> float:
        """Return the seconds that a step waits for a list: the first one, or the first after a sleep."""
        scope = self._scope(plan)
        listed_at = scope.listed_at if scope is not None else None
        if (late := _late_at(plan, now)) and (listed_at or 0.0) < late:
            # Nothing is known of the plan before `act` has noted that it is late.
            return self._late[plan.key] - steady if plan.key in self._late else 0.0
        return 0.0 if listed_at is not None else self._started + _LIST_SECONDS - steady

    def _is_known_to_run(self, plan: StopPlan, since: float, now: float) -> bool:
        """Whether a list shows running what was stopped a while ago, at `since`."""
        if now < since + _STOPPING_SECONDS:
            return False
        scope = self._scope(plan)
        seen = self._state.snapshot.listing.seen(plan.arn)
        listed = scope is not None and scope.problem is None and (scope.listed_at or 0.0) >= since + _STOPPING_SECONDS
        return listed and bool(seen) and seen[0].running

    def _step(
        self, plan: StopPlan, now: float, warn: list[StopPlan], told: list[StopResult], looks: list[StopPlan]
    ) -> StopPlan | None:
        """Return a plan after what is due of it; None if it is over. What is to be done is added to the lists."""
        if plan.begun is not None:
            told.append(StopResult(replace(plan, why=Why.STILL_RUNNING), Came.GIVEN_UP))
            return None
        late = _late_at(plan, now)
        if _is_missed(plan, now):
            told.append(StopResult(plan, Came.MISSED))
            return None
        if plan.warned is not None and plan.warned > now + _SET_SECONDS:
            return replace(plan, warned=now)
        if plan.trigger is Trigger.AT and (plan.warned is None or late):
            warn.append(plan)
            return replace(plan, warned=now, again=0.0)
        looks.append(plan := replace(plan, warned=None, again=now) if late else plan)
        return plan

    # Looks and stops, on the lookers.

    def _work(self, plan: StopPlan) -> None:
        try:
            self._look_and_stop(plan)
        except Exception:
            self._set(plan, replace(plan, again=self._clock() + AGAIN_SECONDS, why=Why.UNKNOWN))
            raise
        finally:
            with self._working:
                self._at_work -= {plan.key}
            self._tell_results()
            self._look()

    def _look_and_stop(self, plan: StopPlan) -> None:
        if plan.trigger is Trigger.IDLE:
            self._look_for_idleness(plan)
            return
        seen, why = self._may_stop(plan)
        now = self._clock()
        if why is None:
            ago = self._stopping.looked_ago(plan.arn) if not plan.even_if_busy else 0.0
            if ago > _FRESH_SECONDS:
                self._set(plan, replace(plan, again=now + max(_FRESH_SECONDS, AGAIN_SECONDS - ago)))
            elif seen and self._begin(plan, now):
                self._stop(plan, seen)
        elif why is not Why.RETIRED and now - max(plan.at, (plan.warned or 0.0) + WARN_SECONDS) < GIVE_UP_SECONDS:
            after = replace(plan, again=now + AGAIN_SECONDS, why=why, told=True)
            if self._set(plan, after) and not plan.told:
                self._result(StopResult(after, Came.NOT_YET))
        elif self._drop(plan, now):
            self._result(StopResult(replace(plan, why=why), Came.GIVEN_UP))

    def _may_stop(self, plan: StopPlan) -> tuple[tuple[Notebook, ...], Why | None]:
        """Return a notebook instance as each profile sees it, and why it may not be stopped now. Blocks."""
        seen, why = self._seen(plan)
        if why is not None:
            return seen, why
        if self._clock() - self._opened(plan.arn) < AGAIN_SECONDS:
            return seen, Why.OPENED
        if plan.even_if_busy:
            return seen, None
        if self._state.snapshot.no_looks:
            return seen, Why.NO_LOOKS
        return seen, why_not(self._stopping.found(seen[0]).activity)

    def _look_for_idleness(self, plan: StopPlan) -> None:
        seen, why = self._seen(plan)
        activity: Activity | None = None
        if why is None and self._state.snapshot.no_looks:
            why = Why.NO_LOOKS
        if why is Why.RETIRED or (why is Why.NO_LOOKS and not plan.told):
            self._not_idle(plan, why)
            return
        ago = math.inf
        if why is None:
            activity = self._stopping.found(seen[0]).activity
            ago = self._stopping.looked_ago(plan.arn)
        now = self._clock()
        since = idle_since(plan, activity, self._opened(plan.arn), now)
        fresh = replace(plan, quiet_since=since, warned=None, why=why)
        if since is None:
            is_work = activity is not None and activity.unknown is None
            pause = plan.idle_seconds if is_work else plan.idle_seconds / 2
            self._set(plan, replace(fresh, again=now + max(AGAIN_SECONDS, pause)))
        elif now - since < plan.idle_seconds - 1:
            self._set(plan, replace(fresh, again=max(since + plan.idle_seconds, now + AGAIN_SECONDS)))
        elif plan.warned is None:
            if self._set(plan, replace(fresh, warned=now, again=0.0)):
                self._tell_soon(now)
        elif ago > _FRESH_SECONDS:
            self._set(plan, replace(plan, quiet_since=since, again=now + max(_FRESH_SECONDS, AGAIN_SECONDS - ago)))
        elif self._begin(plan, now):
            self._stop(plan, seen)

    def _not_idle(self, plan: StopPlan, why: Why) -> None:
        """Tell once that it can't be told whether it is idle, or that it is never stopped unasked."""
        now = self._clock()
        if why is Why.RETIRED:
            if self._drop(plan, now):
                self._result(StopResult(replace(plan, why=why), Came.GIVEN_UP))
            return
        after = replace(plan, why=why, told=True, warned=None, again=now + max(AGAIN_SECONDS, plan.idle_seconds))
        if self._set(plan, after):
            self._result(StopResult(after, Came.NOT_YET))

    def _seen(self, plan: StopPlan) -> tuple[tuple[Notebook, ...], Why | None]:
        """Return a notebook instance as each profile sees it, and why it is stopped at no time, or not now. Blocks."""
        seen, scope = self._state.snapshot.listing.seen_by(plan.profile, plan.arn), self._scope(plan)
        if not seen or not seen[0].running or scope is None or scope.problem is not None:
            return seen, Why.UNLISTED
        details = self._platform(seen[0])
        if details is None or not details.platform:
            return seen, Why.PLATFORM
        return seen, Why.RETIRED if details.retired else None

    def _platform(self, notebook: Notebook) -> Details | None:
        """Return the details. What AWS has described as not retired is not asked for again: no move leads back."""
        known = self._state.snapshot.platforms.get(notebook.arn, "")
        return Details(known) if known and not is_retired(known) else self._stopping.described(notebook)

    def _stop(self, plan: StopPlan, seen: tuple[Notebook, ...]) -> None:
        """Stop a notebook instance, of which the file says so already."""
        try:
            self._stopping.carry_out(seen)
        except TrayError as error:
            log.warning("%s: the planned stop failed: %s", seen[0].name, error)
            self._drop(plan, self._clock())
            self._result(StopResult(plan, Came.FAILED, error.problem))
        else:
            log.info("%s: stopped as planned (%s)", seen[0].name, plan.trigger.value)
            self._result(StopResult(plan, Came.STOPPED))

    # What is noted.

    def _begin(self, plan: StopPlan, now: float) -> bool:
        """Note that a stop is called; false if the plan is another one by now."""
        return self._set(plan, replace(plan, begun=now, told=False))

    def _set(self, before: StopPlan, after: StopPlan) -> bool:
        """Put a plan in the place of `before`; false if the user has changed or given up that one meanwhile."""
        found = False

        def change(noted: NotedPlans) -> NotedPlans:
            nonlocal found
            found = before in noted.plans
            return replace(noted, plans=tuple(after if each == before else each for each in noted.plans))

        with self._changing:
            self._change(change)
        return found

    def _drop(self, plan: StopPlan, now: float) -> bool:
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
        self._warned = {
            each.key: known
            if (known := self._warned.get(each.key)) is not None and known[0] == each.warned
            else (each.warned, steady - max(0.0, now - each.warned))
            for each in noted.plans
            if each.warned is not None
        }
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
            details = self._platform(seen[0]) if seen else None
            if details is not None and details.retired:
                for plan in self._noted.plans:
                    if plan.arn == arn and plan.of_habit:
                        self._drop(plan, self._clock())

    def _followed_up(self, noted: NotedPlans) -> NotedPlans:
        """Return the plans without those that are over, and with those of habits; `noted` itself if nothing changes."""
        snapshot, now = self._state.snapshot, self._clock()
        # A plan is for what runs: no list that follows shows the status before a start.
        opened = {each.key: Opened(each.profile, each.arn, each.since - SETTLING_SECONDS) for each in noted.plans}
        over = over_of(frozenset(opened.values()), snapshot.listing)
        left = tuple(each for each in noted.plans if opened[each.key] not in over and not self._is_restarted(each))
        left = noted.plans if len(left) == len(noted.plans) else left
        off = {key: until for key, until in noted.off.items() if until > now}
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

    def _tell_soon(self, now: float) -> None:
        plans = tuple(each for each in self._noted.plans if _is_warned(each))
        with self._working:
            self._is_told_soon = bool(plans)
        if plans:
            self._tell.stops_soon(plans, now)

    def _result(self, result: StopResult) -> None:
        with self._working:
            self._results.append(result)

    def _tell_results(self) -> None:
        """Tell what came of plans, together of those that were tried together."""
        with self._working:
            if self._at_work or not self._results:
                return
            results, self._results = tuple(self._results), []
        self._tell.stop_results(results, self._clock())

    def _scope(self, plan: StopPlan) -> ScopeState | None:
        return self._state.snapshot.listing.scope_of(plan.profile, plan.arn)

    def _opened(self, arn: str) -> float:
        """Return when the user last opened a notebook instance, in seconds since the epoch; 0 for never."""
        return max((each.since for each in self._state.snapshot.sessions if each.arn == arn), default=0.0)


def _late_at(plan: StopPlan, now: float) -> float:
    """Return when a plan's next step should have been, if that is so long ago that something kept it; else 0."""
    if plan.begun is not None or plan.trigger is Trigger.LEAVING:
        return 0.0
    if plan.trigger is Trigger.IDLE and plan.warned is None:
        return 0.0  # nobody waits for a look
    due = min(warn_at(plan), due_at(plan))
    # Whoever has plans made when a stop is less than 10 minutes ahead is warned late, and not because of a sleep.
    return due if now - max(due, plan.since) > LATE_SECONDS else 0.0


def _is_missed(plan: StopPlan, now: float) -> bool:
    return plan.trigger is Trigger.AT and now - plan.at > MISSED_SECONDS


def _is_warned(plan: StopPlan) -> bool:
    return plan.warned is not None and plan.begun is None
