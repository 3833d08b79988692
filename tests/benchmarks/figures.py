"""Figures and what is made of them: pure."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Unit(Enum):
    """What a figure is of, and how it is written: a name, a factor to that name, and decimals."""

    SECONDS = ("s", 1.0, 3)
    MILLISECONDS = ("ms", 1e3, 1)  # of a figure in seconds
    MEBIBYTES = ("MiB", 1 / (1 << 20), 1)  # of a figure in bytes
    KIBIBYTES = ("KiB", 1 / (1 << 10), 1)  # of a figure in bytes
    PERCENT = ("%", 100.0, 3)  # of a share
    PER_MINUTE = ("/min", 1.0, 1)
    COUNT = ("", 1.0, 0)

    def write(self, value: float) -> str:
        """Return a figure in this unit, as people read it."""
        name, factor, decimals = self.value
        separator = "" if name in ("%", "/min", "") else " "
        return f"{value * factor:,.{decimals}f}{separator}{name}"


@dataclass(frozen=True, slots=True)
class Samples:
    """One thing measured several times, in seconds, bytes, shares or counts."""

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("nothing was measured")

    @classmethod
    def of(cls, *values: float) -> Samples:
        """Return the samples of some values."""
        return cls(values)

    @property
    def median(self) -> float:
        """The middle one, which one slow run doesn't move."""
        return statistics.median(self.values)

    @property
    def lowest(self) -> float:
        """The smallest value."""
        return min(self.values)

    @property
    def highest(self) -> float:
        """The largest value."""
        return max(self.values)

    def write(self, unit: Unit) -> str:
        """Return the median, and the range where there is one."""
        if len(self.values) == 1:
            return unit.write(self.median)
        suffix = unit.value[0]
        lowest, highest = (unit.write(value).removesuffix(suffix).strip() for value in (self.lowest, self.highest))
        return f"{unit.write(self.median)} ({lowest}–{highest})"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What somebody else takes for the same, measured in the same run; without `samples`, `absent` says why.

    `factor` is what the samples are multiplied by: 20 for 200 calls of which 10 were made.
    """

    name: str
    samples: Samples | None = None
    absent: str = ""
    factor: float = 1.0

    @property
    def median(self) -> float | None:
        """The median, extrapolated."""
        return None if self.samples is None else self.samples.median * self.factor

    def write(self, unit: Unit) -> str:
        """Return it in words."""
        if self.median is None:
            return f"{self.name}: {self.absent}"
        return f"{self.name} {unit.write(self.median)}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table. `limit` is what `ours` must not exceed, computed from the anchors where it depends on them.

    A row without a limit is there to be read; one without `ours` could not be measured, and `note` says why.
    """

    name: str
    what: str
    unit: Unit
    ours: Samples | None
    limit: float | None = None
    limit_words: str = ""
    anchors: tuple[Anchor, ...] = ()
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the median is within the limit; None where there is no limit or nothing was measured."""
        if self.ours is None or self.limit is None:
            return None
        return self.ours.median <= self.limit

    @property
    def ratio(self) -> float | None:
        """Our median by the first anchor's; None without such an anchor."""
        for anchor in self.anchors:
            if self.ours is not None and anchor.median:
                return self.ours.median / anchor.median
        return None


def at_most_times(factor: float, anchor: Anchor, plus: float = 0.0) -> float | None:
    """Return a limit that is a multiple of an anchor, and `plus`; None where the anchor is absent."""
    return None if anchor.median is None else factor * anchor.median + plus


def slope(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Return how much a value grows with each further one in `sizes`: the least-squares line's slope.

    :raises statistics.StatisticsError: all sizes are the same
    """
    return statistics.linear_regression(sizes, values).slope
