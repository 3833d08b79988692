"""Waits for the jobs of a command: Ctrl-C ends the wait at once, and a line says after a while what it waits for."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import TypeVar

from tray.cli.output import say

T = TypeVar("T")

# On Windows, Python notices Ctrl-C between two waits of its main thread, and not during a wait.
_SLICE_SECONDS = 0.2
# The line is first written after this time, and again each time it has passed.
FIRST_WORD_SECONDS = 2.0
NEXT_WORD_SECONDS = 15.0


def wait_for(
    futures: Sequence[Future[T]],
    words: Callable[[list[int], int], str],
    draw: Callable[[float], object] | None = None,
) -> list[T]:
    """Return the results of jobs, in their order.

    :param words: makes the line about the wait, from the indexes of the unfinished jobs and the seconds so far
    :param draw: shows the wait in place of lines, by the seconds so far
    :raises Exception: the exception of the first job that failed
    """
    begun = time.monotonic()
    next_word = FIRST_WORD_SECONDS
    left = set(futures)
    while left:
        _, left = wait(left, _SLICE_SECONDS)
        waited = time.monotonic() - begun
        if left and draw is not None:
            draw(waited)
        elif left and waited >= next_word:
            next_word = waited + NEXT_WORD_SECONDS
            say(words([at for at, future in enumerate(futures) if future in left], int(waited)), err=True)
    return [future.result() for future in futures]
