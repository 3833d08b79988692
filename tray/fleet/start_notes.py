"""Keeps the starts that are under way, so that the next run of the program goes on with them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tray.fleet.state_file import StateFile
from tray.model.commands import OpenNotebook, StartNotebook
from tray.model.lengths import View
from tray.model.power import Start

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

_MOST = 100


class StartNotes:
    """Keeps names, ARNs and times, no secrets. A file that fails counts as missing.

    :param path: None to store nothing
    """

    def __init__(self, path: Path | None) -> None:
        self._file = StateFile(path)

    def load(self) -> tuple[Start, ...]:
        """Return the starts that were under way. Reads a file."""
        try:
            match self._file.read():
                case {"under_way": [*starts]}:
                    return tuple(_start(each) for each in starts[:_MOST])
        except (OSError, ValueError, TypeError, KeyError) as error:
            log.info("the starts that were under way can't be read: %s", type(error).__name__)
        return ()

    def keep(self, starts: Sequence[Start]) -> None:
        """Store the starts that are under way. Writes a file, whole or not at all."""
        try:
            self._file.write({"under_way": [_noted(start) for start in starts[:_MOST]]})
        except OSError as error:
            log.info("the starts that are under way can't be kept: %s", type(error).__name__)


def _noted(start: Start) -> dict[str, Any]:
    opens = start.command.opens
    return {
        "profile": start.command.profile,
        "arn": start.command.arn,
        "since": start.since,
        **({"view": opens.view.value, "session_seconds": opens.session_seconds} if opens else {}),
    }


def _start(noted: Any) -> Start:
    profile, arn, since = str(noted["profile"]), str(noted["arn"]), float(noted["since"])
    opens = None
    if "view" in noted:
        opens = OpenNotebook(profile, arn, View(noted["view"]), int(noted["session_seconds"]))
    # Nothing is known of what has happened since: any status is a result.
    return Start(StartNotebook(profile, arn, opens), since, pending=True)
