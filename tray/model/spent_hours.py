"""How long all notebook instances of an account's region ran on each of the last 90 days, by instance type. Pure.

From this follows what a week has cost, whatever became of the notebook instances since: one that is deleted, or has
another instance type now, has cost what it has. Time is counted in tenths of hours, as in `running_hours.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tray.model.running_hours import by_day, day_of, midnight_of

if TYPE_CHECKING:
    from tray.model.running_hours import Span

DAYS = 90
MOST_TYPES = 100

Row = tuple[int, ...]
"""Tenths of hours of each day, the last of which is the last of the row; days before the first one have none."""

# A day, or a week, counts as seen as a whole if no more of it was missed than an hour.
_NEARLY = 10


@dataclass(frozen=True, slots=True)
class Spent:
    """What is counted of an account's region since `since`; `day`, a date's ordinal, is the last day of each row.

    `ran` and `idle` are sums over notebook instances, by instance type; idle is what looks have shown to be. `watched`
    is for how long it is known what ran, and `missed` how much of that isn't, of those that changed while nobody
    looked. `idle_until` is, by name, up to when idle hours are counted.
    """

    since: int
    day: int
    ran: Mapping[str, Row] = field(default_factory=dict)
    idle: Mapping[str, Row] = field(default_factory=dict)
    watched: Row = ()
    missed: Row = ()
    idle_until: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """What is counted of an account in a region up to `until`; `followed` says whether a profile still lists it."""

    region: str
    spent: Spent
    until: int
    followed: bool = True


@dataclass(frozen=True, slots=True)
class Hours:
    """What is known of some days: tenths of hours by region and instance type, and how many of them were idle.

    `whole` says that nothing of these days was missed.
    """

    ran: tuple[tuple[tuple[str, str], int], ...] = ()
    idle: int = 0
    whole: bool = True

    @property
    def tenths(self) -> int:
        """How long all of them ran together."""
        return sum(tenths for _, tenths in self.ran)


@dataclass(frozen=True, slots=True)
class SeenHours:
    """What the menu says: of `day`, a date's ordinal, of its week, which begins on a Monday, and of the week before."""

    day: int
    today: Hours
    week: Hours
    last_week: Hours


def began(at: int) -> Spent:
    """Return what is counted when the first list has come: nothing."""
    return Spent(at, day_of(at))


def spent(before: Spent, since: int, at: int, found: Iterable[Span]) -> Spent:
    """Count the spans between `since` and `at`."""
    if at <= since:
        return before
    together = Counter((each.instance_type, each.start, each.end, each.known) for each in found)
    now = with_day(before, day_of(at))
    ran, missed = dict(now.ran), now.missed
    for (instance_type, start, end, known), number in together.items():
        if not known:
            missed = _plus(missed, now.day, start, end, number)
        elif instance_type in ran or len(ran) < MOST_TYPES:
            ran[instance_type] = _plus(ran.get(instance_type, ()), now.day, start, end, number)
    return replace(now, ran=ran, missed=missed, watched=_plus(now.watched, now.day, since, at, 1))


def went_on(before: Spent, since: int, at: int, running: Mapping[str, int]) -> Spent:
    """Count that so many of each instance type have run from `since` to `at`."""
    if at <= since:
        return before
    now = with_day(before, day_of(at))
    ran = dict(now.ran)
    for instance_type, number in running.items():
        if instance_type in ran or len(ran) < MOST_TYPES:
            ran[instance_type] = _plus(ran.get(instance_type, ()), now.day, since, at, number)
    return replace(now, ran=ran, watched=_plus(now.watched, now.day, since, at, 1))


def idled(before: Spent, name: str, instance_type: str, start: int, end: int) -> Spent:
    """Count that a notebook instance that ran was idle, but nothing twice, and nothing before it was seen."""
    start = max(start, before.since, before.idle_until.get(name, 0))
    if end <= start or (instance_type not in before.idle and len(before.idle) >= MOST_TYPES):
        return before
    now = with_day(before, day_of(end))
    row = _plus(now.idle.get(instance_type, ()), now.day, start, end, 1)
    return replace(now, idle={**now.idle, instance_type: row}, idle_until={**now.idle_until, name: end})


def with_day(before: Spent, day: int) -> Spent:
    """Return what is counted with `day` as the last day; what is counted for a later day already stays."""
    days = day - before.day
    if days <= 0:
        return before

    def moved(rows: Mapping[str, Row]) -> dict[str, Row]:
        return {name: later for name, row in rows.items() if (later := _moved(row, days))}

    return replace(
        before,
        day=day,
        ran=moved(before.ran),
        idle=moved(before.idle),
        watched=_moved(before.watched, days),
        missed=_moved(before.missed, days),
    )


def hours_of(places: Iterable[Place], first: int, last: int, now: int) -> Hours:
    """Return what is known of the days from `first` to `last`, both dates' ordinals, up to `now`."""
    ran: Counter[tuple[str, str]] = Counter()
    idle, whole = 0, True
    begin, end = midnight_of(first), min(now, midnight_of(last + 1))
    for place in places:
        one = place.spent
        for instance_type, row in one.ran.items():
            its = _between(row, one.day, first, last)
            ran[place.region, instance_type] += its
            idle += min(its, _between(one.idle.get(instance_type, ()), one.day, first, last))
        if place.followed and one.since < end:
            watched, missed = (_between(row, one.day, first, last) for row in (one.watched, one.missed))
            whole = whole and watched >= end - begin - _NEARLY and missed <= _NEARLY
    return Hours(tuple(sorted((key, tenths) for key, tenths in ran.items() if tenths)), idle, whole)


def monday_of(day: int) -> int:
    """Return the Monday of a day's week, both dates' ordinals: that of 1 January of the year 1 is 1."""
    return day - (day - 1) % 7


def seen_hours(places: Collection[Place], now: int) -> SeenHours:
    """Return what the menu says of what is counted up to `now`."""
    today = day_of(now)
    monday = monday_of(today)
    return SeenHours(
        today,
        hours_of(places, today, today, now),
        hours_of(places, monday, today, now),
        hours_of(places, monday - 7, monday - 1, now),
    )


def _between(row: Row, last_of_row: int, first: int, last: int) -> int:
    begin = len(row) - 1 - (last_of_row - first)
    end = len(row) - (last_of_row - last)
    return sum(row[max(0, begin) : max(0, end)])


def _plus(row: Row, last_of_row: int, start: int, end: int, times: int) -> Row:
    """Return a row with a span in it, so many times."""
    more = dict(by_day(start, end, DAYS))
    first = min((*more, last_of_row - len(row) + 1), default=last_of_row)
    first = max(first, last_of_row - DAYS + 1)
    before = dict(enumerate(row, last_of_row - len(row) + 1))
    return _trimmed(tuple(before.get(day, 0) + times * more.get(day, 0) for day in range(first, last_of_row + 1)))


def _moved(row: Row, days: int) -> Row:
    return _trimmed((*row, *(0,) * min(days, DAYS))[-DAYS:]) if row else ()


def _trimmed(row: Row) -> Row:
    first = next((at for at, tenths in enumerate(row) if tenths), len(row))
    return row[first:]
