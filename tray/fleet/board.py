"""Where the present snapshot stands: written by workers, read by the icon without waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tray.fleet.values import Snapshot


class Board:
    """Holds one `Snapshot`, which is swapped whole.

    Reading takes no lock, so the icon's thread never waits for a worker. The lock is held only while a worker derives
    the next snapshot from the present one, never across a call to anything outside.
    """

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self._on_change = on_change
        self._lock = threading.Lock()
        self._snapshot = Snapshot()

    @property
    def snapshot(self) -> Snapshot:
        """What is known now."""
        return self._snapshot

    def update(self, change: Callable[[Snapshot], Snapshot]) -> None:
        """Replace the snapshot by what `change` makes of it, and tell of it if it became another."""
        with self._lock:
            before = self._snapshot
            self._snapshot = after = change(before)
        if after != before:
            self._on_change()
