"""State that the tray and the commands change: each change is made to what the file holds at that moment."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tray.fleet.files.state_file import MOST_BYTES, StateFile
from tray.fleet.files.three_way import joined

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")


class SharedState(Generic[T]):
    """A value in a state file. What can't be stored counts in this run, and is stored with the next change that can be.

    Until then, what other programs store counts, too (`three_way.py`).

    :param path: None to keep it in memory alone
    :param what: what it is, for the log
    :param read: returns the value of what is stored, which may be anything; None if nothing is
    :param stored: returns what is to be stored of a value
    :param most_bytes: a longer file is not from this program
    """

    def __init__(
        self,
        path: Path | None,
        what: str,
        *,
        read: Callable[[Any], T],
        stored: Callable[[T], object],
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._file = StateFile(path, what, most_bytes=most_bytes)
        self._read = read
        self._stored = stored
        self._has_file = path is not None
        self._in_memory = read(None)
        # What the file held, as JSON, before the changes that could not be stored, and what they have made of it.
        self._unstored: tuple[object, object] | None = None
        self._lock = threading.Lock()

    def load(self) -> T:
        """Return the value. Reads a file."""
        if not self._has_file:
            return self._in_memory
        try:
            return self._present()
        except OSError as error:
            self._file.log_unread(error)
            return self._in_memory

    def change(self, change: Callable[[T], T]) -> T:
        """Change the value, store it, and return it. Reads and writes a file."""
        with self._lock:
            if self._has_file:
                try:
                    return self._store(change)
                except OSError as error:
                    self._file.log_unkept(error)
            before = self.load()
            self._in_memory = change(before)
            if self._has_file:
                base = self._unstored[0] if self._unstored is not None else self._as_json(before)
                self._unstored = (base, self._as_json(self._in_memory))
            return self._in_memory

    def store(self, change: Callable[[T], T], code: str) -> T:
        """Do as `change` does for a program that ends at once, and remembers nothing. Reads and writes a file.

        :raises TrayError: the problem of this code, with folder and reason: it can't be written
        """
        with self._lock:
            try:
                return self._store(change)
            except OSError as error:
                raise self._file.refusal(code, error) from error

    def _store(self, change: Callable[[T], T]) -> T:
        with self._file.alone():
            changed = change(self._present())
            self._file.write(self._stored(changed))
        self._unstored = None
        self._in_memory = changed  # for as long as the file can't be read
        return changed

    def _present(self) -> T:
        """Return what the file holds, with what could not be stored.

        :raises OSError: it can't be read just now: it is no empty one, to be replaced by one change alone
        """
        unstored = self._unstored  # another thread may store it meanwhile
        value = self._read(self._file.readable())
        return value if unstored is None else self._read(joined(*unstored, self._as_json(value)))

    def _as_json(self, value: T) -> object:
        return json.loads(json.dumps(self._stored(value)))
