"""Keeps the icon, its tooltip and its menu as the snapshot is."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.desktop.icon.artwork import STATES, Artwork
from tray.fleet.snapshot import Phase, Snapshot
from tray.menu import words
from tray.texts.visible import visible

if TYPE_CHECKING:
    from tray.desktop.icon import TrayIcon
    from tray.fleet.snapshot import Listing
    from tray.fleet.state import State

# How often the time that a task has been under way is shown again.
_TELL_SECONDS = 5.0
# A start takes some minutes.
_TELL_START_SECONDS = 20.0


class IconUpdates:
    """Safe to use from any thread. No method waits for the icon's thread.

    :param on_change: called after each update
    :param on_begun: called when the menu shows from now on how long something takes or waits
    :param on_refreshed: called with what a refresh has listed, when that is shown
    """

    def __init__(
        self,
        icon: TrayIcon,
        state: State,
        *,
        on_change: Callable[[], object],
        on_begun: Callable[[], object],
        on_refreshed: Callable[[Listing], object],
    ) -> None:
        self._icon = icon
        self._state = state
        self._on_change = on_change
        self._on_begun = on_begun
        self._on_refreshed = on_refreshed
        self._art = {state: Artwork.load(state) for state in STATES}
        self._showing = threading.Lock()
        self._listing = False
        self._busy = False
        self._waiting = (0, 0, id(None), 0)
        self._shown = Snapshot()
        self._shown_at = 0.0

    def follow(self) -> None:
        """Update icon, tooltip and menu, if there is more to show than that something was listed again.

        The refreshes of hundreds of scopes are spread over minutes, and a menu takes as long as twenty lists. What says
        the time of the last list is made anew when the menu opens, and with the next refresh.
        """
        if self._state.snapshot.is_later_only(self._shown):
            self._on_change()
        else:
            self.show()

    def show(self) -> None:
        """Update icon, tooltip and menu."""
        # One update at a time, each with the present snapshot: otherwise an older one could overwrite a newer one.
        with self._showing:
            snapshot = self._state.snapshot
            busy, attention = words.busy(snapshot), words.needs_attention(snapshot)
            self._icon.icon = self._art["refreshing" if busy else "attention" if attention else "idle"]
            self._icon.attention = attention
            self._icon.title = visible(words.tooltip(snapshot), keep="\n")
            self._icon.update_menu()
            self._shown = snapshot
            begun, self._busy = busy and not self._busy, busy
            self._shown_at = time.monotonic()
            refreshed = self._listing and snapshot.listing.phase is Phase.RESTING
            self._listing = snapshot.listing.phase is not Phase.RESTING
            searched = sum(each.over for each in snapshot.searches)
            waiting = (len(snapshot.starts), len(snapshot.questions), id(snapshot.stop_all), searched)
            begun, self._waiting = begun or waiting != self._waiting, waiting
        self._on_change()
        if begun:
            self._on_begun()
        if refreshed:
            self._on_refreshed(snapshot.listing)

    def due_in(self) -> float:
        """Return the seconds until the time that a task has been under way is shown again; infinite if none is."""
        seconds = _TELL_SECONDS if self._busy else _TELL_START_SECONDS if self._state.snapshot.starts else math.inf
        return max(0.0, self._shown_at + seconds - time.monotonic())
