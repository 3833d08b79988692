"""Notifications with buttons on macOS, through UserNotifications: in a signed application bundle alone.

In any other process the framework ends it with an Objective-C exception (see `notifications.py`): the program asks
`is_signed_bundle` first, and imports the framework's bindings only then.

https://developer.apple.com/documentation/usernotifications
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from Foundation import NSObject

if TYPE_CHECKING:
    from UserNotifications import (
        UNNotification,
        UNNotificationResponse,
        UNNotificationSettings,
        UNUserNotificationCenter,
    )

    from tray.model.commands import Command
    from tray.model.notification import Notification

_log = logging.getLogger(__name__)

# So many are kept to be clicked; a matter has one at most.
_MOST = 16


@dataclass(frozen=True, slots=True)
class _Shown:
    """A notification, and the commands of its buttons by their tokens."""

    notification: Notification
    commands: dict[str, Command]


def is_signed_bundle() -> bool:
    """Whether this process is a frozen program in an application bundle that was signed.

    A bundle's signature has this file (codesign(1), TN2206). Whether macOS trusts it, only macOS knows: where it
    doesn't, it refuses the request for authorization.
    """
    contents = Path(sys.executable).resolve().parent.parent
    return (
        getattr(sys, "frozen", False)
        and contents.name == "Contents"
        and (contents / "_CodeSignature" / "CodeResources").is_file()
    )


class Center:
    """Shows notifications in Notification Center. Safe to use from any thread; no method waits.

    :param choose: called with the command of a button that was chosen, on any thread
    :param instead: shows a notification where macOS has refused this program's notifications
    """

    def __init__(self, *, choose: Callable[[Command], object], instead: Callable[[Notification], object]) -> None:
        self._choose = choose
        self._instead = instead
        self._lock = threading.Lock()
        self._shown: dict[str, _Shown] = {}  # by what it is about, oldest first
        self._numbers = count(1)  # no two buttons have the same token, so that no click counts for another
        self._center: UNUserNotificationCenter | None = None
        # Kept here, since the center holds no reference to its delegate.
        self._responder = NotificationResponder.alloc().init()
        self._responder.center = self

    def show(self, notification: Notification) -> None:
        """Show a notification in place of the one about the same matter."""
        with self._lock:
            self._shown.pop(notification.about, None)
            commands = {f"{next(self._numbers)}": command for _, command in notification.actions}
            self._shown[notification.about] = _Shown(notification, commands)
            while len(self._shown) > _MOST:
                del self._shown[next(iter(self._shown))]
            self._center = center = self._center or self._begin()
        self._ask(center, notification)

    def withdraw(self, about: str) -> None:
        """Take back the notification about a matter; it is no error if it is gone."""
        with self._lock:
            self._shown.pop(about, None)
            center = self._center
        if center is not None:
            center.removePendingNotificationRequestsWithIdentifiers_([about])
            center.removeDeliveredNotificationsWithIdentifiers_([about])

    def close(self) -> None:
        """Take all notifications back: after the program's end, a click on one would only start it again."""
        with self._lock:
            shown, self._shown = list(self._shown), {}
            center = self._center
        if center is not None and shown:
            center.removeDeliveredNotificationsWithIdentifiers_(shown)

    def chosen(self, about: str, action: str) -> None:
        """Send the command of a button, or the first one's for a click beside the buttons unless it is a question."""
        from UserNotifications import UNNotificationDefaultActionIdentifier

        with self._lock:
            shown = self._shown.pop(about, None)
        if shown is None:
            return
        command = shown.commands.get(action)
        if action == UNNotificationDefaultActionIdentifier and shown.notification.click_acts:
            command = next(iter(shown.commands.values()), None)
        if command is not None:
            self._choose(command)

    def _begin(self) -> UNUserNotificationCenter:
        from UserNotifications import UNUserNotificationCenter

        center = UNUserNotificationCenter.currentNotificationCenter()
        center.setDelegate_(self._responder)
        return center

    def _ask(self, center: UNUserNotificationCenter, notification: Notification) -> None:
        """Show it if the user wants this program's notifications. Only the first time, macOS asks the user."""
        from UserNotifications import UNAuthorizationOptionAlert, UNAuthorizationOptionSound

        def answered(granted: bool, error: object) -> None:
            if granted:
                self._add(center, notification)
            elif error is None:
                _log.info("the user wants no notifications of this program")
            else:
                _log.info("Notification Center refuses this program's notifications: %s", error)
                center.getNotificationSettingsWithCompletionHandler_(told)

        def told(settings: UNNotificationSettings) -> None:
            from UserNotifications import UNAuthorizationStatusDenied

            # The error is the same whether the user or, for want of a signature that it trusts, macOS refuses.
            if settings.authorizationStatus() != UNAuthorizationStatusDenied:
                self._instead(notification)

        center.requestAuthorizationWithOptions_completionHandler_(
            UNAuthorizationOptionAlert | UNAuthorizationOptionSound, answered
        )

    def _add(self, center: UNUserNotificationCenter, notification: Notification) -> None:
        from UserNotifications import UNMutableNotificationContent, UNNotificationRequest

        about = notification.about
        with self._lock:
            if (shown := self._shown.get(about)) is None or shown.notification is not notification:
                return  # a newer one has taken its place, or it was withdrawn, while the user was asked
            center.setNotificationCategories_(self._categories())
        content = UNMutableNotificationContent.alloc().init()
        content.setTitle_(notification.title)
        content.setBody_(notification.text if notification.actions else notification.whole_text)
        content.setCategoryIdentifier_(about)

        def added(error: object) -> None:
            if error is not None:
                _log.info("Notification Center didn't show a notification: %s", error)

        request = UNNotificationRequest.requestWithIdentifier_content_trigger_(about, content, None)
        center.addNotificationRequest_withCompletionHandler_(request, added)

    def _categories(self) -> set[object]:
        """Return the buttons of all notifications that are shown: the center has one set of them, given as a whole."""
        from UserNotifications import UNNotificationAction, UNNotificationCategory

        return {
            UNNotificationCategory.categoryWithIdentifier_actions_intentIdentifiers_options_(
                about,
                [
                    UNNotificationAction.actionWithIdentifier_title_options_(token, label, 0)
                    for token, (label, _) in zip(shown.commands, shown.notification.actions, strict=True)
                ],
                [],
                0,
            )
            for about, shown in self._shown.items()
        }


class NotificationResponder(NSObject):
    """The center's delegate. The center calls its methods by their Objective-C selectors, on any thread.

    The name of the class is global to the process.
    """

    center: Center

    def userNotificationCenter_willPresentNotification_withCompletionHandler_(  # noqa: N802
        self, _center: UNUserNotificationCenter, _notification: UNNotification, done: Callable[[int], None]
    ) -> None:
        """Have a notification shown also while one of this program's windows is in front."""
        from UserNotifications import UNNotificationPresentationOptionBanner, UNNotificationPresentationOptionList

        done(UNNotificationPresentationOptionBanner | UNNotificationPresentationOptionList)

    def userNotificationCenter_didReceiveNotificationResponse_withCompletionHandler_(  # noqa: N802
        self, _center: UNUserNotificationCenter, response: UNNotificationResponse, done: Callable[[], None]
    ) -> None:
        """Pass on what the user chose."""
        try:
            about = response.notification().request().identifier()
            self.center.chosen(str(about), str(response.actionIdentifier()))
        finally:
            done()
