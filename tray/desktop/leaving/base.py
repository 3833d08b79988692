"""What the program relies on in every system's news that the user leaves: logs out, shuts down, or restarts.

A suspend is no leaving: the session goes on after it, and nothing here holds it up or tells of it.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol

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


class Hold(Protocol):
    """What listens, and holds the end up, from a `hold` to its `release`."""

    def run(self) -> None:
        """Hold until released. Raises nothing."""

    def release(self) -> None:
        """End it, also before it has begun. Any thread may call this."""


class ThreadedWatch(LeavingWatch):
    """A watch that listens on a separate thread, which is there while there is a hold, and sleeps meanwhile."""

    def __init__(self, on_asked: Callable[[], None], on_leaving: Callable[[], None]) -> None:
        super().__init__(on_asked, on_leaving)
        self._lock = threading.Lock()
        self._hold: Hold | None = None
        self._ending = False

    @abstractmethod
    def _made(self, words: str) -> Hold:
        """Return a hold that has not begun."""

    def hold(self, words: str) -> None:
        """See `LeavingWatch`."""
        with self._lock:
            if self._hold is None:
                self._hold = self._made(words)
                threading.Thread(target=self._hold.run, name="leaving", daemon=True).start()

    def release(self) -> None:
        """See `LeavingWatch`."""
        with self._lock:
            hold, self._hold = self._hold, None
        if hold is not None:
            hold.release()

    # The thread of a hold calls these.

    def asked(self) -> None:
        """Note that the session may end."""
        self._on_asked()

    def leaves(self) -> None:
        """Note that the session ends."""
        self._ending = True
        self._on_leaving()

    def stays(self) -> None:
        """Note that the session goes on."""
        self._ending = False
