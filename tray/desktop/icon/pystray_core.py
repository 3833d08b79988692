"""pystray's `Menu`, `MenuItem` and `Icon`, imported without its choice of a Linux backend.

When pystray is imported, it loads a backend. On Linux each backend that it may choose can raise: gi without the
AppIndicator typelib raises a ValueError (moses-palmer/pystray#109), Xlib without a DISPLAY a DisplayNameError. This
program's icon needs neither, so this module gives pystray its dummy backend. All other modules import pystray's names
from here.
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
        # Restored, because programs that we start inherit the variable, and one that uses pystray would have no icon.
        if before is None:
            del os.environ[_VARIABLE]
        else:
            os.environ[_VARIABLE] = before
    return pystray


if sys.platform not in ("win32", "darwin"):
    _import_with_dummy_backend()

from pystray import Icon, Menu, MenuItem  # noqa: E402 - after the backend is settled

__all__ = ["Icon", "Menu", "MenuItem"]
