"""Shows notifications: those of the kinds that the user wants, at the pace of `pace.py`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from tray.fleet.telling.pace import Pace

if TYPE_CHECKING:
    from tray.model.notification import Notification
    from tray.model.notification_kinds import NotificationKind


class Notifier:
    """Every notification goes through here. Safe to use from any thread; no method waits.

    :param off: returns the kinds that the user has turned off
    :param show: shows a notification in place of an older one about the same matter; must not wait
    :param withdraw: takes a matter's notification from the screen; must not wait
    :param on_wait: called when something has begun to wait, so that `due_in` has changed
    :param clock: in seconds, never set back
    """

    def __init__(
        self,
        off: Callable[[], Collection[NotificationKind]],
        *,
        show: Callable[[Notification], object],
        withdraw: Callable[[str], object],
        on_wait: Callable[[], object] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._off = off
        self._show = show
        self._withdraw = withdraw
        self._on_wait = on_wait
        self._clock = clock
        self._pace = Pace()
        # Held also while the icon takes a notification, so that none is overtaken by its own withdrawal.
        self._lock = threading.Lock()

    def show(self, notification: Notification) -> None:
        """Show a notification, now or when the matter's minute is over, unless its kind is turned off."""
        with self._lock:
            if notification.kind in self._off():
                # The older one about this matter says what is no longer the latest.
                self._take_back(notification.about)
                return
            is_now = self._pace.offer(notification, self._clock())
            if is_now:
                self._show(notification)
        if not is_now:
            self._on_wait()

    def answer(self, notification: Notification) -> None:
        """Show what the user has just asked for, however soon after the last, unless its kind is turned off."""
        if notification.kind not in self._off():
            self._show(notification)

    def withdraw(self, about: str) -> None:
        """Take back the notification about a matter, shown or waiting; it is no error if there is none."""
        with self._lock:
            self._take_back(about)

    def due_in(self) -> float:
        """Return the seconds until a notification that waits is due; infinite if none waits."""
        with self._lock:
            return self._pace.due_in(self._clock())

    def show_due(self) -> None:
        """Show the notifications that have waited long enough."""
        with self._lock:
            for notification in self._pace.due(self._clock()):
                if notification.kind not in self._off():
                    self._show(notification)

    def _take_back(self, about: str) -> None:
        self._pace.withdraw(about)
        self._withdraw(about)
