"""The functions that differ by system: `linux.py`, `macos.py` and `windows.py` each have all of them."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from tray.desktop.single_instance.windows import (
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
    from tray.desktop.single_instance.macos import (
        address,
        desktop,
        folder,
        hung_up_after,
        listen,
        lock,
        make_private,
        unlock,
    )
else:
    from tray.desktop.single_instance.linux import (
        address,
        desktop,
        folder,
        hung_up_after,
        listen,
        lock,
        make_private,
        unlock,
    )

__all__ = ["address", "desktop", "folder", "hung_up_after", "listen", "lock", "make_private", "unlock"]
