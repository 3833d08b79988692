"""Whether Windows takes this process for an app of the Microsoft Store, as it does with the Store's Python."""

from __future__ import annotations

import ctypes
import sys

if sys.platform != "win32":
    raise ImportError("packages of apps are Windows' own")

_ERROR_INSUFFICIENT_BUFFER = 122  # WinError.h: there is a name, and no room for it


def is_packaged() -> bool:
    """Return whether this process has the identity of a packaged app.

    Windows gives such a process a copy of HKEY_CURRENT_USER that nothing else reads:
    https://learn.microsoft.com/windows/msix/desktop/desktop-to-uwp-behind-the-scenes#registry
    """
    ask = getattr(ctypes.WinDLL("kernel32"), "GetCurrentPackageFullName", None)  # since Windows 8
    if ask is None:
        return False
    length = ctypes.c_uint32()
    return int(ask(ctypes.byref(length), None)) in (0, _ERROR_INSUFFICIENT_BUFFER)
