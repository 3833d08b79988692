"""Starts the program anew after an upgrade has replaced its files, at a moment when nobody waits for it.

No installer reaches into a user's session for that: a package is installed by root, and sees neither the session's bus
nor what the user is doing. The running copy looks at its own files instead.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from tray.fleet.state import State
    from tray.model.presence import Presence

log = logging.getLogger(__name__)

_LOOK_SECONDS = 60.0
# Between two looks at files that have been replaced: an installer that is still at work changes them again.
_SETTLED_SECONDS = 5.0
# How long after the menu was opened it may still be open, or be about to be opened again.
_MENU_SECONDS = 60.0
# How long the new version waits for open pages to be closed.
_MOST_WAIT_SECONDS = 3600.0


class Files(Protocol):
    """What is looked at: see `tray.runtime.own_files.OwnFiles`."""

    @property
    def started_from(self) -> object:
        """Which file the process was started from."""
        ...

    def now(self) -> object:
        """Return which file is there now; None for none."""
        ...

    def installed_version(self) -> str:
        """Return the version that would be started; "" where it doesn't run."""
        ...


F = TypeVar("F", bound=Files)


class UpgradeWatch(Generic[F]):
    """Calls `start_anew` once. `due_in` and `look` are for the agenda; `menu_opened` may be called on any thread.

    :param files: those of this copy; None to look at nothing
    :param pages_open: returns whether a page is open
    :param start_anew: called with `files`: ends this process, and has the new version take its place
    """

    def __init__(
        self,
        state: State,
        files: F | None,
        *,
        pages_open: Callable[[], bool],
        start_anew: Callable[[F], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._state = state
        self._files = files
        self._pages_open = pages_open
        self._start_anew = start_anew
        self._clock = clock
        self._look_at = clock() + _LOOK_SECONDS
        self._menu_at = -math.inf
        self._replaced_by: object = files.started_from if files is not None else None
        self._ready_since: float | None = None
        self._is_over = False

    def due_in(self, _presence: Presence) -> float:
        """Return in how many seconds to look again, or infinity."""
        return math.inf if self._files is None or self._is_over else self._look_at - self._clock()

    def menu_opened(self) -> None:
        """Hear that the user is about to see the menu."""
        self._menu_at = self._clock()

    def look(self) -> None:
        """Start anew, if another version is there and nobody waits for this one. May block for 20 s."""
        files, now = self._files, self._clock()
        if files is None:
            return
        self._look_at = now + _LOOK_SECONDS
        found = files.now()
        if found == files.started_from:
            self._replaced_by, self._ready_since = found, None
            return
        self._look_at = now + _SETTLED_SECONDS
        if found is None or found != self._replaced_by:
            # Removed, maybe to be installed again; or written a moment ago.
            self._look_at = now + (_LOOK_SECONDS if found is None else _SETTLED_SECONDS)
            self._replaced_by, self._ready_since = found, None
            return
        if self._ready_since is None:
            version = files.installed_version()
            if not version:
                log.warning("the program's files were replaced, and what is there now does not run")
                self._look_at = now + _LOOK_SECONDS
                return
            log.info("Notebook Tray %s was installed, and is started when nothing is under way", version)
            self._ready_since = now
        if self._rests(now):
            self._is_over = True
            self._start_anew(files)

    def _rests(self, now: float) -> bool:
        snapshot = self._state.snapshot
        if snapshot.tasks.under_way or now - self._menu_at < _MENU_SECONDS:
            return False
        if now - (self._ready_since or now) > _MOST_WAIT_SECONDS:
            return True
        return not (snapshot.questions or snapshot.stop_all or self._pages_open())
