"""The desktop's permission to bring one window to the front: a token that comes with a click in the tray's menu."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Activation:
    """A token for the one program that a click starts. Safe to use from many threads.

    The owner of the token calls `end` when the user's choice is carried out: desktops wait for that, GNOME with a busy
    pointer. `on_end` is then called with whether a program was started with the token. It is called once, on any
    thread, and must not wait.
    """

    def __init__(self, token: str, on_end: Callable[[bool], None]) -> None:
        self._token = token
        self._on_end = on_end
        self._lock = threading.Lock()
        self._was_used = False
        self._has_ended = False

    @property
    def token(self) -> str:
        """The token for the started program's environment; empty if a program already has it, and after the end."""
        return self._token

    def used(self) -> None:
        """Note that a program was started with the token: no other program gets it."""
        with self._lock:
            if not self._has_ended:
                self._token, self._was_used = "", True

    def end(self) -> None:
        """End the token, if it has not ended: the program has shown the window, or no program will."""
        with self._lock:
            if self._has_ended:
                return
            self._token, self._has_ended = "", True
        self._on_end(self._was_used)
