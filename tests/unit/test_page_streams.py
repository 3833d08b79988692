"""The streams by which open pages learn of changes: how many there are, and what ends one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

from tray.app_pages.shared.streams import MOST_STREAMS, Open, Streams

OVER = b"event: over\ndata: over\n\n"


class Saying:
    """News that say the same word once."""

    def __init__(self, word: str) -> None:
        self.words = [word]

    def pieces(self) -> Iterable[str]:
        return [self.words.pop()] if self.words else []

    def again_seconds(self) -> float:
        return 0.01


async def until(stream: AsyncIterator[bytes], wanted: bytes) -> None:
    async with asyncio.timeout(30):
        async for event in stream:
            if event == wanted:
                return
    raise AssertionError(f"the stream ended without {wanted!r}")


def test_of_too_many_of_all_kinds_the_oldest_is_told_to_close() -> None:
    async def test() -> None:
        among = Open()
        kinds = [Streams(lambda: Saying("notebooks"), among), Streams(lambda: Saying("settings"), among)]
        streams = [kinds[number % 2].stream() for number in range(MOST_STREAMS + 2)]
        for number, stream in enumerate(streams):
            await until(stream, b"data: " + (b"settings" if number % 2 else b"notebooks"))
        for stream in streams[:2]:
            await until(stream, OVER)
            assert [event async for event in stream] == []
        for stream in streams[2:]:
            await until(stream, b"event: here\ndata: here\n\n")
            await stream.aclose()

    asyncio.run(test())


def test_one_that_the_browser_has_closed_takes_no_place() -> None:
    async def test() -> None:
        streams = Streams(lambda: Saying("x"), Open())
        first = streams.stream()
        await until(first, b"data: x")
        for _ in range(MOST_STREAMS * 3):
            stream = streams.stream()
            await until(stream, b"data: x")
            await stream.aclose()
        await until(first, b"event: here\ndata: here\n\n")
        await first.aclose()

    asyncio.run(test())


def test_half_of_a_surrogate_pair_ends_no_stream() -> None:
    async def test() -> None:
        stream = Streams(lambda: Saying("\ud800"), Open()).stream()
        await until(stream, b"data: ?")
        await stream.aclose()

    asyncio.run(test())
