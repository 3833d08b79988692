"""The menu's words about notebook instances that have been running for longer than their profile's limit: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tray.model.left_running import left_running_hours
from tray.texts import left_running as texts

if TYPE_CHECKING:
    from tray.fleet.snapshot import Profile
    from tray.model.notebooks import Notebook


def left_running_words(notebooks: Iterable[Notebook], profiles: Mapping[str, Profile], now: float) -> Mapping[str, str]:
    """Return what stands in place of the status of each that is left running, by ARN.

    :param profiles: by name; each has its limit
    :param now: seconds since the epoch
    """
    limits = {name: profile.left_running_hours for name, profile in profiles.items()}
    found = ((each, left_running_hours(each, limits.get(each.scope.profile, 0), now)) for each in notebooks)
    return {each.arn: texts.status(hours) for each, hours in found if hours}
