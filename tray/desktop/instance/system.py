"""What differs by system: `linux.py`, `macos.py` and `windows.py` have all of these."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from tray.desktop.instance.windows import (
        address,
        desktop,
        folder,
        hung_up_after,
        listen,
        lock,
        make_private,
        unlock,
    )
elif sys.platform == "darwin":
    from tray.desktop.instance.macos import address, desktop, folder, hung_up_after, listen, lock, make_private, unlock
else:
    from tray.desktop.instance.linux import address, desktop, folder, hung_up_after, listen, lock, make_private, unlock

__all__ = ["address", "desktop", "folder", "hung_up_after", "listen", "lock", "make_private", "unlock"]
