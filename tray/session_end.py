"""Joins the stops when the user logs out or shuts the computer down to the state, the agenda and the desktop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.fleet.leaving import Leaving
from tray.fleet.leaving_file import FILE_NAME as LEAVING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.desktop.leaving import LeavingWatch
    from tray.fleet.refresh import Refresher
    from tray.fleet.state import State
    from tray.fleet.stopping import Stopping
    from tray.model.leaving import NotStopped
    from tray.runtime.workers import Workers

# So many stops begin at once: each takes a third of a second, and three seconds are left for all of them.
_MOST_STOPS = 24
_MOST_LOOKS = 24


def follow_leaving(
    state: State,
    refresher: Refresher,
    stopping: Stopping,
    tell: Callable[[tuple[NotStopped, ...]], object],
    *,
    workers: Callable[[str, int], Workers],
    kept: Callable[[str], Path | None],
) -> Leaving:
    """Return the service, which asks the desktop for nothing before there is something to stop.

    :param tell: tells the user what was not stopped; quick
    :param workers: makes workers of a name and a number
    :param kept: returns where a file of this name is kept; None to keep nothing
    """
    leaving = Leaving(
        state,
        stopping,
        workers=workers("leaving", 4),
        stoppers=workers("last stops", _MOST_STOPS),
        lookers=workers("last looks", _MOST_LOOKS),
        path=kept(LEAVING),
        make_watch=_watch,
        session_id=_session_id,
        carry_out=stopping.carry_out,
        tell=tell,
        look=refresher.agenda.look,
    )
    refresher.agenda.add("tell what was not stopped", leaving.due_in, leaving.act)
    state.listen(leaving.follow)
    return leaving


def _watch(on_asked: Callable[[], None], on_leaving: Callable[[], None]) -> LeavingWatch:
    from tray.desktop.leaving import leaving_watch  # few users have such a plan

    return leaving_watch(on_asked, on_leaving)


def _session_id() -> str:
    from tray.desktop.leaving import session_id

    return session_id()
