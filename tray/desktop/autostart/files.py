"""Writes a small file whole: a login in the middle of the write finds the old file or the new one."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(path: Path, contents: bytes) -> None:
    """Replace the file at `path` by one with these `contents`, which all users can read and only its owner can write.

    :raises OSError: the file can't be written; the old one is still there
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # With another suffix: a program that reads the folder meanwhile must not take the new file for an entry.
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - a file that is open already
            file.write(contents)
            file.flush()
            os.fsync(handle)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
