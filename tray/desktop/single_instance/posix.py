"""What Linux and macOS have in common: flock and Unix sockets, in a folder that only this user can enter."""

from __future__ import annotations

import errno
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tray.runtime.whole_files import make_folder

if sys.platform == "win32":
    raise ImportError("Windows has neither")

import fcntl

# The longest path of a Unix socket: macOS has room for 104 bytes with a zero at the end, Linux for 108.
_LONGEST_BYTES = 103

if TYPE_CHECKING:
    from multiprocessing.connection import Connection, Listener
    from socket import socket


def temporary_folder() -> Path:
    """Return a folder in /tmp with this user's number in its name. `make_private` checks whose folder it is.

    TMPDIR is never used, since it may differ between two terminals.
    """
    return Path(f"/tmp/notebook-tray-{os.geteuid()}")  # noqa: S108 # nosec B108 # make_private checks it


def make_private(folder: Path) -> None:
    """Make `folder` if need be, and let only this user enter it.

    A folder that other users could enter is closed to them. Files that they may have left there do no harm: the lock
    file has to be this user's, and a file in the socket's place is deleted.

    :raises OSError: the folder can't be made, or belongs to another user
    """
    try:
        make_folder(folder.parent)
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = os.lstat(folder)  # a link may lead anywhere
        if not stat.S_ISDIR(found.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, "it is no folder", str(folder)) from None
        if found.st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "it belongs to another user", str(folder)) from None
        if stat.S_IMODE(found.st_mode) != 0o700:
            folder.chmod(0o700)


def lock(path: Path) -> int | None:
    """Lock the file at `path`, made if need be, until `unlock`; return None if another process has the lock.

    The lock is flock(2)'s and belongs to the open file, so the system gives it back when the process ends. Child
    processes don't inherit the lock, as no file that Python opens outlives exec (PEP 446).

    :raises OSError: there can be no such file, or it belongs to another user
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "it is no file of yours", str(path))
        if stat.S_IMODE(found.st_mode) != 0o600:
            os.fchmod(descriptor, 0o600)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def unlock(descriptor: int) -> None:
    """Give a lock back."""
    os.close(descriptor)


def address(lock: Path) -> str:
    """Return where the holder of `lock` is to listen: beside the lock file, or in /tmp if that path is too long."""
    beside = lock.with_suffix(".socket")
    encoded = os.fsencode(beside)
    if len(encoded) <= _LONGEST_BYTES:
        return str(beside)
    return str(temporary_folder() / f"{zlib.crc32(encoded):08x}.socket")


def listen(address: str, backlog: int) -> Listener:
    """Listen at `address`, and replace a file that is there. Only the holder of the lock may call this.

    :raises OSError: nothing can listen there
    """
    from multiprocessing.connection import Listener

    path = Path(address)
    make_private(path.parent)
    path.unlink(missing_ok=True)  # of a copy that was killed
    listener = Listener(address, "AF_UNIX", backlog)
    path.chmod(0o600)
    return listener


@contextmanager
def hung_up_after(connection: Connection, seconds: float) -> Iterator[None]:
    """End `connection` after `seconds`, so that no thread waits longer for the rest of a message."""
    from socket import socket
    from threading import Timer

    # The timer shuts down a copy of the descriptor: by then the number of the original may be another file's.
    with socket(fileno=os.dup(connection.fileno())) as ours:
        timer = Timer(seconds, _hang_up, [ours])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _hang_up(ours: socket) -> None:
    from socket import SHUT_RDWR

    with suppress(OSError):  # the other end has hung up already
        ours.shutdown(SHUT_RDWR)
