"""A look at the desktop of macOS: every session at a screen has the menu bar. launchd calls such a session “Aqua”.

See launchctl(1), "managername".
"""

from __future__ import annotations

import subprocess

from tray.desktop.icon.base import HostState, Look

_SECONDS = 10


def look() -> Look:
    """See `tray.desktop.icon.look.look`."""
    try:
        asked = subprocess.run(  # nosec B603 # macOS' own program
            ["/bin/launchctl", "managername"],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
        aqua = asked.stdout.strip() == "Aqua"
    except (OSError, subprocess.TimeoutExpired):
        aqua = False
    return Look(aqua, HostState.PRESENT if aqua else HostState.NO_WATCHER, None)
