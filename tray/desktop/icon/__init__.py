"""The icon in the system tray.

The door: what is named here; `artwork` for the pictures, `look` and `base` for the doctor, `identity` for what
is to be uninstalled, and `linux.hosts` for what to say where there is no tray.
"""

from __future__ import annotations

import sys

from tray.desktop.icon.base import HostState, TrayIcon
from tray.desktop.icon.items import ContentMenu, KeyedItem
from tray.desktop.icon.pystray_core import Menu, MenuItem

__all__ = ["ContentMenu", "HostState", "KeyedItem", "Menu", "MenuItem", "TrayIcon", "icon_class"]


def icon_class() -> type[TrayIcon]:
    """Return this system's icon class. The call imports its module, since each module works on its own system only."""
    if sys.platform == "win32":
        from tray.desktop.icon.windows import icon as windows

        return windows.Icon
    if sys.platform == "darwin":
        from tray.desktop.icon.macos import icon as macos

        return macos.Icon
    from tray.desktop.icon.linux import icon as linux

    return linux.Icon
