"""Notifications as toasts: which one is shown about what, and which command a click on it sends.

Everything that asks Windows is done on one thread, in order, which the first notification starts. Where there are no
toasts, each notification is handed to what shows it instead.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Protocol

from tray.desktop.icon.artwork import Artwork
from tray.desktop.icon.base import NotificationStyle
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from tray.model.commands import Command
    from tray.model.notification import Notification

_log = logging.getLogger(__name__)

# So many are kept to be clicked, and so many may wait; a matter has one at most.
_MOST = 16
# A notification service that takes longer does not answer at all.
_PATIENCE_SECONDS = 15.0
# At the end of the program, for taking the toasts back.
_FAREWELL_SECONDS = 2.0


class NoToastsError(Exception):
    """There are no toasts here, or one could not be shown; the message is for the log."""


@dataclass(frozen=True, slots=True)
class Handlers:
    """What is called on a thread of Windows': none of them waits.

    `chosen` gets the token of what was clicked. `gone` means that the user has closed the toast; `failed`, that
    Windows didn't show it.
    """

    chosen: Callable[[str], object]
    gone: Callable[[], object]
    failed: Callable[[], object]


class Center(Protocol):
    """What shows toasts: see `toast_center.ToastCenter`. All its methods are called on one thread."""

    def style(self) -> NotificationStyle:
        """Return how notifications can be shown now, by the user's and the administrator's settings."""

    def show(self, xml: str, tag: str, handlers: Handlers, /) -> object:
        """Show a toast in place of the one with the same tag (at most 16 characters); return what is to be kept of it.

        :raises NoToastsError: Windows refuses
        """

    def remove(self, tag: str, /) -> None:
        """Take a toast from the screen and the Action Center; it is no error if it is gone."""


@dataclass(slots=True, eq=False)
class _Shown:
    """A toast, and the commands of its tokens. `kept` is Windows' object of it: without it, no click is told."""

    notification: Notification
    tag: str
    commands: dict[str, Command]
    kept: object = field(default=None, repr=False)


_Request = tuple[str, "Notification | None"]


