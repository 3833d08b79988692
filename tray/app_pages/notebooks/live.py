"""The streams by which open pages learn of changes: one server-sent event for all that changed in a moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING

from tray.app_pages.notebooks import rows

if TYPE_CHECKING:
    from tray.fleet.snapshot import Snapshot

# More pages than this are not kept up to date; the oldest makes room.
MOST_STREAMS = 16
# Changes that follow each other are sent together.
_TOGETHER_SECONDS = 0.1
# How often times in words (how long a start takes, how old a list is) are made anew.
_WORDS_SECONDS = 5.0
_IDLE_SECONDS = 30.0


class Live:
    """Sends each open page what it doesn't show yet. Used on the server's thread alone."""

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot
        self._streams: dict[asyncio.Event, None] = {}
        self._ended: set[asyncio.Event] = set()

    def changed(self) -> None:
        """Wake every stream: the snapshot has changed."""
        for stream in self._streams:
            stream.set()

    async def stream(self) -> AsyncIterator[bytes]:
        """Yield events until the browser hangs up."""
        woken = asyncio.Event()
        self._streams[woken] = None
        if len(self._streams) > MOST_STREAMS:
            oldest = next(iter(self._streams))
            self._ended.add(oldest)
            oldest.set()
        try:
            async for event in self._events(woken):
                yield event
        finally:
            self._streams.pop(woken, None)
            self._ended.discard(woken)

    async def _events(self, woken: asyncio.Event) -> AsyncIterator[bytes]:
        shown: Sequence[rows.Seen] | None = None
        around = ""
        while woken not in self._ended:
            woken.clear()
            snapshot = self._snapshot()
            change, shown = rows.change(shown, snapshot.listing.sightings), snapshot.listing.sightings
            now_around = rows.as_json(rows.around(snapshot, time.time()))
            if change is not None:
                yield b'data: {"table":'
                for piece in change.encoded():
                    yield piece.encode()
                yield f',"around":{now_around}}}\n\n'.encode()
            elif now_around != around:
                yield f'data: {{"around":{now_around}}}\n\n'.encode()
            else:
                # A comment keeps the connection alive, and shows in time that the browser has hung up.
                yield b": still here\n\n"
            around = now_around
            busy = bool(snapshot.starts or snapshot.tasks.under_way)
            del snapshot, change, now_around
            try:
                await asyncio.wait_for(woken.wait(), _WORDS_SECONDS if busy else _IDLE_SECONDS)
                await asyncio.sleep(_TOGETHER_SECONDS)
            except TimeoutError:
                pass
