"""State that the tray and the commands change: each change is made to what the file holds at that moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tray.fleet.state_file import MOST_BYTES, StateFile

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")


class SharedState(Generic[T]):
    """A value in a state file. Once it can't be written, it is kept in memory: it counts in this run at least.

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
        self._in_memory: tuple[T] | None = (read(None),) if path is None else None
        self._lock = threading.Lock()

    def load(self) -> T:
        """Return the value. Reads a file."""
        return self._in_memory[0] if self._in_memory is not None else self._read(self._file.stored())

    def change(self, change: Callable[[T], T]) -> T:
        """Change the value, store it, and return it. Reads and writes a file."""
        with self._lock:
            if self._in_memory is None:
                try:
                    with self._file.alone():
                        changed = change(self.load())
                        self._file.write(self._stored(changed))
                    return changed
                except OSError as error:
                    self._file.log_unkept(error)
            changed = change(self.load())
            self._in_memory = (changed,)
            return changed

    def store(self, change: Callable[[T], T], code: str) -> T:
        """Do as `change` does for a program that ends at once, and remembers nothing. Reads and writes a file.

        :raises TrayError: the problem of this code, with folder and reason: it can't be written
        """
        with self._lock:
            try:
                with self._file.alone():
                    changed = change(self.load())
                    self._file.write(self._stored(changed))
            except OSError as error:
                raise self._file.refusal(code, error) from error
            return changed
