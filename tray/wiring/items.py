"""Turns the menu's entries into items of the tray's menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.desktop.icon import ContentMenu, KeyedItem, Menu, MenuItem
from tray.menu import entries as e

if TYPE_CHECKING:
    from tray.model import commands as c


# By what an item shows: shared, since a menu has thousands of items.
_CHECKED: dict[bool, Callable[[MenuItem], bool]] = {True: lambda _: True, False: lambda _: False}


class _Choice:
    """What an item does when it is chosen: has `do` carry out its command.

    It has the arguments of pystray, which would wrap a callable of fewer. A function of its own for each item would
    take four times the memory.
    """

    __slots__ = ("_command", "_do")

    def __init__(self, do: Callable[[c.Command], None], command: c.Command) -> None:
        self._do = do
        self._command = command

    def __call__(self, _icon: object, _item: MenuItem) -> None:
        self._do(self._command)


class MenuItems:
    """Turns menu entries into items of the tray's menu; the command of a chosen item is passed to `do`."""

    def __init__(self, do: Callable[[c.Command], None]) -> None:
        self._do = do

    def of(self, entries: tuple[e.Entry, ...]) -> list[MenuItem]:
        """Return the items for a menu or a submenu."""
        return [self._item(entry) for entry in entries]

    def _item(self, entry: e.Entry) -> MenuItem:
        if entry is e.SEPARATOR:
            return Menu.SEPARATOR
        action: Menu | Callable[..., None] | None = None
        if entry.children:
            action = ContentMenu(entry.children, self._item)
        elif entry.command is not None:
            action = _Choice(self._do, entry.command)
        return KeyedItem(
            entry.key,
            entry.label,
            action,
            checked=None if entry.checked is None else _CHECKED[entry.checked],
            radio=entry.radio,
            enabled=entry.enabled,
        )
