"""A text file in the user's program for it, on Windows."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform != "win32":
    raise ImportError("Windows alone")


def show(path: Path) -> bool:
    """Return whether something shows the file: what is chosen for its kind, else Notepad."""
    try:
        os.startfile(path)  # noqa: S606 # nosec B606 # it is a file of ours
    except OSError:
        try:
            # By its whole path: Windows looks for a mere name in the current folder too.
            notepad = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "notepad.exe")
            os.startfile(notepad, arguments=f'"{path}"')  # noqa: S606 # nosec B606 # Windows' own program
        except OSError:
            return False
    return True
