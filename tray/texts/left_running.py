"""Notebook instances that have been running for longer than their profile's limit."""

from __future__ import annotations

from tray.texts.language import _, plural

# From so many hours on, days are counted.
_IN_DAYS_FROM = 48


def status(hours: int) -> str:
    """Return what stands in place of the status of one that has been running for so many whole hours."""
    if hours >= _IN_DAYS_FROM:
        return plural("Running for {number} d", "Running for {number} d", hours // 24)
    return plural("Running for {number} h", "Running for {number} h", hours)


def setting() -> str:
    """Return what the limit is."""
    return _("Hours after which it counts as left running")


def limit(hours: int) -> str:
    """Return the limit of a profile, in a line with its other settings; 0 hours for never."""
    if not hours:
        return _("never counts as left running")
    return plural("left running after {number} h", "left running after {number} h", hours)


def after(hours: int) -> str:
    """Return the limit for a column of a table; 0 hours for never."""
    return _("{hours} h", hours=hours) if hours else _("never")
