"""Whether a stream is a console, which Python does not tell on Windows."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes

if sys.platform != "win32":
    raise ImportError("only Windows has consoles")

import msvcrt

_get_mode = ctypes.WinDLL("kernel32", use_last_error=True).GetConsoleMode
_get_mode.argtypes = (wintypes.HANDLE, ctypes.POINTER(wintypes.DWORD))
_get_mode.restype = wintypes.BOOL


def is_console(descriptor: int) -> bool:
    """Whether a file descriptor is a console: `isatty` is true of every character device, NUL and a printer too.

    https://learn.microsoft.com/cpp/c-runtime-library/reference/isatty,
    https://learn.microsoft.com/windows/console/getconsolemode
    """
    try:
        handle = msvcrt.get_osfhandle(descriptor)
    except OSError:
        return False
    return bool(_get_mode(handle, ctypes.byref(wintypes.DWORD())))
