"""Small files: written whole, so that whoever reads meanwhile or after a power cut finds the old file or the new one.

Others' are read within bounds, and never waited for.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")

_BINARY = getattr(os, "O_BINARY", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)

# Windows opens no file that is just being replaced, and replaces none that somebody has open: for an instant each.
_MOMENT_SECONDS, _MOMENTS = 0.02, 50
# Nobody writes a small file for longer.
_LEFT_SECONDS = 600.0


class NoFileError(OSError):
    """What is in a file's place is a pipe, a device or a socket."""


def write_whole(path: Path, contents: bytes, *, mode: int = 0o600, folder_mode: int = 0o700) -> None:
    """Replace the file at `path` by one with these `contents`. Blocks for the disk.

    :param mode: the file's permissions; `folder_mode`, those of folders that are made for it
    :raises OSError: the file can't be written; the old one is still there
    """
    make_folder(path.parent, folder_mode)
    # With another suffix: a program that reads the folder meanwhile must not take the new file for one of its own.
    new = path.with_name(f".{path.name}.{os.urandom(8).hex()}.new")
    _clear_away(path)
    try:
        new.unlink(missing_ok=True)  # a link, say: it is not written through
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600), "wb") as file:
            file.write(contents)
            # Otherwise the name may reach the disk before the content: after a power cut, the file is empty.
            file.flush()
            os.fsync(file.fileno())
        new.chmod(mode)
        in_a_moment(lambda: new.replace(path))
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise


def _clear_away(path: Path) -> None:
    """Delete what writers of this file have left that were killed: it may be a token."""
    left: list[os.DirEntry[str]] = []
    with suppress(OSError), os.scandir(path.parent) as found:
        left = [each for each in found if each.name.startswith(f".{path.name}.") and each.name.endswith(".new")]
    for each in left:
        with suppress(OSError):
            if abs(time.time() - each.stat(follow_symlinks=False).st_mtime) > _LEFT_SECONDS:
                Path(each.path).unlink()


def read_beginning(path: Path, most_bytes: int) -> bytes:
    """Return a file that another program wrote, up to so many bytes of it.

    :raises NoFileError: a pipe or a device is in its place, which would keep whoever reads it
    :raises OSError: the file can't be read
    :raises ValueError: no file can have that name
    """
    # A file that `open` opens itself is closed again where it turns out to be a folder; one by its number is not.
    with in_a_moment(lambda: open(path, "rb", opener=_at_once)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise NoFileError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
        return file.read(most_bytes)


def _at_once(path: str, flags: int) -> int:
    # Opening a pipe blocks until somebody writes.
    return os.open(path, flags | _NO_WAIT)


def make_folder(folder: Path, mode: int = 0o700) -> None:
    """Make a folder if there is none, and the missing ones above it, all of them with this mode (less the umask).

    `Path.mkdir(parents=True)` gives its mode to the last one only: with a wide umask, others could write to the others.

    :raises OSError: it can't be made
    """
    try:
        folder.mkdir(mode, exist_ok=True)
    except FileNotFoundError:
        if folder.parent == folder:
            raise
        make_folder(folder.parent, mode)
        folder.mkdir(mode, exist_ok=True)


def in_a_moment(act: Callable[[], _T]) -> _T:
    """Do something with a file, after a moment where Windows refuses it because another program has the file."""
    for left in reversed(range(_MOMENTS if sys.platform == "win32" else 1)):
        try:
            return act()
        except PermissionError:
            if not left:
                raise
            time.sleep(_MOMENT_SECONDS)
    raise AssertionError("the last try returns or raises")
