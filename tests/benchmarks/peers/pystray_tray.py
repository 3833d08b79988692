"""pystray on its appindicator backend with two items: what a tray program is as a rule."""

from __future__ import annotations

import os

os.environ["PYSTRAY_BACKEND"] = "appindicator"

import pystray
from PIL import Image


def main() -> None:
    """Show the icon until ended."""
    menu = pystray.Menu(pystray.MenuItem("Refresh", lambda: None), pystray.MenuItem("Quit", lambda: None))
    pystray.Icon("pystray-tray", Image.new("RGBA", (22, 22), (48, 96, 144, 255)), "pystray", menu).run()


if __name__ == "__main__":
    main()
