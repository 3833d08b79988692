"""Where the icon is, in the words of each system."""

from __future__ import annotations

import sys

RUNNING_TITLE = "Notebook Tray is running"


def where_the_icon_is(platform: str = sys.platform) -> str:
    """Return a sentence that leads the user's eyes to the icon."""
    match platform:
        case "win32":
            return "Its icon is at the end of the taskbar; if you don't see it there, choose ^ (Show hidden icons)."
        case "darwin":
            return "Its icon is in the menu bar, at the top right."
        case _:
            return "Its icon is in the tray of your desktop's panel."
