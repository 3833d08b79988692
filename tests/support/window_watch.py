"""Notes every window that comes into being on its desktop, however briefly. A Windows program of its own (`wine.py`).

usage: pythonw -m tests.support.window_watch FILE. A line of JSON for each: its class and title, and the program whose
it is. The first line is empty: from there on, nothing is missed.
"""

from __future__ import annotations

import ctypes
import json
import sys
from ctypes import wintypes
from pathlib import Path, PureWindowsPath
from typing import TextIO

if sys.platform != "win32":
    raise ImportError("for Windows alone")

_EVENT_OBJECT_CREATE = 0x8000
_OBJID_WINDOW = 0
_PROCESS_QUERY_LIMITED_INFORMATION = 0x1000

_user32, _kernel32 = ctypes.WinDLL("user32"), ctypes.WinDLL("kernel32")
_kernel32.OpenProcess.restype = wintypes.HANDLE
_kernel32.CloseHandle.argtypes = (wintypes.HANDLE,)
_kernel32.QueryFullProcessImageNameW.argtypes = (
    wintypes.HANDLE,
    wintypes.DWORD,
    wintypes.LPWSTR,
    ctypes.POINTER(wintypes.DWORD),
)

# https://learn.microsoft.com/windows/win32/api/winuser/nc-winuser-wineventproc
_Hook = ctypes.WINFUNCTYPE(
    None,
    wintypes.HANDLE,
    wintypes.DWORD,
    wintypes.HWND,
    wintypes.LONG,
    wintypes.LONG,
    wintypes.DWORD,
    wintypes.DWORD,
)
_user32.SetWinEventHook.argtypes = (
    *(wintypes.DWORD, wintypes.DWORD, wintypes.HMODULE, _Hook),
    *(wintypes.DWORD, wintypes.DWORD, wintypes.DWORD),
)
_user32.SetWinEventHook.restype = wintypes.HANDLE


def watch(file: TextIO) -> None:
    """Write down what comes, until the process is ended."""

    def created(_hook: object, _event: int, window: int, about: int, *_: int) -> None:
        if about == _OBJID_WINDOW:
            note = {"kind": _text(window, "GetClassNameW"), "title": _text(window, "GetWindowTextW")}
            print(json.dumps(note | {"program": _program(window)}), file=file, flush=True)

    hook = _Hook(created)
    # Out of context: the events wait in this thread's queue, and none is lost.
    if not _user32.SetWinEventHook(_EVENT_OBJECT_CREATE, _EVENT_OBJECT_CREATE, None, hook, 0, 0, 0):
        raise ctypes.WinError()
    print(file=file, flush=True)
    message = wintypes.MSG()
    while _user32.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
        _user32.DispatchMessageW(ctypes.byref(message))


def _text(window: int, function: str) -> str:
    text = ctypes.create_unicode_buffer(256)
    getattr(_user32, function)(wintypes.HWND(window), text, len(text))
    return text.value


def _program(window: int) -> str:
    """Return the name of the program whose window it is, "" if it is gone already."""
    number = wintypes.DWORD()
    _user32.GetWindowThreadProcessId(wintypes.HWND(window), ctypes.byref(number))
    process = _kernel32.OpenProcess(_PROCESS_QUERY_LIMITED_INFORMATION, False, number)
    if not process:
        return ""
    path, length = ctypes.create_unicode_buffer(32768), wintypes.DWORD(32768)
    found = _kernel32.QueryFullProcessImageNameW(process, 0, path, ctypes.byref(length))
    _kernel32.CloseHandle(process)
    return PureWindowsPath(path.value).name if found else ""


if __name__ == "__main__":
    with Path(sys.argv[1]).open("w", encoding="utf-8") as notes:
        watch(notes)
