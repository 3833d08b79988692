"""Names the desktop session on macOS: the start of the system, and the login's security session in it.

No Mac has run this yet.
"""

from __future__ import annotations

import ctypes
import logging

# AuthSession.h: the caller's own session, which each login makes anew.
_SECURITY = "/System/Library/Frameworks/Security.framework/Security"
_CALLER = ctypes.c_uint32(0xFFFFFFFF)

_log = logging.getLogger(__name__)


def session_id() -> str:
    """Return a name for the present desktop session; empty if macOS doesn't tell."""
    try:
        session, attributes = ctypes.c_uint32(), ctypes.c_uint32()
        if ctypes.CDLL(_SECURITY).SessionGetInfo(_CALLER, ctypes.byref(session), ctypes.byref(attributes)):
            return ""
        # A timeval; sysctl(3), kern.boottime.
        booted, length = (ctypes.c_long * 2)(), ctypes.c_size_t(2 * ctypes.sizeof(ctypes.c_long))
        if ctypes.CDLL(None).sysctlbyname(b"kern.boottime", ctypes.byref(booted), ctypes.byref(length), None, 0):
            return ""
    except (OSError, AttributeError) as error:
        _log.debug("The session: %s", error)
        return ""
    return f"{booted[0]} {session.value}"
