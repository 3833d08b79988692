"""Joins the service that follows what is left running to the state and the agenda, and to what the user is told."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from tray.fleet.unhurried import Unhurried
from tray.menu.left_running import left_running_facts, left_running_line
from tray.menu.stop_all import MOST_AT_ONCE
from tray.model.left_running import left_running_hours
from tray.runtime.made_once import MadeOnce, loaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.fleet.left_running.reminders import LeftRunning
    from tray.fleet.power.stopping import Stopping
    from tray.fleet.snapshot import Snapshot
    from tray.fleet.state import State
    from tray.fleet.telling.notifier import Notifier
    from tray.model.commands import LeaveRunning
    from tray.model.power import StopQuestion
    from tray.model.presence import Presence
    from tray.wiring.parts import Parts


def follow_left_running(parts: Parts, stopping: Stopping, notifier: Notifier) -> WhenLeftRunning:
    """Return the service, which is called when something is due."""

    def made() -> LeftRunning:
        from tray.fleet.left_running.reminders import AT_ONCE, LeftRunning
        from tray.fleet.left_running.reminders_file import FILE_NAME

        return LeftRunning(
            parts.state,
            workers=parts.workers("left running", 1),
            lookers=parts.workers("looking at what is left running", AT_ONCE),
            path=parts.kept(FILE_NAME),
            found=stopping.found,
            list_now=parts.refresher.list_now,
            tell=LeftRunningNotices(notifier, parts.state),
            look=parts.agenda.look,
        )

    left = WhenLeftRunning(parts.state, made)
    parts.agenda.add("tell what is left running", left.due_in, left.act)
    Unhurried(parts.state, parts.agenda, "follow what is left running", _followed, left.follow)
    return left


def _followed(snapshot: Snapshot) -> tuple[object, ...]:
    listing, off = snapshot.listing, snapshot.notifications_off
    return listing.scopes, listing.profiles, snapshot.sessions, snapshot.stop_plans, off


class WhenLeftRunning:
    """The service, imported and made once a list shows something that is left running: in most runs, nothing is.

    Safe to use from many threads; no method waits.
    """

    def __init__(self, state: State, make: Callable[[], LeftRunning], clock: Callable[[], float] = time.time) -> None:
        self._state = state
        self._service = MadeOnce(lambda: loaded(make()))
        self._clock = clock

    def follow(self) -> None:
        """Follow the state."""
        if self._service.now is not None or self._has_any():
            self._service().follow()

    def due_in(self, presence: Presence) -> float:
        """Return the seconds until something is due; infinite if nothing is."""
        return service.due_in(presence) if (service := self._service.now) is not None else math.inf

    def act(self) -> None:
        """Do what is due."""
        self._service().act()

    def leave(self, command: LeaveRunning) -> None:
        """Tell nothing of some notebook instances for a day."""
        self._service().leave(command)

    def _has_any(self) -> bool:
        listing = self._state.snapshot.listing
        limits, now = {each.name: each.left_running_hours for each in listing.profiles}, self._clock()
        return any(left_running_hours(each, limits.get(each.scope.profile, 0), now) for each in listing.notebooks)


class LeftRunningNotices:
    """Makes notifications of what is left running. Safe to use from any thread; no method waits."""

    def __init__(self, notifier: Notifier, state: State) -> None:
        from tray.fleet.left_running import reminder_notes

        self._notes = reminder_notes
        self._notifier = notifier
        self._state = state
        self._several: frozenset[str] = frozenset()  # those of which one notification tells, by ARN

    def left_running(self, found: tuple[StopQuestion, ...], now: float) -> None:
        """Tell that notebook instances are left running: of several in one notification."""
        limits = {each.name: each.left_running_hours for each in self._state.snapshot.listing.profiles}
        hours = [left_running_hours(each.notebook, limits.get(each.notebook.scope.profile, 0), now) for each in found]
        if len(found) == 1:
            facts = left_running_facts(found[0], self._state.snapshot.prices, now)
            self._notifier.show(self._notes.one(found[0], hours[0], facts))
            return
        self._several = frozenset(each.notebook.arn for each in found)
        lines = [left_running_line(each, its, now) for each, its in zip(found, hours, strict=True)]
        self._notifier.show(self._notes.several(found, lines, MOST_AT_ONCE))

    def not_left_running(self, arns: frozenset[str]) -> None:
        """Take back what was told of these; of several, once none of them is left running any more."""
        for arn in arns:
            self._notifier.withdraw(self._notes.about_one(arn))
        was, self._several = self._several, self._several - arns
        if was and not self._several:
            self._notifier.withdraw(self._notes.ABOUT_SEVERAL)
