"""`notebook-tray cost --weeks`: how long notebook instances ran in the last weeks, as the tray has counted it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from tray.cli.output import iso_utc, print_json, say, table, terminal_width
from tray.menu.spent import cost_of, is_nearly_all
from tray.model.running_hours import TENTH_SECONDS, day_of, tenth_of
from tray.model.spent_hours import DAYS, Hours, Place, hours_of, monday_of
from tray.texts import spent as texts
from tray.texts.clock import time_of_day
from tray.texts.money import dollars, unknown
from tray.texts.notifications import facts as sentences

if TYPE_CHECKING:
    from tray.model.prices import Prices

_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Week:
    """The hours of a week that begins on a Monday."""

    monday: date
    hours: Hours


def show_weeks(*, as_json: bool) -> None:
    """Print the weeks of the last 90 days, this one first. Reads files; asks AWS for nothing."""
    from tray.fleet.facts.hours_file import FILE_NAME, places_in
    from tray.fleet.facts.price_files import FILE_NAME as PRICES
    from tray.fleet.facts.price_files import PriceFile, together
    from tray.fleet.facts.price_files import table as listed
    from tray.fleet.files.state_file import state_folder

    now = time.time()
    places = places_in(state_folder() / FILE_NAME)
    prices = together(PriceFile(state_folder() / PRICES).load(), listed())
    weeks = weeks_of(places, tenth_of(now))
    counted = max((place.until for place in places), default=None)
    until = counted * TENTH_SECONDS if counted is not None else None
    if as_json:
        at = datetime.fromtimestamp(until, UTC) if until is not None else None
        print_json({"counted_until": iso_utc(at), "weeks": [_json(each, prices) for each in weeks]})
        return
    if not weeks:
        say(texts.nothing_seen())
        return
    say(table(texts.headings(), (_row(each, prices) for each in weeks), terminal_width()))
    if until is not None:
        say(texts.up_to(time_of_day(until, now)))
    say(sentences([texts.without_storage()]))


def weeks_of(places: tuple[Place, ...], now: int) -> list[Week]:
    """Return the weeks of the last 90 days of which something is known, the latest first.

    :param now: in tenths of hours since the epoch
    """
    if not places:
        return []
    today = day_of(now)
    first = max(today - DAYS + 1, min(day_of(place.spent.since) for place in places))
    mondays = range(monday_of(today), monday_of(first) - 1, -_A_WEEK)
    return [Week(date.fromordinal(each), hours_of(places, each, each + _A_WEEK - 1, now)) for each in mondays]


def _row(week: Week, prices: Prices) -> tuple[str, ...]:
    hours = week.hours
    return (
        week.monday.isoformat(),
        _number(hours.tenths),
        _number(hours.idle),
        _money(hours, prices) if hours.tenths else "",
        texts.seen_whole() if hours.whole else texts.seen_in_part(),
    )


def _money(hours: Hours, prices: Prices) -> str:
    usd, priced = cost_of(hours, prices)
    if not priced:
        return unknown()
    return dollars(usd) if is_nearly_all(priced, hours) else texts.money_in_part(dollars(usd), texts.hours(priced))


def _number(tenths: int) -> str:
    return f"{tenths / 10:.1f}"


def _json(week: Week, prices: Prices) -> dict[str, object]:
    usd, priced = cost_of(week.hours, prices)
    return {
        "monday": week.monday.isoformat(),
        "hours": week.hours.tenths / 10,
        "idle_hours": week.hours.idle / 10,
        "usd": round(usd, 4) if priced else None,
        "hours_without_price": (week.hours.tenths - priced) / 10,
        "seen_as_a_whole": week.hours.whole,
    }
