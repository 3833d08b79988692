# ruff: noqa: N802
"""Stands for Apple's UserNotifications: see tests/support/appkit/__init__.py. It answers on other threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Self

from Foundation import NSObject

from tests.support.appkit import run_loop

UNAuthorizationStatusNotDetermined, UNAuthorizationStatusDenied = 0, 1
UNAuthorizationOptionSound = 2
UNAuthorizationOptionAlert = 4
UNNotificationPresentationOptionList = 8
UNNotificationPresentationOptionBanner = 16
UNNotificationDefaultActionIdentifier = "com.apple.UNNotificationDefaultActionIdentifier"
UNNotificationDismissActionIdentifier = "com.apple.UNNotificationDismissActionIdentifier"


class _Made(NSObject):
    """An object of values that never change."""

    def __init__(self, **values: Any) -> None:
        self.values = values


class UNMutableNotificationContent(NSObject):
    def init(self) -> Self:
        self.title = self.body = self.category = ""
        return self

    def setTitle_(self, title: str) -> None:
        self.title = title

    def setBody_(self, body: str) -> None:
        self.body = body

    def setCategoryIdentifier_(self, identifier: str) -> None:
        self.category = identifier


class UNNotificationAction(_Made):
    @classmethod
    def actionWithIdentifier_title_options_(cls, identifier: str, title: str, options: int) -> Self:
        return cls(identifier=identifier, title=title, options=options)


class UNNotificationCategory(_Made):
    @classmethod
    def categoryWithIdentifier_actions_intentIdentifiers_options_(
        cls, identifier: str, actions: list[UNNotificationAction], intents: list[str], options: int
    ) -> Self:
        return cls(identifier=identifier, actions=list(actions), intents=intents, options=options)


class UNNotificationRequest(_Made):
    @classmethod
    def requestWithIdentifier_content_trigger_(cls, identifier: str, content: Any, trigger: None) -> Self:
        return cls(identifier=identifier, content=content, trigger=trigger)

    def identifier(self) -> str:
        return str(self.values["identifier"])


class UNNotification(_Made):
    def request(self) -> UNNotificationRequest:
        return self.values["request"]  # type: ignore[no-any-return]


class UNNotificationResponse(_Made):
    def notification(self) -> UNNotification:
        return self.values["notification"]  # type: ignore[no-any-return]

    def actionIdentifier(self) -> str:
        return str(self.values["action"])


class UNNotificationSettings(_Made):
    def authorizationStatus(self) -> int:
        return int(self.values["status"])


class UNUserNotificationCenter(NSObject):
    """`grants` is what the user answers; `error` and `status` are what the system says. A test sets them."""

    def init(self) -> Self:
        self.grants = True
        self.error: object = None
        self.status = UNAuthorizationStatusNotDetermined
        self.asked: list[int] = []
        self.shown: dict[str, UNNotificationRequest] = {}
        self.categories: dict[str, UNNotificationCategory] = {}
        self.delegate: NSObject | None = None
        return self

    @classmethod
    def currentNotificationCenter(cls) -> UNUserNotificationCenter:
        return cls._singleton()

    def setDelegate_(self, delegate: NSObject) -> None:
        self.delegate = delegate

    def requestAuthorizationWithOptions_completionHandler_(
        self, options: int, handler: Callable[[bool, object], None]
    ) -> None:
        self.asked.append(options)
        granted = self.grants and self.error is None
        self._later(lambda: handler(granted, self.error))

    def getNotificationSettingsWithCompletionHandler_(self, handler: Callable[[UNNotificationSettings], None]) -> None:
        self._later(lambda: handler(UNNotificationSettings(status=self.status)))

    def setNotificationCategories_(self, categories: set[UNNotificationCategory]) -> None:
        self.categories = {each.values["identifier"]: each for each in categories}

    def addNotificationRequest_withCompletionHandler_(
        self, request: UNNotificationRequest, handler: Callable[[object], None]
    ) -> None:
        if not (self.asked and self.grants and self.error is None):
            raise run_loop.current.refuse("A notification that nobody has authorized")
        self.shown[request.identifier()] = request
        self._later(lambda: handler(None))

    def removePendingNotificationRequestsWithIdentifiers_(self, identifiers: list[str]) -> None:
        pass  # without a trigger, none is pending

    def removeDeliveredNotificationsWithIdentifiers_(self, identifiers: list[str]) -> None:
        for each in identifiers:
            self.shown.pop(each, None)

    # What the user does.

    def buttons(self, about: str) -> list[str]:
        return [each.values["title"] for each in self.categories[about].values["actions"]]

    def press(self, about: str, title: str) -> None:
        (action,) = [each for each in self.categories[about].values["actions"] if each.values["title"] == title]
        self.click(about, action.values["identifier"])

    def click(self, about: str, action: str = UNNotificationDefaultActionIdentifier) -> None:
        """Choose a button; without one, the notification itself. It goes from the screen."""
        response = UNNotificationResponse(notification=UNNotification(request=self.shown.pop(about)), action=action)
        done = threading.Event()
        selector = "userNotificationCenter:didReceiveNotificationResponse:withCompletionHandler:"
        delegate = self.delegate
        assert delegate is not None
        self._later(lambda: delegate._perform(selector, self, response, done.set))
        assert done.wait(20), "the delegate has to say that it is done"

    def _later(self, call: Callable[[], object]) -> None:
        threading.Thread(target=call, name="notification center").start()
