"""Types of pystray 0.19.5's icon for macOS: what it has besides `pystray.Icon`."""

from AppKit import NSApplication, NSImage, NSStatusBar, NSStatusItem

import pystray

class Icon(pystray.Icon):
    _app: NSApplication
    _icon_image: NSImage | None
    _status_bar: NSStatusBar
    _status_item: NSStatusItem
    def _stop(self) -> None: ...
