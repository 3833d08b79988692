"""Stores which kinds of notifications the user has turned off, and changes that."""

from __future__ import annotations

import json
import logging
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tray.model.notification_kinds import NotificationKind
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from tray.fleet.state import Slice
    from tray.fleet.tasks import TaskRunner
    from tray.model.commands import SetNotifications
    from tray.runtime.workers import Workers

log = logging.getLogger(__name__)

# The file has a few short words: a longer file is not from this program.
_MOST_BYTES = 4096


def notifications_path() -> Path:
    """Return the path of the file, in the system's folder for the state of this user's programs."""
    from platformdirs import user_state_path

    return user_state_path("notebook-tray", appauthor=False) / "notifications.json"


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
        self._path = path
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
        if self._path is None:
            return frozenset()
        try:
            with self._path.open("rb") as file:
                known = json.loads(file.read(_MOST_BYTES))
            match known:
                case {"off": [*kinds]}:
                    return frozenset(kind for kind in kinds if isinstance(kind, str))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, RecursionError) as error:
            log.info("which notifications are turned off can't be read: %s", type(error).__name__)
        return frozenset()

    def _store(self) -> None:
        """Write the file, whole or not at all.

        :raises TrayError: it can't be written
        """
        path = self._path
        if path is None:
            return
        with self._lock:
            unknown = self._stored() - {kind.value for kind in NotificationKind}
            text = json.dumps({"off": sorted({*unknown, *(kind.value for kind in self._off.now)})})
            new = path.with_name(f"{path.name}.{os.getpid()}")
            try:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as f:
                    f.write(text)
                new.replace(path)
            except OSError as error:
                with suppress(OSError):
                    new.unlink()
                reason = error.strerror or type(error).__name__
                raise TrayError("notifications-not-kept", path=str(path.parent), reason=reason) from error
