"""Presence on Windows, where each value is asked for.

Windows announces waking up with a message to a window (WM_POWERBROADCAST), and the only window here is the icon's. The
refresher notices waking up by the clock instead, each minute.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable

from tray.desktop.presence.base import PresenceWatch
from tray.model.presence import Presence

# The system does not say when a user is idle. This is the time after which screens go dark by default.
IDLE_SECONDS = 300


class _PowerStatus(ctypes.Structure):
    """SYSTEM_POWER_STATUS: https://learn.microsoft.com/windows/win32/api/winbase/ns-winbase-system_power_status."""

    _fields_ = (
        ("ac_line_status", ctypes.c_ubyte),  # 0 offline, 1 online, 255 unknown
        ("battery_flag", ctypes.c_ubyte),
        ("battery_life_percent", ctypes.c_ubyte),
        ("system_status_flag", ctypes.c_ubyte),
        ("battery_life_seconds", ctypes.c_uint32),
        ("battery_full_life_seconds", ctypes.c_uint32),
    )


class _LastInput(ctypes.Structure):
    """LASTINPUTINFO: https://learn.microsoft.com/windows/win32/api/winuser/ns-winuser-lastinputinfo."""

    _fields_ = (("size", ctypes.c_uint32), ("milliseconds", ctypes.c_uint32))


class WindowsPresence(PresenceWatch):
    """Answers when asked, and announces nothing."""

    def start(self, on_change: Callable[[], None], on_wake: Callable[[], None]) -> None:
        """Do nothing: there is nothing to listen to."""

    def stop(self) -> None:
        """Do nothing, as `start`."""

    def now(self) -> Presence:
        """Return the present state."""
        return Presence(on_battery(), idle_seconds() >= IDLE_SECONDS)


def on_battery() -> bool:
    """Return whether the computer is known to run on battery."""
    if sys.platform != "win32":
        raise NotImplementedError("Windows' power status")
    status = _PowerStatus()
    return bool(ctypes.windll.kernel32.GetSystemPowerStatus(ctypes.byref(status))) and status.ac_line_status == 0


def idle_seconds() -> float:
    """Return how many seconds ago the last input of this session was; 0 if Windows can't tell."""
    if sys.platform != "win32":
        raise NotImplementedError("Windows' last input")
    last = _LastInput(ctypes.sizeof(_LastInput))
    if not ctypes.windll.user32.GetLastInputInfo(ctypes.byref(last)):
        return 0.0
    # Both numbers count milliseconds since the computer's start in 32 bits, and begin again at 0 after 49.7 days.
    milliseconds: int = ctypes.windll.kernel32.GetTickCount() - last.milliseconds
    return (milliseconds & 0xFFFFFFFF) / 1000
