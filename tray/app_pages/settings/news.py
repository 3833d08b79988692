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
    :param taken: returns how many values the pages have set by now
    """

    def __init__(self, snapshot: Callable[[], Snapshot], taken: Callable[[], int]) -> None:
        self._snapshot = snapshot
        self._taken = taken
        self._profiles: tuple[object, ...] = ()
        self._around = ""

    def pieces(self) -> Iterator[str]:
        """Yield what has changed: all that is said of the profiles, or all else, or both."""
        # Before the snapshot: it then has what became of them, or that they are being carried out.
        taken = self._taken()
        snapshot = self._snapshot()
        of = snapshot.listing
        around, rest = {**values.around(snapshot, time.time()), "taken": taken}, self._around
        self._around = as_json(around)
        made_of = (of.profiles, of.unchecked, of.aws_profiles, of.problems)
        is_new, self._profiles = made_of != self._profiles, made_of
        if is_new:
            yield as_json({**around, **values.profiles(of)})
        elif self._around != rest:
            yield self._around

    def again_seconds(self) -> float:
        """Return how soon the times in words are made anew."""
        return _AGAIN_SECONDS
