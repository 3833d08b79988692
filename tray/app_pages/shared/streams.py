"""The streams by which open pages learn of changes: one server-sent event for all that changed in a moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from typing import Protocol

# More pages than this, of all kinds together, are not kept up to date; the oldest makes room, and comes back when the
# user does. Browsers have six connections to a host, and each stream takes one: the others are for all else.
MOST_STREAMS = 4
# Changes that follow each other are sent together.
_TOGETHER_SECONDS = 0.1
# What has the page close the stream: a browser would open one that has just ended again.
_OVER = b"event: over\ndata: over\n\n"
# What tells a page that there is somebody to answer it: it may have said that there is nobody.
_HERE = b"event: here\ndata: here\n\n"


class News(Protocol):
    """What one open page is told; it remembers what the page shows."""

    def pieces(self) -> Iterable[str]:
        """Return the pieces of a JSON text with what the page doesn't show yet; none if it shows all."""
        ...

    def again_seconds(self) -> float:
        """Return after how long to look again though nothing was said to have changed: for times in words."""
        ...


class Open:
    """The streams that are open, of all kinds of pages together. Used on the server's thread alone."""

    def __init__(self) -> None:
        self._streams: dict[asyncio.Event, None] = {}
        self._ended: set[asyncio.Event] = set()

    def begin(self) -> asyncio.Event:
        """Return what wakes a new stream; of too many, the oldest ends."""
        woken = asyncio.Event()
        self._streams[woken] = None
        if len(self._streams) - len(self._ended) > MOST_STREAMS:
            oldest = next(each for each in self._streams if each not in self._ended)
            self._ended.add(oldest)
            oldest.set()
        return woken

    def is_ended(self, stream: asyncio.Event) -> bool:
        """Whether another stream has taken the place of this one."""
        return stream in self._ended

    def end(self, stream: asyncio.Event) -> None:
        """Count a stream no longer."""
        self._streams.pop(stream, None)
        self._ended.discard(stream)


class Streams:
    """Sends each open page what it doesn't show yet. Used on the server's thread alone.

    :param news: makes what a page that was just opened is told
    :param among: all streams of the server
    """

    def __init__(self, news: Callable[[], News], among: Open) -> None:
        self._news = news
        self._among = among
        self._streams: dict[asyncio.Event, None] = {}

    def changed(self) -> None:
        """Wake every stream: something has changed."""
        for stream in self._streams:
            stream.set()

    async def stream(self) -> AsyncGenerator[bytes]:
        """Yield events until the browser hangs up."""
        woken = self._among.begin()
        self._streams[woken] = None
        try:
            async for event in self._events(woken):
                yield event
        finally:
            self._streams.pop(woken, None)
            self._among.end(woken)

    async def _events(self, woken: asyncio.Event) -> AsyncIterator[bytes]:
        news = self._news()
        while not self._among.is_ended(woken):
            woken.clear()
            begun = False
            for piece in news.pieces():
                # Half of a surrogate pair, such as a damaged name has, can't be written.
                yield (piece if begun else f"data: {piece}").encode("utf-8", "replace")
                begun = True
            # Where nothing has changed, this too shows in time that the browser has hung up.
            yield b"\n\n" if begun else _HERE
            try:
                await asyncio.wait_for(woken.wait(), news.again_seconds())
                await asyncio.sleep(_TOGETHER_SECONDS)
            except TimeoutError:
                pass
        yield _OVER
