"""Stores which kinds of notifications the user has turned off, and changes that."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from tray.fleet.files.state_file import StateFile
from tray.model.notification_kinds import NotificationKind

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.state import Slice
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.commands import SetNotifications
    from tray.runtime.workers import Workers


# The tray and the command line share this file.
FILE_NAME = "notifications.json"


class KindsFile:
    """Stores which kinds are turned off: nothing secret. Blocks for the disk.

    A file that can't be read counts as missing: all kinds are on. Kinds that this release does not know stay in it.

    :param path: None to store nothing
    """

    def __init__(self, path: Path | None) -> None:
        self._file = StateFile(path, "which notifications are turned off")
        self._lock = threading.Lock()

    def load(self) -> frozenset[NotificationKind]:
        """Return the kinds that are turned off."""
        stored = _off(self._file.stored())
        return frozenset(kind for kind in NotificationKind if kind.value in stored)

    def change(self, kind: NotificationKind, *, on: bool) -> None:
        """Turn a kind on or off; what another program has stored meanwhile stays. Whole or not at all.

        :raises TrayError: it can't be stored
        """
        kinds = {kind.value}
        try:
            with self._lock, self._file.alone():
                off = _off(self._file.readable())
                self._file.write({"off": sorted(off - kinds if on else off | kinds)})
        except OSError as error:
            raise self._file.refusal("notifications-not-kept", error) from error


def _off(stored: Any) -> frozenset[str]:
    match stored:
        case {"off": [*kinds]}:
            return frozenset(kind for kind in kinds if isinstance(kind, str))
    return frozenset()


class NotificationChoices:
    """Owns the snapshot's slice of the kinds that are turned off. `set` and `follow` return at once.

    :param path: None to store nothing
    :param workers: one separate worker, so that changes are written in their order
    """

    def __init__(
        self, off: Slice[frozenset[NotificationKind]], tasks: TaskRunner, *, workers: Workers, path: Path | None
    ) -> None:
        self._off = off
        self._tasks = tasks
        self._workers = workers
        self._stores = path is not None
        self._file = KindsFile(path)

    def load(self) -> None:
        """Take what is stored. Reads a file."""
        self._off.set(self._file.load())

    def follow(self) -> None:
        """Take what another program has stored."""
        if self._stores:
            self._workers.start(self.load)

    def set(self, command: SetNotifications) -> None:
        """Turn a kind on or off, and store that."""
        kinds = frozenset((command.kind,))

        def changed(off: frozenset[NotificationKind]) -> frozenset[NotificationKind]:
            return off - kinds if command.on else off | kinds

        def act(_: Cancelling) -> None:
            self._file.change(command.kind, on=command.on)
            self._off.update(changed)  # once more: `follow` may have read the file just before

        self._off.update(changed)
        self._tasks.begin(command, act, workers=self._workers, again=True)
