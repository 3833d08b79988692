"""The calls of the Windows API that pystray does not declare, with their types."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from typing import TYPE_CHECKING

if sys.platform != "win32":
    raise ImportError("the Windows API is Windows' own")
from pystray._util import win32

if TYPE_CHECKING:
    from tray.desktop.icon.artwork import Taskbar

# From WinUser.h.
WM_NULL = 0x0000
WM_DESTROY = 0x0002
WM_CLOSE = 0x0010
WM_QUERYENDSESSION = 0x0011
WM_ENDSESSION = 0x0016
WM_SETTINGCHANGE = 0x001A
WM_TIMER = 0x0113
WM_INITMENUPOPUP = 0x0117

# From ShellAPI.h.
NIIF_RESPECT_QUIET_TIME = 0x80
NIN_BALLOONUSERCLICK = 0x0405  # WM_USER + 5

# From WinUser.h.
WM_LBUTTONDBLCLK = 0x0203
WM_MBUTTONUP = 0x0208

_SM_CXSMICON = 49
_ICON_VERSION = 0x00030000
_DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2 = -4
_PERSONALIZE = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"

_user32 = ctypes.WinDLL("user32", use_last_error=True)
_shell32 = ctypes.WinDLL("shell32", use_last_error=True)

# LRESULT and LPARAM are both as wide as a pointer; ctypes.wintypes has only LPARAM.
_default = _user32.DefWindowProcW
_default.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
_default.restype = wintypes.LPARAM

_notify = _shell32.Shell_NotifyIconW
_notify.argtypes = (wintypes.DWORD, win32.LPNOTIFYICONDATAW)
_notify.restype = wintypes.BOOL

_post = _user32.PostMessageW
_post.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
_post.restype = wintypes.BOOL

_timer = _user32.SetTimer
_timer.argtypes = (wintypes.HWND, ctypes.c_size_t, wintypes.UINT, ctypes.c_void_p)
_timer.restype = ctypes.c_size_t

_end_timer = _user32.KillTimer
_end_timer.argtypes = (wintypes.HWND, ctypes.c_size_t)

_create_icon = _user32.CreateIconFromResourceEx
_create_icon.argtypes = (
    ctypes.c_char_p,
    wintypes.DWORD,
    wintypes.BOOL,
    wintypes.DWORD,
    ctypes.c_int,
    ctypes.c_int,
    wintypes.UINT,
)
_create_icon.restype = wintypes.HICON


def default_window_procedure(hwnd: int, message: int, wparam: int, lparam: int) -> int:
    """Handle a message as Windows does by default."""
    return int(_default(hwnd, message, wparam, lparam))


def post_message(hwnd: int, message: int) -> None:
    """Send a message to a window's thread, without waiting; nothing happens if the window is gone."""
    _post(hwnd, message, 0, 0)


def notify_icon(code: int, hwnd: int, flags: int, **fields: object) -> bool:
    """Call Shell_NotifyIcon for the one icon of a window; return whether a taskbar did what it asks."""
    data = win32.NOTIFYICONDATAW(cbSize=ctypes.sizeof(win32.NOTIFYICONDATAW), hWnd=hwnd, uID=0, uFlags=flags, **fields)
    return bool(_notify(code, ctypes.byref(data)))


def set_timer(hwnd: int, timer: int, milliseconds: int) -> None:
    """Have WM_TIMER sent to a window again and again; a timer that runs starts anew."""
    _timer(hwnd, timer, milliseconds, None)


def kill_timer(hwnd: int, timer: int) -> None:
    """End a timer; nothing happens if it does not run."""
    _end_timer(hwnd, timer)


def create_icon(resource: bytes, size: int) -> int:
    """Return the handle of an icon made from an icon resource; DestroyIcon frees it.

    :raises OSError: Windows refuses
    """
    handle = _create_icon(resource, len(resource), True, _ICON_VERSION, size, size, 0)
    if not handle:
        raise ctypes.WinError(ctypes.get_last_error())
    return int(handle)


def small_icon_size() -> int:
    """Return how wide the icon is on the taskbar, in pixels."""
    return int(_user32.GetSystemMetrics(_SM_CXSMICON)) or 16


def end_menu() -> None:
    """Close the menu of the calling thread, if one is open."""
    _user32.EndMenu()


def see_real_pixels() -> None:
    """Make the calling thread's windows aware of the display's scale, or Windows enlarges icon and menu, blurred."""
    # Windows has the function since Windows 10 1607. On older versions icon and menu are blurred.
    if (function := getattr(_user32, "SetThreadDpiAwarenessContext", None)) is not None:
        function.argtypes = (ctypes.c_void_p,)
        function.restype = ctypes.c_void_p
        function(_DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2)


def taskbar_colour() -> Taskbar:
    """Return the taskbar's colour, which the user chooses as "Choose your default Windows mode"."""
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _PERSONALIZE) as key:
            value, _kind = winreg.QueryValueEx(key, "SystemUsesLightTheme")
    except OSError:  # before Windows 10 1903 it is always dark
        return "dark"
    return "light" if value == 1 else "dark"
