"""Has the page that adds profiles shown by itself: once, when the user starts the program with nothing configured."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.fleet.snapshot import Source
from tray.fleet.state_file import StateFile
from tray.model.commands import ShowSetUp

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.state import State
    from tray.runtime.workers import Workers

_FILE_NAME = "set-up.json"


class FirstStart:
    """`show` is called once at most, in the first run that a user begins, once it is known that nothing is configured.

    :param folder: where it is kept that this was so; None to show nothing
    :param by_hand: whether the user has started the program, and not the login
    :param workers: write the file
    """

    def __init__(
        self, state: State, show: Callable[[ShowSetUp], object], *, folder: Path | None, by_hand: bool, workers: Workers
    ) -> None:
        self._state = state
        self._show = show
        self._file = StateFile(folder and folder / _FILE_NAME, "that the set-up was shown")
        self._workers = workers
        self._lock = threading.Lock()
        self._waits = by_hand and folder is not None

    def load(self) -> None:
        """Read whether it was shown before. Reads a file."""
        self._waits = self._waits and self._file.stored() is None

    def follow(self) -> None:
        """Show the page if it is known by now that nothing is configured. Quick."""
        listing = self._state.snapshot.listing
        if not self._waits or not listing.keyring_read:
            return
        with self._lock:
            ours, self._waits = self._waits, False
        if not ours:
            return
        unread = any(isinstance(subject, str) or subject is Source.KEYRING for subject, _ in listing.problems)
        if listing.profiles or listing.unchecked or unread:
            # A user who has removed all profiles knows where they are added.
            self._workers.start(lambda: self._file.keep({"shown": False}))
            return
        self._workers.start(lambda: self._file.keep({"shown": True}))
        self._show(ShowSetUp())
