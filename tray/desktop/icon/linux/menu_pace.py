"""When the menu is evaluated: at once as a rule, and less often than it changes where evaluating it takes long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

# Of the icon's thread, evaluating may take a fifth: the rest is for the calls of the hosts. A menu of a dozen notebook
# instances takes a millisecond, one of 10,000 takes 20 to 60, and 1,000 clicks a minute change it 50 times a second.
_RESTS = 4
_MOST_SECONDS = 1.0


class MenuPace:
    """Calls `evaluate` on the thread of the running asyncio loop."""

    def __init__(self, evaluate: Callable[[], None]) -> None:
        self._evaluate = evaluate
        self._rests_until = 0.0
        self._later: asyncio.TimerHandle | None = None

    def wish(self) -> None:
        """Evaluate now, or once the thread has rested from the last time."""
        loop = asyncio.get_running_loop()
        if loop.time() >= self._rests_until:
            self.evaluate()
        elif self._later is None:
            self._later = loop.call_at(self._rests_until, self.evaluate)

    def evaluate(self) -> None:
        """Evaluate now in any case: the user is about to see the menu."""
        self.end()
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            self._evaluate()
        finally:
            ended = loop.time()
            self._rests_until = ended + min(_RESTS * (ended - began), _MOST_SECONDS)

    def end(self) -> None:
        """Forget what was put off."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
