"""How long something takes, and how long ago it was."""

from __future__ import annotations

from tray.texts.language import _, plural


def session_length(seconds: int) -> str:
    """Return a session length: `30 min`, `1 h`, `1 h 30 min`."""
    hours, minutes = divmod(seconds // 60, 60)
    if not hours:
        return _("{minutes} min", minutes=minutes)
    if not minutes:
        return _("{hours} h", hours=hours)
    return _("{hours} h {minutes} min", hours=hours, minutes=minutes)


def age(seconds: float) -> str:
    """Return how long ago something was: `just now`, `2 min ago`, `3 h ago`, `2 days ago`."""
    minutes = int(max(0, seconds)) // 60
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return plural("{number} min ago", "{number} min ago", minutes)
    if minutes < 48 * 60:
        return plural("{number} h ago", "{number} h ago", minutes // 60)
    return plural("{number} day ago", "{number} days ago", minutes // (24 * 60))


def updated(seconds: float) -> str:
    """Return how long ago the lists were updated."""
    minutes = int(max(0, seconds)) // 60
    if minutes < 1:
        return _("Updated just now")
    if minutes < 60:
        return plural("Updated {number} min ago", "Updated {number} min ago", minutes)
    if minutes < 48 * 60:
        return plural("Updated {number} h ago", "Updated {number} h ago", minutes // 60)
    return plural("Updated {number} day ago", "Updated {number} days ago", minutes // (24 * 60))


def updated_at(clock_time: str) -> str:
    """Return at which time of the day the lists were updated, such as `14:05`."""
    return _("Updated at {clock_time}", clock_time=clock_time)


def duration(seconds: float) -> str:
    """Return a difference of two clocks without its sign: `12 min`, `3 h 20 min`, `2 days`."""
    minutes = round(abs(seconds) / 60)
    if not minutes:
        return _("{seconds} s", seconds=round(abs(seconds)))
    if minutes >= 48 * 60:
        return plural("{number} day", "{number} days", minutes // (24 * 60))
    return session_length(minutes * 60)


def span(seconds: float) -> str:
    """Return how long something has taken: `40 s`, `1 min 40 s`."""
    minutes, rest = divmod(int(max(0.0, seconds)), 60)
    if not minutes:
        return _("{seconds} s", seconds=rest)
    return _("{minutes} min {seconds} s", minutes=minutes, seconds=rest)


def roughly(seconds: float) -> str:
    """Return roughly how long something takes: `50 s`, `3 min`."""
    if seconds < 90:
        return _("{seconds} s", seconds=max(10, round(seconds / 10) * 10))
    return _("{minutes} min", minutes=round(seconds / 60))
