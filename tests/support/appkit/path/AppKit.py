# ruff: noqa: N802
"""Stands for Apple's AppKit: see tests/support/appkit/__init__.py."""

from __future__ import annotations

import functools
import io
import weakref
from collections.abc import Callable
from typing import Any, NamedTuple, Self

from Foundation import NSURL, NSAppleEventManager, NSData, NSNotificationCenter, NSObject, NSSize
from PIL import Image

from tests.support.appkit import run_loop
from tests.support.appkit.run_loop import Kind

NSApplicationActivationPolicyAccessory = 1
NSApplicationDefined = 15
NSControlStateValueOff = 0
NSControlStateValueOn = 1
NSPasteboardContentsCurrentHostOnly = 1
NSPasteboardTypeString = "public.utf8-plain-text"
NSVariableStatusItemLength = -1.0
NSWorkspaceWillPowerOffNotification = "NSWorkspaceWillPowerOffNotification"
NSWorkspaceWillSleepNotification = "NSWorkspaceWillSleepNotification"

_QUIT = (int.from_bytes(b"aevt", "big"), int.from_bytes(b"quit", "big"))


class NSPoint(NamedTuple):
    x: float
    y: float


class _MainThreadOnly(NSObject):
    """Every message to it, on another thread than the main one, is refused."""

    def __init_subclass__(cls) -> None:
        for name, found in list(vars(cls).items()):
            if isinstance(found, classmethod):
                setattr(cls, name, classmethod(_on_main(f"{cls.__name__}.{name}", found.__func__)))
            elif callable(found) and not name.startswith("_"):
                setattr(cls, name, _on_main(f"{cls.__name__}.{name}", found))

    @classmethod
    def alloc(cls) -> Self:
        run_loop.current.require_main(f"{cls.__name__}.alloc")
        return super().alloc()


