"""What tells the system whose notifications are shown, where the program has to write that: on Windows."""

from __future__ import annotations

import sys


def place() -> str:
    """Return where that is written on this computer; empty if it is written nowhere."""
    if sys.platform != "win32":
        return ""
    from tray.desktop.icon.windows import app_id

    return app_id.place()


def remove() -> None:
    """Remove what is written; it is no error if there is nothing.

    :raises OSError: the system refuses
    """
    if sys.platform == "win32":
        from tray.desktop.icon.windows import app_id

        app_id.unregister()
