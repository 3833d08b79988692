"""The streams by which open pages learn of changes: one server-sent event for all that changed in a moment."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
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
        shown: dict[str, rows.Seen] | None = None
        around = ""
        while woken not in self._ended:
            woken.clear()
            snapshot = self._snapshot()
            seen = rows.seen_by_arn(snapshot)
            change, shown = rows.change(shown, seen), seen
            now_around = _json(rows.around(snapshot, time.time()))
            parts = [f'"table":{_json(change)}'] if change is not None else []
            if now_around != around:
                around = now_around
                parts.append(f'"around":{around}')
            # A comment keeps the connection alive, and shows in time that the browser has hung up.
            yield f"data: {{{','.join(parts)}}}\n\n".encode() if parts else b": still here\n\n"
            busy = bool(snapshot.starts or snapshot.tasks.under_way)
            del snapshot, seen, change, parts, now_around
            try:
                await asyncio.wait_for(woken.wait(), _WORDS_SECONDS if busy else _IDLE_SECONDS)
                await asyncio.sleep(_TOGETHER_SECONDS)
            except TimeoutError:
                pass


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
