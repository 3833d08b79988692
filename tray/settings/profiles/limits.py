"""Limits for keyrings whose calls have none of their own: whoever waits for one stops waiting."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import wait
from typing import TypeVar

from tray.runtime.workers import Workers

T = TypeVar("T")

# An answer that takes longer never comes. D-Bus starts a service that isn't running for the call, and waits for that.
CALL_SECONDS = 10.0
# What all slow answers of one reading, or one change, may take together.
SLOW_SECONDS = 1.0
PATIENCE_SECONDS = 15.0
# A user at a prompt. It is a window in the way of all else; who has not answered by then is not there.
PROMPT_SECONDS = 300.0

# Calls that never end keep their threads: more than these there are not.
_MOST_THREADS = 4
# Windows hears Ctrl-C only between two waits.
_SLICE_SECONDS = 0.2


class Limits:
    """Makes calls on threads of its own; safe to use from many threads."""

    def __init__(self) -> None:
        self._workers = Workers("keyring call", _MOST_THREADS)

    def within(self, seconds: float, act: Callable[[], T]) -> T:
        """Return what `act` returns, or raise what it raises.

        :raises TimeoutError: it has not ended in `seconds`; it goes on, and nobody hears of it
        """
        future = self._workers.submit(act)
        give_up = time.monotonic() + seconds
        while not future.done():
            left = give_up - time.monotonic()
            if left <= 0:
                future.cancel()  # where it has not begun, it never does
                raise TimeoutError
            wait((future,), min(left, _SLICE_SECONDS))
        return future.result()
