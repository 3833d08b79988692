"""How long notebook instances ran on each of the last 14 days, counted from what lists have said. Pure.

Time is counted in tenths of hours since the epoch: a day has 240 of them (250 at most, as clocks are put back), so that
a byte holds it. Both ends of a span are rounded down, and errors don't add up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.notebooks import Notebook

DAYS = 14
TENTH_SECONDS = 360
A_DAY = 240
# What a notebook instance did before a change is taken to be what it did when it was last seen, if that is no longer
# ago than this: the tray lists at least every half an hour while the computer is awake.
SHORT = 10
_NONE = bytes(DAYS)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a notebook instance, in tenths of hours: how long it ran, and for how long it is known whether."""

    ran: int
    seen: int


@dataclass(frozen=True, slots=True)
class Span:
    """A time, in tenths of hours since the epoch, in which a notebook instance ran, or might have: `known` says which.

    `instance_type` is the one that it had then.
    """

    name: str
    instance_type: str
    start: int
    end: int
    known: bool = True


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of the notebook instances of one account in one region.

    Each row has a byte for each day, the last of which is `day`, a date's ordinal. `until` is up to when is counted.
    `watched` is for how long what they do is known of all of them; `missed` for how much of that it isn't, of one that
    has changed while nobody looked. Only those that have a part in it have a row in `ran` and `missed`.
    """

    until: int
    day: int
    watched: bytes = _NONE
    ran: Mapping[str, bytes] = field(default_factory=dict)
    missed: Mapping[str, bytes] = field(default_factory=dict)


def tenth_of(seconds: float) -> int:
    """Return a time in seconds since the epoch as the tenth of an hour that it is in."""
    return int(seconds // TENTH_SECONDS)


def began(at: int) -> Counted:
    """Return what is counted when the first list has come: nothing."""
    return Counted(at, _day_of(at))


def unchanged(counted: Counted, running: Iterable[str], until: int) -> Counted:
    """Count up to `until`: since what is counted ended, those named `running` ran, and no other."""
    if until <= counted.until:
        return counted
    counted = _with_day(counted, _day_of(until))
    span = _row(counted.until, until, counted.day)
    ran = dict(counted.ran)
    for name in running:
        ran[name] = _sum(ran.get(name), span)
    return replace(counted, until=until, watched=_sum(counted.watched, span), ran=ran)


def spans(since: int, before: Iterable[Notebook], after: Iterable[Notebook], at: int) -> Iterator[Span]:
    """Yield when what the list said at `at` to be there (`after`) has run since `since`, and when it may have.

    What hasn't changed since then has done the same all the time, however long that was: also while nobody looked. Of
    what has, it is known since its change; before that, for a short time, what it did as it was last seen, and for a
    longer one nothing.

    :param before: what the list before said: of none, where that isn't known any more
    """
    seen_before = {name_in_arn(each): each for each in before}
    for each in after:
        change = min(max(_changed_at(each, at), since), at)
        name = name_in_arn(each)
        if each.running:
            yield Span(name, each.instance_type, change, at)
        if change > since:
            was = seen_before.get(name) if at - since <= SHORT else None
            if was is not None and was.running:
                yield Span(name, was.instance_type, since, change)
            elif was is None and not _is_new(each, since):
                yield Span(name, each.instance_type, since, change, known=False)


def changed(counted: Counted, found: Iterable[Span], names: Collection[str], at: int) -> Counted:
    """Count up to `at`, by the spans since what is counted ended.

    :param names: of what the list says to be there: of nothing else is anything counted any more
    """
    since = counted.until
    if at <= since:
        return counted
    counted = _with_day(counted, _day_of(at))
    row = _rows(counted.day)
    ran = {name: each for name, each in counted.ran.items() if name in names}
    missed = {name: each for name, each in counted.missed.items() if name in names}
    for span in found:
        rows = ran if span.known else missed
        more = _sum(rows.get(span.name), row(span.start, span.end))
        if any(more):
            rows[span.name] = more
    return replace(counted, until=at, watched=_sum(counted.watched, row(since, at)), ran=ran, missed=missed)


def by_day(start: int, end: int, most_days: int) -> Iterator[tuple[int, int]]:
    """Yield the days of a span, as this computer's clock divides days: a date's ordinal, and how much is in that day.

    :param most_days: of a longer span, only about so many days at its end are divided
    """
    at = max(start, end - most_days * A_DAY)
    while at < end:
        upto = min(_midnight_after(at), end)
        yield _day_of(at), upto - at
        at = upto


def midnight_of(day: int) -> int:
    """Return the first tenth of an hour of a day, a date's ordinal."""
    return _midnight(date.fromordinal(day))


