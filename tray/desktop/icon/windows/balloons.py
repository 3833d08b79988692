"""The balloons of the notification area: one at a time, without buttons. All methods are for the icon's thread."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.desktop.icon.windows.format import TITLE_UNITS, balloon, cut

if TYPE_CHECKING:
    from tray.model.activation import Activation
    from tray.model.commands import Command
    from tray.model.notification import Notification

_log = logging.getLogger(__name__)

# A click that comes sooner after a new balloon was on the one before it: nobody has seen the new one yet.
SEEN_AFTER_SECONDS = 0.3


class Balloons:
    """Shows notifications as balloons. A click on one does what its first button would do.

    :param inform: has the taskbar show a text and a title, urgently or not, or take back what it shows if both are
        empty; returns whether it did
    :param act: called with the command of a balloon that was clicked
    """

    def __init__(
        self, inform: Callable[[str, str, bool], bool], act: Callable[[Command, Activation | None], object]
    ) -> None:
        self._inform = inform
        self._act = act
        self._latest: Notification | None = None  # until it was clicked
        self._since = 0.0

    def show(self, notification: Notification) -> None:
        """Show a balloon in place of the latest."""
        # Taken back first: a click doesn't say which balloon it was on, and Windows keeps older ones.
        self._take_back()
        # An empty text would take back the notification that is shown.
        text = balloon(notification.text, notification.where) or notification.title
        title = cut(notification.title, TITLE_UNITS)
        if not self._inform(text, title, notification.urgent):
            _log.warning("The notification “%s” could not be shown", title)
            return
        self._latest, self._since = notification, time.monotonic()

    def withdraw(self, about: str) -> None:
        """Take back the latest balloon if it is about this matter."""
        if self._latest is not None and self._latest.about == about:
            self._take_back()

    def clicked(self) -> None:
        """Do what the latest balloon offers; it was clicked."""
        if time.monotonic() - self._since < SEEN_AFTER_SECONDS:
            return
        clicked, self._latest = self._latest, None
        if clicked is not None and clicked.actions and clicked.click_acts:
            _label, command = clicked.actions[0]
            self._act(command, None)

    def _take_back(self) -> None:
        if self._latest is not None:
            self._inform("", "", False)
        self._latest = None
