"""What is said of the hours that a notebook instance ran on the last days."""

from __future__ import annotations

from tray.texts.language import _, plural


def summary(hours: str, unseen: int) -> str:
    """Return how many hours a notebook instance ran in 14 days, of which so many were not seen at all."""
    if unseen:
        return plural(
            "Running {hours} h in the last 14 days, {number} of them not seen",
            "Running {hours} h in the last 14 days, {number} of them not seen",
            unseen,
            hours=hours,
        )
    return _("Running {hours} h in the last 14 days", hours=hours)


def not_seen() -> str:
    """Return that nothing is known of the last 14 days."""
    return _("Not seen yet: Notebook Tray counts the hours while it runs")
