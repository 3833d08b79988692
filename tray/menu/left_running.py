"""The menu's words about notebook instances that have been running for longer than their profile's limit: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tray.menu.money import money_words
from tray.menu.names import short
from tray.menu.power import seen_facts
from tray.model.left_running import left_running_hours
from tray.texts import left_running as texts
from tray.texts.clock import follow_time_zone

if TYPE_CHECKING:
    from tray.fleet.snapshot import Profile
    from tray.model.notebooks import Notebook
    from tray.model.power import StopQuestion
    from tray.model.prices import Prices


def left_running_words(notebooks: Iterable[Notebook], profiles: Mapping[str, Profile], now: float) -> Mapping[str, str]:
    """Return what stands in place of the status of each that is left running, by ARN.

    :param profiles: by name; each has its limit
    :param now: seconds since the epoch
    """
    limits = {name: profile.left_running_hours for name, profile in profiles.items()}
    found = ((each, left_running_hours(each, limits.get(each.scope.profile, 0), now)) for each in notebooks)
    return {each.arn: texts.status(hours) for each, hours in found if hours}


def left_running_facts(found: StopQuestion, prices: Prices, now: float) -> tuple[str, ...]:
    """Return what the user should know of one that is left running: what a look has found, and what it costs.

    :param now: seconds since the epoch
    """
    follow_time_zone()
    return (*seen_facts(found, now), *filter(None, [money_words(found.notebook, prices, now)]))


def left_running_line(found: StopQuestion, hours: int, now: float) -> str:
    """Return a line about one of several that are left running, for so many hours."""
    follow_time_zone()
    return texts.one_of_several(short(found.notebook.name), [texts.status(hours), *seen_facts(found, now)])
