"""How the running hours are kept in a file: beginnings of ARNs, names, instance types and numbers of hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tray.fleet.files.state_file import StateFile
from tray.model import spent_hours
from tray.model.arns import region_of
from tray.model.running_hours import A_DAY, DAYS, Counted
from tray.model.spent_hours import MOST_TYPES, Place, Row, Spent

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "running-hours.json"
MOST_ROWS = 10_000
# Sums of 90 days each; an account has a few in a region.
MOST_SUMS = 2000
_MOST_PLACES = 1000
# With as many rows and sums as that, and names of 63 letters each.
_MOST_BYTES = 4 * 1024 * 1024
_LATEST = 10**11 // 360  # the year 5138
_MOST_TENTHS = 10**7
_LONGEST_NAME, _LONGEST_PLACE, _LONGEST_TYPE = 63, 256, 64
# A place counts as followed if a list came within this time of the latest of all.
_FOLLOWED = A_DAY


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of an account in a region: the days of each notebook instance, and the sums."""

    counted: Counted
    spent: Spent


def hours_file(path: Path | None) -> StateFile:
    """Return the file; None to keep nothing."""
    return StateFile(path, "how long what ran", most_bytes=_MOST_BYTES)


def places_in(path: Path) -> tuple[Place, ...]:
    """Return the sums that are kept in a file, for a command that has no state. Reads a file.

    Those that the tray followed when it ran last count as followed: since then, nobody has seen what they did.
    """
    kept = kept_in(hours_file(path).stored())
    last = max((each.counted.until for each in kept.values()), default=0)
    return tuple(
        Place(region_of(place), each.spent, each.counted.until, followed=each.counted.until > last - _FOLLOWED)
        for place, each in kept.items()
    )


def to_keep(places: Mapping[str, Kept]) -> object:
    """Return what is to be stored: of more than there is room for, the first."""
    rows, sums = MOST_ROWS, MOST_SUMS
    stored: dict[str, object] = {}
    for place, kept in [*places.items()][:_MOST_PLACES]:
        each, spent = kept.counted, kept.spent
        ran = {name: row.hex() for name, row in [*each.ran.items()][:rows]}
        missed = {name: row.hex() for name, row in [*each.missed.items()][: rows - len(ran)]}
        rows -= len(ran) + len(missed)
        spent_ran = dict([*spent.ran.items()][:sums])
        spent_idle = dict([*spent.idle.items()][: sums - len(spent_ran)])
        sums -= len(spent_ran) + len(spent_idle)
        # What is older than the days that are shown is neither counted twice.
        idle_until = {name: at for name, at in spent.idle_until.items() if name in each.ran}
        stored[place] = {
            "until": each.until,
            "day": each.day,
            "watched": each.watched.hex(),
            "ran": ran,
            "missed": missed,
            "spent": {
                "since": spent.since,
                "day": spent.day,
                "ran": spent_ran,
                "idle": spent_idle,
                "watched": spent.watched,
                "missed": spent.missed,
                "idle_until": dict([*idle_until.items()][:MOST_ROWS]),
            },
        }
    return {"places": stored}


def kept_in(stored: Any) -> dict[str, Kept]:
    """Return what is stored and makes sense; the rest hides none of it."""
    found: dict[str, Kept] = {}
    match stored:
        case {"places": dict(places)}:
            for place, each in [*places.items()][:_MOST_PLACES]:
                match each:
                    case {
                        "until": int(until),
                        "day": int(day),
                        "watched": str(watched),
                        "ran": dict(ran),
                        "missed": dict(missed),
                    } if 0 <= until < _LATEST and _is_day_of(until, day) and len(place) < _LONGEST_PLACE:
                        if (row := _row(watched)) is not None:
                            counted = Counted(until, day, row, _rows(ran), _rows(missed))
                            found[place] = Kept(counted, _spent(each.get("spent"), until))
    return found


def _spent(stored: Any, until: int) -> Spent:
    """Return the sums; none where an earlier release has kept the days alone."""
    match stored:
        case {
            "since": int(since),
            "day": int(day),
            "ran": dict(ran),
            "idle": dict(idle),
            "watched": watched,
            "missed": missed,
            "idle_until": dict(idle_until),
        } if 0 <= since <= until and _is_day_of(until, day):
            its_watched, its_missed = _sums(watched), _sums(missed)
            if its_watched is not None and its_missed is not None:
                return Spent(
                    since,
                    day,
                    _by_type(ran),
                    _by_type(idle),
                    its_watched,
                    its_missed,
                    {
                        name: at
                        for name, at in [*idle_until.items()][:MOST_ROWS]
                        if len(name) <= _LONGEST_NAME and isinstance(at, int) and 0 <= at < _LATEST
                    },
                )
    return spent_hours.began(until)


def _by_type(stored: Mapping[str, object]) -> dict[str, Row]:
    return {
        name: row
        for name, each in [*stored.items()][:MOST_TYPES]
        if len(name) <= _LONGEST_TYPE and (row := _sums(each))
    }


def _sums(stored: object) -> Row | None:
    if not isinstance(stored, list) or len(stored) > spent_hours.DAYS:
        return None
    return tuple(stored) if all(isinstance(each, int) and 0 <= each < _MOST_TENTHS for each in stored) else None


def _is_day_of(until: int, day: int) -> bool:
    """Whether a day can be the last one that is counted: that of `until`, in whatever time zone."""
    return abs(day - date(1970, 1, 1).toordinal() - until // A_DAY) <= 1


def _rows(stored: Mapping[str, object]) -> dict[str, bytes]:
    return {
        name: row
        for name, each in [*stored.items()][:MOST_ROWS]
        if len(name) <= _LONGEST_NAME and (row := _row(each)) is not None
    }


def _row(stored: object) -> bytes | None:
    try:
        row = bytes.fromhex(stored) if isinstance(stored, str) and len(stored) == 2 * DAYS else b""
    except ValueError:
        return None
    return row if len(row) == DAYS else None
