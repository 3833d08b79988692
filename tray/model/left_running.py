"""Notebook instances that have been running for longer than their profile's limit of left-running. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.notebooks import Notebook

_HOUR_SECONDS = 3600.0


def left_running_hours(notebook: Notebook, limit_hours: int, now: float) -> int:
    """Return for how many whole hours a notebook instance has been running, if for longer than its limit; else 0.

    AWS tells when a notebook instance last changed, which for one that runs is when it came up, or later: it has been
    running at least for so long.

    :param limit_hours: 0 for no limit
    :param now: seconds since the epoch
    """
    if not limit_hours or not notebook.running or notebook.modified is None:
        return 0
    seconds = now - notebook.modified.timestamp()
    return int(seconds // _HOUR_SECONDS) if seconds > limit_hours * _HOUR_SECONDS else 0
