"""Turns the menu's entries into items of the tray's menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.desktop.icon import ContentMenu, KeyedItem, Menu, MenuItem
from tray.menu import entries as e

if TYPE_CHECKING:
    from tray.model import commands as c


class Items:
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
        if children := entry.children:
            action = ContentMenu(children, lambda: self.of(children))
        elif (command := entry.command) is not None:
            # With the two arguments of pystray, which would wrap a callable of fewer: that takes longer than all else.
            action = lambda _icon, _item: self._do(command)  # noqa: E731 - a def would name nothing
        return KeyedItem(
            entry.key,
            entry.label,
            action,
            checked=None if (checked := entry.checked) is None else lambda _: checked,
            radio=entry.radio,
            enabled=entry.enabled,
        )
