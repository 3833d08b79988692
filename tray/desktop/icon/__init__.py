"""The icon in the system tray."""

from __future__ import annotations

import sys
from typing import cast

from tray.desktop.icon.base import HostState, TrayIcon
from tray.desktop.icon.items import ContentMenu, KeyedItem
from tray.desktop.icon.pystray_core import Icon, Menu, MenuItem

__all__ = ["ContentMenu", "HostState", "KeyedItem", "Menu", "MenuItem", "TrayIcon", "icon_class"]


def icon_class() -> type[TrayIcon]:
    """Return this system's icon. Its module is imported by this call: each works on its own system alone."""
    if sys.platform == "darwin":
        from tray.desktop.icon import macos

        return macos.Icon
    if sys.platform in ("win32", "darwin"):
        # pystray's own; what it lacks of `TrayIcon` (artwork of several sizes, `attention`, the three callbacks) is for
        # a subclass on those systems to add.
        return cast("type[TrayIcon]", Icon)
    from tray.desktop.icon import linux

    return linux.Icon
