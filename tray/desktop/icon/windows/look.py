"""A look at Windows' desktop: the taskbar is the tray, and is missing where nobody is logged in at a screen."""

from __future__ import annotations

import ctypes
import sys

from tray.desktop.icon.base import HostState
from tray.desktop.icon.look import Look

if sys.platform != "win32":
    raise ImportError("the taskbar is Windows' own")


def look() -> Look:
    """See `tray.desktop.icon.look.look`."""
    taskbar = ctypes.windll.user32.FindWindowW("Shell_TrayWnd", None)
    return Look(bool(taskbar), HostState.PRESENT if taskbar else HostState.NO_WATCHER, None)
