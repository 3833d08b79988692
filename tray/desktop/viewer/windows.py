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
        os.startfile(path)  # noqa: S606 - it is the log
    except OSError:
        try:
            os.startfile("notepad.exe", arguments=f'"{path}"')  # noqa: S606 - the same
        except OSError:
            return False
    return True
