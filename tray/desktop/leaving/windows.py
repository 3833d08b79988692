"""The end of the session on Windows, told to a window of its own on a thread of its own, which is there while it holds.

Windows asks all top-level windows (WM_QUERYENDSESSION), and then tells them (WM_ENDSESSION). It may end a process as
soon as each of its windows has returned from the second, and does so in any case after 5 s. So the window waits in
there until what has to be done is done: not the icon's, whose thread goes on meanwhile. As Microsoft advises, the
first is answered with yes at once, after the reason has been given that Windows shows to a user who waits:
https://learn.microsoft.com/windows/win32/shutdown/wm-queryendsession, /wm-endsession, and
https://learn.microsoft.com/previous-versions/windows/desktop/ms700677(v=vs.85) (changes in Windows Vista).

Wine 8 tells windows of the end as Windows does, and has no reasons.
"""

from __future__ import annotations

import ctypes
import itertools
import logging
import sys
import threading
from ctypes import wintypes

if sys.platform != "win32":
    raise ImportError("the end of the session is told by Windows' own API")

from tray.desktop.leaving.base import MOST_SECONDS, Hold, ThreadedWatch
from tray.desktop.leaving.windows_messages import WM_ENDSESSION, WM_QUERYENDSESSION, is_leaving

# From WinUser.h.
_WM_CLOSE = 0x0010
_WM_DESTROY = 0x0002
_WS_POPUP = 0x80000000
# MAX_STR_BLOCKREASON of WinUser.h: the longest reason that Windows shows.
_LONGEST_REASON = 256

_log = logging.getLogger(__name__)
_numbers = itertools.count()

_WindowProcedure = ctypes.WINFUNCTYPE(wintypes.LPARAM, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)


class _WindowClass(ctypes.Structure):
    """WNDCLASSEXW: https://learn.microsoft.com/windows/win32/api/winuser/ns-winuser-wndclassexw."""

    _fields_ = (
        ("cbSize", wintypes.UINT),
        ("style", wintypes.UINT),
        ("lpfnWndProc", _WindowProcedure),
        ("cbClsExtra", ctypes.c_int),
        ("cbWndExtra", ctypes.c_int),
        ("hInstance", wintypes.HINSTANCE),
        ("hIcon", wintypes.HICON),
        ("hCursor", wintypes.HANDLE),
        ("hbrBackground", wintypes.HBRUSH),
        ("lpszMenuName", wintypes.LPCWSTR),
        ("lpszClassName", wintypes.LPCWSTR),
        ("hIconSm", wintypes.HICON),
    )


_user32 = ctypes.WinDLL("user32", use_last_error=True)
_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)

_module = _kernel32.GetModuleHandleW
_module.argtypes = (wintypes.LPCWSTR,)
_module.restype = wintypes.HMODULE

_register = _user32.RegisterClassExW
_register.argtypes = (ctypes.POINTER(_WindowClass),)
_register.restype = wintypes.ATOM

_unregister = _user32.UnregisterClassW
_unregister.argtypes = (wintypes.LPCWSTR, wintypes.HINSTANCE)

_create = _user32.CreateWindowExW
_create.argtypes = (
    wintypes.DWORD,
    wintypes.LPCWSTR,
    wintypes.LPCWSTR,
    wintypes.DWORD,
    *(ctypes.c_int,) * 4,
    wintypes.HWND,
    wintypes.HMENU,
    wintypes.HINSTANCE,
    wintypes.LPVOID,
)
_create.restype = wintypes.HWND

_destroy = _user32.DestroyWindow
_destroy.argtypes = (wintypes.HWND,)

_default = _user32.DefWindowProcW
_default.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
_default.restype = wintypes.LPARAM

_get = _user32.GetMessageW
_get.argtypes = (ctypes.POINTER(wintypes.MSG), wintypes.HWND, wintypes.UINT, wintypes.UINT)
_get.restype = ctypes.c_int

