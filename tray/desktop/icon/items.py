"""Menu items that keep their identity when their label or place changes, and submenus known by their content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, Self

from tray.desktop.icon.pystray_core import Menu, MenuItem


def _nothing(_item: MenuItem) -> None:
    return None


def _always(_item: MenuItem) -> bool:
    return True


def _never(_item: MenuItem) -> bool:
    return False


def _function(value: bool | Callable[[MenuItem], bool]) -> Callable[[MenuItem], bool]:
    return value if callable(value) else _always if value else _never


class KeyedItem(MenuItem):
    """A `pystray.MenuItem` that stays the same item when its label or its place changes.

    `key` is what the item stands for (a notebook's ARN, "refresh"), and is unique among its siblings. The keys on the
    path from the top to the item tell the backend which item of the old menu it is, wherever it stands now and whatever
    its label says. A host then changes an open menu in place, and a click reaches the item that the user pointed at.
    The other arguments are pystray's.
    """

    # Of the class, as most items have these, and menus have thousands of items: pystray would make five functions each.
    _checked: Callable[[MenuItem], bool | None] = staticmethod(_nothing)
    _radio: Callable[[MenuItem], bool] = staticmethod(_never)
    _default: Callable[[MenuItem], bool] = staticmethod(_never)
    _visible: Callable[[MenuItem], bool] = staticmethod(_always)
    _enabled: Callable[[MenuItem], bool] = staticmethod(_always)

    def __init__(
        self,
        key: str,
        text: str | Callable[[MenuItem], str],
        action: Callable[..., object] | Menu | None = None,
        *,
        checked: Callable[[MenuItem], bool | None] | None = None,
        radio: bool | Callable[[MenuItem], bool] = False,
        default: bool | Callable[[MenuItem], bool] = False,
        visible: bool | Callable[[MenuItem], bool] = True,
        enabled: bool | Callable[[MenuItem], bool] = True,
    ) -> None:
        self.key = self.__name__ = key
        self._text = text
        self._action = self._assert_action(action)  # type: ignore[attr-defined] # pystray's, not in its types
        if checked is not None:
            self._checked = checked
        if radio:
            self._radio = _function(radio)
        if default:
            self._default = _function(default)
        if visible is not True:
            self._visible = _function(visible)
        if enabled is not True:
            self._enabled = _function(enabled)

    @property
    def text(self) -> str:
        """The item's label."""
        return self._text if isinstance(self._text, str) else self._text(self)


class Line(Protocol):
    """What a `ContentMenu` is made from: a line that says of itself all that a menu item shows."""

    @property
    def key(self) -> str:
        """What it stands for, as in `KeyedItem`; empty for a separator."""

    @property
    def label(self) -> str:
        """What it says."""

    @property
    def enabled(self) -> bool:
        """Whether it can be chosen."""

    @property
    def checked(self) -> bool | None:
        """Whether it has a mark; None if it has no place for one."""

    @property
    def radio(self) -> bool:
        """Whether only one of its kind has the mark."""

    @property
    def children(self) -> tuple[Self, ...]:
        """The lines of its submenu; empty for a line without one."""


class ContentMenu(Menu):
    """A `pystray.Menu` of lines, all of them visible.

    A backend can show the lines as they are, and have `make` turn one into an item when that is chosen: a menu has
    thousands of items, and a user chooses one. Two menus with the very same `lines` (the same object, not an equal one)
    look the same and do the same, so a backend can skip a menu that it has seen before.
    """

    def __init__(self, lines: tuple[Line, ...], make: Callable[[Any], MenuItem]) -> None:
        super().__init__(lambda: [make(line) for line in lines])
        self.lines = lines
        self.make = make

    @property
    def visible(self) -> bool:
        """Whether the menu has anything to show. pystray would make all items and their submenus to find out."""
        return bool(self.lines)
