"""Keeps a selection for a while: on X11 and Wayland, the program that copied a text has to hand it out itself."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from typing import Protocol


class Selection(Protocol):
    """The clipboard of one display server, owned by this program through a separate connection."""

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when there is something to answer."""

    def answer(self) -> bool:
        """Answer all requests that wait, without blocking; return whether the clipboard is still ours."""

    def close(self) -> None:
        """Give the clipboard up, if it is still ours, and forget what was on it."""


class HeldSelection:
    """Answers for `selection` on a thread until another program copies, the lifetime is over, or it is released."""

    def __init__(self, selection: Selection, lifetime_seconds: float) -> None:
        self._deadline = time.monotonic() + lifetime_seconds
        self._wake, self._woken = socket.socketpair()
        self._waking = threading.Lock()
        self._thread = threading.Thread(target=self._hold, args=(selection,), name="clipboard", daemon=True)
        self._thread.start()

    def release(self) -> None:
        """Give the selection up now; nothing happens if that is done already."""
        with self._waking, contextlib.suppress(OSError):  # closed, if the thread is over already
            self._wake.send(b"\0")
        self._thread.join()

    def _hold(self, selection: Selection) -> None:
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(selection, selectors.EVENT_READ)
                selector.register(self._woken, selectors.EVENT_READ)
                # Answer before the first wait: the first requests may have been read while the selection was taken.
                while selection.answer() and (left := self._deadline - time.monotonic()) > 0:
                    if any(key.fileobj is self._woken for key, _ in selector.select(left)):
                        return
        finally:
            selection.close()
            with self._waking:
                self._wake.close()
                self._woken.close()
