"""How long the icon calls for attention: a few seconds. After that, only its picture shows that attention is due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

# Plasma's icon pulses for as long as the status is NeedsAttention, which took plasmashell 5.27 3.7 % of a processor.
CALL_SECONDS = 5.0


class AttentionCall:
    """Calls for attention for `CALL_SECONDS`, from when attention becomes wanted. Belongs to the thread of a loop.

    `on_over` is called when a call has lasted that long.
    """

    def __init__(self, on_over: Callable[[], None]) -> None:
        self._on_over = on_over
        self._wanted = False
        self._timer: asyncio.TimerHandle | None = None

    def follow(self, wanted: bool) -> bool:
        """Take in whether attention is wanted; return whether to call for it at this moment."""
        if not wanted:
            self.end()
        elif not self._wanted:
            self._timer = asyncio.get_running_loop().call_later(CALL_SECONDS, self._be_over)
        self._wanted = wanted
        return self._timer is not None

    def end(self) -> None:
        """End the present call."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _be_over(self) -> None:
        self._timer = None
        self._on_over()
