"""The clipboard on Windows, which itself keeps what a program has copied.

So the program takes its text back after a while, if the text is still on the clipboard.
"""

from __future__ import annotations

import atexit
import ctypes
import secrets
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ctypes import wintypes

from tray.desktop.clipboard.base import MAXIMUM_BYTES, PRESIGNED_URL_SECONDS, Clipboard
from tray.model.problems import ExitStatus, Kind, TrayError

if sys.platform != "win32":
    raise ImportError("the Windows clipboard is Windows' own")

_CF_UNICODETEXT = 13
_GMEM_MOVEABLE = 2
_HWND_MESSAGE = -3

# The formats that keep a text out of the clipboard history and away from other computers:
# https://learn.microsoft.com/windows/win32/dataxchg/clipboard-formats#cloud-clipboard-and-clipboard-history-formats
_NO = bytes(4)
_NOT_TO_BE_KEPT = {
    "ExcludeClipboardContentFromMonitorProcessing": _NO,
    "CanIncludeInClipboardHistory": _NO,
    "CanUploadToCloudClipboard": _NO,
}

# The format of a random mark beside our text, by which we recognise the text.
_MARK = "notebook-tray mark"
_MARK_BYTES = 16

# Other programs may hold the clipboard open for moments.
_OPEN_WITHIN_SECONDS = 2.0

_user32 = ctypes.WinDLL("user32", use_last_error=True)
_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_user32.CreateWindowExW.argtypes = (
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
_user32.CreateWindowExW.restype = wintypes.HWND
_user32.DestroyWindow.argtypes = (wintypes.HWND,)
_user32.OpenClipboard.argtypes = (wintypes.HWND,)
_user32.SetClipboardData.argtypes = (wintypes.UINT, wintypes.HANDLE)
_user32.SetClipboardData.restype = wintypes.HANDLE
_user32.GetClipboardData.argtypes = (wintypes.UINT,)
_user32.GetClipboardData.restype = wintypes.HANDLE
_user32.RegisterClipboardFormatW.argtypes = (wintypes.LPCWSTR,)
_kernel32.GlobalAlloc.argtypes = (wintypes.UINT, ctypes.c_size_t)
_kernel32.GlobalAlloc.restype = wintypes.HGLOBAL
_kernel32.GlobalFree.argtypes = (wintypes.HGLOBAL,)
_kernel32.GlobalLock.argtypes = (wintypes.HGLOBAL,)
_kernel32.GlobalLock.restype = wintypes.LPVOID
_kernel32.GlobalUnlock.argtypes = (wintypes.HGLOBAL,)
_kernel32.GlobalSize.argtypes = (wintypes.HGLOBAL,)
_kernel32.GlobalSize.restype = ctypes.c_size_t


class WindowsClipboard(Clipboard):
    """Copies to the clipboard of the session."""

    def __init__(self) -> None:
        self._mark: bytes | None = None
        self._timer: threading.Timer | None = None
        self._copying = threading.Lock()
        atexit.register(self._clear_at_exit)

    def copy_secret(self, text: str, *, lifetime_seconds: float = PRESIGNED_URL_SECONDS) -> None:
        """See `Clipboard.copy_secret`."""
        if len(text.encode()) > MAXIMUM_BYTES:
            raise ValueError(f"a text for the clipboard has at most {MAXIMUM_BYTES} bytes")
        mark = secrets.token_bytes(_MARK_BYTES)
        with self._copying:
            self._stop_timer()
            _put({**{_number(name): data for name, data in _NOT_TO_BE_KEPT.items()}, _number(_MARK): mark}, text)
            self._mark = mark
            self._timer = threading.Timer(lifetime_seconds, self._forget, [mark])
            self._timer.daemon = True
            self._timer.start()

    def clear(self) -> None:
        """See `Clipboard.clear`."""
        with self._copying:
            self._stop_timer()
            mark, self._mark = self._mark, None
            if mark is not None:
                _take_back(mark)

    def _forget(self, mark: bytes) -> None:
        with self._copying:
            if self._mark == mark:
                self._mark = None
                _take_back(mark)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _clear_at_exit(self) -> None:
        try:
            self.clear()
        except TrayError:
            # Another program has held the clipboard open all that time, and the program ends, so nobody is told.
            return


def _put(formats: Mapping[int, bytes], text: str) -> None:
    with _open_clipboard():
        _user32.EmptyClipboard()
        # The text comes last: a program that watches every change first sees that the text is not to be kept.
        for number, data in (*formats.items(), (_CF_UNICODETEXT, text.encode("utf-16-le") + b"\0\0")):
            _give(number, data)


def _take_back(mark: bytes) -> None:
    with _open_clipboard():
        if _read(_number(_MARK), _MARK_BYTES) == mark:
            _user32.EmptyClipboard()


@contextmanager
def _open_clipboard() -> Iterator[None]:
    # Windows gives the clipboard to a window. Without a window, the calls after EmptyClipboard are refused.
    window = _user32.CreateWindowExW(0, "STATIC", None, 0, 0, 0, 0, 0, _HWND_MESSAGE, None, None, None)
    try:
        give_up = time.monotonic() + _OPEN_WITHIN_SECONDS
        while not _user32.OpenClipboard(window):
            if time.monotonic() > give_up:
                raise _not_copied("kept-open")
            time.sleep(0.01)
        try:
            yield
        finally:
            _user32.CloseClipboard()
    finally:
        _user32.DestroyWindow(window)


def _give(number: int, data: bytes) -> None:
    """Put `data` on the clipboard. The memory with the data then belongs to the clipboard."""
    memory = _kernel32.GlobalAlloc(_GMEM_MOVEABLE, len(data))
    place = _kernel32.GlobalLock(memory)
    if not place:
        raise _not_copied("no-memory")
    ctypes.memmove(place, data, len(data))
    _kernel32.GlobalUnlock(memory)
    if not _user32.SetClipboardData(number, memory):
        ctypes.memset(_kernel32.GlobalLock(memory), 0, len(data))
        _kernel32.GlobalUnlock(memory)
        _kernel32.GlobalFree(memory)
        raise _not_copied("refused")


def _read(number: int, size: int) -> bytes | None:
    memory = _user32.GetClipboardData(number)
    if not memory or _kernel32.GlobalSize(memory) < size:
        return None
    try:
        return ctypes.string_at(_kernel32.GlobalLock(memory), size)
    finally:
        _kernel32.GlobalUnlock(memory)


def _number(format_name: str) -> int:
    return int(_user32.RegisterClipboardFormatW(format_name))


def _not_copied(why: str) -> TrayError:
    return TrayError("link-not-copied", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP, why=why)
