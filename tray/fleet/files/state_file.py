"""A small file in the system's folder for the state of this user's programs: names, ARNs and times, no secrets."""

from __future__ import annotations

import errno
import json
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tray.model.problems import TrayError
from tray.runtime.whole_files import NoFileError, make_folder, read_beginning, write_whole

log = logging.getLogger(__name__)

MOST_BYTES = 256 * 1024
_ALONE_SECONDS = 5.0
# A link to itself or to a folder, in the file's place.
_NO_FILE = (errno.ELOOP, errno.EISDIR)


def state_folder() -> Path:
    """Return the system's folder for the state of this program."""
    from platformdirs import user_state_path

    return user_state_path("notebook-tray", appauthor=False)


class StateFile:
    """A value as JSON in a file; safe to use from many threads. Every method may block for the disk.

    :param path: None to store nothing
    :param what: what the file holds, for the log: "what was opened last"
    :param most_bytes: a longer file is not from this program
    """

    def __init__(self, path: Path | None, what: str, *, most_bytes: int = MOST_BYTES) -> None:
        self._path = path
        self._most_bytes = most_bytes
        self._what = what
        self._lock = threading.Lock()

    def stored(self) -> Any:
        """Return the stored value; None if there is none, or if it can't be read, which is logged."""
        try:
            return self.readable()
        except OSError as error:
            self.log_unread(error)
            return None

    def readable(self) -> Any:
        """Return the stored value; None if there is none, or if it makes no sense, which is logged.

        :raises OSError: the file can't be read: it may make sense another time
        """
        try:
            return self.read()
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and error.errno not in _NO_FILE:
                raise
            self.log_unread(error)
            return None

    def keep(self, value: Any) -> None:
        """Store a value that the program can do without; a failure is logged."""
        try:
            self.write(value)
        except OSError as error:
            self.log_unkept(error)

    def store(self, value: Any, code: str) -> None:
        """Store a choice of the user's.

        :raises TrayError: the problem of this code, with folder and reason: it can't be written
        """
        try:
            self.write(value)
        except OSError as error:
            raise self.refusal(code, error) from error

    def refusal(self, code: str, error: OSError) -> TrayError:
        """Return a failure as the problem of a code, with folder and reason."""
        folder = str(self._path.parent) if self._path is not None else ""
        return TrayError(code, path=folder, reason=error.strerror or type(error).__name__)

    def log_unkept(self, error: OSError) -> None:
        """Log that the value can't be stored."""
        log.info("%s can't be kept: %s", self._what, type(error).__name__)

    def log_unread(self, error: Exception) -> None:
        """Log that the value can't be read."""
        log.info("%s can't be read: %s", self._what, type(error).__name__)

    def read(self) -> Any:
        """Return the stored value, None if there is none.

        :raises OSError: the file can't be read
        :raises ValueError: it is no file, holds no JSON, or is too long to be from this program
        """
        path = self._path
        if path is None:
            return None
        try:
            content = read_beginning(path, self._most_bytes + 1)
            if len(content) > self._most_bytes:
                raise ValueError("too long")
            return json.loads(content)
        except FileNotFoundError:
            return None
        except NoFileError:
            raise ValueError("no file") from None
        except RecursionError:
            raise ValueError("nested too deeply") from None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep the user's other programs, which do the same, from changing the file inside the block. Blocks.

        :raises OSError: another program changes it for 5 s, or the lock can't be made
        """
        if self._path is None:
            yield
            return
        from filelock import FileLock  # here: most state files have a single writer

        make_folder(self._path.parent)
        with FileLock(self._path.with_suffix(".lock"), timeout=_ALONE_SECONDS, mode=0o600, poll_interval=0.01):
            yield

    def write(self, value: Any) -> None:
        """Store a value, whole or not at all. The folder and the file are the user's alone.

        :raises OSError: the file can't be written
        """
        if self._path is None:
            return
        try:
            text = json.dumps(value)
        except RecursionError:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from None  # another release's, nested too deeply
        with self._lock:
            write_whole(self._path, text.encode("utf-8"))