def _on_main(what: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def checked(*args: Any, **kwargs: Any) -> Any:
        run_loop.current.require_main(what)
        return method(*args, **kwargs)

    return checked


class NSApplication(_MainThreadOnly):
    def init(self) -> Self:
        self.activation_policy = 0
        self._stopping = False
        return self

    @classmethod
    def sharedApplication(cls) -> NSApplication:
        return cls._singleton()

    def setActivationPolicy_(self, policy: int) -> bool:
        self.activation_policy = policy
        return True

    def run(self) -> None:
        # finishLaunching: whoever was registered before this is not any more.
        NSAppleEventManager.sharedAppleEventManager().handlers[_QUIT] = (self, "handleQuit:reply:")
        while not self._stopping:
            # Whether it was stopped, it looks after an event; a call from elsewhere is none.
            while run_loop.current.run_one(*Kind) is Kind.CALL:
                pass
        self._stopping = False

    def stop_(self, _sender: object) -> None:
        self._stopping = True

    def terminate_(self, _sender: object) -> None:
        raise run_loop.current.refuse("The process ended in exit()")

    def handleQuit_reply_(self, _event: object, _reply: object) -> None:
        self.terminate_(None)

    def postEvent_atStart_(self, _event: NSEvent, _at_start: bool) -> None:
        run_loop.current.post(lambda: None, Kind.EVENT)


class NSEvent(NSObject):
    @classmethod
    def otherEventWithType_location_modifierFlags_timestamp_windowNumber_context_subtype_data1_data2_(
        cls, *_arguments: object
    ) -> NSEvent:
        return cls.alloc().init()


class NSBitmapImageRep(NSObject):
    @classmethod
    def imageRepWithData_(cls, data: NSData) -> NSBitmapImageRep:
        new = cls.alloc().init()
        new.picture = Image.open(io.BytesIO(data.content))
        new.picture.load()
        # At 72 pixels an inch, until somebody says otherwise.
        new.size = NSSize(*map(float, new.picture.size))
        return new

    def setSize_(self, size: NSSize) -> None:
        self.size = NSSize(*map(float, size))


class NSImage(NSObject):
    def initWithSize_(self, size: NSSize) -> NSImage:
        self.size = NSSize(*map(float, size))
        self.representations: list[NSBitmapImageRep] = []
        self.is_template = False
        return self

    def addRepresentation_(self, representation: NSBitmapImageRep) -> None:
        if representation.size != self.size:
            raise run_loop.current.refuse(f"A picture of {representation.size} points in an image of {self.size}")
        self.representations.append(representation)

    def setTemplate_(self, is_template: bool) -> None:
        self.is_template = is_template

    def _drawn_at(self, scale: int) -> Image.Image:
        """Return the picture that a display of this scale gets; refused if it had to be blown up."""
        pixels = self.size.width * scale
        for representation in sorted(self.representations, key=lambda each: each.picture.width):
            if representation.picture.width >= pixels:
                return representation.picture
        raise run_loop.current.refuse(f"No picture is {pixels} pixels wide")


class NSMenu(_MainThreadOnly):
    def initWithTitle_(self, title: str) -> NSMenu:
        self.title = title
        self.items: list[NSMenuItem] = []
        self.autoenables = True
        self.delegate: weakref.ref[NSObject] | None = None
        self.is_tracked = False
        return self

    def setAutoenablesItems_(self, autoenables: bool) -> None:
        self.autoenables = autoenables

    def setDelegate_(self, delegate: NSObject | None) -> None:
        # AppKit does not hold it.
        self.delegate = None if delegate is None else weakref.ref(delegate)

    def addItem_(self, item: NSMenuItem) -> None:
        self._refuse_change()
        if item.menu is not None:
            raise run_loop.current.refuse("The item is in a menu already")
        item.menu = self
        self.items.append(item)

    def removeAllItems(self) -> None:
        self._refuse_change()
        for item in self.items:
            item.menu = None
        self.items = []

    def performActionForItemAtIndex_(self, index: int) -> None:
        self.items[index]._send()

    def cancelTrackingWithoutAnimation(self) -> None:
        self.is_tracked = False

    def _refuse_change(self) -> None:
        if self.is_tracked:
            raise run_loop.current.refuse("A menu that is open was changed under the pointer")

    def _tell(self, selector: str) -> None:
        if self.delegate is not None:
            delegate = self.delegate()
            if delegate is None:
                raise run_loop.current.refuse("The menu's delegate is gone")
            delegate._perform(selector, self)


class NSMenuItem(_MainThreadOnly):
    def init(self) -> Self:
        return self.initWithTitle_action_keyEquivalent_("", None, "")

    def initWithTitle_action_keyEquivalent_(self, title: str, action: str | None, _key: str) -> NSMenuItem:
        self.title = title
        self.action = action
        self.menu: NSMenu | None = None
        self.submenu: NSMenu | None = None
        self.state = NSControlStateValueOff
        self.is_separator = False
        self.target: weakref.ref[NSObject] | None = None
        self._enabled = True
        self._represented: object = None
        return self

    @classmethod
    def separatorItem(cls) -> NSMenuItem:
        item = cls.alloc().init()
        item.is_separator = True
        return item

    def setAction_(self, action: str | None) -> None:
        self._set(action=action)

    def setEnabled_(self, enabled: bool) -> None:
        self._set(_enabled=enabled)

    def setRepresentedObject_(self, represented: object) -> None:
        self._set(_represented=represented)

    def representedObject(self) -> object:
        return self._represented

    def setState_(self, state: int) -> None:
        self._set(state=state)

    def setSubmenu_(self, submenu: NSMenu | None) -> None:
        self._set(submenu=submenu)

    def setTarget_(self, target: NSObject | None) -> None:
        # AppKit does not hold it.
        self._set(target=None if target is None else weakref.ref(target))

    def _set(self, **values: Any) -> None:
        if self.menu is not None:
            self.menu._refuse_change()
        for name, value in values.items():
            setattr(self, name, value)

    def _is_enabled(self) -> bool:
        if self.menu is not None and self.menu.autoenables:
            # NSMenuValidation: what somebody would do is enabled, whatever setEnabled_ said.
            return self.submenu is not None or (self.target is not None and self.action is not None)
        return self._enabled

    def _send(self) -> None:
        target = self.target() if self.target is not None else None
        if target is None or self.action is None:
            raise run_loop.current.refuse(f"Nobody does “{self.title}”")
        target._perform(self.action, self)


class NSStatusBarButton(_MainThreadOnly):
    def init(self) -> Self:
        self.image: NSImage | None = None
        self.tooltip = self.accessibility_label = ""
        self.is_hidden = False
        return self

    def setAccessibilityLabel_(self, label: str) -> None:
        self.accessibility_label = label

    def setAction_(self, _action: bytes) -> None: ...

    def setHidden_(self, hidden: bool) -> None:
        self.is_hidden = hidden

    def setImage_(self, image: NSImage | None) -> None:
        self.image = image

    def setTarget_(self, _target: NSObject) -> None: ...

    def setToolTip_(self, text: str) -> None:
        self.tooltip = text


class NSStatusItem(_MainThreadOnly):
    def init(self) -> Self:
        self.autosave_name = "Item-0"
        self.menu: NSMenu | None = None
        self._button = NSStatusBarButton.alloc().init()
        return self

    def button(self) -> NSStatusBarButton:
        return self._button

    def setAutosaveName_(self, name: str) -> None:
        self.autosave_name = name

    def setMenu_(self, menu: NSMenu | None) -> None:
        if self.menu is not None:
            self.menu._refuse_change()
        self.menu = menu


class NSStatusBar(_MainThreadOnly):
    def init(self) -> Self:
        self.items: list[NSStatusItem] = []
        return self

    @classmethod
    def systemStatusBar(cls) -> NSStatusBar:
        return cls._singleton()

    def statusItemWithLength_(self, _length: float) -> NSStatusItem:
        item = NSStatusItem.alloc().init()
        self.items.append(item)
        return item

    def removeStatusItem_(self, item: NSStatusItem) -> None:
        self.items.remove(item)


class NSPasteboard(_MainThreadOnly):
    def init(self) -> Self:
        self.change_count = 0
        self.contents: dict[str, str] = {}
        self.stays_on_this_mac = False
        return self

    @classmethod
    def generalPasteboard(cls) -> NSPasteboard:
        return cls._singleton()

    def changeCount(self) -> int:
        return self.change_count

    def clearContents(self) -> int:
        return self.prepareForNewContentsWithOptions_(0)

    def prepareForNewContentsWithOptions_(self, options: int) -> int:
        self.contents = {}
        self.change_count += 1
        self.stays_on_this_mac = bool(options & NSPasteboardContentsCurrentHostOnly)
        return self.change_count

    def setString_forType_(self, text: str, kind: str) -> bool:
        self.contents[kind] = text
        return True


class NSWorkspace(NSObject):
    """Of any thread: NSWorkspace says so of each method."""

    def init(self) -> Self:
        self.browser: Callable[[str], bool] = lambda _address: False
        self.center = NSNotificationCenter.alloc().init()
        return self

    def notificationCenter(self) -> NSNotificationCenter:
        return self.center

    @classmethod
    def sharedWorkspace(cls) -> NSWorkspace:
        return cls._singleton()

    def openURL_(self, url: NSURL) -> bool:
        return self.browser(url.text)
