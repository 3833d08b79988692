"""Learns on which platform each notebook instance is, which the list doesn't tell, and keeps that.

What is described anyway is learnt from. What the menu shows is described quietly, once for each, three a minute, and
only for some minutes after the user has looked at the menu: an idle tray asks AWS for its lists alone.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tray.fleet.facts.platforms_file import DENIED_SECONDS, NotedPlatforms, PlatformsFile, changed_at
from tray.fleet.refreshing.quiet_pace import QuietPace
from tray.fleet.schedule import elapsed_seconds
from tray.model.notebooks import NotebookStatus
from tray.model.power import is_retired
from tray.model.problems import Kind, TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.refreshing.unasked_calls import UnaskedCalls
    from tray.fleet.snapshot import Listing
    from tray.fleet.state import State
    from tray.model.notebooks import Notebook, Scope
    from tray.model.power import Details
    from tray.model.presence import Presence
    from tray.runtime.workers import Workers

log = logging.getLogger(__name__)

EVERY_SECONDS = 20.0
A_MINUTE = 3
# Where AWS has denied several in a scope, no other is asked.
_MOST_DENIED = 5


class Platforms:
    """Owns the snapshot's slice of the platforms that are known.

    :param workers: one separate worker
    :param shown: returns the notebook instances that the menu shows
    :param on_end: called to compute anew what is due: an answer is there, or the user looks at the menu
    """

    def __init__(
        self,
        state: State,
        cloud: Cloud,
        *,
        calls: UnaskedCalls,
        workers: Workers,
        file: PlatformsFile,
        shown: Callable[[Listing], Sequence[Notebook]],
        on_end: Callable[[], object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._cloud = cloud
        self._calls = calls
        self._workers = workers
        self._file = file
        self._shown = shown
        self._on_end = on_end
        self._clock = clock
        self._noted = NotedPlatforms()
        self._pace = QuietPace(calls, clock, every_seconds=EVERY_SECONDS)
        self._looked_at: Listing | None = None
        self._candidates: tuple[Notebook, ...] = ()

    def load(self) -> None:
        """Read what is known; returns at once."""
        self._workers.start(lambda: self._know(self._file.load()))

    def wanted(self) -> None:
        """Learn some more: the user looks at the menu. Quick."""
        self._pace.want()
        self._on_end()

    def describe(self, notebook: Notebook) -> Details:
        """Return what AWS tells of a notebook instance, and learn from it. Blocks.

        :raises TrayError: AWS can't be reached, or refuses
        """
        details = self._cloud.describe(notebook)
        self._know(self._file.learn(notebook, details.platform))
        return details

    def due_in(self, presence: Presence) -> float:
        """Return the seconds until the next notebook instance is described; infinite if none is to be."""
        waiting = self._pace.is_waiting and self._next() is not None
        self._calls.leave = A_MINUTE if waiting else 0
        return self._pace.due_in(presence) if waiting else math.inf

    def ask_next(self) -> None:
        """Describe the next notebook instance, on the worker; returns at once."""
        notebook = self._next()
        if notebook is None:
            return
        self._pace.begin()
        self._workers.start(lambda: self._ask(notebook))

    def _ask(self, notebook: Notebook) -> None:
        try:
            self.describe(notebook)
        except TrayError as error:
            if error.problem.kind is Kind.DENIED:
                self._know(self._file.deny(notebook, self._clock()))
            self._pace.failed(notebook.arn, error.problem)
            log.info("%s: its platform is not known: %s", notebook.name, error)
        finally:
            self._pace.end()
            self._on_end()

    def _know(self, noted: NotedPlatforms) -> None:
        self._noted, self._looked_at = noted, None
        self._state.platforms.set({arn: platform for arn, (platform, _) in noted.platforms.items()})

    def _next(self) -> Notebook | None:
        listing, now = self._state.snapshot.listing, self._clock()
        if listing is not self._looked_at:
            news = (each for each in self._shown(listing) if self._is_news(each))
            self._candidates = tuple(sorted(news, key=lambda each: not each.running))
            self._looked_at = listing
        if not self._candidates:
            return None
        blocked = _blocked(self._noted, listing, now)
        return next((each for each in self._candidates if self._may_ask(each, blocked, now)), None)

    def _is_news(self, notebook: Notebook) -> bool:
        known = self._noted.platforms.get(notebook.arn)
        # Only a change of the notebook instance moves it to another platform, and never back to a retired one.
        return known is None or (is_retired(known[0]) and known[1] != changed_at(notebook))

    def _may_ask(self, notebook: Notebook, blocked: frozenset[Scope], now: float) -> bool:
        return (
            notebook.status != NotebookStatus.DELETING
            and notebook.scope not in blocked
            and elapsed_seconds(self._noted.denied.get(notebook.arn), now) >= DENIED_SECONDS
            and self._pace.may_ask(notebook.arn)
        )


def _blocked(noted: NotedPlatforms, listing: Listing, now: float) -> frozenset[Scope]:
    """Return the scopes that can't be listed now, and those in which AWS has denied several: pure."""
    denied = {arn for arn, at in noted.denied.items() if elapsed_seconds(at, now) < DENIED_SECONDS}
    return frozenset(
        state.scope
        for state in listing.scopes
        if state.problem is not None
        or (denied and sum(notebook.arn in denied for notebook in state.notebooks) >= _MOST_DENIED)
    )
