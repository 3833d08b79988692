"""What the menu, a page and notifications say of the browser's sessions: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.texts import sessions as texts
from tray.texts.clock import follow_time_zone, time_of_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tray.fleet.snapshot import Notebook
    from tray.model.open_sessions import OpenSession


def session_words(notebooks: Iterable[Notebook], sessions: Iterable[OpenSession], now: float) -> Mapping[str, str]:
    """Return by ARN the status of running notebook instances in which a session is open, and until when.

    :param now: seconds since the epoch
    """
    ends = {each.arn: each.ends for each in sessions if each.ends > now}
    if not ends:
        return {}
    follow_time_zone()
    return {
        each.arn: texts.running_until(time_of_day(ends[each.arn], now))
        for each in notebooks
        if each.running and each.arn in ends
    }


def until_words(at: float, now: float) -> str:
    """Return a time of the day near `now`, both in seconds since the epoch."""
    follow_time_zone()
    return time_of_day(at, now)
