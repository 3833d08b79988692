"""The default browser on macOS, asked through NSWorkspace.

Not by a program: `open` has the address in its arguments, for every user of the Mac to read, and osascript, which
Python's `webbrowser` runs until 3.14, is forbidden on many a managed Mac (python/cpython#146439).
"""

from __future__ import annotations

import webbrowser


class DefaultBrowser(webbrowser.BaseBrowser):
    """What the user chose in the system's settings."""

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:  # noqa: ARG002 - webbrowser's signature
        """Open `url`; return whether macOS found somebody to give it to. From any thread, and without an event loop.

        https://developer.apple.com/documentation/appkit/nsworkspace/open(_:) "safely from any thread"
        """
        # Here: AppKit takes longer to import than all else that a hand-off needs.
        import objc
        from AppKit import NSWorkspace
        from Foundation import NSURL

        with objc.autorelease_pool():
            address = NSURL.URLWithString_(url)
            return address is not None and bool(NSWorkspace.sharedWorkspace().openURL_(address))
