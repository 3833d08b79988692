"""Looks at notebook instances whose planned stops are due, and stops those that may be stopped."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from tray.fleet.planned_stops.checks import why_not
from tray.fleet.planned_stops.timing import late_at
from tray.model.power import Details, is_retired
from tray.model.problems import TrayError
from tray.model.stop_plans import (
    AGAIN_SECONDS,
    GIVE_UP_SECONDS,
    WARN_SECONDS,
    Came,
    StopPlan,
    StopResult,
    Trigger,
    Why,
    idle_since,
)

if TYPE_CHECKING:
    from tray.fleet.power.stopping import Stopping
    from tray.fleet.state import State
    from tray.model.activity import Activity
    from tray.model.notebooks import Notebook

log = logging.getLogger(__name__)

# A look that is older doesn't say whether a kernel is busy now; it is not looked again within 10 minutes.
_FRESH_SECONDS = 60.0
# Hundreds that are due together wait for each other, as AWS tells the details of 40 a minute. What takes longer slept.
_SLEPT_SECONDS = 1800.0


class Notes(Protocol):
    """Where plans are noted, and told of."""

    def put(self, before: StopPlan, after: StopPlan, /) -> bool:
        """Put a plan in the place of `before`; false if the user has changed or given up that one meanwhile."""
        ...

    def drop(self, plan: StopPlan, now: float, /) -> bool:
        """Take a plan away; false if it is gone already."""
        ...

    def came(self, result: StopResult, /) -> object:
        """Have it told what came of a plan."""
        ...

    def tell_soon(self, now: float, /) -> object:
        """Tell what will be stopped soon."""
        ...


class StopAttempts:
    """Carries out planned stops. Every method may block for most of a minute.

    :param clock: the wall clock, in seconds since the epoch
    """

    def __init__(self, state: State, stopping: Stopping, notes: Notes, clock: Callable[[], float]) -> None:
        self._state = state
        self._stopping = stopping
        self._notes = notes
        self._clock = clock

    def attempt(self, plan: StopPlan) -> None:
        """Look at a notebook instance, and stop it if that may be.

        If the computer has slept since the stop was due, nothing is stopped: a new warning comes first.
        """
        if plan.trigger is Trigger.IDLE:
            self._look_for_idleness(plan)
            return
        seen, why = self._may_stop(plan)
        now = self._clock()
        if why is None:
            ago = self._stopping.looked_ago(plan.arn) if not plan.even_if_busy else 0.0
            if ago > _FRESH_SECONDS:
                self._notes.put(plan, replace(plan, again=now + max(_FRESH_SECONDS, AGAIN_SECONDS - ago)))
            elif seen and not late_at(plan, now, _SLEPT_SECONDS) and self._begin(plan, now):
                self._stop(plan, seen)
        elif why is not Why.RETIRED and now - max(plan.at, (plan.warned or 0.0) + WARN_SECONDS) < GIVE_UP_SECONDS:
            after = replace(plan, again=now + AGAIN_SECONDS, why=why, told=True)
            if self._notes.put(plan, after) and not plan.told:
                self._notes.came(StopResult(after, Came.NOT_YET))
        elif self._notes.drop(plan, now):
            self._notes.came(StopResult(replace(plan, why=why), Came.GIVEN_UP))

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
        ago = math.inf
        if why is None:
            activity = self._stopping.found(seen[0]).activity
            ago = self._stopping.looked_ago(plan.arn)
            if activity is None or activity.unknown is not None or activity.answered_at is None:
                why = Why.UNKNOWN
        # Of what may be a moment's, nobody is told before the second look.
        lasts = why is Why.NO_LOOKS or (why in (Why.UNKNOWN, Why.PLATFORM) and plan.why is why)
        if why is Why.RETIRED or (why is not None and lasts and not plan.told):
            self._not_idle(plan, why)
            return
        now = self._clock()
        since = idle_since(plan, activity, self._opened(plan.arn), now)
        fresh = replace(plan, quiet_since=since, warned=None, why=why)
        if since is None:
            pause = plan.idle_seconds if why is None else plan.idle_seconds / 2
            self._notes.put(plan, replace(fresh, again=now + max(AGAIN_SECONDS, pause)))
        elif now - since < plan.idle_seconds - 1:
            self._notes.put(plan, replace(fresh, again=max(since + plan.idle_seconds, now + AGAIN_SECONDS)))
        elif plan.warned is None:
            if self._notes.put(plan, replace(fresh, warned=now, again=0.0)):
                self._notes.tell_soon(now)
        elif ago > _FRESH_SECONDS:
            self._notes.put(
                plan, replace(plan, quiet_since=since, again=now + max(_FRESH_SECONDS, AGAIN_SECONDS - ago))
            )
        elif not late_at(plan, now, _SLEPT_SECONDS) and self._begin(plan, now):
            self._stop(plan, seen)

    def _not_idle(self, plan: StopPlan, why: Why) -> None:
        """Tell once that it can't be told whether it is idle, or that it is never stopped unasked."""
        now = self._clock()
        if why is Why.RETIRED:
            if self._notes.drop(plan, now):
                self._notes.came(StopResult(replace(plan, why=why), Came.GIVEN_UP))
            return
        after = replace(plan, why=why, told=True, warned=None, again=now + max(AGAIN_SECONDS, plan.idle_seconds))
        if self._notes.put(plan, after):
            self._notes.came(StopResult(after, Came.NOT_YET))

    def _seen(self, plan: StopPlan) -> tuple[tuple[Notebook, ...], Why | None]:
        """Return a notebook instance as each profile sees it, and why it is stopped at no time, or not now. Blocks."""
        listing = self._state.snapshot.listing
        seen = listing.seen_for(plan.profile, plan.arn)
        scope = listing.scope_of(seen[0].scope.profile, plan.arn) if seen else None
        if not seen or not seen[0].running or scope is None or scope.problem is not None:
            return seen, Why.UNLISTED
        details = self.platform(seen[0])
        if details is None or not details.platform:
            return seen, Why.PLATFORM
        return seen, Why.RETIRED if details.retired else None

    def platform(self, notebook: Notebook) -> Details | None:
        """Return the details; None if they can't be had.

        What AWS has described as not retired is not asked for again: no move leads back.
        """
        known = self._state.snapshot.platforms.get(notebook.arn, "")
        return Details(known) if known and not is_retired(known) else self._stopping.described(notebook)

    def _stop(self, plan: StopPlan, seen: tuple[Notebook, ...]) -> None:
        """Stop a notebook instance, of which the file says so already."""
        try:
            self._stopping.carry_out(seen)
        except TrayError as error:
            log.warning("%s: the planned stop failed: %s", seen[0].name, error)
            self._notes.drop(plan, self._clock())
            self._notes.came(StopResult(plan, Came.FAILED, error.problem))
        else:
            log.info("%s: stopped as planned (%s)", seen[0].name, plan.trigger.value)
            self._notes.came(StopResult(plan, Came.STOPPED))

    def _begin(self, plan: StopPlan, now: float) -> bool:
        """Note that a stop is called; false if the plan is another one by now."""
        return self._notes.put(plan, replace(plan, begun=now, told=False))

    def _opened(self, arn: str) -> float:
        """Return when the user last opened a notebook instance, in seconds since the epoch; 0 for never."""
        return max((each.since for each in self._state.snapshot.sessions if each.arn == arn), default=0.0)
