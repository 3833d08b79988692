"""Stores until when nobody is told again that a notebook instance is left running: no secrets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tray.fleet.files.shared_state import SharedState
from tray.model.arns import is_notebook_arn

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "left-running.json"
MOST = 500
_LATEST = 1e11  # the year 5138

Rests = Mapping[str, float]
"""Until when nothing is told, in seconds since the epoch, by ARN; those that were told last come last."""


class LeftRunningFile:
    """Stores ARNs and times. A bad file counts as missing.

    :param path: None to keep it in memory alone
    """

    def __init__(self, path: Path | None) -> None:
        self._state = SharedState(path, "what was told to be left running", read=_read, stored=_stored)

    def load(self) -> Rests:
        """Return until when nothing is told. Reads a file."""
        return self._state.load()

    def change(self, change: Callable[[Rests], Rests]) -> Rests:
        """Change that, store it, and return it. Reads and writes a file.

        :param change: quick; called again if the result can't be stored
        """
        return self._state.change(lambda rests: dict([*change(rests).items()][-MOST:]))


def _read(stored: Any) -> Rests:
    match stored:
        case {"rests": dict(rests)}:
            return {
                arn: float(until)
                for arn, until in [*rests.items()][-MOST:]
                # Compared before anything is computed: NaN, infinity and numbers beyond all floats are JSON to Python.
                if isinstance(until, int | float) and 0 <= until <= _LATEST and is_notebook_arn(arn)
            }
    return {}


def _stored(rests: Rests) -> object:
    return {"rests": dict(rests)}
