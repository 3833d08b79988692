"""When the next step of a planned stop is due, and which it is.

The wall clock may be set, and the computer may sleep: times are also counted by a clock that goes on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.model.stop_plans import (
    LATE_SECONDS,
    MISSED_SECONDS,
    WARN_SECONDS,
    Came,
    StopPlan,
    StopResult,
    Trigger,
    Why,
    due_at,
    warn_at,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.fleet.planned_stops.plans_file import Key
    from tray.fleet.snapshot import ScopeState
    from tray.fleet.state import State

# The clock counts as set if a warning lies further in the future: clocks are set right by less all the time.
_SET_SECONDS = 30.0
# What should have happened while the computer slept waits for a list that was made after that, or for so long; at the
# start, nothing happens before the first list, or this.
_LIST_SECONDS = 120.0
# A stop shows in a list after some seconds. What still runs after this was not stopped.
_STOPPING_SECONDS = 120.0
# Of a stop that is so far away, what was told before the clock was set back is old by then.
_FAR_SECONDS = 3600.0


class StopTiming:
    """Knows when plans are due. Changed by one thread at a time, and read by any.

    All times are in seconds: `now` since the epoch, by the wall clock, and `steady` by one that nobody sets.

    :param started: when the program began, by the steady clock
    """

    def __init__(self, state: State, started: float) -> None:
        self._state = state
        self._started = started
        # When each warning was given, by both clocks; replaced as a whole.
        self._warned: dict[Key, tuple[float, float]] = {}
        # Until when what is late waits for a list, by the steady clock; replaced as a whole.
        self._late: dict[Key, float] = {}

    def know(self, plans: Iterable[StopPlan], now: float, steady: float) -> None:
        """Know when each warning was given: here, by the steady clock, or in an earlier run."""
        self._warned = {
            each.key: known
            if (known := self._warned.get(each.key)) is not None and known[0] == each.warned
            else (each.warned, steady - max(0.0, now - each.warned))
            for each in plans
            if each.warned is not None
        }

    def note_late(self, plans: Iterable[StopPlan], now: float, steady: float) -> None:
        """Have what is late wait for a list, but not for ever."""
        late = {each.key for each in plans if late_at(each, now)}
        self._late = {key: self._late.get(key, steady + _LIST_SECONDS) for key in late}

    def due_in(self, plan: StopPlan, now: float, steady: float) -> float:
        """Return the seconds until a plan's next step; infinite if there is none. Quick."""
        if plan.trigger is Trigger.LEAVING:
            return math.inf  # `fleet/planned_stops/leaving.py` stops these
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
        if plan.warned is None or late_at(plan, now):
            return seconds
        _, given = self._warned.get(plan.key, (0.0, -math.inf))
        return max(seconds, given + WARN_SECONDS - steady)

    def _list_in(self, plan: StopPlan, now: float, steady: float) -> float:
        """Return the seconds that a step waits for a list: the first one, or the first after a sleep."""
        scope = self._scope(plan)
        listed_at = scope.listed_at if scope is not None else None
        if (late := late_at(plan, now)) and (listed_at or 0.0) < late:
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

    def _scope(self, plan: StopPlan) -> ScopeState | None:
        return self._state.snapshot.listing.scope_of(plan.profile, plan.arn)


@dataclass(frozen=True, slots=True)
class StopStep:
    """What is due of a plan: the plan after it, None if that is over; and what is to be done."""

    after: StopPlan | None
    warns: bool = False
    looks: bool = False
    came: StopResult | None = None


def step(plan: StopPlan, now: float) -> StopStep:
    """Return what is due of a plan now that something is: pure."""
    if plan.begun is not None:
        return StopStep(None, came=StopResult(replace(plan, why=Why.STILL_RUNNING), Came.GIVEN_UP))
    if _is_missed(plan, now):
        return StopStep(None, came=StopResult(plan, Came.MISSED))
    if plan.warned is not None and plan.warned > now + _SET_SECONDS:
        # Where the time is far away again, the user is told anew 10 minutes before it.
        far = plan.trigger is Trigger.AT and now < plan.at - _FAR_SECONDS
        return StopStep(replace(plan, warned=None, again=0.0) if far else replace(plan, warned=now))
    late = late_at(plan, now)
    if plan.trigger is Trigger.AT and (plan.warned is None or late):
        return StopStep(replace(plan, warned=now, again=0.0), warns=True)
    return StopStep(replace(plan, warned=None, again=now) if late else plan, looks=True)


def as_of(plan: StopPlan, now: float) -> StopPlan:
    """Return a plan as it is now: if the clock was set back since it was made, as if it were made now. Pure."""
    if plan.since <= now + _SET_SECONDS:
        return plan
    begun = plan.begun if plan.begun is None else min(plan.begun, now)
    return replace(plan, since=now, again=0.0, quiet_since=None, begun=begun)


def late_at(plan: StopPlan, now: float, after_seconds: float = LATE_SECONDS) -> float:
    """Return when a plan's next step should have been, if that is so long ago that something kept it; else 0. Pure."""
    if plan.begun is not None or plan.trigger is Trigger.LEAVING:
        return 0.0
    if plan.trigger is Trigger.IDLE and plan.warned is None:
        return 0.0  # nobody waits for a look
    due = min(warn_at(plan), due_at(plan))
    # Whoever has plans made when a stop is less than 10 minutes ahead is warned late, and not because of a sleep.
    return due if now - max(due, plan.since) > after_seconds else 0.0


def _is_missed(plan: StopPlan, now: float) -> bool:
    return plan.trigger is Trigger.AT and now - plan.at > MISSED_SECONDS
