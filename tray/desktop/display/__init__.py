"""When the screen ends that this program is shown on. The door: `display_watch`."""

from __future__ import annotations

import sys

from tray.desktop.display.base import DisplayWatch

__all__ = ["DisplayWatch", "display_watch"]


def display_watch() -> DisplayWatch:
    """Return this system's watch. The call imports its module. The watch asks nothing before `start`."""
    if sys.platform == "linux":
        from tray.desktop.display.linux import LinuxDisplayWatch

        return LinuxDisplayWatch()
    return DisplayWatch()  # Windows and macOS end the programs of a session themselves
