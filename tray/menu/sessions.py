"""What the menu, a page and notifications say of the browser's sessions: pure."""

from __future__ import annotations

from tray.texts.clock import follow_time_zone, time_of_day


def until_words(at: float, now: float) -> str:
    """Return a time of the day near `now`, both in seconds since the epoch."""
    follow_time_zone()
    return time_of_day(at, now)
