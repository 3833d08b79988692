"""Python's signal handlers under AppKit's event loop.

Python calls a handler when the main thread runs Python code again; in an event loop that is written in C, this is at
the next click. PyObjC's MachSignals would take over the handlers, and serves them in the run loop's default mode
alone, not while a menu is open.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def signals_wake(wake: Callable[[], None]) -> Iterator[None]:
    """Have each signal call `wake`, on a thread of its own; `wake` has to make the main thread run Python code.

    Only the main thread receives signals in Python: for another one this does nothing.
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
            # Before the socket is closed, which ends the thread.
            signal.set_wakeup_fd(before)


def _pass_on(receiver: socket.socket, wake: Callable[[], None]) -> None:
    with receiver:
        while receiver.recv(64):
            wake()