def day_of(at: int) -> int:
    """Return the day, a date's ordinal, that a tenth of an hour is in by this computer's clock."""
    return _day_of(at)


def days_of(counted: Counted, name: str, today: date) -> tuple[Day, ...]:
    """Return the 14 days up to today of a notebook instance, the oldest first."""
    counted = _with_day(counted, today.toordinal())
    ran, missed = counted.ran.get(name, _NONE), counted.missed.get(name, _NONE)
    return tuple(
        Day(its_ran, max(its_ran, watched - its_missed))
        for its_ran, watched, its_missed in zip(ran, counted.watched, missed, strict=True)
    )


def name_in_arn(notebook: Notebook) -> str:
    """Return the end of an ARN, in which SageMaker writes the name in lower case."""
    end = notebook.arn[-len(notebook.name) :]
    return notebook.name if end == notebook.name else end


def _changed_at(notebook: Notebook, at: int) -> int:
    # AWS's clock may differ from this one's; what AWS doesn't tell is taken as a change that was just made.
    return tenth_of(notebook.modified.timestamp()) if notebook.modified is not None else at


def _is_new(notebook: Notebook, since: int) -> bool:
    return notebook.created is not None and tenth_of(notebook.created.timestamp()) >= since


def _with_day(counted: Counted, day: int) -> Counted:
    """Return what is counted with `day` as its last day; what is counted for a later day already stays."""
    days = min(day - counted.day, DAYS)
    if days <= 0:
        return counted

    def moved(rows: Mapping[str, bytes]) -> dict[str, bytes]:
        return {name: later for name, row in rows.items() if any(later := row[days:] + bytes(days))}

    return replace(
        counted,
        day=day,
        watched=counted.watched[days:] + bytes(days),
        ran=moved(counted.ran),
        missed=moved(counted.missed),
    )


def _rows(day: int) -> Callable[[int, int], bytes]:
    """Return `_row`, which is asked for the same few spans again and again, with a memory."""
    known: dict[tuple[int, int], bytes] = {}

    def row(start: int, end: int) -> bytes:
        if (start, end) not in known:
            known[start, end] = _row(start, end, day)
        return known[start, end]

    return row


def _row(start: int, end: int, last_day: int) -> bytes:
    """Return how much of the span from `start` to `end` is in each day, as this computer's clock divides days."""
    found = bytearray(DAYS)
    for day, tenths in by_day(start, end, DAYS):
        place = DAYS - 1 - (last_day - day)
        if 0 <= place < DAYS:
            found[place] = min(255, found[place] + tenths)
    return bytes(found)


def _sum(one: bytes | None, other: bytes) -> bytes:
    return other if one is None else bytes(min(255, a + b) for a, b in zip(one, other, strict=True))


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at * TENTH_SECONDS).astimezone()


def _day_of(at: int) -> int:
    return _local(at).date().toordinal()


def _midnight_after(at: int) -> int:
    """Return the first tenth of an hour of the day after that of `at`."""
    return max(at + 1, _midnight(_local(at).date() + timedelta(days=1)))


def _midnight(day: date) -> int:
    # Rounded up: in zones whose offset is no tenth of an hour, the tenth with the midnight belongs to the day before.
    return -int(-datetime.combine(day, time()).astimezone().timestamp() // TENTH_SECONDS)
