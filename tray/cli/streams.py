"""Standard output and standard error: any text can be written in any encoding, and a failed write is noticed.

To a pipe or a file, Python writes in the code page on Windows, and a POSIX locale may have ASCII only.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

# A full disk, a full quota, a file that may not grow, and a device that fails: these are no errors of this program.
NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)})

# Why a write to standard output failed.
_failed: OSError | None = None

_PLAIN = {
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("–—‐‑", "-"),
    "…": "...",
    "→": "->",
    "·": "-",
    "•": "-",
    "×": "x",
    "✓": "+",
    "✗": "x",
    " ": " ",
}


def prepare_streams() -> None:
    """Have characters that the encoding lacks written as plain ones or `?`, in place of an exception or an escape.

    A stream that is closed (`<&-`, or a job without any) leads nowhere: Python has None there, to which words for
    standard error would go to standard output, and the next connection would get the number of the stream.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - for the whole run
    global _failed
    _failed = None
    codecs.register_error("notebook-tray.plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="notebook-tray.plain")


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person is at the other end of a stream, who can be asked or shown something that moves."""
    if stream is None or not stream.isatty():
        return False
    if sys.platform == "win32":
        from tray.runtime.windows_console import is_console

        try:
            return is_console(stream.fileno())
        except (OSError, ValueError):  # a stream of this program's own
            return True
    return True


def reader_has_gone(error: OSError) -> bool:
    """Whether the reader of the pipe that standard output is has ended: Windows calls that an invalid argument."""
    gone = sys.platform == "win32" and error.errno == errno.EINVAL and error.filename is None
    return gone or isinstance(error, BrokenPipeError)


def write_output(text: str) -> None:
    """Write lines to standard output.

    :raises OSError: it can't be written, which `output_error` returns from then on
    """
    global _failed
    try:
        print(text)
    except OSError as error:
        _failed = error
        raise


def write_error(text: str) -> None:
    """Write lines to standard error.

    Where nobody takes them, as in a pipe whose reader has ended or on a full disk, they are lost and nothing else is:
    the exit status stays what it is.
    """
    try:
        print(text, file=sys.stderr)
    except OSError:
        _lead_nowhere(sys.stderr)


def output_error() -> OSError | None:
    """Return why standard output can't be written, such as a full disk; None if it can.

    The text that could not be written is dropped, so that the interpreter doesn't fail with it at its end.
    """
    if sys.stdout is None:
        return None
    if _failed is not None:  # the text of that write may be gone, and the next flush succeed
        _lead_nowhere(sys.stdout)
        return _failed
    try:
        sys.stdout.flush()
    except OSError as error:
        _lead_nowhere(sys.stdout)
        return error
    except ValueError:  # closed
        return None
    return None


def _lead_nowhere(stream: TextIO) -> None:
    """Drop what a stream could not write, with which the interpreter would fail at its end (exit status 120)."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        stream.flush()


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    # The replacements are ASCII, which every encoding of Python's text files has.
    return "".join(_PLAIN.get(character, "?") for character in text), error.end
