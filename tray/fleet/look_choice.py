"""Stores whether the user has turned looks before a stop off, and changes that."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.fleet.state_file import StateFile
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.state import Slice
    from tray.fleet.tasks import TaskRunner
    from tray.model.commands import SetLooks
    from tray.runtime.workers import Workers

log = logging.getLogger(__name__)

FILE_NAME = "looks.json"


def looks_are_off(path: Path | None) -> bool:
    """Return whether the user has turned looks off. A file that can't be read counts as missing. Reads a file."""
    try:
        match StateFile(path).read():
            case {"off": bool(off)}:
                return off
    except (OSError, ValueError) as error:
        log.info("whether looks are turned off can't be read: %s", type(error).__name__)
    return False


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
        self._file = StateFile(path)

    def load(self) -> None:
        """Read the stored choice. Reads a file."""
        self._off.set(looks_are_off(self._path))

    def set(self, command: SetLooks) -> None:
        """Turn looks on or off, and store that; returns at once."""
        self._off.set(not command.on)
        self._tasks.begin(command, lambda _: self._store(), workers=self._workers, again=True)

    def _store(self) -> None:
        """Write the file, whole or not at all.

        :raises TrayError: it can't be written
        """
        try:
            self._file.write({"off": self._off.now})
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise TrayError("looks-not-kept", path=self._file.folder, reason=reason) from error
