"""Joins the service that follows the browser's sessions to the state and the agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.fleet.opening.sessions import SessionEnds
from tray.fleet.opening.sessions_file import FILE_NAME as SESSIONS

if TYPE_CHECKING:
    from tray.fleet.opening.sessions import TellOfSessions
    from tray.wiring.parts import Parts


def follow_sessions(parts: Parts, tell: TellOfSessions) -> SessionEnds:
    """Return the service, which is called when something is due."""
    sessions = SessionEnds(
        parts.state,
        workers=parts.workers("sessions", 1),
        path=parts.kept(SESSIONS),
        tell=tell,
        look=parts.agenda.look,
    )
    parts.agenda.add("tell of sessions", sessions.due_in, sessions.act)
    parts.state.listen(sessions.follow)
    return sessions
