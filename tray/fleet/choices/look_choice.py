"""Stores whether the user has turned looks before a stop off, and changes that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.fleet.files.state_file import StateFile

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.state import Slice
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.commands import SetLooks
    from tray.runtime.workers import Workers

FILE_NAME = "looks.json"


def looks_are_off(path: Path | None) -> bool:
    """Return whether the user has turned looks off. A file that can't be read counts as missing. Reads a file."""
    match _file(path).stored():
        case {"off": bool(off)}:
            return off
    return False


def store_looks(path: Path | None, *, on: bool) -> None:
    """Store whether looks are turned on. Writes a file.

    :raises TrayError: it can't be stored
    """
    _file(path).store({"off": not on}, "looks-not-kept")


def _file(path: Path | None) -> StateFile:
    return StateFile(path, "whether looks are turned off")


class LookChoice:
    """Owns the snapshot's slice for whether looks are turned off. The file holds nothing secret.

    :param path: None to store nothing
    :param workers: one separate worker, so that changes are written in their order
    """

    def __init__(self, off: Slice[bool], tasks: TaskRunner, *, workers: Workers, path: Path | None) -> None:
        self._off = off
        self._tasks = tasks
        self._workers = workers
        self._path = path
        self._file = _file(path)

    def load(self) -> None:
        """Read the stored choice. Reads a file."""
        self._off.set(looks_are_off(self._path))

    def follow(self) -> None:
        """Take what another program has stored; returns at once."""
        if self._path is not None:
            self._workers.start(self.load)

    def set(self, command: SetLooks) -> None:
        """Turn looks on or off, and store that; returns at once."""
        self._off.set(not command.on)

        def act(_: Cancelling) -> None:
            self._file.store({"off": self._off.now}, "looks-not-kept")

        self._tasks.begin(command, act, workers=self._workers, again=True)
