"""Waiting for something to happen: by polling, with a generous bound, and with words for when it does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, TypeVar

T = TypeVar("T")

# Far more than a loaded machine with one core needs. Nothing asserts on how long a wait took.
PATIENCE_SECONDS = 60.0


def wait_until(
    condition: Callable[[], T | Literal[False] | None],
    what: str | Callable[[], str],
    *,
    seconds: float = PATIENCE_SECONDS,
    interval_seconds: float = 0.05,
) -> T:
    """Return the first true value of `condition`, asked again and again.

    `what` says what is waited for; as a function it is called at the end, to say what was there instead.

    :raises TimeoutError: it stayed false for `seconds`
    """
    deadline = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {seconds:.0f} s for {what() if callable(what) else what}")
        time.sleep(interval_seconds)
