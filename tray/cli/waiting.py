"""Waiting as a command does: Ctrl-C ends it at once, and what is waited for is said after a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import TypeVar

from tray.cli.output import say

T = TypeVar("T")

# On Windows, Python hears Ctrl-C between two waits of its main thread, and not in one.
_SLICE_SECONDS = 0.2
# When it is said what is waited for: first after so long, and then each time that this has passed again.
FIRST_WORD_SECONDS = 2.0
NEXT_WORD_SECONDS = 15.0


def wait_for(futures: Sequence[Future[T]], words: Callable[[list[int], int], str]) -> list[T]:
    """Return what jobs return, in their order.

    :param words: makes the line that says what is waited for, of the places of those jobs, and for how many seconds
    :raises Exception: what the first of the jobs that failed raised
    """
    begun = time.monotonic()
    next_word = FIRST_WORD_SECONDS
    left = set(futures)
    while left:
        _, left = wait(left, _SLICE_SECONDS)
        waited = time.monotonic() - begun
        if left and waited >= next_word:
            next_word = waited + NEXT_WORD_SECONDS
            say(words([at for at, future in enumerate(futures) if future in left], int(waited)), err=True)
    return [future.result() for future in futures]
