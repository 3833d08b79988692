"""Tests of a profile, as values: what each of its regions said to a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.problems import Problem


@dataclass(frozen=True, slots=True)
class TriedRegion:
    """How many notebook instances a region has, or the problem that kept it from being listed."""

    region: str
    count: int = 0
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """A test of a profile. `since` is the time at which it began, or ended, in seconds since the epoch.

    `problem` is what keeps the profile from listing anywhere. `over` says that the test has ended.
    """

    profile: str
    since: float
    regions: tuple[TriedRegion, ...] = ()
    problem: Problem | None = None
    over: bool = False

    @property
    def first_problem(self) -> Problem | None:
        """The problem of the profile, or of the first region that has one."""
        return self.problem or next((each.problem for each in self.regions if each.problem is not None), None)
