"""What the menu says of how long all notebook instances ran today and this week, and of what that cost: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.menu.entries import Entry, text
from tray.model.running_hours import day_of, tenth_of
from tray.texts import spent as texts
from tray.texts.money import dollars

if TYPE_CHECKING:
    from tray.fleet.snapshot import Snapshot
    from tray.model.prices import Prices
    from tray.model.spent_hours import Hours

# Less is not said: it would be said of every week.
_CENT = 0.01
_NEARLY_ALL = 0.95


def spent_lines(snapshot: Snapshot, now: float) -> tuple[Entry, ...]:
    """Return a line each for today, this week and the last, as far as something ran, and the latest of the weeks first.

    None are there on another day than that of which something is known, until the next list.

    :param now: seconds since the epoch
    """
    seen = snapshot.hours
    if seen is None or seen.day != day_of(tenth_of(now)):
        return ()
    each = (
        ("today", texts.today, seen.today),
        ("week", texts.this_week, seen.week),
        ("last-week", texts.last_week, seen.last_week),
    )
    return tuple(
        text(f"spent/{key}", words(amount_words(hours, snapshot.prices), hours.whole))
        for key, words, hours in each
        if hours.tenths
    )


def spent_entries(lines: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the line with the week, which opens all of `spent_lines`; nothing if there are none."""
    week = next((each for each in lines if each.key != "spent/today"), None)
    if week is None:
        return ()
    return (Entry("spent", week.label, children=(*lines, text("spent/what", texts.without_storage()))),)


def amount_words(hours: Hours, prices: Prices) -> str:
    """Return hours in words, what they cost as far as prices are known, and how many of them were idle."""
    usd, priced = cost_of(hours, prices)
    amount = texts.hours(hours.tenths)
    if usd >= _CENT and is_nearly_all(priced, hours):
        amount = texts.costing(amount, dollars(usd))
    elif usd >= _CENT:
        amount = texts.costing_in_part(amount, dollars(usd), texts.hours(priced))
    return texts.of_it_idle(amount, texts.hours(hours.idle)) if hours.idle >= 10 else amount


def is_nearly_all(priced: int, hours: Hours) -> bool:
    """Whether so many tenths of hours with a price are as good as all of them: “about” covers the rest."""
    return priced >= hours.tenths * _NEARLY_ALL


def cost_of(hours: Hours, prices: Prices) -> tuple[float, int]:
    """Return what hours cost by AWS' list prices, in US dollars, and of how many tenths of hours a price is known."""
    usd, priced = 0.0, 0
    for key, tenths in hours.ran:
        if (price := prices.get(key)) is not None:
            usd, priced = usd + price.usd_per_hour * tenths / 10, priced + tenths
    return usd, priced
