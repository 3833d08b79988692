"""Stops notebook instances as planned; what it takes for that is imported once there is something to do.

Most runs of the program have no plans, and an idle tray keeps no memory for what it doesn't do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.runtime.made_once import MadeOnce, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.planned_stops.plans import StopPlans
    from tray.fleet.state import State
    from tray.model.commands import CancelStopPlan, KeepRunningOnce, PlanStop, StopEvenIfBusy
    from tray.model.presence import Presence
    from tray.model.stop_plans import StopPlan


class LaterStops:
    """Is `StopPlans`, from when there is a file with plans, a profile with a habit, or a choice of the user.

    :param make: makes the service
    :param path: where the plans are kept; None to keep them in memory alone
    """

    def __init__(self, state: State, make: Callable[[], StopPlans], path: Path | None) -> None:
        self._state = state
        self._service = MadeOnce(lambda: loaded(make()))
        self._path = path
        self._is_loaded = False

    @property
    def noted(self) -> tuple[StopPlan, ...] | None:
        """All plans, those of stops that were called included; None until the file was read. Quick."""
        if (service := self._service.now) is not None:
            return service.noted
        return () if self._is_loaded else None

    def load(self) -> None:
        """Read which plans there are, those of commands too; returns at once."""
        if (service := self._service.now) is not None:
            service.load()
        elif self._path is not None and self._path.exists():
            self._service()
        self._is_loaded = True

    def follow(self) -> None:
        """Follow what is stopped, gone or begun to run, and what the habits are. Quick: a listener of the state."""
        if (service := self._service.now) is not None:
            service.follow()
        elif any(
            each.stop_at or each.stop_when_idle_hours or each.stop_at_logout
            for each in self._state.snapshot.listing.profiles
        ):
            self._service()

    def due_in(self, presence: Presence) -> float:
        """Return the seconds until something is to be done; infinite if nothing is. Quick."""
        return service.due_in(presence) if (service := self._service.now) is not None else math.inf

    def act(self) -> None:
        """Warn of what is due, and begin what it takes to stop it. Writes a file."""
        if (service := self._service.now) is not None:
            service.act()

    def plan(self, command: PlanStop) -> None:
        """Plan a stop, unless it may not be carried out without anybody there; returns at once."""
        self._service().plan(command)

    def cancel(self, command: CancelStopPlan) -> None:
        """Give up a plan; returns at once."""
        self._service().cancel(command)

    def even_if_busy(self, command: StopEvenIfBusy) -> None:
        """Carry out the plans for a notebook instance even while a kernel is busy, or not; returns at once."""
        self._service().even_if_busy(command)

    def keep_running(self, command: KeepRunningOnce) -> None:
        """Don't stop what the user was warned of; returns at once."""
        self._service().keep_running(command)
