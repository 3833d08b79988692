"""Asks AWS' price list what the notebook instances that run cost, where a profile may ask; each price once a month.

Only for some minutes after the user has looked at the menu: an idle tray asks AWS for its lists alone.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING

from tray.fleet.facts.price_files import PriceFile, Told, table, together
from tray.fleet.refreshing.quiet_pace import QuietPace
from tray.model.problems import Kind, TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.refreshing.unasked_calls import UnaskedCalls
    from tray.fleet.snapshot import Listing
    from tray.fleet.state import State
    from tray.model.notebooks import Notebook, Scope
    from tray.model.presence import Presence
    from tray.model.prices import Prices
    from tray.runtime.workers import Workers

log = logging.getLogger(__name__)

EVERY_SECONDS = 5.0


class PriceAsking:
    """Owns the snapshot's slice of the prices that are known. All methods return at once.

    :param workers: one separate worker
    :param shown: returns the notebook instances that the menu shows
    :param on_end: called to compute anew what is due
    """

    def __init__(
        self,
        state: State,
        cloud: Cloud,
        *,
        calls: UnaskedCalls,
        workers: Workers,
        file: PriceFile,
        shown: Callable[[Listing], Sequence[Notebook]],
        on_end: Callable[[], object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._cloud = cloud
        self._workers = workers
        self._file = file
        self._shown = shown
        self._on_end = on_end
        self._clock = clock
        self._table: Prices = {}
        # Of this listing, those of which a price may be known. On the agenda's thread alone.
        self._looked_at: Listing | None = None
        self._candidates: tuple[Notebook, ...] = ()
        self._told = Told()
        self._pace = QuietPace(calls, clock, every_seconds=EVERY_SECONDS)

    def load(self) -> None:
        """Read what is known."""
        self._workers.start(self._load)

    def wanted(self) -> None:
        """Ask for what is not known: the user looks at the menu. Quick."""
        self._pace.want()
        self._on_end()

    def due_in(self, presence: Presence) -> float:
        """Return the seconds until the next price is asked for; infinite if none is to be."""
        return self._pace.due_in(presence) if self._pace.is_waiting and self._next() is not None else math.inf

    def ask_next(self) -> None:
        """Ask for the next price, on the worker."""
        if (notebook := self._next()) is not None:
            self._pace.begin()
            self._workers.start(lambda: self._ask(notebook))

    def _load(self) -> None:
        self._table = table()
        self._know(self._file.load())

    def _ask(self, notebook: Notebook) -> None:
        try:
            usd = self._cloud.price_list.usd_per_hour(notebook.scope, notebook.instance_type)
            self._know(self._file.learn(notebook.scope.region, notebook.instance_type, usd, self._today()))
        except TrayError as error:
            if error.problem.kind is Kind.DENIED:
                self._know(self._file.deny(notebook.scope.profile, self._clock()))
            self._pace.failed(_what(notebook), error.problem)
            log.info("%s: its price is not known: %s", notebook.instance_type, error)
        finally:
            self._pace.end()
            self._on_end()

    def _know(self, told: Told) -> None:
        self._told = told
        self._state.prices.set(together(told, self._table))

    def _next(self) -> Notebook | None:
        listing, now, today = self._state.snapshot.listing, self._clock(), self._today()
        if listing is not self._looked_at:
            self._candidates = tuple(each for each in self._shown(listing) if each.running and may_have_a_price(each))
            self._looked_at = listing
        blocked = {each.scope for each in listing.scopes if each.problem is not None}
        return next((each for each in self._candidates if self._may_ask(each, blocked, now, today)), None)

    def _may_ask(self, notebook: Notebook, blocked: Collection[Scope], now: float, today: date) -> bool:
        scope = notebook.scope
        return (
            scope not in blocked
            and not self._told.is_fresh((scope.region, notebook.instance_type), today)
            and self._told.may_ask(scope.profile, now)
            and self._pace.may_ask(_what(notebook))
        )

    def _today(self) -> date:
        return date.fromtimestamp(self._clock())


def _what(notebook: Notebook) -> str:
    """Return what is asked, and through which profile: the same for all notebook instances of a type."""
    return f"{notebook.scope.profile} {notebook.scope.region} {notebook.instance_type}"


def may_have_a_price(notebook: Notebook) -> bool:
    """Whether the price list that is asked can have a price: it is that of the partition `aws`."""
    return notebook.arn.startswith("arn:aws:") and bool(notebook.instance_type)
