"""A time zone in which it is about noon: what ends within hours ends today there, whenever a test runs."""

from __future__ import annotations

import time

_HOURS_AHEAD = 12 - time.gmtime().tm_hour
# As POSIX writes zones: with the sign of what is added to get UTC.
NOON_ZONE = f"NOON{-_HOURS_AHEAD:+d}"


def time_of_day(epoch_seconds: float) -> str:
    """Return a time as it is told in that zone: HH:MM."""
    return time.strftime("%H:%M", time.gmtime(epoch_seconds + _HOURS_AHEAD * 3600))
