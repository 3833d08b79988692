"""Names the desktop session on Windows: the identifier of the logon, which no other has until Windows starts again.

After that, numbers may come back; they grow by all that needs one, so that a logon hardly ever gets its old one.

https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-token_statistics
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes

if sys.platform != "win32":
    raise ImportError("logons are Windows' own")

_TOKEN_QUERY = 0x0008
_TOKEN_STATISTICS = 10


class _Statistics(ctypes.Structure):
    """The beginning of TOKEN_STATISTICS; Windows writes the whole, which has 56 bytes."""

    _fields_ = (
        ("token", ctypes.c_uint64),
        ("logon", ctypes.c_uint64),
        ("rest", ctypes.c_byte * 48),
    )


_advapi32 = ctypes.WinDLL("advapi32")
_kernel32 = ctypes.WinDLL("kernel32")
_kernel32.GetCurrentProcess.restype = wintypes.HANDLE
_open_token = _advapi32.OpenProcessToken
_open_token.argtypes = (wintypes.HANDLE, wintypes.DWORD, ctypes.POINTER(wintypes.HANDLE))
_information = _advapi32.GetTokenInformation
_information.argtypes = (
    wintypes.HANDLE,
    ctypes.c_int,
    ctypes.c_void_p,
    wintypes.DWORD,
    ctypes.POINTER(wintypes.DWORD),
)
_close = _kernel32.CloseHandle
_close.argtypes = (wintypes.HANDLE,)


def session_id() -> str:
    """Return a name for the present logon; empty if Windows doesn't tell."""
    token = wintypes.HANDLE()
    if not _open_token(_kernel32.GetCurrentProcess(), _TOKEN_QUERY, ctypes.byref(token)):
        return ""
    try:
        statistics, length = _Statistics(), wintypes.DWORD()
        size = ctypes.sizeof(statistics)
        if not _information(token, _TOKEN_STATISTICS, ctypes.byref(statistics), size, ctypes.byref(length)):
            return ""
    finally:
        _close(token)
    return str(statistics.logon)
