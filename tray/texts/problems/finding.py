"""Searches for notebook instances in all regions."""

from __future__ import annotations

from tray.texts.language import _, plural
from tray.texts.problems.table import Words, problem
from tray.texts.shell import command


@problem
def region_silent(seconds: int) -> Words:
    """`seconds` is how long the whole search waited."""
    return Words(
        _("No answer"),
        plural(
            "The region did not answer within {number} second.",
            "The region did not answer within {number} seconds.",
            seconds,
        ),
        _("Try again in a minute."),
    )


@problem
def notebooks_nowhere(profile: str, regions: int) -> Words:
    """`regions` is how many were looked into."""
    return Words(
        _("No notebook instances"),
        plural(
            "The profile “{profile}” has no notebook instances in {number} region.",
            "The profile “{profile}” has no notebook instances in {number} regions.",
            regions,
            profile=profile,
        ),
        _("See which other profiles there are with: {command}", command=command("profiles", "discover")),
    )
