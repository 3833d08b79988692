"""A look at macOS' desktop: the menu bar is there in every session at a screen, which launchd calls “Aqua”.

launchctl(1), "managername".
"""

from __future__ import annotations

import subprocess

from tray.desktop.icon.base import HostState
from tray.desktop.icon.look import Look

_SECONDS = 10


def look() -> Look:
    """See `tray.desktop.icon.look.look`."""
    try:
        asked = subprocess.run(
            ["/bin/launchctl", "managername"], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        aqua = asked.stdout.strip() == "Aqua"
    except (OSError, subprocess.TimeoutExpired):
        aqua = False
    return Look(aqua, HostState.PRESENT if aqua else HostState.NO_WATCHER, None)
