"""State that the tray and the commands change: each change is made to what the file holds at that moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tray.fleet.state_file import MOST_BYTES, StateFile

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")


# Of a run in which nothing can be stored: some weeks of it. Of more, what they came to replaces what is in the file.
_MOST_UNSTORED = 4096


class SharedState(Generic[T]):
    """A value in a state file. What can't be stored counts in this run, and is stored with the next change that can be.

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
        self._in_memory: tuple[T] | None = (read(None),) if path is None else None
        # The changes since what is in the file.
        self._unstored: list[Callable[[T], T]] = []
        self._lock = threading.Lock()

    def load(self) -> T:
        """Return the value. Reads a file."""
        return self._in_memory[0] if self._in_memory is not None else self._read(self._file.stored())

    def change(self, change: Callable[[T], T]) -> T:
        """Change the value, store it, and return it. Reads and writes a file."""
        with self._lock:
            if self._has_file:
                try:
                    changed = self._store(change)
                except OSError as error:
                    self._file.log_unkept(error)
                else:
                    self._in_memory = None
                    self._unstored.clear()
                    return changed
            changed = change(self.load())
            self._in_memory = (changed,)
            if self._has_file:
                full = len(self._unstored) >= _MOST_UNSTORED
                self._unstored = [lambda _: changed] if full else [*self._unstored, change]
            return changed

    def _store(self, change: Callable[[T], T]) -> T:
        with self._file.alone():
            # A file that is there and can't be read just now is no empty one, to be replaced by this change alone.
            changed = self._read(self._file.readable())
            for each in (*self._unstored, change):
                changed = each(changed)
            self._file.write(self._stored(changed))
        return changed
