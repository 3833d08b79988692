"""Stores the browser's sessions in notebook instances, from one run of the program to the next: no secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tray.fleet.files.shared_state import SharedState
from tray.model.arns import is_notebook_arn
from tray.model.lengths import MAXIMUM_SESSION_SECONDS, View
from tray.model.open_sessions import OpenSession

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "sessions.json"
MOST_SESSIONS = 100
_LONGEST_PROFILE = 256
_LATEST = 1e11  # the year 5138
_VIEWS = {view.value: view for view in View}

Sessions = tuple[OpenSession, ...]


class SessionsFile:
    """Stores names of profiles, ARNs and times. The tray and the command line share it. A bad file counts as missing.

    :param path: None to keep it in memory alone
    """

    def __init__(self, path: Path | None) -> None:
        self._state = SharedState(path, "which sessions are open", read=_read, stored=_stored)

    def load(self) -> Sessions:
        """Return the sessions, the latest last. Reads a file."""
        return self._state.load()

    def change(self, change: Callable[[Sessions], Sessions]) -> Sessions:
        """Change the sessions, store them, and return them. Reads and writes a file.

        :param change: quick; called again if the result can't be stored
        """
        return self._state.change(change)


def _read(stored: Any) -> Sessions:
    match stored:
        case {"sessions": [*each]}:
            return tuple(filter(None, map(_session, each[-MOST_SESSIONS:])))
    return ()


def _session(noted: Any) -> OpenSession | None:
    """Return a noted session; None for anything else."""
    match noted:
        case {
            "profile": str(profile),
            "arn": str(arn),
            "view": str(view),
            "session_seconds": int(session_seconds),
            "since": int() | float() as since,
            "ends": int() | float() as ends,
            "limited": bool(limited),
            "told": int(told),
            "quiet": bool(quiet),
            # Compared before anything is computed: NaN, infinity and numbers beyond all floats are JSON to Python.
        } if (
            is_notebook_arn(arn)
            and len(profile) <= _LONGEST_PROFILE
            and view in _VIEWS
            and 0 < session_seconds <= MAXIMUM_SESSION_SECONDS
            and 0 <= since <= ends <= _LATEST
            and ends - since <= session_seconds + 1
            and 0 <= told <= _LATEST
        ):
            return OpenSession(
                profile, arn, _VIEWS[view], session_seconds, float(since), float(ends), limited, int(told), quiet
            )
    return None


def _stored(sessions: Sessions) -> object:
    return {
        "sessions": [
            {
                "profile": each.profile,
                "arn": each.arn,
                "view": each.view.value,
                "session_seconds": each.session_seconds,
                "since": each.since,
                "ends": each.ends,
                "limited": each.limited,
                "told": each.told,
                "quiet": each.quiet,
            }
            for each in sessions
        ]
    }
