"""When the user logs out or shuts the computer down, and a few seconds before that takes effect.

The door: `LeavingWatch`, `leaving_watch` and `session_id`; `windows_messages` for the icon.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from tray.desktop.leaving.base import LeavingWatch

__all__ = ["LeavingWatch", "leaving_watch", "session_id"]


def leaving_watch(on_asked: Callable[[], None], on_leaving: Callable[[], None]) -> LeavingWatch:
    """Return this system's watch. The call imports its module. The watch asks the system nothing before `hold`."""
    if sys.platform == "win32":
        from tray.desktop.leaving.windows import WindowsLeaving

        return WindowsLeaving(on_asked, on_leaving)
    if sys.platform == "darwin":
        from tray.desktop.leaving.macos import MacLeaving

        return MacLeaving(on_asked, on_leaving)
    from tray.desktop.leaving.linux import LinuxLeaving

    return LinuxLeaving(on_asked, on_leaving)


def session_id() -> str:
    """Return a name for the present desktop session, which no later one of this user's has; empty if there is none."""
    if sys.platform == "win32":
        from tray.desktop.leaving.session_windows import session_id as of_this_system
    elif sys.platform == "darwin":
        from tray.desktop.leaving.session_macos import session_id as of_this_system
    else:
        from tray.desktop.leaving.session_linux import session_id as of_this_system
    return of_this_system()
