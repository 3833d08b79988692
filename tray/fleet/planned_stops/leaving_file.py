"""Stores what was to be stopped when the user leaves, and what of it was not: no secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tray.fleet.files.state_file import StateFile
from tray.model.arns import is_notebook_arn
from tray.model.leaving import NotStopped, WhyNot

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "leaving.json"
MOST = 300
_LONGEST_PROFILE = 256
_LONGEST_SESSION = 200
_LATEST = 1e11  # the year 5138
_REASONS = {why.value: why for why in WhyNot}

Planned = tuple[str, str]
"""A profile's name and an ARN."""


@dataclass(frozen=True, slots=True)
class NotedLeaving:
    """What is stored: `left`, which the user is yet to be told of, and `held`, what is to be stopped in a session.

    `session` is the desktop session of `held`, as `tray.desktop.leaving.session_id` names it.
    """

    left: tuple[NotStopped, ...] = ()
    held: tuple[Planned, ...] = ()
    session: str = ""


class LeavingFile:
    """Stores names of profiles, ARNs and times. A bad file counts as missing, and one that can't be written is logged.

    :param path: None to store nothing
    """

    def __init__(self, path: Path | None) -> None:
        self._file = StateFile(path, "what is to be stopped at the logout")

    def load(self) -> NotedLeaving:
        """Return what is stored. Reads a file."""
        match self._file.stored():
            case {"left": [*left], "held": [*held], "session": str(session)} if len(session) <= _LONGEST_SESSION:
                return NotedLeaving(
                    tuple(filter(None, map(_left, left[-MOST:]))),
                    tuple(filter(None, map(_planned, held[-MOST:]))),
                    session,
                )
        return NotedLeaving()

    def keep(self, noted: NotedLeaving) -> None:
        """Store it. Writes a file."""
        self._file.keep(
            {
                "left": [
                    {"profile": each.profile, "arn": each.arn, "at": each.at, "why": each.why.value}
                    for each in noted.left[-MOST:]
                ],
                "held": [{"profile": profile, "arn": arn} for profile, arn in noted.held[-MOST:]],
                "session": noted.session,
            }
        )


def _left(noted: Any) -> NotStopped | None:
    """Return a noted one; None for anything else."""
    match noted:
        # Compared before anything is computed: NaN, infinity and numbers beyond all floats are JSON to Python.
        case {"profile": str(profile), "arn": str(arn), "at": int() | float() as at, "why": str(why)} if (
            _is_planned(profile, arn) and why in _REASONS and not isinstance(at, bool) and 0 <= at <= _LATEST
        ):
            return NotStopped(profile, arn, float(at), _REASONS[why])
    return None


def _planned(noted: Any) -> Planned | None:
    match noted:
        case {"profile": str(profile), "arn": str(arn)} if _is_planned(profile, arn):
            return profile, arn
    return None


def _is_planned(profile: str, arn: str) -> bool:
    return is_notebook_arn(arn) and len(profile) <= _LONGEST_PROFILE
