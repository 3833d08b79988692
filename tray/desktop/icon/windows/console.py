"""Ctrl+C, Ctrl+Break and the closing of the console window, while the icon's thread waits in Windows' message loop.

Python runs its own handlers between two Python instructions, and so not while that thread waits in the loop.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import wintypes

if sys.platform != "win32":
    raise ImportError("console handlers are Windows' own")

_CTRL_CLOSE_EVENT = 2
_PATIENCE_SECONDS = 4.0  # Windows ends the process 5 seconds after it has asked the program to end

_Handler = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)
_set_handler = ctypes.WinDLL("kernel32", use_last_error=True).SetConsoleCtrlHandler
_set_handler.argtypes = (_Handler, wintypes.BOOL)
_set_handler.restype = wintypes.BOOL

# Kept for ever, since a handler that is unregistered may still be running, on a thread of Windows.
_kept: list[object] = []


@contextmanager
def stopped_from_console(stop: Callable[[], None], ended: threading.Event) -> Iterator[None]:
    """Call `stop`, on a thread of Windows, when the console asks the program to end.

    When the console closes or the session ends, Windows ends the process as soon as the handler returns. So the
    handler waits for `ended`, for 4 seconds at most.
    """

    def asked(event: int) -> bool:
        stop()
        if event >= _CTRL_CLOSE_EVENT:
            ended.wait(_PATIENCE_SECONDS)
        return True

    handler = _Handler(asked)
    _kept.append(handler)
    _set_handler(handler, True)
    try:
        yield
    finally:
        _set_handler(handler, False)
