"""Joins the service that follows what is left running to the state and the agenda, and to what the user is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.fleet import left_running_notes as notes
from tray.fleet.left_running import AT_ONCE, LeftRunning
from tray.fleet.left_running_file import FILE_NAME as LEFT_RUNNING
from tray.menu.left_running import left_running_facts, left_running_line
from tray.menu.stop_all import MOST_AT_ONCE
from tray.model.left_running import left_running_hours

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.fleet.notifier import Notifier
    from tray.fleet.refresh import Refresher
    from tray.fleet.state import State
    from tray.fleet.stopping import Stopping
    from tray.model.power import StopQuestion
    from tray.runtime.workers import Workers


def follow_left_running(
    state: State,
    refresher: Refresher,
    stopping: Stopping,
    notifier: Notifier,
    *,
    workers: Callable[[str, int], Workers],
    kept: Callable[[str], Path | None],
) -> LeftRunning:
    """Return the service, which is called when something is due.

    :param workers: makes workers of a name and a number
    :param kept: returns where a file of this name is kept; None to keep it in memory alone
    """
    left = LeftRunning(
        state,
        workers=workers("left running", 1),
        lookers=workers("looking at what is left running", AT_ONCE),
        path=kept(LEFT_RUNNING),
        found=stopping.found,
        tell=Telling(notifier, state),
        look=refresher.agenda.look,
    )
    refresher.agenda.add("tell what is left running", left.due_in, left.act)
    state.listen(left.follow)
    return left


class Telling:
    """Makes notifications of what is left running. Safe to use from any thread; no method waits."""

    def __init__(self, notifier: Notifier, state: State) -> None:
        self._notifier = notifier
        self._state = state
        self._several: frozenset[str] = frozenset()  # those of which one notification tells, by ARN

    def left_running(self, found: tuple[StopQuestion, ...], now: float) -> None:
        """Tell that notebook instances are left running: of several in one notification."""
        limits = {each.name: each.left_running_hours for each in self._state.snapshot.listing.profiles}
        hours = [left_running_hours(each.notebook, limits.get(each.notebook.scope.profile, 0), now) for each in found]
        if len(found) == 1:
            facts = left_running_facts(found[0], self._state.snapshot.prices, now)
            self._notifier.show(notes.one(found[0], hours[0], facts))
            return
        self._several = frozenset(each.notebook.arn for each in found)
        lines = [left_running_line(each, its, now) for each, its in zip(found, hours, strict=True)]
        self._notifier.show(notes.several(found, lines, MOST_AT_ONCE))

    def not_left_running(self, arns: frozenset[str]) -> None:
        """Take back what was told of these; of several, once none of them is left running any more."""
        for arn in arns:
            self._notifier.withdraw(notes.about_one(arn))
        was, self._several = self._several, self._several - arns
        if was and not self._several:
            self._notifier.withdraw(notes.ABOUT_SEVERAL)
