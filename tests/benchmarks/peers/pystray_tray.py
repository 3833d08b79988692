"""pystray on its appindicator backend with two items: what a tray program is as a rule.

A script for an interpreter that has PyGObject, which is as a rule the system's: `pystray_tray.py SITE_PACKAGES`, where
pystray is.
"""

from __future__ import annotations

import os
import sys

os.environ["PYSTRAY_BACKEND"] = "appindicator"
sys.path[0:1] = []  # this folder
sys.path += sys.argv[1:]  # last: what is compiled comes from where the interpreter is


def main() -> None:
    """Show the icon until ended."""
    import pystray
    from PIL import Image

    menu = pystray.Menu(pystray.MenuItem("Refresh", lambda: None), pystray.MenuItem("Quit", lambda: None))
    pystray.Icon("pystray-tray", Image.new("RGBA", (22, 22), (48, 96, 144, 255)), "pystray", menu).run()


if __name__ == "__main__":
    main()
