"""How much is asked of AWS in a minute though nobody asked for it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 60.0


class UnaskedCalls:
    """Counts the calls of the last minute that nobody asked for. Safe to use from many threads; quick.

    `leave` is how many of a minute's calls the refreshes leave to others: each service that wants some says so.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._noted: deque[tuple[float, int]] = deque()
        self.leave = 0

    def note(self, number: int) -> None:
        """Count calls that are made now."""
        with self._lock:
            self._noted.append((self._clock(), number))

    def lately(self) -> int:
        """Return how many calls there were in the last minute."""
        now = self._clock()
        with self._lock:
            # After the clock was set back, what was noted before counts no more.
            while self._noted and not 0 <= now - self._noted[0][0] < WINDOW_SECONDS:
                self._noted.popleft()
            return sum(number for _, number in self._noted)
