"""Limits concurrent list calls to an account and region that throttles, and allows more again as it recovers.

botocore's `standard` retry mode, its default, waits between the attempts of one call, with jitter. Its `adaptive` mode
also slows down later calls, but it slows down all calls of a client. Here, the profiles of many accounts share a
client, and an account that is throttled must not slow down the others.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ConcurrencyLimit:
    """Limits how many calls run at a time; there is no limit until AWS throttles. Safe to use from many threads.

    Additive increase, multiplicative decrease, as in TCP (RFC 5681): a throttled answer halves the limit. As many good
    answers as calls may run at a time raise it by one.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running = 0
        self._limit: float | None = None
        self._begun = 0
        self._heard_until = 0

    @property
    def limit(self) -> int | None:
        """How many calls may run at a time; None if there is no limit."""
        return None if self._limit is None else int(self._limit)

    @contextmanager
    def slot(self) -> Iterator[PacedCall]:
        """Run one call inside the block. Blocks until the limit allows another call."""
        with self._changed:
            self._changed.wait_for(lambda: self._limit is None or self._running < int(self._limit))
            self._running += 1
            self._begun += 1
            slot = PacedCall(self, self._begun)
        try:
            yield slot
        finally:
            with self._changed:
                self._running -= 1
                if not slot.throttled_once:
                    self._recover()
                self._changed.notify_all()

    def slow_down(self, slot: PacedCall) -> None:
        """Halve the limit. Calls that already run at that time can't halve it again."""
        with self._changed:
            if slot.number > self._heard_until:
                self._heard_until = self._begun
                self._limit = max(1.0, min(self._running, self._limit or self._running) / 2)

    def _recover(self) -> None:
        if self._limit is not None:
            self._limit += 1 / self._limit
            if self._limit >= MOST_AT_A_TIME:
                self._limit = None


# The workers run no more calls than this: a limit that reaches it is dropped.
MOST_AT_A_TIME = 64


class PacedCall:
    """One running call. `number` counts the calls in the order in which they begin."""

    def __init__(self, pace: ConcurrencyLimit, number: int) -> None:
        self._pace = pace
        self.number = number
        self.throttled_once = False

    def throttled(self) -> None:
        """Say that AWS throttled an attempt of this call."""
        self.throttled_once = True
        self._pace.slow_down(self)
