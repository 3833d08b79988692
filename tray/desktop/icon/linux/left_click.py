"""Left clicks on which a host opens no menu.

MATE 1.27 and LXQt 1.2 ignore ItemIsMenu and call Activate. When Activate is refused, nothing happens: these hosts open
the menu on the right button. Plasma 5.27 calls Activate too, and opens the menu when Activate is refused. GNOME's
extension 46 may call Activate after it has opened the menu.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

# The longest time that a host takes to open a menu.
OPENS_WITHIN_SECONDS = 1.0
# `on_unanswered` is not called for this long after the menu was opened, since the user then knows how, and not for this
# long after its last call.
QUIET_SECONDS = 60.0


class LeftClicks:
    """Calls `on_unanswered` for a left click that opened no menu. On the thread of an asyncio loop."""

    def __init__(self, on_unanswered: Callable[[], None]) -> None:
        self._on_unanswered = on_unanswered
        self._timer: asyncio.TimerHandle | None = None
        self._quiet_since = -math.inf

    def refused(self) -> None:
        """Take in that an activation was refused, so that the host should open the menu now."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(OPENS_WITHIN_SECONDS, self._look)

    def opened(self) -> None:
        """Take in that the menu was opened."""
        self._quiet_since = asyncio.get_running_loop().time()
        self.seen()

    def seen(self) -> None:
        """Take in that a host reads the menu, since it is then about to show the menu."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        if now - self._quiet_since >= QUIET_SECONDS:
            self._quiet_since = now
            self._on_unanswered()
