"""Times of the day as the user's system writes them: `14:30`, or `2:30 PM`; with the weekday if that isn't today."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from datetime import date, datetime

from tray.texts.language import _

# What stands for hours up to twelve in a format of strftime(3); `%r` is the locale's own time with them.
_OF_TWELVE = ("%I", "%l", "%r", "%p", "%P")
# glibc's mask of LC_TIME for newlocale(3): 1 << LC_TIME.
_LC_TIME_MASK = 1 << 2

# By how much clocks are put back where summer time ends: half an hour on Lord Howe Island.
_CHANGES = (-3600, -1800, 1800, 3600)
# Beyond the longest change on either side, so that both sides differ where there is one.
_AROUND_SECONDS = 7200

# Windows' C library knows no local time after the year 3000 (_localtime64), and a damaged file may have one.
_LATEST = 32_500_000_000.0

_twelve: bool | None = None


def use_twelve_hours(twelve: bool | None) -> None:
    """Write the hours of the day from 1 to 12, or from 0 to 23; None: as the system's settings say."""
    global _twelve
    _twelve = twelve


def follow_time_zone() -> None:
    """Go by the system's present time zone: users travel. Windows' C library goes by that of the program's start."""
    if sys.platform != "win32":
        time.tzset()  # localtime_r(3) looks at the zone once; this looks whether the system's file is another one


def time_of_day(at: float, now: float) -> str:
    """Return a time for a sentence such as “until {time}”: `14:30`, or `Sat 00:30` on another day than `now`'s.

    What is a week or more away has its date. A time that the clock shows twice, as summer time ends, has its zone.

    :param at: in seconds since the epoch, as `now`
    """
    there, here = _local(at), _local(now)
    clock = hours_and_minutes(there.tm_hour, there.tm_min)
    if _may_be_twice(at) and any(_local(at + apart)[:5] == there[:5] for apart in _CHANGES if at + apart > 0):
        clock = _("{time} ({zone})", time=clock, zone=there.tm_zone)
    days = _day(there) - _day(here)
    if not days:
        return clock
    if abs(days) >= 7:
        return _("{date} {time}", date=time.strftime("%Y-%m-%d", there), time=clock)
    return _("{day} {time}", day=_weekday(there.tm_wday), time=clock)


def date_and_time(at: datetime) -> str:
    """Return a date and its time of the day, as `at` has them."""
    return _("{date} {time}", date=f"{at:%Y-%m-%d}", time=hours_and_minutes(at.hour, at.minute))


def written(time_of_day: str) -> str:
    """Return a time of the day, `HH:MM` on a clock of 24 hours, as the user's system writes it; empty for none."""
    hour, _colon, minute = time_of_day.partition(":")
    return hours_and_minutes(int(hour), int(minute)) if minute else ""


def _may_be_twice(at: float) -> bool:
    """Whether clocks are changed within the hours around a time; asked first, as a menu has hundreds of times."""
    return _local(at - _AROUND_SECONDS).tm_gmtoff != _local(at + _AROUND_SECONDS).tm_gmtoff


def _local(at: float) -> time.struct_time:
    return time.localtime(min(max(0.0, at), _LATEST))  # Windows' C library knows no local time before 1970


def _day(at: time.struct_time) -> int:
    return date(at.tm_year, at.tm_mon, at.tm_mday).toordinal()


def hours_and_minutes(hour: int, minute: int) -> str:
    """Return a time of the day, by a clock of twelve or of 24 hours."""
    if not _twelve_hours():
        return _("{hour}:{minute}", hour=f"{hour:02}", minute=f"{minute:02}")
    if hour < 12:
        return _("{hour}:{minute} AM", hour=hour % 12 or 12, minute=f"{minute:02}")
    return _("{hour}:{minute} PM", hour=hour % 12 or 12, minute=f"{minute:02}")


# One is translated, and not all seven for each time: a menu has hundreds of times.
_WEEKDAYS = (
    lambda: _("Mon"),
    lambda: _("Tue"),
    lambda: _("Wed"),
    lambda: _("Thu"),
    lambda: _("Fri"),
    lambda: _("Sat"),
    lambda: _("Sun"),
)


def _weekday(number: int) -> str:
    return _WEEKDAYS[number]()


def _twelve_hours() -> bool:
    global _twelve
    if _twelve is None:
        try:
            _twelve = twelve_hours_of_the_system(os.environ)
        except (OSError, AttributeError, ValueError):
            _twelve = False  # a C library without such a call
    return _twelve


if sys.platform == "win32":

    def twelve_hours_of_the_system(_environment: Mapping[str, str]) -> bool:
        """Whether the user's settings write the hours of the day from 1 to 12."""
        import ctypes

        # https://learn.microsoft.com/windows/win32/intl/locale-sshorttime
        buffer = ctypes.create_unicode_buffer(80)
        ctypes.WinDLL("kernel32").GetLocaleInfoEx(None, 0x79, buffer, len(buffer))
        return "h" in buffer.value

elif sys.platform == "darwin":

    def twelve_hours_of_the_system(_environment: Mapping[str, str]) -> bool:
        """Whether the user's settings write the hours of the day from 1 to 12."""
        from Foundation import NSDateFormatter, NSLocale

        # “j” stands for the hours as the user's settings have them; “a” is AM and PM.
        locale = NSLocale.currentLocale()
        return "a" in (NSDateFormatter.dateFormatFromTemplate_options_locale_("j", 0, locale) or "")

else:

    def twelve_hours_of_the_system(environment: Mapping[str, str]) -> bool:
        """Whether the user's locale writes the hours of the day from 1 to 12: its format of the time says so.

        It is read without setting the locale, which would change what the whole process formats.

        :raises OSError: the C library can't be loaded
        :raises AttributeError: it has no such call
        """
        import ctypes
        from locale import T_FMT, T_FMT_AMPM

        # As locale(7) says: the first of these that is not empty.
        name = next((environment[key] for key in ("LC_ALL", "LC_TIME", "LANG") if environment.get(key)), "C")
        library = ctypes.CDLL(None)
        library.newlocale.restype = ctypes.c_void_p
        library.newlocale.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
        library.nl_langinfo_l.restype = ctypes.c_char_p
        library.nl_langinfo_l.argtypes = (ctypes.c_int, ctypes.c_void_p)
        library.freelocale.argtypes = (ctypes.c_void_p,)
        found = library.newlocale(_LC_TIME_MASK, os.fsencode(name), None)
        if not found:
            return False  # not installed: the C locale holds
        try:
            form = (library.nl_langinfo_l(T_FMT, found) or b"").decode("latin-1")
            # Locales without AM and PM may still write their time by `%r`.
            return any(each in form for each in _OF_TWELVE) and bool(library.nl_langinfo_l(T_FMT_AMPM, found))
        finally:
            library.freelocale(found)
