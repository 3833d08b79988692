"""The end of the session on macOS: the workspace announces it, and then asks each program to quit.

loginwindow waits for each program to end, for 45 s (Apple Training Series, Mac OS X Support Essentials, chapter 13). So
nothing is to be held up here: the icon ends as it is asked to (`icon/macos`), and the process may take its time. A
program that says that it can be ended suddenly is killed instead (NSProcessInfo, “Sudden Termination”): it is not said
here while there is something to do.

No Mac has run this yet.
"""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Callable
from typing import Any

from tray.desktop.leaving.base import LeavingWatch
from tray.runtime.steady import steady_seconds

# A user who stops the logout at a question of another program goes on, which nothing announces.
ANNOUNCED_SECONDS = 120.0

_log = logging.getLogger(__name__)


class MacLeaving(LeavingWatch):
    """Takes notice of NSWorkspaceWillPowerOffNotification, which comes before a logout, too."""

    def __init__(self, on_asked: Callable[[], None], on_leaving: Callable[[], None]) -> None:
        super().__init__(on_asked, on_leaving)
        self._lock = threading.Lock()
        self._observer: Any = None
        self._announced: float | None = None

    def hold(self, words: str) -> None:  # noqa: ARG002 - macOS itself tells the user which program it waits for
        """Listen, and let macOS know that the process mustn't be killed."""
        with self._lock:
            if self._observer is not None:
                return
            try:
                # pyobjc has no types, and comes with pystray on macOS only.
                kit, foundation = importlib.import_module("AppKit"), importlib.import_module("Foundation")
                self._observer = _center(kit).addObserverForName_object_queue_usingBlock_(
                    kit.NSWorkspaceWillPowerOffNotification, None, None, lambda _notification: self._announce()
                )
                foundation.NSProcessInfo.processInfo().disableSuddenTermination()
            except (ImportError, AttributeError) as error:
                _log.info("The end of the session will not be announced: %s", error)

    def release(self) -> None:
        """Listen no more."""
        with self._lock:
            observer, self._observer = self._observer, None
            if observer is None:
                return
            _center(importlib.import_module("AppKit")).removeObserver_(observer)
            try:
                importlib.import_module("Foundation").NSProcessInfo.processInfo().enableSuddenTermination()
            except AttributeError as error:
                _log.info("Sudden termination: %s", error)

    def is_ending(self) -> bool:
        """Return whether the end was announced lately."""
        announced = self._announced
        return announced is not None and 0 <= steady_seconds() - announced < ANNOUNCED_SECONDS

    def _announce(self) -> None:
        _log.info("The session is about to end")
        self._announced = steady_seconds()
        self._on_asked()


def _center(kit: Any) -> Any:
    return kit.NSWorkspace.sharedWorkspace().notificationCenter()
