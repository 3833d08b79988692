"""Python's signal handlers under AppKit's event loop.

Python calls a handler when the main thread runs Python code again. In an event loop that is written in C, that is at
the next click. PyObjC's MachSignals is no remedy: it would take over the handlers, and serves them only in the run
loop's default mode and so not while a menu is open.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def signals_wake(wake: Callable[[], None]) -> Iterator[None]:
    """Call `wake` on a separate thread at each signal; `wake` has to make the main thread run Python code.

    On a thread other than the main one this does nothing, since only the main thread handles signals in Python.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    receiver, sender = socket.socketpair()
    with sender:
        sender.setblocking(False)  # signal.set_wakeup_fd asks for it
        before = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
        threading.Thread(target=_pass_on, args=[receiver, wake], name="signals", daemon=True).start()
        try:
            yield
        finally:
            # Before `sender` is closed, which ends the thread.
            signal.set_wakeup_fd(before)


def _pass_on(receiver: socket.socket, wake: Callable[[], None]) -> None:
    with receiver:
        while receiver.recv(64):
            wake()
