"""Keeps how long each notebook instance ran on the last days, from what the refreshes find: it asks AWS for nothing.

Beside these days, there are the sums of the last 90 days by instance type, of which the menu says what a week has cost.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tray.fleet.facts.hours_file import FILE_NAME, Kept, hours_file, kept_in, to_keep
from tray.fleet.schedule import elapsed_seconds
from tray.model import spent_hours
from tray.model.arns import region_of
from tray.model.running_hours import (
    A_DAY,
    TENTH_SECONDS,
    Day,
    began,
    changed,
    days_of,
    name_in_arn,
    spans,
    tenth_of,
    unchanged,
)
from tray.model.spent_hours import Place, SeenHours, Spent, seen_hours

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.snapshot import Listing, ScopeState
    from tray.model.activity import Activity
    from tray.model.notebooks import Notebook
    from tray.model.presence import Presence
    from tray.runtime.workers import Workers

__all__ = ["FILE_NAME", "WRITE_SECONDS", "RunningHours"]

WRITE_SECONDS = 1800.0


@dataclass(slots=True)
class _Followed:
    """What was last listed in an account's region, until when it was the same, and how many of each type run."""

    notebooks: tuple[Notebook, ...]
    at: int
    running: Mapping[str, int]


class RunningHours:
    """Counts running hours. Safe to use from many threads; quick but for `load`'s and `write`'s files.

    In its file are the beginnings of ARNs, names, instance types and numbers of hours, for those that ran. It is
    written every half an hour at most: after a crash, what hasn't changed meanwhile is counted all the same.

    :param workers: one separate worker
    :param path: None to keep it in memory alone
    :param tell: hears what the menu says of today and the week, whenever the whole hours of it have changed; quick
    """

    def __init__(
        self,
        listing: Callable[[], Listing],
        *,
        workers: Workers,
        path: Path | None,
        tell: Callable[[SeenHours], object] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._listing = listing
        self._workers = workers
        self._file = hours_file(path)
        self._tell = tell
        self._clock = clock
        self._lock = threading.Lock()
        self._loaded = False
        self._is_unread = False
        self._looked_at: object = None
        # By the beginning of the ARNs.
        self._kept: dict[str, Kept] = {}
        self._followed: dict[str, _Followed] = {}
        self._is_news = False
        self._written_at: float | None = None
        self._told: object = None

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
        self._say()

    def looked(self, notebook: Notebook, activity: Activity, at: float) -> None:
        """Count for how long a notebook instance that runs was idle, as a look has found at a time.

        :param at: in seconds since the epoch, by this computer's clock; Jupyter's is used for differences alone
        """
        quiet = activity.quiet_seconds
        if quiet is None or not notebook.running or notebook.modified is None:
            return
        start, place = max(at - quiet, notebook.modified.timestamp()), _place(notebook)
        with self._lock:
            kept = self._kept.get(place)
            if kept is None:
                return
            # Rounded to what is certain: a span that is shorter than a tenth of an hour has nothing in it.
            first, last = -int(-start // TENTH_SECONDS), tenth_of(at)
            spent = spent_hours.idled(kept.spent, name_in_arn(notebook), notebook.instance_type, first, last)
            self._kept[place] = Kept(kept.counted, spent)
            self._is_news = True
        self._say()

    def days(self, arn: str) -> tuple[Day, ...]:
        """Return the last 14 days of a notebook instance, the oldest first; none if nothing is known."""
        place, _, name = arn.rpartition("/")
        place = f"{place}/"
        with self._lock:
            self._settle(place)
            kept = self._kept.get(place)
        return days_of(kept.counted, name, date.fromtimestamp(self._clock())) if kept is not None else ()

    def due_in(self, _: Presence) -> float:
        """Return 0 if it is to be written, infinity if not: nothing wakes up for it."""
        return 0.0 if self._is_news and elapsed_seconds(self._written_at, self._clock()) >= WRITE_SECONDS else math.inf

    def write(self) -> None:
        """Write the file, on the worker; returns at once."""
        self._is_news, self._written_at = False, self._clock()
        self._workers.start(self._write)

    def _write(self) -> None:
        if self._is_unread:
            self._load()
        if not self._is_unread:
            self._file.keep(self._stored())

    def _load(self) -> None:
        try:
            kept = kept_in(self._file.readable())
        except OSError as error:
            # Until it can be read, this run's hours are in memory alone: they must not replace those in the file.
            self._file.log_unread(error)
            self._is_unread = True
            if self._loaded:
                return
            kept = {}
        else:
            self._is_unread = False
        with self._lock:
            self._kept, self._loaded = kept, True
            # What the lists have said is counted from where the file ends.
            self._followed, self._looked_at = {}, None
        self.follow()

    def _take(self, place: str, state: ScopeState, at: int) -> None:
        known = self._followed.get(place)
        if known is not None and known.notebooks is state.notebooks:
            known.at = max(known.at, at)
        else:
            self._settle(place)
            kept = self._kept.get(place)
            if kept is None or kept.counted.until > at + A_DAY:  # the clock was ahead for a while
                kept = Kept(began(at), spent_hours.began(at))
            before, since = known.notebooks if known is not None else (), kept.counted.until
            found = tuple(spans(since, before, state.notebooks, at))
            names = {name_in_arn(each) for each in state.notebooks}
            self._kept[place] = Kept(
                changed(kept.counted, found, names, at), spent_hours.spent(kept.spent, since, at, found)
            )
            running = Counter(each.instance_type for each in state.notebooks if each.running)
            self._followed[place] = _Followed(state.notebooks, at, running)
        self._is_news = True

    def _settle(self, place: str) -> None:
        """Count up to when what is there was last the same."""
        followed, kept = self._followed.get(place), self._kept.get(place)
        if followed is not None and kept is not None and followed.at > kept.counted.until:
            running = [name_in_arn(each) for each in followed.notebooks if each.running]
            self._kept[place] = Kept(unchanged(kept.counted, running, followed.at), self._settled(kept, followed))

    def _settled(self, kept: Kept, followed: _Followed) -> Spent:
        return spent_hours.went_on(kept.spent, kept.counted.until, followed.at, followed.running)

    def _say(self) -> None:
        """Tell the hours of today and the week, if other whole hours are to be said than before."""
        with self._lock:
            followed = self._followed
            places = [
                Place(region_of(place), self._settled(kept, followed[place]), followed[place].at)
                if place in followed
                else Place(region_of(place), kept.spent, kept.counted.until, followed=False)
                for place, kept in self._kept.items()
            ]
        found = seen_hours(places, tenth_of(self._clock()))
        each = (found.today, found.week, found.last_week)
        # In whole hours: the menu is made anew for each change.
        said = (found.day, *((one.tenths // 10, one.idle // 10, one.whole) for one in each))
        if said != self._told:
            self._told = said
            self._tell(found)

    def _stored(self) -> object:
        with self._lock:
            for place in self._followed:
                self._settle(place)
            # By the latest list, too: the clock may be ahead for a moment, and what is taken away is gone.
            latest = max((each.counted.until for each in self._kept.values()), default=0)
            oldest = min(tenth_of(self._clock()), latest) - spent_hours.DAYS * A_DAY
            self._kept = {place: each for place, each in self._kept.items() if each.counted.until > oldest}
            kept = dict(self._kept)
        return to_keep(kept)


def _place(notebook: Notebook) -> str:
    return notebook.arn[: len(notebook.arn) - len(notebook.name)]
