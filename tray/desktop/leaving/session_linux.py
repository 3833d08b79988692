"""Names the desktop session on Linux: the start of the system, and logind's session in it."""

from __future__ import annotations

import os
from pathlib import Path

# random(4): it is another one after each start of the system.
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def session_id() -> str:
    """Return a name for the present desktop session: logind numbers the sessions of a start of the system."""
    try:
        boot = _BOOT_ID.read_text("ascii").strip()
    except (OSError, ValueError):
        boot = ""
    return f"{boot} {os.environ.get('XDG_SESSION_ID', '')}".strip()
