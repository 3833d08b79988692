"""The program with which the user reads a text file. The door: `show_file`."""

from __future__ import annotations

import sys
from pathlib import Path

from tray.model.problems import Kind, TrayError


def show_file(path: Path) -> None:
    """Show a text file in the user's program for such files; blocks until the system has taken it over.

    :raises TrayError: (desktop) there is no such file, or nothing here shows it; it names the file
    """
    if not path.is_file():
        raise TrayError("no-file-to-show", kind=Kind.DESKTOP, path=str(path))
    if sys.platform == "win32":
        from tray.desktop.viewer.windows import show
    elif sys.platform == "darwin":
        from tray.desktop.viewer.macos import show
    else:
        from tray.desktop.viewer.linux import show
    if not show(path):
        raise TrayError("file-not-shown", kind=Kind.DESKTOP, path=str(path))
