"""Types of the part of Apple's Foundation, as pyobjc-framework-Cocoa 13 shows it, that Notebook Tray uses.

PyObjC ships none. Parameters are positional, as in Objective-C; `Self` is what `alloc` and `init` return there.
"""

from typing import NamedTuple, Self

class NSSize(NamedTuple):
    width: float
    height: float

def NSMakeSize(width: float, height: float, /) -> NSSize: ...

class NSObject:
    @classmethod
    def alloc(cls) -> Self: ...
    def init(self) -> Self: ...

class NSData(NSObject):
    @classmethod
    def dataWithBytes_length_(cls, data: bytes, length: int, /) -> NSData: ...

class NSURL(NSObject):
    @classmethod
    def URLWithString_(cls, text: str, /) -> NSURL | None: ...
    @classmethod
    def fileURLWithPath_(cls, path: str, /) -> NSURL: ...

class NSThread(NSObject):
    @classmethod
    def isMainThread(cls) -> bool: ...

class NSLocale(NSObject):
    @classmethod
    def preferredLanguages(cls) -> list[str]: ...
    @classmethod
    def currentLocale(cls) -> NSLocale: ...

class NSDateFormatter(NSObject):
    @classmethod
    def dateFormatFromTemplate_options_locale_(cls, template: str, options: int, locale: NSLocale) -> str | None: ...

class NSAppleEventManager(NSObject):
    @classmethod
    def sharedAppleEventManager(cls) -> NSAppleEventManager: ...
    def setEventHandler_andSelector_forEventClass_andEventID_(
        self, handler: NSObject, selector: str, event_class: int, event_id: int, /
    ) -> None: ...
    def removeEventHandlerForEventClass_andEventID_(self, event_class: int, event_id: int, /) -> None: ...
