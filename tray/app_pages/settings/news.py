"""What one open page of the settings is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tray.app_pages.settings import values
from tray.app_pages.shared.files import as_json

if TYPE_CHECKING:
    from tray.fleet.snapshot import Snapshot

_AGAIN_SECONDS = 30.0


class SettingsNews:
    """Remembers what the page shows.

    :param snapshot: returns what is known now
    """

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot
        self._shown = ""

    def pieces(self) -> Iterator[str]:
        """Yield all that the page shows, if any of it has changed."""
        shown = as_json(values.shown(self._snapshot(), time.time()))
        if shown != self._shown:
            self._shown = shown
            yield shown

    def again_seconds(self) -> float:
        """Return how soon the times in words are made anew."""
        return _AGAIN_SECONDS
