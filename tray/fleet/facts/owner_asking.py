"""Asks AWS for the owners of notebook instances, by a tag that the user has chosen; never without that choice.

Only while a page shows them, and slowly: twenty a minute, those in sight first.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tray.fleet.facts.owner_files import MOST_OWNERS, Owners, OwnersFile, OwnerTagFile
from tray.fleet.refreshing.quiet_pace import QuietPace
from tray.fleet.schedule import elapsed_seconds
from tray.model.notebooks import NotebookStatus
from tray.model.problems import Kind, TrayError

if TYPE_CHECKING:
    from pathlib import Path

    from tray.aws.cloud import Cloud
    from tray.fleet.refreshing.unasked_calls import UnaskedCalls
    from tray.fleet.snapshot import Listing
    from tray.fleet.state import State
    from tray.model.notebooks import Notebook, Scope
    from tray.model.presence import Presence
    from tray.runtime.workers import Workers

log = logging.getLogger(__name__)

EVERY_SECONDS = 3.0
# Another tag is rarely given: what was told is asked again after a day, where it is in sight.
OLD_SECONDS = 24 * 3600.0
# What AWS denies in a region is not asked there for an hour.
DENIED_SECONDS = 3600.0
_WRITE_SECONDS = 300.0


class OwnerAsking:
    """Owns the snapshot's slices of the tag's key and of the owners. All methods return at once.

    :param workers: one separate worker
    :param on_end: called to compute anew what is due
    """

    def __init__(
        self,
        state: State,
        cloud: Cloud,
        *,
        calls: UnaskedCalls,
        workers: Workers,
        tag_path: Path | None,
        owners_path: Path | None,
        on_end: Callable[[], object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._cloud = cloud
        self._workers = workers
        self._tag = OwnerTagFile(tag_path)
        self._file = OwnersFile(owners_path)
        self._on_end = on_end
        self._clock = clock
        self._lock = threading.Lock()
        self._owners = Owners()
        self._is_loaded = False
        self._in_sight: tuple[str, ...] = ()
        self._pace = QuietPace(calls, clock, every_seconds=EVERY_SECONDS, at_once=True)
        self._denied: dict[Scope, float] = {}
        self._is_news = False
        self._written_at: float | None = None
        # Of this listing, those in sight, and those that were not asked for yet, in reverse order.
        self._looked_at: Listing | None = None
        self._looked_for: tuple[str, ...] = ()
        self._first: list[Notebook] = []
        self._waiting: list[Notebook] = []

    def follow(self) -> None:
        """Take the tag that the user has chosen, and what is known of it. Also at the start."""
        self._workers.start(self._load)

    def wanted(self, arns: Sequence[str]) -> None:
        """Ask for the owners of these before all others: a page shows them. Quick."""
        if not self._state.snapshot.owner_tag:
            return
        with self._lock:
            self._in_sight = tuple(arns)
        self._pace.want()
        self._on_end()

    def due_in(self, presence: Presence) -> float:
        """Return the seconds until the next owner is asked for, or what was told is to be written; or infinity."""
        if self._is_news and elapsed_seconds(self._written_at, self._clock()) >= _WRITE_SECONDS:
            return 0.0
        waiting = self._pace.is_waiting and self._owners.key and self._next() is not None
        return self._pace.due_in(presence) if waiting else math.inf

    def act(self) -> None:
        """Do what is due."""
        now = self._clock()
        if self._is_news and elapsed_seconds(self._written_at, now) >= _WRITE_SECONDS:
            self._is_news, self._written_at = False, now
            owners = self._owners
            self._workers.start(lambda: self._file.keep(owners))
            return
        notebook = self._next()
        if notebook is None:
            return
        self._pace.begin()
        key = self._owners.key
        self._workers.start(lambda: self._ask(notebook, key))

    def _load(self) -> None:
        key = self._tag.load()
        if not self._is_loaded or key != self._owners.key:
            known = self._file.load()
            with self._lock:
                self._is_loaded = True
                self._owners = known if known.key == key else Owners(key)
                self._looked_at, self._denied = None, {}
            self._pace.forget_failures()
        self._state.owner_tag.set(key)
        self._show()
        self._on_end()

    def _show(self) -> None:
        owners = self._owners
        shown = {arn: owner for arn, (owner, _) in owners.told.items() if owner} if owners.key else {}
        self._state.owners.set(shown)

    def _ask(self, notebook: Notebook, key: str) -> None:
        try:
            owner = self._cloud.tag(notebook, key)
        except TrayError as error:
            if error.problem.kind is Kind.DENIED:
                self._denied[notebook.scope] = self._clock()
            self._pace.failed(notebook.arn, error.problem)
            log.info("%s: its owner is not known: %s", notebook.name, error)
        else:
            with self._lock:
                if self._owners.key == key:
                    # The latest come last: they stay where there are too many.
                    told = {arn: each for arn, each in self._owners.told.items() if arn != notebook.arn}
                    told[notebook.arn] = (owner, self._clock())
                    self._owners = Owners(key, dict([*told.items()][-MOST_OWNERS:]))
                    self._is_news = True
            self._show()
        finally:
            self._pace.end()
            self._on_end()

    def _next(self) -> Notebook | None:
        """Return whose owner is asked for next."""
        listing, now = self._state.snapshot.listing, self._clock()
        with self._lock:
            if listing is not self._looked_at or self._in_sight is not self._looked_for:
                self._looked_at, self._looked_for = listing, self._in_sight
                first = set(self._in_sight)
                self._first = [each for each in listing.notebooks if each.arn in first]
                self._waiting = [each for each in listing.notebooks if each.arn not in self._owners.told]
                self._waiting.reverse()
        blocked = {each.scope for each in listing.scopes if each.problem is not None}
        for each in self._first:
            if self._is_due(each.arn, now, in_sight=True) and self._may_ask(each, blocked, now):
                return each
        while self._waiting:
            each = self._waiting[-1]
            if self._is_due(each.arn, now, in_sight=False) and self._may_ask(each, blocked, now):
                return each
            self._waiting.pop()
        return None

    def _is_due(self, arn: str, now: float, *, in_sight: bool) -> bool:
        told = self._owners.told.get(arn)
        return told is None or (in_sight and elapsed_seconds(told[1], now) >= OLD_SECONDS)

    def _may_ask(self, notebook: Notebook, blocked: set[Scope], now: float) -> bool:
        return (
            notebook.scope not in blocked
            and notebook.status != NotebookStatus.DELETING
            and elapsed_seconds(self._denied.get(notebook.scope), now) >= DENIED_SECONDS
            and self._pace.may_ask(notebook.arn)
        )
