"""Writing a small file whole: a login in the middle of it finds the old one or the new one."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(path: Path, contents: bytes) -> None:
    """Put `contents` in the place of the file at `path`, readable by all and written by its owner alone.

    :raises OSError: it can't be written; what was there before is still there
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Of another suffix: what looks through the folder meanwhile must not take it for an entry.
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
