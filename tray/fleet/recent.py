"""Stores which notebook instance the user opened last, from one run of the program to the next."""

from __future__ import annotations

import json
import logging
import os
import threading
from contextlib import suppress
from pathlib import Path

from tray.fleet.snapshot import LastOpened

log = logging.getLogger(__name__)

# The file has two short texts: a longer file is not from this program.
_MOST_BYTES = 4096


def recent_path() -> Path:
    """Return the path of the file, in the system's folder for the state of this user's programs."""
    from platformdirs import user_state_path

    return user_state_path("notebook-tray", appauthor=False) / "last-opened.json"


class Recent:
    """Stores a profile's name and an ARN, which are no secrets. A file that fails counts as missing.

    :param path: None to store nothing
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()

    def load(self) -> LastOpened | None:
        """Return what was opened last; None if that isn't known. Reads a file."""
        if self._path is None:
            return None
        try:
            with self._path.open("rb") as file:
                known = json.loads(file.read(_MOST_BYTES))
            match known:
                case {"profile": str(profile), "arn": str(arn)}:
                    return LastOpened(profile, arn)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            log.info("what was opened last can't be read: %s", type(error).__name__)
        return None

    def keep(self, last: LastOpened) -> None:
        """Store what was opened last. Writes a file, whole or not at all."""
        if self._path is None:
            return
        text = json.dumps({"profile": last.profile, "arn": last.arn})
        if len(text) > _MOST_BYTES:
            return
        new = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with self._lock:  # several may be opened at once
            self._write(self._path, new, text)

    def _write(self, path: Path, new: Path, text: str) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
            new.replace(path)
        except OSError as error:
            log.info("what was opened last can't be kept: %s", type(error).__name__)
            with suppress(OSError):
                new.unlink()
