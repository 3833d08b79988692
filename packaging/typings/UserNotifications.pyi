"""Types of the part of Apple's UserNotifications, as pyobjc-framework-UserNotifications 12 shows it, that is used here.

PyObjC ships none. Parameters are positional, as in Objective-C.
"""

from collections.abc import Callable

from Foundation import NSObject

UNAuthorizationOptionAlert: int
UNAuthorizationOptionSound: int
UNAuthorizationStatusDenied: int
UNNotificationDefaultActionIdentifier: str
UNNotificationPresentationOptionBanner: int
UNNotificationPresentationOptionList: int

class UNMutableNotificationContent(NSObject):
    def setTitle_(self, title: str, /) -> None: ...
    def setBody_(self, body: str, /) -> None: ...
    def setCategoryIdentifier_(self, identifier: str, /) -> None: ...

class UNNotification(NSObject):
    def request(self) -> UNNotificationRequest: ...

class UNNotificationAction(NSObject):
    @classmethod
    def actionWithIdentifier_title_options_(
        cls, identifier: str, title: str, options: int, /
    ) -> UNNotificationAction: ...

class UNNotificationCategory(NSObject):
    @classmethod
    def categoryWithIdentifier_actions_intentIdentifiers_options_(
        cls, identifier: str, actions: list[UNNotificationAction], intents: list[str], options: int, /
    ) -> UNNotificationCategory: ...

class UNNotificationRequest(NSObject):
    @classmethod
    def requestWithIdentifier_content_trigger_(
        cls, identifier: str, content: UNMutableNotificationContent, trigger: None, /
    ) -> UNNotificationRequest: ...
    def identifier(self) -> str: ...

class UNNotificationResponse(NSObject):
    def notification(self) -> UNNotification: ...
    def actionIdentifier(self) -> str: ...

class UNNotificationSettings(NSObject):
    def authorizationStatus(self) -> int: ...

class UNUserNotificationCenter(NSObject):
    @classmethod
    def currentNotificationCenter(cls) -> UNUserNotificationCenter: ...
    def setDelegate_(self, delegate: NSObject, /) -> None: ...
    def requestAuthorizationWithOptions_completionHandler_(
        self, options: int, handler: Callable[[bool, object], None], /
    ) -> None: ...
    def getNotificationSettingsWithCompletionHandler_(
        self, handler: Callable[[UNNotificationSettings], None], /
    ) -> None: ...
    def setNotificationCategories_(self, categories: set[object], /) -> None: ...
    def addNotificationRequest_withCompletionHandler_(
        self, request: UNNotificationRequest, handler: Callable[[object], None], /
    ) -> None: ...
    def removePendingNotificationRequestsWithIdentifiers_(self, identifiers: list[str], /) -> None: ...
    def removeDeliveredNotificationsWithIdentifiers_(self, identifiers: list[str], /) -> None: ...
