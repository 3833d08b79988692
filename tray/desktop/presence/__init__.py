"""Whether the user is at the session, whether the computer runs on battery, and when the computer wakes up."""

from __future__ import annotations

import sys

from tray.desktop.presence.base import PresenceWatch

__all__ = ["PresenceWatch", "presence_watch"]


def presence_watch() -> PresenceWatch:
    """Return this system's watch. The call imports its module. The watch asks the system nothing before `start`."""
    if sys.platform == "win32":
        from tray.desktop.presence.windows import WindowsPresence

        return WindowsPresence()
    if sys.platform == "darwin":
        from tray.desktop.presence.macos import MacPresence

        return MacPresence()
    from tray.desktop.presence.linux import LinuxPresence

    return LinuxPresence()
