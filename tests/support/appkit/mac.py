"""The person in front of the stand-in for a Mac, on a thread of their own: looks at the menu bar, and clicks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from tests.support.appkit import run_loop
from tests.support.appkit.run_loop import Kind
from tests.support.waiting import PATIENCE_SECONDS, wait_until

T = TypeVar("T")

_QUIT = (int.from_bytes(b"aevt", "big"), int.from_bytes(b"quit", "big"))
_REASON = int.from_bytes(b"why?", "big")


class Mac:
    """What is seen and done. Each waits until the icon is shown."""

    def __init__(self) -> None:
        import AppKit
        import Foundation

        self._appkit = AppKit
        self._foundation = Foundation
        self._loop = run_loop.current

    def on_main(self, look: Callable[[], T], kind: Kind = Kind.CALL) -> T:
        """Return what `look` returns on the main thread."""
        seen: list[T] = []
        done = threading.Event()

        def do() -> None:
            try:
                seen.append(look())
            finally:
                done.set()

        self._loop.post(do, kind)
        if not done.wait(PATIENCE_SECONDS) or not seen:
            raise TimeoutError("The main thread did not do it")
        return seen[0]

    def status_item(self) -> Any:
        """Return the one that is to be seen."""

        def visible() -> Any:
            items = self._appkit.NSStatusBar.systemStatusBar().items
            return next((each for each in items if each.button().image and not each.button().is_hidden), None)

        return wait_until(lambda: self.on_main(visible), "an icon in the menu bar")

    def button(self) -> Any:
        """Return its button."""
        item = self.status_item()
        return self.on_main(item.button)

    @property
    def is_open(self) -> bool:
        """Whether the menu is open."""
        menu = self.status_item().menu
        return menu is not None and menu.is_tracked

    def open_menu(self) -> None:
        """Click the icon."""
        item = self.status_item()
        opened = threading.Event()
        self._loop.post(lambda: self._track(item.menu, opened), Kind.MOUSE)
        assert opened.wait(PATIENCE_SECONDS), "the menu did not open"
        assert self.is_open, "the menu is empty, and did not open"

    def close_menu(self) -> None:
        """Press Escape."""
        menu = self.status_item().menu
        self.on_main(menu.cancelTrackingWithoutAnimation, Kind.MOUSE)
        wait_until(lambda: not self.is_open, "the menu to close")

    def rows(self) -> list[Any]:
        """Return the menu's items as they are on the screen, opening it for a look unless it is open."""
        was_open = self.is_open
        if not was_open:
            self.open_menu()
        items = self.on_main(lambda: list(self.status_item_menu().items))
        if not was_open:
            self.close_menu()
        return items

    def status_item_menu(self) -> Any:
        """Return the icon's menu; on the main thread."""
        bar: Any = self._appkit.NSStatusBar
        return bar.systemStatusBar().items[0].menu

    def outline(self) -> list[Any]:
        """Return the labels; a submenu is (label, labels), a separator None."""
        return _outline(self.rows())

    def checked(self) -> list[str]:
        """Return the labels of the checked items, at every level."""

        def of(items: Iterable[Any]) -> list[str]:
            return [
                label
                for item in items
                for label in [*([item.title] if item.state else []), *(of(item.submenu.items) if item.submenu else [])]
            ]

        return of(self.rows())

    def enabled(self) -> list[str]:
        """Return the labels of the items of the first level that can be chosen."""
        return [item.title for item in self.rows() if not item.is_separator and item._is_enabled()]

    def choose(self, *labels: str) -> None:
        """Open the menu unless it is open, and click the item at a path of labels that is there by then."""
        if not self.is_open:
            self.open_menu()
        self.on_main(lambda: self._click(labels), Kind.MOUSE)

    def log_out(self, reason: bytes = b"rlgo") -> None:
        """Ask the program to quit, as the system does; without a reason, as another program does."""
        foundation = self._foundation
        manager: Any = foundation.NSAppleEventManager.sharedAppleEventManager()
        handler, selector = manager.handlers[_QUIT]
        event = foundation.NSAppleEventDescriptor.alloc().init()
        if reason:
            event.attributes[_REASON] = foundation.NSAppleEventDescriptor.alloc().init()
            event.attributes[_REASON].code = int.from_bytes(reason, "big")
        self._loop.post(lambda: handler._perform(selector, event, "reply"), Kind.EVENT)

    def _track(self, menu: Any, opened: threading.Event) -> None:
        """Let the menu have the pointer until it closes, as AppKit does; then send what was chosen."""
        menu._tell("menuNeedsUpdate:")
        if not menu.items:
            opened.set()
            return
        menu._tell("menuWillOpen:")
        menu.is_tracked = True
        self._chosen: Any = None
        opened.set()
        while menu.is_tracked:
            self._loop.run_one(Kind.CALL, Kind.MOUSE)
        menu._tell("menuDidClose:")
        if self._chosen is not None:
            self._chosen._send()

    def _click(self, labels: tuple[str, ...]) -> bool:
        items = self.status_item_menu().items
        for label in labels[:-1]:
            items = next(item.submenu for item in items if item.title == label and item.submenu).items
        item = next(item for item in items if item.title == labels[-1])
        assert item._is_enabled(), f"“{item.title}” can't be chosen"
        self._chosen = item
        self.status_item_menu().cancelTrackingWithoutAnimation()
        return True


def _outline(items: Iterable[Any]) -> list[Any]:
    return [
        None if item.is_separator else (item.title, _outline(item.submenu.items)) if item.submenu else item.title
        for item in items
    ]
