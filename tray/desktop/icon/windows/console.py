"""Ctrl+C, Ctrl+Break and the closing of the console window, while the icon's thread waits in Windows' message loop.

There Python's own handlers don't get their turn: they run between two of its instructions.
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
_PATIENCE_SECONDS = 4.0  # Windows ends the process 5 seconds after it asked

_Handler = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)
_set_handler = ctypes.WinDLL("kernel32", use_last_error=True).SetConsoleCtrlHandler
_set_handler.argtypes = (_Handler, wintypes.BOOL)
_set_handler.restype = wintypes.BOOL

# A handler that is taken back may be running still, on a thread of Windows'.
_kept: list[object] = []


@contextmanager
def stopped_from_console(stop: Callable[[], None], ended: threading.Event) -> Iterator[None]:
    """Call `stop`, on a thread of Windows', when the console asks the program to end.

    As the process is ended once the console's last words are answered, that answer waits for `ended`, for a while.
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
