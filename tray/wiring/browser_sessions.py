"""Joins the service that follows the browser's sessions to the state and the agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.fleet.sessions import SessionEnds
from tray.fleet.sessions_file import FILE_NAME as SESSIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.fleet.refresh import Refresher
    from tray.fleet.sessions import Tell
    from tray.fleet.state import State
    from tray.runtime.workers import Workers


def follow_sessions(
    state: State,
    refresher: Refresher,
    tell: Tell,
    *,
    workers: Callable[[str, int], Workers],
    kept: Callable[[str], Path | None],
) -> SessionEnds:
    """Return the service, which is called when something is due.

    :param workers: makes workers of a name and a number
    :param kept: returns where a file of this name is kept; None to keep it in memory alone
    """
    look = refresher.agenda.look
    sessions = SessionEnds(state, workers=workers("sessions", 1), path=kept(SESSIONS), tell=tell, look=look)
    refresher.agenda.add("tell of sessions", sessions.due_in, sessions.act)
    state.listen(sessions.follow)
    return sessions
