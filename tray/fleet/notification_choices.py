"""Stores which kinds of notifications the user has turned off, and changes that."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from tray.fleet.state_file import StateFile
from tray.model.notification_kinds import NotificationKind

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.state import Slice
    from tray.fleet.tasks import TaskRunner
    from tray.model.commands import SetNotifications
    from tray.runtime.workers import Workers


class NotificationChoices:
    """Owns the snapshot's slice of the kinds that are turned off.

    The file holds nothing secret. A file that can't be read counts as missing: all kinds are on. Kinds that this
    release does not know stay in the file.

    :param path: None to store nothing
    :param workers: one separate worker, so that changes are written in their order
    """

    def __init__(
        self, off: Slice[frozenset[NotificationKind]], tasks: TaskRunner, *, workers: Workers, path: Path | None
    ) -> None:
        self._off = off
        self._tasks = tasks
        self._workers = workers
        self._file = StateFile(path, "which notifications are turned off")
        self._lock = threading.Lock()

    def load(self) -> None:
        """Read the stored choices. Reads a file."""
        self._off.set(frozenset(kind for kind in NotificationKind if kind.value in self._stored()))

    def set(self, command: SetNotifications) -> None:
        """Turn a kind on or off, and store that; returns at once."""
        kinds = frozenset((command.kind,))
        self._off.update(lambda off: off - kinds if command.on else off | kinds)
        self._tasks.begin(command, lambda _: self._store(), workers=self._workers, again=True)

    def _stored(self) -> frozenset[str]:
        match self._file.stored():
            case {"off": [*kinds]}:
                return frozenset(kind for kind in kinds if isinstance(kind, str))
        return frozenset()

    def _store(self) -> None:
        """Write the file, whole or not at all.

        :raises TrayError: it can't be written
        """
        with self._lock:
            unknown = self._stored() - {kind.value for kind in NotificationKind}
            off = sorted({*unknown, *(kind.value for kind in self._off.now)})
            self._file.store({"off": off}, "notifications-not-kept")
