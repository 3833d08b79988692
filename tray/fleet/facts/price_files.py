"""Keeps what AWS' price list has told, for the tray and for commands, and has the table that comes with the program."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tray.fleet.files.shared_state import SharedState
from tray.fleet.schedule import elapsed_seconds
from tray.model.prices import MOST_USD_PER_HOUR, Price, Prices

log = logging.getLogger(__name__)

FILE_NAME = "prices.json"
# AWS changes list prices seldom; a month is what a bill is for.
FRESH_DAYS = 30
# A profile that may not ask is not tried again for a day.
DENIED_SECONDS = 24 * 3600.0
# Made by packaging/price-table.py from AWS' public price file.
TABLE = Path(__file__).with_name("price_table.json")
_MOST, _MOST_DENIED = 1000, 500
_LONGEST = 64
# With so many, and names as long as any: what is written is read again.
_MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Told:
    """What AWS has told: prices, and those that its list doesn't have, with the day on which it was asked.

    `denied` is when AWS has denied a profile to ask, in seconds since the epoch.
    """

    prices: Prices = field(default_factory=dict)
    unlisted: Mapping[tuple[str, str], date] = field(default_factory=dict)
    denied: Mapping[str, float] = field(default_factory=dict)

    def is_fresh(self, key: tuple[str, str], today: date) -> bool:
        """Whether a price, or that there is none, was told within the last 30 days."""
        price = self.prices.get(key)
        on = price.on if price is not None else self.unlisted.get(key)
        return on is not None and 0 <= (today - on).days < FRESH_DAYS

    def may_ask(self, profile: str, now: float) -> bool:
        """Whether AWS has not denied it to a profile of late."""
        return elapsed_seconds(self.denied.get(profile), now) >= DENIED_SECONDS


class PriceFile:
    """Stores regions, instance types, prices and the names of profiles, which are no secrets.

    :param path: None to keep it in memory alone
    """

    def __init__(self, path: Path | None) -> None:
        self._state = SharedState(
            path, "what notebook instances cost", read=_read, stored=_stored, most_bytes=_MOST_BYTES
        )

    def load(self) -> Told:
        """Return what was told. Reads a file."""
        return self._state.load()

    def learn(self, region: str, instance_type: str, usd_per_hour: float | None, today: date) -> Told:
        """Add what AWS has told, None where its list has no price, and return the result. Reads and writes a file."""
        key = (region, instance_type)

        def learnt(known: Told) -> Told:
            prices = {each: price for each, price in known.prices.items() if each != key}
            unlisted = {each: on for each, on in known.unlisted.items() if each != key}
            if usd_per_hour is None:
                unlisted[key] = today
            else:
                prices[key] = Price(usd_per_hour, today)
            # The latest come last: they stay where there are too many.
            return replace(known, prices=_last(prices, _MOST), unlisted=_last(unlisted, _MOST))

        return self._state.change(learnt)

    def deny(self, profile: str, now: float) -> Told:
        """Add that AWS has denied it to a profile, and return the result. Reads and writes a file."""

        def denied(known: Told) -> Told:
            fresh = {name: at for name, at in known.denied.items() if elapsed_seconds(at, now) < DENIED_SECONDS}
            return replace(known, denied=_last({**fresh, profile: now}, _MOST_DENIED))

        return self._state.change(denied)


def table() -> Prices:
    """Return the prices that come with the program, which are of the day that they say. Reads a file."""
    try:
        stored = json.loads(TABLE.read_bytes())
        on = date.fromisoformat(stored["on"])
        return {
            (region, name): Price(float(usd), on)
            for region, types in stored["usd_per_hour"].items()
            for name, usd in types.items()
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        log.exception("the table of prices can't be read")  # it is a part of the program
        return {}


def together(told: Told, listed: Prices) -> Prices:
    """Return what is known of prices: what AWS told this user, else what the program's table has: pure."""
    return {**listed, **told.prices}


def _last(values: Mapping[Any, Any], most: int) -> dict[Any, Any]:
    return dict([*values.items()][-most:])


def _stored(told: Told) -> object:
    return {
        "prices": [[*key, price.usd_per_hour, price.on.isoformat()] for key, price in told.prices.items()],
        "unlisted": [[*key, on.isoformat()] for key, on in told.unlisted.items()],
        "denied": told.denied,
    }


def _read(stored: Any) -> Told:
    """Return what is stored and makes sense; the rest hides none of it."""
    match stored:
        case {"prices": list(prices), "unlisted": list(unlisted), "denied": dict(denied)}:
            return Told(
                {key: Price(usd, on) for key, usd, on in _prices(prices[:_MOST])},
                dict(_unlisted(unlisted[:_MOST])),
                {
                    name: float(at)
                    for name, at in [*denied.items()][:_MOST_DENIED]
                    # Compared before anything is computed: NaN and infinity are valid JSON to Python.
                    if isinstance(at, int | float) and 0 <= at < 1e11
                },
            )
    return Told()


def _prices(stored: list[Any]) -> Iterator[tuple[tuple[str, str], float, date]]:
    for each in stored:
        match each:
            case [str(region), str(name), int() | float() as usd, str(on)] if 0 < usd <= MOST_USD_PER_HOUR:
                if (day := _day(on)) is not None and max(len(region), len(name)) <= _LONGEST:
                    yield (region, name), float(usd), day


def _unlisted(stored: list[Any]) -> Iterator[tuple[tuple[str, str], date]]:
    for each in stored:
        match each:
            case [str(region), str(name), str(on)] if (day := _day(on)) is not None:
                if max(len(region), len(name)) <= _LONGEST:
                    yield (region, name), day


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        return None
