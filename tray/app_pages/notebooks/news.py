"""What one open page of all notebook instances is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from tray.app_pages.notebooks import rows
from tray.app_pages.shared.files import as_json

if TYPE_CHECKING:
    from tray.fleet.snapshot import Snapshot

# How often times in words (how long a start takes, how old a list is) are made anew.
_WORDS_SECONDS = 5.0
_IDLE_SECONDS = 30.0
_NEXT_SECONDS = 0.05


class NotebookNews:
    """Remembers what the page shows.

    :param snapshot: returns what is known now
    """

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot
        self._shown: Sequence[rows.Seen] | None = None
        self._around = ""
        self._owners: Mapping[str, str] = {}
        self._owners_wait = False
        self._busy = False

    def pieces(self) -> Iterator[str]:
        """Yield the pieces of `{"table": …, "around": …}`, of which only what has changed is there.

        Owners come in a message of their own, after the rows: `{"owners": {ARN: …}, "all": …}`.
        """
        snapshot = self._snapshot()
        news = snapshot.owners is not self._owners and bool(snapshot.owners or self._owners)
        if self._shown is not None and news:
            before, self._owners = self._owners, snapshot.owners
            yield from rows.owners(before, snapshot.owners)
            self._owners_wait = True  # for what else has changed
            return
        self._owners_wait = news
        change, self._shown = rows.change(self._shown, snapshot.listing.sightings), snapshot.listing.sightings
        around = as_json(rows.around(snapshot, time.time()))
        self._busy = bool(snapshot.starts or snapshot.tasks.under_way)
        del snapshot
        is_new, self._around = around != self._around, around
        if change is not None:
            yield '{"table":'
            yield from change.encoded()
            yield f',"around":{around}}}'
        elif is_new:
            yield f'{{"around":{around}}}'

    def again_seconds(self) -> float:
        """Return how soon the times in words are made anew."""
        return _NEXT_SECONDS if self._owners_wait else _WORDS_SECONDS if self._busy else _IDLE_SECONDS
