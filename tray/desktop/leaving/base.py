"""What the program relies on in every system's news that the user leaves: logs out, shuts down, or restarts.

A suspend is no leaving: the session goes on after it, and nothing here holds it up or tells of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

# The shortest time that a system gives: Windows and systemd's logind end the wait after 5 s.
MOST_SECONDS = 4.5
"""For how many seconds the end of the session is held up at most."""


class LeavingWatch(ABC):
    """Tells that the session ends, and holds its end up until `release`, as far as the system lets programs do so.

    Nothing here raises. Where the system tells nothing, it is silent.

    :param on_asked: the programs are asked whether the session may end: it may go on after all
    :param on_leaving: the session ends. It may be called more than once for one end: a logout leads to a shutdown

    Both are called on any thread and must be quick.
    """

    def __init__(self, on_asked: Callable[[], None], on_leaving: Callable[[], None]) -> None:
        self._on_asked = on_asked
        self._on_leaving = on_leaving

    @abstractmethod
    def hold(self, words: str) -> None:
        """Listen from now on, and hold the end up once it comes. Returns at once; without effect while it holds.

        :param words: what is done then, for systems that tell the user what they wait for
        """

    @abstractmethod
    def release(self) -> None:
        """Let the session end, and listen no more. Returns at once. May be called at any time, and without a hold."""

    @abstractmethod
    def is_ending(self) -> bool:
        """Return whether the session ends, as far as the system tells now: for a program that is asked to end.

        It may block, for half a second at most.
        """
