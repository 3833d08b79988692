"""What a user chooses when opening a notebook: the view and the session length."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

from tray.model.problems import ExitStatus, Kind, TrayError

# SessionExpirationDurationInSeconds of CreatePresignedNotebookInstanceUrl: botocore's service model
# (sagemaker/2017-07-24) bounds it to 1800..43200. botocore itself rejects only a value under the minimum.
MINIMUM_SESSION_SECONDS = 30 * 60
MAXIMUM_SESSION_SECONDS = 12 * 60 * 60

# What the menu offers; the command line takes any length between the bounds.
OFFERED_SESSION_SECONDS = tuple(minutes * 60 for minutes in (30, 60, 120, 240, 480, 720))

# A working half-day: long enough not to interrupt, well short of the API's own default of 12 hours.
DEFAULT_SESSION_SECONDS = 4 * 60 * 60

# How long a notebook instance of a profile may run before it is said for how long: a working day with its breaks.
DEFAULT_LEFT_RUNNING_HOURS = 10
# A week. 0 stands for never.
MAXIMUM_LEFT_RUNNING_HOURS = 168


class View(Enum):
    """Which Jupyter a notebook instance opens in."""

    LAB = "lab"
    CLASSIC = "classic"

    @property
    def label(self) -> str:
        """The view's name as users know it: JupyterLab or Jupyter."""
        return "JupyterLab" if self is View.LAB else "Jupyter"


def check_session_seconds(seconds: int) -> int:
    """Return `seconds` if AWS accepts it as a session length.

    :raises TrayError: (usage) it is under 30 minutes or over 12 hours
    """
    if not MINIMUM_SESSION_SECONDS <= seconds <= MAXIMUM_SESSION_SECONDS:
        raise _refused("session-length-outside", seconds=seconds)
    return seconds


def parse_session_length(text: str) -> int:
    """Return the session length in seconds that `text` names: `30m`, `90m`, `2h`, `1h30m`, `12h`.

    :raises TrayError: (usage) `text` is not a length, or is not between 30 minutes and 12 hours
    """
    seconds = _seconds_in(text)
    if seconds is None:
        raise _refused("no-session-length", given=text[:40])
    return check_session_seconds(seconds)


def check_left_running_hours(hours: int) -> int:
    """Return `hours` if a notebook instance may run for so long before that is said; 0 for never.

    :raises TrayError: (usage) it is no whole number of hours up to a week
    """
    if isinstance(hours, bool) or not isinstance(hours, int) or not 0 <= hours <= MAXIMUM_LEFT_RUNNING_HOURS:
        raise _refused("left-running-refused", given=str(hours)[:40], most=MAXIMUM_LEFT_RUNNING_HOURS)
    return hours


def parse_left_running_hours(text: str) -> int:
    """Return the hours that `text` names: `10`, `10h`, `10 h`, and 0 or `never` for never.

    :raises TrayError: (usage) it names none, or more than a week
    """
    hours = _hours_in(text)
    if hours is None:
        raise _refused("left-running-refused", given=text[:40], most=MAXIMUM_LEFT_RUNNING_HOURS)
    return check_left_running_hours(hours)


def check_stop_when_idle_hours(hours: int) -> int:
    """Return `hours` if a notebook instance may be stopped after so many without a sign of work; 0 for never.

    :raises TrayError: (usage) it is no whole number of hours up to a week
    """
    if isinstance(hours, bool) or not isinstance(hours, int) or not 0 <= hours <= MAXIMUM_LEFT_RUNNING_HOURS:
        raise _refused("stop-when-idle-refused", given=str(hours)[:40], most=MAXIMUM_LEFT_RUNNING_HOURS)
    return hours


def parse_stop_when_idle_hours(text: str) -> int:
    """Return the hours that `text` names: `2`, `2h`, `2 h`, and 0 or `never` for never.

    :raises TrayError: (usage) it names none, or more than a week
    """
    hours = _hours_in(text)
    if hours is None:
        raise _refused("stop-when-idle-refused", given=text[:40], most=MAXIMUM_LEFT_RUNNING_HOURS)
    return check_stop_when_idle_hours(hours)


def parse_span(text: str) -> int:
    """Return the seconds of a time such as `30m` or `2h`, of at least a minute.

    :raises TrayError: (usage) it is none
    """
    seconds = _seconds_in(text)
    if not seconds:
        raise _refused("no-span", given=text[:40])
    return seconds


def _hours_in(text: str) -> int | None:
    """Return the whole hours that a text names, 0 for never; None if it names none."""
    given = text.strip().lower()
    if given == "never":
        return 0
    found = re.fullmatch(r"(\d{1,4}) ?h?", given, re.ASCII)
    return int(found[1]) if found else None


def _seconds_in(text: str) -> int | None:
    """Return the seconds that hours and minutes name, such as `1h30m`; None if the text names neither."""
    found = re.fullmatch(r"(?:(\d{1,4})h)?(?:(\d{1,4})m)?", text.strip().lower(), re.ASCII)
    if not found or not (found[1] or found[2]):
        return None
    return int(found[1] or 0) * 3600 + int(found[2] or 0) * 60


def _refused(code: str, **places: Any) -> TrayError:
    return TrayError(code, kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, **places)
