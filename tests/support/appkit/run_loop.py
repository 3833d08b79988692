"""The main thread's run loop, and what is only allowed there."""

from __future__ import annotations

import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any


class Kind(Enum):
    """Why the loop wakes."""

    CALL = "call"  # performSelectorOnMainThread: in all common modes, so also while a menu is open
    MOUSE = "mouse"  # what the person does
    EVENT = "event"  # anything else that NSApplication takes from its queue


class ObjCError(Exception):
    """An Objective-C exception, or the end of the process, where AppKit would be as harsh."""


class RunLoop:
    """A Mac's state: its main thread's loop, its singletons, and what was refused."""

    def __init__(self) -> None:
        self.main = threading.current_thread()
        self.singletons: dict[type, Any] = {}
        self.violations: list[str] = []
        self._waiting: deque[tuple[Kind, Callable[[], None]]] = deque()
        self._changed = threading.Condition()

    def become_main(self) -> None:
        """Make the calling thread the main one. In a test, pytest's own is busy being the person."""
        self.main = threading.current_thread()

    @property
    def is_main(self) -> bool:
        return threading.current_thread() is self.main

    def refuse(self, what: str) -> ObjCError:
        """Note what AppKit would not bear; return the exception to raise."""
        self.violations.append(f"{what}\n{''.join(traceback.format_stack(limit=8)[:-1])}")
        return ObjCError(what)

    def require_main(self, what: str) -> None:
        if not self.is_main:
            raise self.refuse(f"{what} on the thread {threading.current_thread().name}")

    def post(self, call: Callable[[], None], kind: Kind = Kind.CALL) -> None:
        """Have the main thread do `call`."""
        with self._changed:
            self._waiting.append((kind, call))
            self._changed.notify_all()

    def run_one(self, *kinds: Kind) -> Kind:
        """Wait for something of `kinds`, do it, and say what it was."""
        with _no_python_meanwhile():
            kind, call = self._next(kinds)
        try:
            call()
        except Exception:  # noqa: BLE001 - AppKit logs it and goes on
            self.refuse(f"An exception reached AppKit: {traceback.format_exc()}")
        return kind

    def _next(self, kinds: tuple[Kind, ...]) -> tuple[Kind, Callable[[], None]]:
        with self._changed:
            while True:
                for entry in self._waiting:
                    if entry[0] in kinds:
                        self._waiting.remove(entry)
                        return entry
                self._changed.wait()


@contextmanager
def _no_python_meanwhile() -> Iterator[None]:
    """Keep signals from this thread, as a loop written in C does: Python's handlers run when its code runs again."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


current = RunLoop()


def reset() -> RunLoop:
    """Begin anew, with the calling thread as the main one."""
    global current
    current = RunLoop()
    return current
