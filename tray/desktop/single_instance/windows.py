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

# Far behind the end of the file: other processes can't read a locked byte, and they need to read the content.
_LOCKED_BYTE = 1 << 30

# The C runtime's error numbers for a lock that another process holds; Wine's gives 0.
_TAKEN = (errno.EACCES, 0)


def folder() -> Path:
    """Return the folder for the lock file: in the user's local application data, which other users can't enter."""
    local = os.environ.get("LOCALAPPDATA")
    return (Path(local) if local else Path.home() / "AppData" / "Local") / "notebook-tray" / "run"


def make_private(folder: Path) -> None:
    """Make `folder` if need be; it gets the permissions of the folder above it.

    :raises OSError: it can't be made
    """
    folder.mkdir(parents=True, exist_ok=True)


def desktop() -> str:
    """Return a name for the desktop: that of the session, of which a user may have several on a terminal server.

    A session that was disconnected keeps its number when the user comes back to it.
    """
    import ctypes

    # https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-processidtosessionid
    session = ctypes.c_ulong()
    if not ctypes.WinDLL("kernel32").ProcessIdToSessionId(os.getpid(), ctypes.byref(session)):
        return "tray"
    return f"tray-{session.value}"


def lock(path: Path) -> int | None:
    """Lock the file at `path`, made if need be, until `unlock`; return None if another process has the lock.

    Windows gives the lock back when the process ends (see `LockFile` in its documentation). Child processes don't
    inherit the lock (PEP 446).

    :raises OSError: there can be no such file
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
    """Give a lock back. If the file were only closed, the system would decide when the lock ends."""
    os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
    msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    os.close(descriptor)


def address(lock: Path) -> str:  # noqa: ARG001 - elsewhere the socket stands beside it
    r"""Return a random name for a pipe, which no other process can have taken before.

    Every user may make pipes under `\\.\pipe`, so another user could take a name that is known beforehand.
    """
    return rf"\\.\pipe\notebook-tray-{os.urandom(16).hex()}"


def listen(address: str, backlog: int) -> Listener:
    """Listen at `address`. A pipe's default permissions let only this user, administrators and the system write.

    https://learn.microsoft.com/windows/win32/ipc/named-pipe-security-and-access-rights

    :raises OSError: nothing can listen there
    """
    from multiprocessing.connection import Listener

    return Listener(address, "AF_PIPE", backlog)


@contextmanager
def hung_up_after(connection: Connection, seconds: float) -> Iterator[None]:
    """Cancel a read or write that waits on `connection` after `seconds`, and again each time as many have passed.

    `Connection.poll` would not do: a message of no bytes can end it and leave nothing to be read.

    :raises TimeoutError: a read or write was cancelled
    """
    import ctypes  # here and below: only a conversation needs these modules
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
    except (RuntimeError, AssertionError) as error:  # multiprocessing raises these when a read or write is cancelled
        raise TimeoutError from error
    finally:
        over.set()
        thread.join()
