"""pystray's `Menu`, `MenuItem` and `Icon`, imported without its choice of a Linux backend.

Importing pystray makes it load a backend, and on Linux each of those it would choose from can raise: gi without the
AppIndicator typelib a ValueError (moses-palmer/pystray#109), Xlib without a DISPLAY a DisplayNameError. Ours needs
none of them, so here pystray gets its dummy backend. Everything in this project imports pystray from here.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType

_VARIABLE = "PYSTRAY_BACKEND"


def _import_with_dummy_backend() -> ModuleType:
    """Import pystray on its dummy backend; the environment is as before when this returns or raises."""
    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = "dummy"
    try:
        import pystray
    finally:
        # Restored, because a program we start later would inherit it: another one on pystray would have no icon.
        if before is None:
            del os.environ[_VARIABLE]
        else:
            os.environ[_VARIABLE] = before
    return pystray


if sys.platform not in ("win32", "darwin"):
    _import_with_dummy_backend()

from pystray import Icon, Menu, MenuItem  # noqa: E402 - after the backend is settled

__all__ = ["Icon", "Menu", "MenuItem"]
