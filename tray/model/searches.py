"""Searches for a profile's notebook instances in all regions, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.problems import Problem

# Of a region's notebook instances, so many are counted: a search needs to know where they are, and not which.
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class FoundIn:
    """How many notebook instances a region has; `more` says that it has more than were counted."""

    region: str
    count: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A region that refused, or did not answer in time. That says nothing of the profile, and hides no other region."""

    region: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class RegionSearch:
    """A search, as far as it has come. `since` is the time at which it began, or ended, in seconds since the epoch.

    `regions` are those that are asked; none until it is known which. `empty` have no notebook instances, `found` have
    some, most first; `passed_over` told neither. `account` is where it was looked, empty if that is not known.
    `offered` are the regions that the profile would list if the user takes all that was found: those that it was
    given before are among them. It is empty if that would change nothing. `over` says that the search has ended.
    """

    profile: str
    since: float
    regions: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    found: tuple[FoundIn, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    account: str = ""
    offered: tuple[str, ...] = ()
    over: bool = False

    @property
    def told(self) -> int:
        """How many regions have told what they have."""
        return len(self.empty) + len(self.found)