class Toasts:
    """Shows notifications as toasts. Safe to use from any thread; no method but `close` waits.

    The callbacks must not wait; they are called on any thread.

    :param choose: called with the command of a button that was clicked
    :param instead: shows a notification where no toast can be shown
    :param withdraw_instead: takes back what `instead` has shown about a matter
    :param make_center: returns what shows toasts, or raises NoToastsError; called on the thread that asks Windows
    """

    def __init__(
        self,
        *,
        choose: Callable[[Command], object],
        instead: Callable[[Notification], object],
        withdraw_instead: Callable[[str], object],
        make_center: Callable[[], Center],
    ) -> None:
        self._choose = choose
        self._instead = instead
        self._withdraw_instead = withdraw_instead
        self._make_center = make_center
        # Reentrant: Windows may call a handler on the very thread that asks it for something.
        self._changed = threading.Condition(threading.RLock())
        self._waiting: deque[_Request] = deque()
        self._shown: dict[str, _Shown] = {}  # by what it is about, oldest first
        self._thread: threading.Thread | None = None
        self._busy_since: float | None = None
        self._has_toasts = True  # until it is known to have none
        self._is_over = False
        self._is_off = False  # as was last logged
        # No two toasts have the same token, so that no click counts for another.
        self._numbers = count(1)
        self._process = f"{os.getpid() & 0xFFFFFFFF:x}"  # two processes may show toasts, as the demo and the tray do

    def show(self, notification: Notification) -> None:
        """Show a notification in place of the one about the same matter."""
        self._request((notification.about, notification))

    def withdraw(self, about: str) -> None:
        """Take back the notification about a matter; it is no error if it is gone."""
        self._request((about, None))

    def close(self) -> None:
        """Take all toasts back, and show no more; waits for 2 seconds at most."""
        with self._changed:
            self._is_over = True
            self._waiting.clear()
            self._changed.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(_FAREWELL_SECONDS)

    def _request(self, request: _Request) -> None:
        with self._changed:
            if self._is_over:
                return
            if self._busy_since is not None and time.monotonic() - self._busy_since > _PATIENCE_SECONDS:
                self._give_up("Windows' notification service doesn't answer")
            if not self._has_toasts:
                self._do_instead(request)
                return
            about, notification = request
            # What waits about the same matter is older news.
            self._waiting = deque(each for each in self._waiting if each[0] != about)
            if notification is None and self._thread is None:
                return  # nothing was ever shown
            self._waiting.append(request)
            while len(self._waiting) > _MOST:
                self._waiting.popleft()
            if self._thread is None:
                self._busy_since = time.monotonic()
                thread = threading.Thread(target=self._work, name="toasts", daemon=True)
                try:
                    thread.start()
                except RuntimeError as error:
                    self._give_up(str(error))  # the system has no thread left
                    return
                self._thread = thread
            self._changed.notify_all()

    def _give_up(self, reason: str) -> None:
        """Show notifications by other means from now on, those that wait among them; called with the lock held."""
        if not self._has_toasts:
            return
        _log.info("Notifications are shown as balloons, without buttons: %s", reason)
        self._has_toasts = False
        while self._waiting:
            self._do_instead(self._waiting.popleft())

    def _do_instead(self, request: _Request) -> None:
        about, notification = request
        if notification is None:
            self._withdraw_instead(about)
        else:
            self._instead(notification)

    # The thread.

    def _work(self) -> None:
        try:
            center = self._make_center()
        except Exception as error:  # noqa: BLE001 - whatever it is, the balloons are left
            with self._changed:
                self._give_up(str(error) or type(error).__name__)
            return
        _log.info("Notifications are shown as toasts, with buttons")
        while (request := self._next()) is not None:
            try:
                self._carry_out(center, *request)
            except NoToastsError as error:
                _log.info("A toast could not be shown, and a balloon takes its place: %s", error)
                self._do_instead(request)
            except Exception:  # noqa: BLE001 - the next one may succeed, and the user sees a balloon
                _log.exception("A toast failed")
                self._do_instead(request)
        for shown in self._shown_now():
            center.remove(shown.tag)
        with self._changed:
            self._shown.clear()

    def _next(self) -> _Request | None:
        """Wait for the next request; None if the thread has to end."""
        with self._changed:
            self._busy_since = None
            while not self._waiting and not self._is_over and self._has_toasts:
                self._changed.wait()
            if self._is_over or not self._has_toasts:
                return None
            self._busy_since = time.monotonic()
            return self._waiting.popleft()

    def _shown_now(self) -> list[_Shown]:
        with self._changed:
            return list(self._shown.values())

    def _carry_out(self, center: Center, about: str, notification: Notification | None) -> None:
        self._withdraw_instead(about)
        style = center.style() if notification is not None else NotificationStyle.BUTTONS
        if notification is None or style is not NotificationStyle.BUTTONS:
            self._take_back(center, about)
            if notification is not None:
                self._cannot(notification, style)
            return
        self._is_off = False
        self._show(center, notification)

    def _cannot(self, notification: Notification, style: NotificationStyle) -> None:
        if style is NotificationStyle.BALLOONS:
            self._instead(notification)
        elif not self._is_off:
            # A balloon would be what the user doesn't want; the menu and the icon tell all the same.
            self._is_off = True
            _log.info("Notifications are turned off in Windows' settings")

    def _take_back(self, center: Center, about: str) -> None:
        with self._changed:
            shown = self._shown.pop(about, None)
        if shown is not None:
            center.remove(shown.tag)

    def _show(self, center: Center, notification: Notification) -> None:
        from tray.desktop.icon.windows.toast_xml import toast_xml  # with the first toast

        commands = {str(next(self._numbers)): command for _label, command in notification.actions}
        with self._changed:
            before = self._shown.pop(notification.about, None)  # its tokens are void from here on
            tag = before.tag if before is not None else f"{self._process}-{next(self._numbers):x}"
            shown = _Shown(notification, tag, commands)
            self._shown[notification.about] = shown
            surplus = [self._shown.pop(about) for about in list(self._shown)[:-_MOST]]
        for older in surplus:
            center.remove(older.tag)
        handlers = Handlers(
            partial(self._chosen, shown), partial(self._forget, shown), partial(self._failed_later, shown)
        )
        xml = toast_xml(notification, list(commands), _picture(notification))
        try:
            shown.kept = center.show(xml, tag, handlers)
        except Exception:
            self._forget(shown)
            if before is not None:
                center.remove(tag)  # it says what is no longer the latest
            raise

    # What Windows calls, on threads of its own.

    def _chosen(self, shown: _Shown, token: str) -> None:
        with self._changed:
            is_over = self._is_over
            command = shown.commands.get(token)
            if command is not None and not is_over:
                shown.commands.clear()  # once
                # Windows takes away what was clicked; this makes sure.
                if self._shown.get(shown.notification.about) is shown:
                    self._request((shown.notification.about, None))
        if command is not None and not is_over:
            self._choose(command)

    def _forget(self, shown: _Shown) -> bool:
        with self._changed:
            is_there = self._shown.get(shown.notification.about) is shown
            if is_there:
                del self._shown[shown.notification.about]
            return is_there

    def _failed_later(self, shown: _Shown) -> None:
        if self._forget(shown):
            _log.info("Windows did not show a toast: a balloon takes its place")
            self._instead(shown.notification)


def _picture(notification: Notification) -> str:
    """Return the address of the picture beside the text; empty if the installation lacks it."""
    try:
        return Artwork.toast("attention" if notification.failure else "idle").as_uri()
    except TrayError:
        return ""