_dispatch = _user32.DispatchMessageW
_dispatch.argtypes = (ctypes.POINTER(wintypes.MSG),)
_dispatch.restype = wintypes.LPARAM

_post = _user32.PostMessageW
_post.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)

_quit = _user32.PostQuitMessage
_quit.argtypes = (ctypes.c_int,)

_give_reason = _user32.ShutdownBlockReasonCreate
_give_reason.argtypes = (wintypes.HWND, wintypes.LPCWSTR)
_give_reason.restype = wintypes.BOOL

_take_reason_back = _user32.ShutdownBlockReasonDestroy
_take_reason_back.argtypes = (wintypes.HWND,)


class WindowsLeaving(ThreadedWatch):
    """Has a hidden window while there is a hold, which is told, and waits."""

    def _made(self, words: str) -> Hold:
        return _Hold(words, self)

    def is_ending(self) -> bool:
        """Return whether Windows has asked whether the session may end, and not said since that it goes on."""
        return self._ending

    def asked(self) -> None:
        """Note that the session may end, which counts as an end until Windows says that the session goes on."""
        self._ending = True
        super().asked()


class _Hold:
    """A window from a `hold` to its `release`, on a thread of its own."""

    def __init__(self, words: str, watch: WindowsLeaving) -> None:
        self._words = words[: _LONGEST_REASON - 1]
        self._watch = watch
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._window = 0
        # Kept for as long as the window is: Windows holds a plain pointer to it.
        self._procedure = _WindowProcedure(self._handle)

    def release(self) -> None:
        """End it, also before it has begun. Any thread may call this."""
        with self._lock:
            self._released.set()
            if self._window:
                _post(self._window, _WM_CLOSE, 0, 0)

    def run(self) -> None:
        """Have the window until released. Raises nothing."""
        module = _module(None)
        name = f"NotebookTrayLeaving{next(_numbers)}"
        described = _WindowClass(
            cbSize=ctypes.sizeof(_WindowClass), lpfnWndProc=self._procedure, hInstance=module, lpszClassName=name
        )
        if not _register(ctypes.byref(described)):
            _log.info("There is no window for the end of the session: error %d", ctypes.get_last_error())
            return
        try:
            self._pump(name, module)
        finally:
            _unregister(name, module)

    def _pump(self, name: str, module: int) -> None:
        with self._lock:
            if self._released.is_set():
                return
            # No message-only window: Windows tells of the session's end top-level windows alone.
            self._window = _create(0, name, None, _WS_POPUP, 0, 0, 0, 0, None, None, module, None) or 0
        if not self._window:
            _log.info("There is no window for the end of the session: error %d", ctypes.get_last_error())
            return
        message = wintypes.MSG()
        while _get(ctypes.byref(message), None, 0, 0) > 0:
            _dispatch(ctypes.byref(message))
        with self._lock:
            self._window = 0

    def _handle(self, window: int, message: int, wparam: int, lparam: int) -> int:
        """Handle a message; ctypes would print an exception, and Windows take the answer for a no."""
        try:
            if message == WM_QUERYENDSESSION:
                self._asked(window, lparam)
                return 1
            if message == WM_ENDSESSION:
                self._told(window, bool(wparam), lparam)
                return 0
            if message == _WM_CLOSE:
                _destroy(window)
                return 0
            if message == _WM_DESTROY:
                _quit(0)
                return 0
        except Exception:  # noqa: BLE001 - the session ends as without us
            _log.exception("The end of the session")
        return int(_default(window, message, wparam, lparam))

    def _asked(self, window: int, options: int) -> None:
        if is_leaving(options):
            if not _give_reason(window, self._words):
                _log.info("Windows takes no reason: error %d", ctypes.get_last_error())
            self._watch.asked()

    def _told(self, window: int, is_ending: bool, options: int) -> None:
        if is_ending and is_leaving(options):
            _log.info("The session ends")
            self._watch.leaves()
            self._released.wait(MOST_SECONDS)
        elif not is_ending:
            self._watch.stays()
        _take_reason_back(window)
