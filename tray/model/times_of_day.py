"""Times of the day as users write them: `19:00`, `7:30 PM`, `7pm`. Pure."""

from __future__ import annotations

import re

from tray.model.problems import ExitStatus, Kind, TrayError

_WRITTEN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))? ?([ap])?\.?(?:m\.?)?", re.ASCII | re.IGNORECASE)


def parse_time_of_day(text: str) -> str:
    """Return the time that `text` names, as `HH:MM` on a clock of 24 hours; an empty text or `never` names none.

    :raises TrayError: (usage) it is no time of the day
    """
    given = text.strip()
    if given.lower() in ("", "never"):
        return ""
    found = _WRITTEN.fullmatch(given)
    if found is None or not (found[2] or found[3]):
        raise _refused(text)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise _refused(text)
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise _refused(text)
    return f"{hour:02}:{minute:02}"


def check_time_of_day(text: str) -> str:
    """Return `text` if it is a time as `parse_time_of_day` returns it; empty for none.

    :raises TrayError: (usage) it is no such time
    """
    if not is_time_of_day(text):
        raise _refused(text)
    return text


def is_time_of_day(text: str) -> bool:
    """Whether `text` is a time as `parse_time_of_day` returns it, or empty for none."""
    return not text or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text, re.ASCII) is not None


def hour_and_minute(time: str) -> tuple[int, int]:
    """Return the hour and the minute of a checked time."""
    hour, _, minute = time.partition(":")
    return int(hour), int(minute)


def _refused(given: str) -> TrayError:
    return TrayError("no-time-of-day", kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, given=given[:40])
