"""Left clicks on which a host opens no menu.

MATE 1.27 and LXQt 1.2 pass over ItemIsMenu and call Activate, and where that is refused nothing happens: the menu is on
the right button there. Plasma 5.27 calls Activate too, and opens the menu when it is refused; GNOME's extension 46 may
call it after it has opened the menu.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

# How long a host takes to open a menu, at the most.
OPENS_WITHIN_SECONDS = 1.0
# Who has had the menu open this long ago knows how; and this often it is said.
QUIET_SECONDS = 10.0


class LeftClicks:
    """Calls `on_unanswered` for a left click that opened no menu. On the thread of an asyncio loop."""

    def __init__(self, on_unanswered: Callable[[], None]) -> None:
        self._on_unanswered = on_unanswered
        self._timer: asyncio.TimerHandle | None = None
        self._quiet_since = -math.inf

    def refused(self) -> None:
        """Take in that an activation was refused: the host is to open the menu now."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(OPENS_WITHIN_SECONDS, self._look)

    def opened(self) -> None:
        """Take in that the menu was opened."""
        self._quiet_since = asyncio.get_running_loop().time()
        self.seen()

    def seen(self) -> None:
        """Take in that a host reads the menu: it is about to show it."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        if now - self._quiet_since >= QUIET_SECONDS:
            self._quiet_since = now
            self._on_unanswered()
