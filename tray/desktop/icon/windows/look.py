"""A look at the desktop of Windows: the taskbar is the tray, and is missing where no user is logged in at a screen."""

from __future__ import annotations

import ctypes
import sys

from tray.desktop.icon.base import HostState, Look

if sys.platform != "win32":
    raise ImportError("the taskbar is Windows' own")

from tray.desktop.icon.windows import toast_center


def look() -> Look:
    """See `tray.desktop.icon.look.look`."""
    taskbar = ctypes.windll.user32.FindWindowW("Shell_TrayWnd", None)
    return Look(bool(taskbar), HostState.PRESENT if taskbar else HostState.NO_WATCHER, None, toast_center.look())
