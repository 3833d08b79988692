"""Has the page that adds profiles shown by itself when the user starts the program with nothing configured.

Until a browser has shown it once: where none could be opened, the next start by the user tries again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.fleet.files.state_file import StateFile
from tray.fleet.snapshot import Source
from tray.model.commands import ShowSetUp

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.state import State
    from tray.runtime.workers import Workers

_FILE_NAME = "set-up.json"


class FirstStart:
    """`show` is called once a run at most, if a user began it, once it is known that nothing is configured.

    :param folder: where it is kept that the page was seen; None to show nothing
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
        self._is_kept = False

    def load(self) -> None:
        """Read whether it was seen before. Reads a file."""
        self._is_kept = self._file.stored() is not None
        self._waits = self._waits and not self._is_kept

    def seen(self) -> None:
        """Hear that a browser shows the page, by whatever way the user came there: it needs no showing any more."""
        self._keep(shown=True)

    def follow(self) -> None:
        """Show the page if it is known by now that nothing is configured. Quick."""
        listing = self._state.snapshot.listing
        if not self._waits or not listing.keyring_read:
            return
        with self._lock:
            ours, self._waits = self._waits, False
        if not ours:
            return
        if not self._state.snapshot.policy.limits.own_profiles:
            return  # nothing can be added
        unread = any(isinstance(subject, str) or subject is Source.KEYRING for subject, _ in listing.problems)
        if listing.profiles or listing.unchecked or unread:
            # A user who has removed all profiles knows where they are added.
            self._keep(shown=False)
            return
        self._show(ShowSetUp())

    def _keep(self, *, shown: bool) -> None:
        with self._lock:
            was_kept, self._is_kept = self._is_kept, True
            self._waits = False
        if not was_kept:
            self._workers.start(lambda: self._file.keep({"shown": shown}))
