# ruff: noqa: N802
"""Stands for Apple's Foundation: see tests/support/appkit/__init__.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from tests.support.appkit import run_loop


class NSSize(NamedTuple):
    width: float
    height: float


def NSMakeSize(width: float, height: float) -> NSSize:
    return NSSize(width, height)


class NSObject:
    @classmethod
    def alloc(cls) -> Self:
        return cls.__new__(cls)

    def init(self) -> Self:
        return self

    @classmethod
    def _singleton(cls) -> Self:
        return run_loop.current.singletons.setdefault(cls, cls.alloc().init())

    def _perform(self, selector: str, *arguments: Any) -> Any:
        """Send a message, as the Objective-C runtime does."""
        if selector.count(":") != len(arguments):
            raise run_loop.current.refuse(f"{selector} takes other arguments than {arguments}")
        method: Callable[..., Any] | None = getattr(self, selector.replace(":", "_"), None)
        if method is None:
            raise run_loop.current.refuse(f"{type(self).__name__} does not respond to {selector}")
        return method(*arguments)


class NSData(NSObject):
    @classmethod
    def dataWithBytes_length_(cls, data: bytes, length: int) -> NSData:
        new = cls.alloc().init()
        new.content = data[:length]
        return new


class NSURL(NSObject):
    @classmethod
    def URLWithString_(cls, text: str) -> NSURL | None:
        if not urlsplit(text).scheme:
            return None
        new = cls.alloc().init()
        new.text = text
        return new


class NSThread(NSObject):
    @classmethod
    def isMainThread(cls) -> bool:
        return run_loop.current.is_main


class NSProcessInfo(NSObject):
    def init(self) -> Self:
        self.kept_alive = 0
        return self

    @classmethod
    def processInfo(cls) -> NSProcessInfo:
        return cls._singleton()

    def disableSuddenTermination(self) -> None:
        self.kept_alive += 1

    def enableSuddenTermination(self) -> None:
        if not self.kept_alive:
            raise run_loop.current.refuse("Sudden termination was not disabled as often")
        self.kept_alive -= 1


class NSNotificationCenter(NSObject):
    def init(self) -> Self:
        self.blocks: dict[object, tuple[str, Callable[[object], None]]] = {}
        return self

    def addObserverForName_object_queue_usingBlock_(
        self, name: str, _subject: object, _queue: object, block: Callable[[object], None]
    ) -> object:
        observer = NSObject.alloc().init()
        self.blocks[observer] = (name, block)
        return observer

    def removeObserver_(self, observer: object) -> None:
        self.blocks.pop(observer, None)

    def _post(self, name: str) -> None:
        for wanted, block in list(self.blocks.values()):
            if wanted == name:
                block(object())


class NSAppleEventDescriptor(NSObject):
    """An event, with its attributes by their four-character codes; or the value of one."""

    def init(self) -> Self:
        self.attributes: dict[int, NSAppleEventDescriptor] = {}
        self.code = 0
        return self

    def attributeDescriptorForKeyword_(self, keyword: int) -> NSAppleEventDescriptor | None:
        return self.attributes.get(keyword)

    def enumCodeValue(self) -> int:
        return self.code

    def typeCodeValue(self) -> int:
        return self.code


class NSAppleEventManager(NSObject):
    def init(self) -> Self:
        self.handlers: dict[tuple[int, int], tuple[NSObject, str]] = {}
        return self

    @classmethod
    def sharedAppleEventManager(cls) -> NSAppleEventManager:
        return cls._singleton()

    def setEventHandler_andSelector_forEventClass_andEventID_(
        self, handler: NSObject, selector: str, event_class: int, event_id: int
    ) -> None:
        run_loop.current.require_main("NSAppleEventManager")
        self.handlers[event_class, event_id] = (handler, selector)

    def removeEventHandlerForEventClass_andEventID_(self, event_class: int, event_id: int) -> None:
        run_loop.current.require_main("NSAppleEventManager")
        self.handlers.pop((event_class, event_id), None)
