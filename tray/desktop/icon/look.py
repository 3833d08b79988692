"""Finds out whether this desktop shows tray icons and notifications, without showing either."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.desktop.icon.base import Look


def look() -> Look:
    """Look at the desktop of this session; blocks for some seconds at most.

    :raises TrayError: (desktop) there is no desktop session here
    """
    if sys.platform == "win32":
        from tray.desktop.icon.windows.look import look as look_here
    elif sys.platform == "darwin":
        from tray.desktop.icon.macos.look import look as look_here
    else:
        from tray.desktop.icon.linux.look import look as look_here
    return look_here()
