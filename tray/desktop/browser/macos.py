"""The default browser on macOS, opened through NSWorkspace.

No program is run for it. `open` has the address in its arguments, which every user of the Mac can read. osascript,
which Python's `webbrowser` runs until 3.14, is forbidden on many managed Macs (python/cpython#146439).
"""

from __future__ import annotations

import webbrowser


class DefaultBrowser(webbrowser.BaseBrowser):
    """The browser that the user chose in the system's settings."""

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:  # noqa: ARG002 - webbrowser's signature
        """Open `url`; return whether macOS found a program for it. May be called on any thread, without an event loop.

        https://developer.apple.com/documentation/appkit/nsworkspace/open(_:) "safely from any thread"
        """
        # Imported here: AppKit takes longer to import than everything else that a hand-off needs.
        import objc
        from AppKit import NSWorkspace
        from Foundation import NSURL

        with objc.autorelease_pool():
            address = NSURL.URLWithString_(url)
            return address is not None and bool(NSWorkspace.sharedWorkspace().openURL_(address))
