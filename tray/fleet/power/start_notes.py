"""Keeps the starts that are under way, so that the next run of the program goes on with them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tray.fleet.files.state_file import StateFile
from tray.fleet.power.start_steps import FORGOTTEN_SECONDS
from tray.model.arns import is_notebook_arn
from tray.model.commands import OpenNotebook, StartNotebook
from tray.model.lengths import View, check_session_seconds
from tray.model.power import Start
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from pathlib import Path

_MOST = 100
# By so much a clock may have been set back since: a start that lies further ahead is none.
_SET_BACK_SECONDS = 30 * 24 * 3600.0


class StartNotes:
    """Keeps names, ARNs and times, no secrets. A file that fails counts as missing.

    :param path: None to store nothing
    """

    def __init__(self, path: Path | None) -> None:
        self._file = StateFile(path, "the starts that were under way")

    def load(self, now: float) -> tuple[Start, ...]:
        """Return the starts that were under way. Reads a file.

        One that makes no sense, or is so old that nobody waits for it, hides no other.

        :param now: the present time, in seconds since the epoch
        """
        match self._file.stored():
            case {"under_way": [*noted]}:
                starts = (_start(each, now) for each in noted[:_MOST])
                return tuple({start.command.arn: start for start in starts if start is not None}.values())
        return ()

    def keep(self, starts: Sequence[Start]) -> None:
        """Store the starts that are under way. Writes a file, whole or not at all."""
        self._file.keep({"under_way": [_noted(start) for start in starts[:_MOST]]})


def _noted(start: Start) -> dict[str, Any]:
    opens = start.command.opens
    return {
        "profile": start.command.profile,
        "arn": start.command.arn,
        "since": start.since,
        "asked": start.asked_at,
        **({"kept_closed": True} if start.kept_closed else {}),
        **({"view": opens.view.value, "session_seconds": opens.session_seconds} if opens else {}),
    }


def _start(noted: Any, now: float) -> Start | None:
    """Return a noted start; None for anything else."""
    match noted:
        case {"profile": str(profile), "arn": str(arn), "since": int() | float() as since} if is_notebook_arn(arn):
            asked = noted.get("asked", since)
        case _:
            return None
    # Compared before anything is computed: NaN, infinity and numbers beyond all floats are valid JSON to Python.
    if not now - FORGOTTEN_SECONDS <= since <= now + _SET_BACK_SECONDS:
        return None
    if not isinstance(asked, int | float) or not now - FORGOTTEN_SECONDS <= asked <= now + _SET_BACK_SECONDS:
        asked = since
    # Nothing is known of what has happened since: any status is a result.
    opens, closed = _opens(noted, profile, arn), noted.get("kept_closed") is True
    return Start(StartNotebook(profile, arn, opens), since, pending=True, asked=asked, kept_closed=closed)


def _opens(noted: Any, profile: str, arn: str) -> OpenNotebook | None:
    match noted:
        case {"view": str(view), "session_seconds": int(seconds)}:
            with suppress(ValueError, TrayError):
                return OpenNotebook(profile, arn, View(view), check_session_seconds(seconds))
    return None
