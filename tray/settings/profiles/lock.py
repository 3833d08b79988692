"""The lock that lets only one of the user's processes change the profiles at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tray.runtime.whole_files import make_folder
from tray.settings.profiles.errors import keyring_error

if TYPE_CHECKING:
    from tray.model.problems import TrayError

LOCK_TIMEOUT_SECONDS = 30.0

# Needed on file systems (NFS) that give a process a second lock on a file that it has already locked.
_in_this_process = threading.Lock()


def default_lock_path() -> Path:
    """Return the path of the lock file, an empty file in this system's folder for the user's state."""
    from platformdirs import user_state_path  # here and below: only a change of the profiles needs it

    return user_state_path("notebook-tray", appauthor=False) / "profiles.lock"


@contextmanager
def exclusive(path: Path, timeout_seconds: float = LOCK_TIMEOUT_SECONDS) -> Iterator[None]:
    """Hold the lock at `path`. The system releases the lock when the process ends, however it ends.

    :raises TrayError: (keyring) another process held it for all of `timeout_seconds`, or the file can't be made
    """
    give_up = time.monotonic() + timeout_seconds
    if not _in_this_process.acquire(timeout=timeout_seconds):
        raise _busy(path, timeout_seconds)
    try:
        from filelock import FileLock, Timeout

        try:
            make_folder(path.parent)
            lock = FileLock(path, timeout=max(0.0, give_up - time.monotonic()), mode=0o600, poll_interval=0.01)
            lock.acquire()
        except Timeout:
            raise _busy(path, timeout_seconds) from None
        except OSError as error:
            raise _unusable(path, error) from None
        try:
            yield
        finally:
            lock.release()
    finally:
        _in_this_process.release()


def _busy(path: Path, timeout_seconds: float) -> TrayError:
    return keyring_error("profiles-in-use", seconds=f"{timeout_seconds:g}", path=path)


def _unusable(path: Path, error: OSError) -> TrayError:
    return keyring_error("profiles-not-lockable", path=path, reason=error.strerror or type(error).__name__)
