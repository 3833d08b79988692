"""Keeps how long each notebook instance ran on the last days, from what the refreshes find: it asks AWS for nothing."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tray.fleet.schedule import elapsed_seconds
from tray.fleet.state_file import StateFile
from tray.model.running_hours import (
    A_DAY,
    DAYS,
    Counted,
    Day,
    began,
    changed,
    days_of,
    name_in_arn,
    tenth_of,
    unchanged,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.snapshot import Listing, ScopeState
    from tray.model.notebooks import Notebook
    from tray.model.presence import Presence
    from tray.runtime.workers import Workers

FILE_NAME = "running-hours.json"
WRITE_SECONDS = 1800.0
MOST_ROWS = 10_000
_MOST_PLACES = 1000
# Ten thousand rows with names of 63 letters each.
_MOST_BYTES = 2 * 1024 * 1024
_LATEST = 10**9
_LONGEST_NAME, _LONGEST_PLACE = 63, 256


@dataclass(slots=True)
class _Followed:
    """What was last listed in an account's region, and until when it was the same."""

    notebooks: tuple[Notebook, ...]
    at: int


class RunningHours:
    """Counts running hours. Safe to use from many threads; quick but for `load`'s and `write`'s files.

    In its file are the beginnings of ARNs, names and numbers of hours, for those that ran. It is written every half an
    hour at most: after a crash, what hasn't changed meanwhile is counted all the same.

    :param workers: one separate worker
    :param path: None to keep it in memory alone
    """

    def __init__(
        self,
        listing: Callable[[], Listing],
        *,
        workers: Workers,
        path: Path | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._listing = listing
        self._workers = workers
        self._file = StateFile(path, "how long what ran", most_bytes=_MOST_BYTES)
        self._clock = clock
        self._lock = threading.Lock()
        self._loaded = False
        self._looked_at: object = None
        # By the beginning of the ARNs.
        self._counted: dict[str, Counted] = {}
        self._followed: dict[str, _Followed] = {}
        self._is_news = False
        self._written_at: float | None = None

    def load(self) -> None:
        """Read what was counted in earlier runs; returns at once."""
        self._workers.start(self._load)

    def follow(self) -> None:
        """Count what the listing tells, if it is new."""
        scopes = self._listing().scopes
        if scopes is self._looked_at:
            return  # most changes are of something else, and some are the icon's thread's
        with self._lock:
            if not self._loaded or scopes is self._looked_at:
                return
            self._looked_at = scopes
            taken: set[str] = set()
            for state in scopes:
                if state.problem is None and state.listed_at is not None and state.notebooks:
                    place = _place(state.notebooks[0])
                    if place not in taken:  # another profile sees the same ones
                        taken.add(place)
                        self._take(place, state, tenth_of(state.listed_at))

    def days(self, arn: str) -> tuple[Day, ...]:
        """Return the last 14 days of a notebook instance, the oldest first; none if nothing is known."""
        place, _, name = arn.rpartition("/")
        place = f"{place}/"
        with self._lock:
            self._settle(place)
            counted = self._counted.get(place)
        return days_of(counted, name, date.fromtimestamp(self._clock())) if counted is not None else ()

    def due_in(self, _: Presence) -> float:
        """Return 0 if it is to be written, infinity if not: nothing wakes up for it."""
        return 0.0 if self._is_news and elapsed_seconds(self._written_at, self._clock()) >= WRITE_SECONDS else math.inf

    def write(self) -> None:
        """Write the file, on the worker; returns at once."""
        self._is_news, self._written_at = False, self._clock()
        self._workers.start(lambda: self._file.keep(self._stored()))

    def _load(self) -> None:
        counted = _read(self._file.stored())
        with self._lock:
            self._counted, self._loaded = counted, True
        self.follow()

    def _take(self, place: str, state: ScopeState, at: int) -> None:
        known = self._followed.get(place)
        if known is not None and known.notebooks is state.notebooks:
            known.at = max(known.at, at)
        else:
            self._settle(place)
            counted = self._counted.get(place)
            if counted is None or counted.until > at + A_DAY:  # the clock was ahead for a while
                counted = began(at)
            before = known.notebooks if known is not None else ()
            self._counted[place] = changed(counted, before, state.notebooks, at)
            self._followed[place] = _Followed(state.notebooks, at)
        self._is_news = True

    def _settle(self, place: str) -> None:
        """Count up to when what is there was last the same."""
        followed, counted = self._followed.get(place), self._counted.get(place)
        if followed is not None and counted is not None and followed.at > counted.until:
            running = [name_in_arn(each) for each in followed.notebooks if each.running]
            self._counted[place] = unchanged(counted, running, followed.at)

    def _stored(self) -> object:
        with self._lock:
            for place in self._followed:
                self._settle(place)
            oldest = tenth_of(self._clock()) - DAYS * A_DAY
            self._counted = {place: each for place, each in self._counted.items() if each.until > oldest}
            counted = dict(self._counted)
        left = MOST_ROWS
        places: dict[str, object] = {}
        for place, each in [*counted.items()][:_MOST_PLACES]:
            ran = {name: row.hex() for name, row in [*each.ran.items()][:left]}
            missed = {name: row.hex() for name, row in [*each.missed.items()][: left - len(ran)]}
            left -= len(ran) + len(missed)
            places[place] = {
                "until": each.until,
                "day": each.day,
                "watched": each.watched.hex(),
                "ran": ran,
                "missed": missed,
            }
        return {"places": places}


def _place(notebook: Notebook) -> str:
    return notebook.arn[: len(notebook.arn) - len(notebook.name)]


def _read(stored: Any) -> dict[str, Counted]:
    """Return what is stored and makes sense; the rest hides none of it."""
    found: dict[str, Counted] = {}
    match stored:
        case {"places": dict(places)}:
            for place, each in places.items():
                match each:
                    case {
                        "until": int(until),
                        "day": int(day),
                        "watched": str(watched),
                        "ran": dict(ran),
                        "missed": dict(missed),
                    } if 0 <= until < _LATEST and _is_day_of(until, day) and len(place) < _LONGEST_PLACE:
                        if (row := _row(watched)) is not None:
                            found[place] = Counted(until, day, row, _rows(ran), _rows(missed))
    return found


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
