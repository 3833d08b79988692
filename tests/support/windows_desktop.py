"""A person's eyes and hand on a Windows desktop, real or Wine's: reads the open menu, and clicks with the mouse.

The taskbar itself belongs to another process. Its part is played by a message, the one that it sends when the icon is
clicked; and what it was given to show is noted on its way there.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import wintypes
from typing import Any

if sys.platform != "win32":
    raise ImportError("for Windows alone")

import pytest
from pystray._util import win32

from tests.support.waiting import wait_until
from tray.desktop.icon import TrayIcon
from tray.desktop.icon.windows import api as windows_api
from tray.desktop.icon.windows import icon as windows_icon
from tray.desktop.icon.windows.icon import Icon
from tray.desktop.icon.windows.toasts import Center, NoToastsError

_WM_CANCELMODE = 0x001F
_MN_GETHMENU = 0x01E1
_MF_BYPOSITION = 0x400
_MOUSE_DOWN, _MOUSE_UP, _MOUSE_MOVE = 0x0002, 0x0004, 0x0001

user32 = ctypes.WinDLL("user32")
user32.FindWindowExW.argtypes = (wintypes.HWND, wintypes.HWND, wintypes.LPCWSTR, wintypes.LPCWSTR)
user32.FindWindowExW.restype = wintypes.HWND
user32.SendMessageW.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
user32.SendMessageW.restype = ctypes.c_ssize_t
user32.PostMessageW.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
user32.GetMenuItemCount.argtypes = (wintypes.HMENU,)
user32.GetMenuStringW.argtypes = (wintypes.HMENU, wintypes.UINT, wintypes.LPWSTR, ctypes.c_int, wintypes.UINT)
user32.GetMenuItemInfoW.argtypes = (wintypes.HMENU, wintypes.UINT, wintypes.BOOL, ctypes.c_void_p)
user32.GetMenuItemRect.argtypes = (wintypes.HWND, wintypes.HMENU, wintypes.UINT, ctypes.POINTER(wintypes.RECT))


class WindowsDesktop:
    """The desktop of the one icon that is made from `icon_class`."""

    icon_class: type[TrayIcon]

    def __init__(self) -> None:
        self.tooltips: list[str] = []
        self.messages: list[tuple[str, str]] = []
        self.taken_back = 0  # so many balloons
        self.icons: list[Any] = []
        self.removed = False  # whether the taskbar was told to take the icon away
        self.refusals = 0  # so many more calls are answered as without a taskbar
        self.icon: Icon | None = None
        desktop = self

        class Watched(Icon):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                desktop.icon = self

        self.icon_class = Watched

    def outline(self) -> list[Any]:
        with self.opened() as menu:
            return self._outline(menu)

    def checked(self) -> list[str]:
        with self.opened() as menu:
            return list(self._checked(menu))

    def choose(self, *labels: str) -> None:
        self.open()
        for depth, label in enumerate(labels, 1):
            menu = wait_until(lambda depth=depth: self._menus()[depth - 1 :], f"menu number {depth}")[0]
            place = self.labels(menu).index(label)
            self._click(menu, place)
        wait_until(lambda: not self._menus(), "the menus to close")

    def open(self) -> None:
        """Do as the taskbar does when the icon is clicked with the right button."""
        self._send_click(win32.WM_RBUTTONUP)
        wait_until(self._menus, "a menu")

    def click(self) -> None:
        """Do as the taskbar does when the icon is clicked with the left button."""
        self._send_click(win32.WM_LBUTTONUP)

    def middle_click(self) -> None:
        """Do as the taskbar does when the icon is clicked with the middle button."""
        self._send_click(windows_api.WM_MBUTTONUP)

    def double_click(self) -> None:
        """Do as the taskbar does at the second click of a double click, when the first one's menu has been closed."""
        self._send_click(windows_api.WM_LBUTTONDBLCLK)
        self._send_click(win32.WM_LBUTTONUP)

    def click_balloon(self) -> None:
        """Do as the taskbar does when a balloon is clicked."""
        self._send_click(windows_api.NIN_BALLOONUSERCLICK)

    def close(self) -> None:
        """Close the open menu."""
        user32.SendMessageW(self.window, _WM_CANCELMODE, 0, 0)
        wait_until(lambda: not self._menus(), "the menus to close")

    def title(self) -> str:
        return str(wait_until(lambda: self.tooltips, "the icon")[-1])

    def notifications(self) -> list[tuple[str, str]]:
        return self.messages

    @property
    def window(self) -> int:
        """The icon's window, once the taskbar has the icon."""
        wait_until(lambda: self.tooltips, "the icon")
        assert self.icon
        assert self.icon._hwnd
        return self.icon._hwnd

    def note(self, fields: dict[str, Any]) -> None:
        """Note what the taskbar was given to show."""
        if (handle := fields.get("hIcon")) not in (None, *self.icons[-1:]):
            self.icons.append(handle)
        if fields.get("szTip"):
            self.tooltips.append(fields["szTip"])
        if fields.get("szInfo"):
            self.messages.append((fields["szInfoTitle"], fields["szInfo"]))
        elif "szInfo" in fields:
            self.taken_back += 1

    def send_to_icon(self, message: int) -> None:
        """Send a message to the icon's window, also while there is no taskbar."""
        assert self.icon
        user32.SendMessageW(self.icon._hwnd, message, 0, 0)

    def send(self, message: int, wparam: int = 0, lparam: int = 0) -> int:
        """Send a message to the icon's window, as Windows does, and return the answer."""
        return int(user32.SendMessageW(self.window, message, wparam, lparam))

    def _send_click(self, button: int) -> None:
        user32.PostMessageW(self.window, win32.WM_NOTIFY, 0, button)

    @contextmanager
    def opened(self) -> Iterator[int]:
        """Open the menu for the block, which may close it."""
        self.open()
        try:
            yield self._menus()[0]
        finally:
            if self._menus():
                self.close()

    def _menus(self) -> list[int]:
        """Return the handles of the open menus of this process, the first opened first."""
        found: list[int] = []
        window = None
        while window := user32.FindWindowExW(None, window, "#32768", None):
            process = wintypes.DWORD()
            user32.GetWindowThreadProcessId(wintypes.HWND(window), ctypes.byref(process))
            if process.value == os.getpid() and user32.IsWindowVisible(wintypes.HWND(window)):
                found.append(user32.SendMessageW(window, _MN_GETHMENU, 0, 0))
        return found[::-1]

    def _info(self, menu: int, place: int) -> Any:
        info = win32.MENUITEMINFO(
            cbSize=ctypes.sizeof(win32.MENUITEMINFO),
            fMask=win32.MIIM_FTYPE | win32.MIIM_STATE | win32.MIIM_SUBMENU,
        )
        assert user32.GetMenuItemInfoW(menu, place, True, ctypes.byref(info))
        return info

    def labels(self, menu: int) -> list[str | None]:
        """Return the labels of one level of a menu, None for a separator."""
        labels: list[str | None] = []
        for place in range(user32.GetMenuItemCount(menu)):
            if self._info(menu, place).fType & win32.MFT_SEPARATOR:
                labels.append(None)
                continue
            text = ctypes.create_unicode_buffer(1024)
            user32.GetMenuStringW(menu, place, text, len(text), _MF_BYPOSITION)
            labels.append(text.value.replace("&&", "&"))
        return labels

    def _outline(self, menu: int) -> list[Any]:
        found: list[Any] = []
        for place, label in enumerate(self.labels(menu)):
            submenu = self._info(menu, place).hSubMenu
            if submenu:
                # What Windows sends when the pointer comes to the item.
                self.send(windows_api.WM_INITMENUPOPUP, submenu, place)
            found.append((label, self._outline(submenu)) if submenu else label)
        return found

    def _checked(self, menu: int) -> Iterator[str]:
        for place, label in enumerate(self.labels(menu)):
            info = self._info(menu, place)
            if info.fState & win32.MFS_CHECKED:
                yield str(label)
            if info.hSubMenu:
                self.send(windows_api.WM_INITMENUPOPUP, info.hSubMenu, place)
                yield from self._checked(info.hSubMenu)

    def _click(self, menu: int, place: int) -> None:
        box = wintypes.RECT()
        assert user32.GetMenuItemRect(None, menu, place, ctypes.byref(box))
        user32.SetCursorPos((box.left + box.right) // 2, (box.top + box.bottom) // 2)
        user32.mouse_event(_MOUSE_MOVE, 1, 0, 0, None)
        user32.mouse_event(_MOUSE_DOWN, 0, 0, 0, None)
        user32.mouse_event(_MOUSE_UP, 0, 0, 0, None)


def is_wine() -> bool:
    """Return whether this Windows is Wine: only its ntdll has this function."""
    return hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


@contextmanager
def windows_desktop() -> Iterator[WindowsDesktop]:
    """Give a desktop, and note what goes to its taskbar."""
    desktop = WindowsDesktop()
    pass_on = windows_api.notify_icon
    lock = threading.Lock()

    def noted(code: int, hwnd: int, flags: int, **fields: object) -> bool:
        with lock:
            if desktop.refusals and code != win32.NIM_DELETE:
                desktop.refusals -= 1
                return False
        is_done = pass_on(code, hwnd, flags, **fields)
        if is_done:
            with lock:
                desktop.note(fields)
                desktop.removed = code == win32.NIM_DELETE
        return is_done

    def no_toasts() -> Center:
        raise NoToastsError("what the taskbar is given can be read, toasts can't")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows_api, "notify_icon", noted)
        patch.setattr(windows_icon, "_toast_center", no_toasts)
        yield desktop
