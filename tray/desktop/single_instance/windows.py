"""Where the running copy is found on Windows: a locked file in the local application data, and a named pipe."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if sys.platform != "win32":
    raise ImportError("only Windows has msvcrt and named pipes")

import msvcrt

if TYPE_CHECKING:
    from multiprocessing.connection import Connection, Listener

# Far behind the end of the file: what is locked can't be read by others, and they are to read the content.
_LOCKED_BYTE = 1 << 30

# How the C runtime says that a lock is another's; Wine's says nothing.
_TAKEN = (errno.EACCES, 0)


def folder() -> Path:
    """Return the folder for it: in the user's local application data, which other people can't enter."""
    local = os.environ.get("LOCALAPPDATA")
    return (Path(local) if local else Path.home() / "AppData" / "Local") / "notebook-tray" / "run"


def make_private(folder: Path) -> None:
    """See to it that there is a `folder`; it has the permissions of the one above it.

    :raises OSError: there can be none
    """
    folder.mkdir(parents=True, exist_ok=True)


def desktop() -> str:
    """Return a name for the desktop: Windows gives a user one, which a remote login takes over."""
    return "tray"


def lock(path: Path) -> int | None:
    """Lock the file at `path`, made if need be, until `unlock`; None if another has the lock.

    Windows unlocks it when the process ends (`LockFile` in its documentation). Children don't inherit it (PEP 446).

    :raises OSError: there can be none
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_BINARY, 0o600)
    try:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except OSError as error:
        os.close(descriptor)
        if error.errno in _TAKEN:
            return None
        raise
    return descriptor


def unlock(descriptor: int) -> None:
    """Give a lock back; to close the file alone would leave it to the system when."""
    os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
    msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    os.close(descriptor)


def address(lock: Path) -> str:  # noqa: ARG001 - elsewhere the socket stands beside it
    r"""Return a name for a pipe: one that nobody can have taken before us.

    Everyone may make pipes under `\\.\pipe`, so a name known beforehand could be another user's.
    """
    return rf"\\.\pipe\notebook-tray-{os.urandom(16).hex()}"


def listen(address: str, backlog: int) -> Listener:
    """Listen at `address`. A pipe's default permissions let only this user, administrators and the system write.

    https://learn.microsoft.com/windows/win32/ipc/named-pipe-security-and-access-rights

    :raises OSError: it can't be had
    """
    from multiprocessing.connection import Listener

    return Listener(address, "AF_PIPE", backlog)


@contextmanager
def hung_up_after(connection: Connection, seconds: float) -> Iterator[None]:
    """Give up what `connection` is waiting for after `seconds`, and again after as many.

    `Connection.poll` would not do: a message of no bytes can end it and leave nothing to be read.

    :raises TimeoutError: it was given up
    """
    import ctypes  # here and below: only who converses needs it
    from threading import Event, Thread

    # https://learn.microsoft.com/windows/win32/fileio/cancelioex-func
    cancel = ctypes.WinDLL("kernel32").CancelIoEx
    cancel.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    handle, over = connection.fileno(), Event()

    def give_up() -> None:
        while not over.wait(seconds):
            cancel(handle, None)

    thread = Thread(target=give_up, name="instance-timer", daemon=True)
    thread.start()
    try:
        yield
    except (RuntimeError, AssertionError) as error:  # so multiprocessing says that a read or a write was cancelled
        raise TimeoutError from error
    finally:
        over.set()
        thread.join()
