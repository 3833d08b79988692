"""A text file in the user's program for it, on macOS: asked through NSWorkspace, like a page in the browser."""

from __future__ import annotations

from pathlib import Path


def show(path: Path) -> bool:
    """Return whether something shows the file."""
    import objc
    from AppKit import NSWorkspace
    from Foundation import NSURL

    with objc.autorelease_pool():
        return bool(NSWorkspace.sharedWorkspace().openURL_(NSURL.fileURLWithPath_(str(path))))
