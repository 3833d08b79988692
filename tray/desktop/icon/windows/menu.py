"""A pystray menu as a Windows popup menu, from its opening to its end."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from typing import TYPE_CHECKING

if sys.platform != "win32":
    raise ImportError("Windows menus are Windows' own")

from pystray._util import win32

from tray.desktop.icon.pystray_core import Menu
from tray.desktop.icon.windows.api import WM_NULL, post_message
from tray.desktop.icon.windows.format import menu_label

if TYPE_CHECKING:
    from tray.desktop.icon.pystray_core import MenuItem

_TPM_FLAGS = win32.TPM_RIGHTALIGN | win32.TPM_BOTTOMALIGN | win32.TPM_RETURNCMD | win32.TPM_RIGHTBUTTON


class PopupMenu:
    """One opening of `menu`. All of it belongs to the thread of the window that the menu is opened for.

    Each level is filled once, when Windows is about to show it (WM_INITMENUPOPUP, which the window passes on to
    `fill`). So what the user has seen stays until the menu closes, and of thousands of submenus only those are made
    that the user opens.
    """

    def __init__(self, menu: Menu) -> None:
        self._items: list[MenuItem] = []
        self._unfilled: dict[int, Menu] = {}
        self._handle = self._level(menu)

    def track(self, hwnd: int) -> MenuItem | None:
        """Show the menu at the pointer until it closes; return the item that was chosen."""
        # Without SetForegroundWindow, a click elsewhere doesn't close the menu. Without the WM_NULL message, the next
        # menu closes as soon as it opens.
        # https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-trackpopupmenuex#remarks
        win32.SetForegroundWindow(hwnd)
        point = wintypes.POINT()
        win32.GetCursorPos(ctypes.byref(point))
        number = win32.TrackPopupMenuEx(self._handle, _TPM_FLAGS, point.x, point.y, hwnd, None)
        post_message(hwnd, WM_NULL)
        return self._items[number - 1] if number > 0 else None

    def fill(self, handle: int) -> None:
        """Fill the level that is about to be shown. An exception from the menu's own functions passes through."""
        menu = self._unfilled.pop(handle, None)
        for place, item in enumerate(menu or ()):
            win32.InsertMenuItem(handle, place, True, ctypes.byref(self._entry(item)))

    def close(self) -> None:
        """Free the menu, with all its levels."""
        win32.DestroyMenu(self._handle)

    def _level(self, menu: Menu) -> int:
        handle = int(win32.CreatePopupMenu())
        self._unfilled[handle] = menu
        return handle

    def _entry(self, item: MenuItem) -> ctypes.Structure:
        if item is Menu.SEPARATOR:
            return _info(fMask=win32.MIIM_FTYPE, fType=win32.MFT_SEPARATOR)
        self._items.append(item)
        mask = win32.MIIM_ID | win32.MIIM_STRING | win32.MIIM_STATE | win32.MIIM_FTYPE
        return _info(
            fMask=mask | (win32.MIIM_SUBMENU if item.submenu is not None else 0),
            wID=len(self._items),
            dwTypeData=menu_label(str(item.text)),
            fState=(win32.MFS_DEFAULT if item.default else 0)
            | (win32.MFS_CHECKED if item.checked else 0)
            | (0 if item.enabled else win32.MFS_DISABLED),
            fType=win32.MFT_RADIOCHECK if item.radio else 0,
            hSubMenu=self._level(item.submenu) if item.submenu is not None else None,
        )


def _info(**fields: object) -> ctypes.Structure:
    info: ctypes.Structure = win32.MENUITEMINFO(cbSize=ctypes.sizeof(win32.MENUITEMINFO), **fields)
    return info
