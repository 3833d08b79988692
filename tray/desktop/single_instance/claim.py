"""The right to be the one running copy."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from tray.desktop.single_instance import system
from tray.model.problems import ExitStatus, Kind, TrayError

if TYPE_CHECKING:
    from tray.desktop.single_instance.messages import InstanceRequest, Names
    from tray.desktop.single_instance.server import Server
    from tray.desktop.single_instance.session import Session

# The suffix of a lock file's name.
LOCK = ".lock"

# Windows' errors for a drive or a server that is not there, some of which Python takes for a refusal (WinError.h):
# ERROR_PATH_NOT_FOUND, ERROR_INVALID_DRIVE, ERROR_NOT_READY, ERROR_REM_NOT_LIST, ERROR_BAD_NETPATH,
# ERROR_DEV_NOT_EXIST, ERROR_NETNAME_DELETED, ERROR_BAD_NET_NAME, ERROR_DEVICE_NOT_CONNECTED, ERROR_NETWORK_UNREACHABLE,
# ERROR_HOST_UNREACHABLE.
_NO_DRIVE = frozenset({3, 15, 21, 51, 53, 55, 64, 67, 1167, 1231, 1232})

# More than the content needs with an address of 108 bytes, each of them escaped.
_CONTENT_BYTES = 1024


class Claim:
    """The right to be the one running copy on this desktop, held from `claim` to `release` or the process's end."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._server: Server | None = None
        # Remove the address of a copy that was killed, so that nobody looks for that copy any longer. On a full disk it
        # stays, and leads to nobody.
        with suppress(OSError):
            self._write(b"")

    def __enter__(self) -> Claim:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def serve(
        self, do: Callable[[InstanceRequest], Names | None], follow: Callable[[Session], object] = lambda _: None
    ) -> None:
        """Let other processes of the user reach this one, from now until `release`.

        `do` is called with each request, on a separate thread for each, so several calls may run at once. When `do`
        returns, the process that asked is told that the request was done, with the names that `do` returns; when `do`
        raises, that it failed; when `do` raises `EndingError`, it is told nothing, as if this process had ended.
        `follow` is called with the session of a process that asks to be shown or followed.

        :raises OSError: no socket can be made
        """
        # Imported here, since these modules take longer to import than the icon takes to appear.
        from tray.desktop.single_instance.messages import Whereabouts
        from tray.desktop.single_instance.server import Server

        self._server = Server(system.address(self._path), do, follow)
        self._write(Whereabouts(os.getpid(), self._server.address).encoded())

    def release(self) -> None:
        """Let another process become the running copy. A second call does nothing."""
        if self._descriptor < 0:
            return
        # The order matters: the next holder of the lock makes its socket in the place of ours.
        if self._server is not None:
            self._server.close()
        with suppress(OSError):
            self._write(b"")
        system.unlock(self._descriptor)
        self._descriptor = -1

    def _write(self, content: bytes) -> None:
        # One write of a fixed length, padded with blanks: a reader finds either the old content or the new.
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, content.ljust(_CONTENT_BYTES))


def claim() -> Claim | None:
    """Become the one running copy on this desktop; return None if there is one already. Never waits.

    :raises TrayError: (desktop) the folder of the lock file can't be used
    """
    path = lock_path()
    try:
        descriptor = system.lock(path)
    except OSError as error:
        raise _unusable(path, error) from error
    if descriptor is None:
        return None
    return Claim(path, descriptor)


def lock_path() -> Path:
    """Return the lock file of this desktop.

    :raises TrayError: (desktop) its folder can't be used
    """
    return _folder() / f"{system.desktop()}{LOCK}"


def lock_paths() -> list[Path]:
    """Return the lock files of all the user's desktops on this computer, also of desktops without a running copy.

    :raises TrayError: (desktop) their folder can't be used
    """
    return sorted(_folder().glob(f"*{LOCK}"))


def is_held(path: Path) -> bool:
    """Whether a process holds the lock of `path`.

    The check takes the lock for an instant, so a process that tries to claim the lock must try more than once.
    """
    try:
        descriptor = system.lock(path)
    except OSError:
        return False
    if descriptor is not None:
        system.unlock(descriptor)
    return descriptor is None


def _folder() -> Path:
    folder = system.folder()
    try:
        system.make_private(folder)
    except OSError as error:
        raise _unusable(folder, error) from error
    return folder


def _unusable(path: Path, error: OSError) -> TrayError:
    full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
    gone = isinstance(error, FileNotFoundError) or getattr(error, "winerror", None) in _NO_DRIVE
    return TrayError(
        "claim-unusable",
        kind=Kind.DESKTOP,
        status=ExitStatus.NO_DESKTOP,
        path=path,
        reason=error.strerror or type(error).__name__,
        fault="full" if full else "gone" if gone else "refused",
    )
