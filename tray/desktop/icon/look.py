"""Whether this desktop shows tray icons and notifications, told without showing either."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.desktop.icon.base import HostState


@dataclass(frozen=True, slots=True)
class Look:
    """What a desktop tells of itself.

    `host` is None where the system has no such thing to tell of: its own tray is always there. `notifications` names
    who shows them: "" for nobody, None if the system doesn't tell. `graphical` is whether there is a screen.
    """

    graphical: bool
    host: HostState | None
    notifications: str | None


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
