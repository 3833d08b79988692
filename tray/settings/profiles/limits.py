"""Time limits for keyrings whose calls have none: the caller stops waiting after a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import wait
from typing import TypeVar

from tray.runtime.workers import Workers

T = TypeVar("T")

# An answer that takes longer never comes. For a call, D-Bus starts a service that isn't running, and waits for it.
CALL_SECONDS = 10.0
# The time for all slow answers of one reading, or one change, together.
SLOW_SECONDS = 1.0
PATIENCE_SECONDS = 15.0
# The time for the user to answer a prompt. Its window is in the way: a user who has not answered by then is away.
PROMPT_SECONDS = 300.0

# A call that never ends keeps its thread: this is the limit of threads.
_MOST_THREADS = 4
# On Windows, Python notices Ctrl-C only between two waits.
_SLICE_SECONDS = 0.2


class CallLimits:
    """Makes calls on separate threads; safe to use from many threads."""

    def __init__(self) -> None:
        self._workers = Workers("keyring call", _MOST_THREADS)

    def within(self, seconds: float, act: Callable[[], T]) -> T:
        """Return what `act` returns, or raise what it raises.

        :raises TimeoutError: the call has not ended in `seconds`; it goes on, and its result is dropped
        """
        future = self._workers.submit(act)
        give_up = time.monotonic() + seconds
        while not future.done():
            left = give_up - time.monotonic()
            if left <= 0:
                future.cancel()  # a call that has not begun never begins
                raise TimeoutError
            wait((future,), min(left, _SLICE_SECONDS))
        return future.result()
