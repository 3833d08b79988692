"""Stores which notebook instances the user opened last, from one run of the program to the next."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from tray.fleet.files.state_file import StateFile
from tray.fleet.snapshot import LastOpened

if TYPE_CHECKING:
    from pathlib import Path

MOST_RECENT = 5


def with_latest(recent: tuple[LastOpened, ...], latest: LastOpened) -> tuple[LastOpened, ...]:
    """Return what was opened last once `latest` has been: each notebook instance once, five at most."""
    return (latest, *(each for each in recent if each.arn != latest.arn))[:MOST_RECENT]


class Recent:
    """Stores names of profiles and ARNs, which are no secrets. A file that fails counts as missing.

    The latest has the members that it had when it was the only one, so that older releases find it.

    :param path: None to store nothing
    """

    def __init__(self, path: Path | None) -> None:
        self._file = StateFile(path, "what was opened last")
        self._lock = threading.Lock()

    def load(self) -> tuple[LastOpened, ...]:
        """Return what was opened last, the latest first; nothing if that isn't known. Reads a file."""
        stored = self._file.stored()
        before = stored.get("before") if isinstance(stored, dict) else None
        found: tuple[LastOpened, ...] = ()
        # The latest is put first at the end.
        for each in reversed((stored, *(before[:MOST_RECENT] if isinstance(before, list) else ()))):
            if (opened := _opened(each)) is not None:
                found = with_latest(found, opened)
        return found

    def keep(self, last: LastOpened) -> None:
        """Store what was opened last, before what is stored. Writes a file, whole or not at all."""
        with self._lock:
            latest, *before = with_latest(self.load(), last)
            self._file.keep({**_stored(latest), "before": [_stored(each) for each in before]})


def _opened(stored: Any) -> LastOpened | None:
    match stored:
        case {"profile": str(profile), "arn": str(arn)}:
            return LastOpened(profile, arn)
    return None


def _stored(opened: LastOpened) -> dict[str, str]:
    return {"profile": opened.profile, "arn": opened.arn}
