"""Starting the program at login. The door: what is here, and `command` for `application_menu`."""

from __future__ import annotations

import sys

from tray.desktop.autostart.base import Autostart, AutostartState, AutostartStatus
from tray.desktop.autostart.command import AT_LOGIN

__all__ = ["AT_LOGIN", "Autostart", "AutostartState", "AutostartStatus", "get_autostart"]


def get_autostart() -> Autostart:
    """Return this system's way of starting the program at login.

    The call imports the module of this system, since each module works on its own system only.
    """
    if sys.platform == "win32":
        from tray.desktop.autostart.registry import RegistryAutostart

        return RegistryAutostart()
    if sys.platform == "darwin":
        from tray.desktop.autostart.launch_agent import LaunchAgentAutostart

        return LaunchAgentAutostart()
    from tray.desktop.autostart.xdg import XdgAutostart

    return XdgAutostart()
