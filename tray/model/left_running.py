"""Notebook instances that have been running for longer than their profile's limit of left-running. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.activity import Activity
    from tray.model.notebooks import Notebook
    from tray.model.power import StopQuestion

QUIET_SECONDS = 3600.0
"""For how long there has to be no sign of work before anybody is told that a notebook instance is left running."""

_HOUR_SECONDS = 3600.0


def left_running_hours(notebook: Notebook, limit_hours: int, now: float) -> int:
    """Return for how many whole hours a notebook instance has been running, if for longer than its limit; else 0.

    AWS tells when a notebook instance last changed, which for one that runs is when it came up, or later: it has been
    running at least for so long.

    :param limit_hours: 0 for no limit
    :param now: seconds since the epoch
    """
    over_at = left_running_at(notebook, limit_hours)
    if over_at is None or now <= over_at:
        return 0
    return int((now - over_at) // _HOUR_SECONDS) + limit_hours


def left_running_at(notebook: Notebook, limit_hours: int) -> float | None:
    """Return when a notebook instance that runs is left running, in seconds since the epoch; None if never.

    :param limit_hours: 0 for no limit
    """
    if not limit_hours or not notebook.running or notebook.modified is None:
        return None
    return notebook.modified.timestamp() + limit_hours * _HOUR_SECONDS


def is_at_work(activity: Activity | None) -> bool:
    """Whether a look has found work of the last hour: then nobody is told that it is left running.

    A page of Jupyter on a screen is no work, and what can't be told is none either. Of both, the notification says so.
    """
    if activity is None:
        return False
    if activity.busy:
        return True
    if activity.unknown is not None:
        return False
    if activity.starting:
        return True
    if activity.answered_at is None or activity.last_sign is None:
        return False
    return (activity.answered_at - activity.last_sign).total_seconds() < QUIET_SECONDS


def is_idle(found: StopQuestion) -> bool:
    """Whether a notebook instance may be stopped by one click, without a question.

    For that, nothing that Jupyter can see has worked for an hour, no page is open on a screen, there is no terminal,
    whose jobs nobody sees, and AWS is known to start it again.
    """
    if found.details is None or not found.details.platform or found.retired or found.activity is None:
        return False
    quiet = found.activity.quiet_seconds
    return quiet is not None and quiet >= QUIET_SECONDS
