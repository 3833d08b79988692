"""Joins the stops when the user logs out or shuts the computer down to the state, the agenda and the desktop.

What it takes for them is imported once there is something to stop: most runs of the program have no such plans.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tray.runtime.made_once import MadeOnce, loaded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.fleet.planned_stops.leaving import Leaving
    from tray.fleet.power.stopping import Stopping
    from tray.fleet.state import State
    from tray.model.leaving import NotStopped
    from tray.model.presence import Presence
    from tray.wiring.parts import Parts

# So many stops begin at once: each takes a third of a second, and three seconds are left for all of them.
_MOST_STOPS = 24
_MOST_LOOKS = 24
_FILE_NAME = "leaving.json"  # as `leaving_file.py` has it, which is not imported for it


class StopsAtLogout:
    """Is `Leaving`, from when there is a plan to stop something when the user leaves, or something to tell of the last.

    :param make: makes the service
    :param path: where it keeps what it has to tell; None to keep nothing
    """

    def __init__(self, state: State, make: Callable[[], Leaving], path: Path | None) -> None:
        self._state = state
        self._service = MadeOnce(lambda: loaded(make()))
        self._path = path

    def load(self) -> None:
        """Read what was not stopped when the user left last; returns at once."""
        if self._path is not None and self._path.exists():
            self._service()

    def follow(self) -> None:
        """Hold the end of the session up while there is something to stop. Quick: a listener of the state."""
        plans = self._state.snapshot.stop_plans
        if (service := self._service.now) is not None:
            service.follow()
        elif any(plan.trigger.value == "leaving" for plan in plans):
            self._service().follow()

    def finish(self, *, session_ended: bool, by_user: bool) -> None:
        """Wait for the stops under way, at the end of the program; begin them if the session ends. See `Leaving`."""
        if (service := self._service.now) is not None:
            service.finish(session_ended=session_ended, by_user=by_user)

    def due_in(self, presence: Presence) -> float:
        """Return the seconds until what was not stopped is to be told; infinite if there is nothing to tell. Quick."""
        return service.due_in(presence) if (service := self._service.now) is not None else math.inf

    def act(self) -> None:
        """Tell what was not stopped and still runs. Writes a file."""
        if (service := self._service.now) is not None:
            service.act()


def follow_leaving(parts: Parts, stopping: Stopping, tell: Callable[[tuple[NotStopped, ...]], object]) -> StopsAtLogout:
    """Return the service, which asks the desktop for nothing before there is something to stop.

    :param tell: tells the user what was not stopped; quick
    """

    def made() -> Leaving:
        from tray.desktop.leaving import leaving_watch, session_id
        from tray.fleet.planned_stops.leaving import Leaving

        return Leaving(
            parts.state,
            stopping,
            workers=parts.workers("leaving", 4),
            stoppers=parts.workers("last stops", _MOST_STOPS),
            lookers=parts.workers("last looks", _MOST_LOOKS),
            path=parts.kept(_FILE_NAME),
            make_watch=leaving_watch,
            session_id=session_id,
            carry_out=stopping.carry_out,
            tell=tell,
            look=parts.agenda.look,
        )

    leaving = StopsAtLogout(parts.state, made, parts.kept(_FILE_NAME))
    parts.agenda.add("tell what was not stopped", leaving.due_in, leaving.act)
    parts.state.listen(leaving.follow)
    return leaving
