"""The clipboard, for a secret that is copied on request."""

from __future__ import annotations

import sys
from functools import cache

from tray.desktop.clipboard.base import Clipboard

__all__ = ["Clipboard", "get_clipboard"]


@cache
def get_clipboard() -> Clipboard | None:
    """Return this system's clipboard, the same object each time; None where there is no clipboard.

    The clipboard connects to nothing before something is copied.
    """
    if sys.platform == "linux":
        from tray.desktop.clipboard.linux import LinuxClipboard

        return LinuxClipboard()
    if sys.platform == "darwin":
        from tray.desktop.clipboard.macos import MacClipboard

        return MacClipboard()
    if sys.platform == "win32":
        from tray.desktop.clipboard.windows import WindowsClipboard

        return WindowsClipboard()
    return None
