"""A clock that nobody sets, and that goes on while the computer sleeps."""

from __future__ import annotations

import sys
import time


def steady_seconds() -> float:
    """Return the seconds since some moment in the past: for differences within one start of the system.

    Linux counts sleep in CLOCK_BOOTTIME alone (clock_gettime(2)). macOS counts it in CLOCK_MONOTONIC, which is not the
    clock of `time.monotonic` there. Windows counts it in the clock that Python takes (GetTickCount64, and
    QueryPerformanceCounter since Python 3.13).
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()
