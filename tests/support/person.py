"""Somebody who reads the tray's menu and clicks in it with the mouse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.menu_client import Entry, Label, MenuClient
    from tests.support.screen import Box, Screen


class Person:
    """Clicks what `menu` says is there on the `screen`; the panel draws it, and the mouse hits what is drawn."""

    def __init__(self, screen: Screen, menu: MenuClient) -> None:
        self._screen = screen
        self._menu = menu
        self._path: tuple[Label, ...] = ()
        self._open: Box | None = None

    def open_tray_menu(self) -> None:
        """Click the icon.

        :raises TimeoutError: no icon is in the panel, or no menu opened
        """
        self._path, self._open = (), self._screen.open_tray_menu()

    def open_submenu(self, label: Label) -> Entry:
        """Click an entry of the open menu that has a submenu; return what it was.

        :raises LookupError: there is no such entry, or it is disabled
        :raises TimeoutError: no submenu opened
        """
        entry, position = self._find(label)
        self._open = self._screen.open_submenu(self._opened, position)
        self._path = (*self._path, label)
        return entry

    def choose(self, label: Label) -> Entry:
        """Click an entry of the open menu, which closes it; return what it was.

        :raises LookupError: there is no such entry, or it is disabled
        :raises TimeoutError: the menu stayed open
        """
        entry, position = self._find(label)
        self._screen.choose(self._opened, position)
        self._path, self._open = (), None
        return entry

    @property
    def _opened(self) -> Box:
        assert self._open, "no menu is open"
        return self._open

    def _find(self, label: Label) -> tuple[Entry, int]:
        """Return an entry of the open menu and its place among those that can be chosen."""
        menu = self._menu.layout().find(*self._path)
        entry = menu.find(label)
        choosable = [child for child in menu.children if child.enabled and child.kind != "separator"]
        if entry not in choosable:
            raise LookupError(f"{entry.label!r} is disabled")
        return entry, choosable.index(entry)


def beginning(text: str) -> re.Pattern[str]:
    """Return the label of an entry that begins with `text`."""
    return re.compile("^" + re.escape(text))
