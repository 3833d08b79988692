"""A small file in the system's folder for the state of this user's programs: names, ARNs and times, no secrets."""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

_MOST_BYTES = 256 * 1024


def state_folder() -> Path:
    """Return the system's folder for the state of this program."""
    from platformdirs import user_state_path

    return user_state_path("notebook-tray", appauthor=False)


class StateFile:
    """A value as JSON in a file; safe to use from many threads. Both methods may block for the disk.

    :param path: None to store nothing
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()

    @property
    def folder(self) -> str:
        """Where the file is, for the user to read."""
        return str(self._path.parent) if self._path is not None else ""

    def read(self) -> Any:
        """Return the stored value, None if there is none.

        :raises OSError: the file can't be read
        :raises ValueError: it holds no JSON, or is too long to be from this program
        """
        if self._path is None:
            return None
        try:
            with self._path.open("rb") as file:
                return json.loads(file.read(_MOST_BYTES))
        except FileNotFoundError:
            return None
        except RecursionError:
            raise ValueError("nested too deeply") from None

    def write(self, value: Any) -> None:
        """Store a value, whole or not at all. The folder and the file are the user's alone.

        :raises OSError: the file can't be written
        """
        if self._path is None:
            return
        new = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with self._lock:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as to:
                    json.dump(value, to)
                new.replace(self._path)
            except OSError:
                with suppress(OSError):
                    new.unlink()
                raise
