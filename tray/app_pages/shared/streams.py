"""The streams by which open pages learn of changes: one server-sent event for all that changed in a moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Protocol

# More pages than this are not kept up to date; the oldest makes room.
MOST_STREAMS = 16
# Changes that follow each other are sent together.
_TOGETHER_SECONDS = 0.1


class News(Protocol):
    """What one open page is told; it remembers what the page shows."""

    def pieces(self) -> Iterable[str]:
        """Return the pieces of a JSON text with what the page doesn't show yet; none if it shows all."""
        ...

    def again_seconds(self) -> float:
        """Return after how long to look again though nothing was said to have changed: for times in words."""
        ...


class Streams:
    """Sends each open page what it doesn't show yet. Used on the server's thread alone.

    :param news: makes what a page that was just opened is told
    """

    def __init__(self, news: Callable[[], News]) -> None:
        self._news = news
        self._streams: dict[asyncio.Event, None] = {}
        self._ended: set[asyncio.Event] = set()

    def changed(self) -> None:
        """Wake every stream: something has changed."""
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
        news = self._news()
        while woken not in self._ended:
            woken.clear()
            begun = False
            for piece in news.pieces():
                yield (piece if begun else f"data: {piece}").encode()
                begun = True
            # A comment keeps the connection alive, and shows in time that the browser has hung up.
            yield b"\n\n" if begun else b": still here\n\n"
            try:
                await asyncio.wait_for(woken.wait(), news.again_seconds())
                await asyncio.sleep(_TOGETHER_SECONDS)
            except TimeoutError:
                pass
