"""Standard output and standard error: any text can be written to them, whatever their encoding, and is heard of if not.

In a pipe or a file, Windows' Python writes in the code page, and a POSIX locale may have ASCII alone.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from contextlib import suppress

# A full disk, a full quota, a file that may not grow, and a device that fails: no errors of the program.
NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)})

_PLAIN = {
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("–—‐‑", "-"),
    "…": "...",
    "→": "->",
    "·": "-",
    "•": "-",
    "×": "x",
    " ": " ",
}


def prepare_streams() -> None:
    """Have what an encoding lacks written in plain characters, or as `?`, in place of an exception or an escape."""
    codecs.register_error("notebook-tray.plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="notebook-tray.plain")


def output_error() -> OSError | None:
    """Return why standard output takes no more: the disk is full, say; None if it does.

    What could not be written is dropped then, so that the interpreter doesn't fail with it at its end.
    """
    if sys.stdout is None:
        return None
    try:
        sys.stdout.flush()
    except OSError as error:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.stdout.flush()
        return error
    except ValueError:  # closed
        return None
    return None


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    # What stands for a character may itself not be in an encoding: ASCII is in all that Python writes text in.
    return "".join(_PLAIN.get(character, "?") for character in text), error.end
