"""Presence on macOS: the system announces waking up, through pyobjc, and the rest is asked for.

No Mac has run this yet.
"""

from __future__ import annotations

import ctypes
import importlib
import logging
from collections.abc import Callable
from typing import Any

from tray.desktop.presence.base import PresenceWatch
from tray.model.presence import Presence

# The system does not say when a user is idle. This is the time after which screens go dark by default.
IDLE_SECONDS = 300

_IOKIT = "/System/Library/Frameworks/IOKit.framework/IOKit"
_CORE_GRAPHICS = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"
# kIOPSTimeRemainingUnlimited (IOKit/ps/IOPowerSources.h): connected to external power.
_UNLIMITED = -2.0
# kCGEventSourceStateCombinedSessionState and kCGAnyInputEventType (CoreGraphics/CGEventTypes.h).
_COMBINED_SESSION_STATE = 0
_ANY_INPUT = 0xFFFFFFFF

_log = logging.getLogger(__name__)


class MacPresence(PresenceWatch):
    """Answers when asked. Changes are not announced, so the refresher asks each minute."""

    def __init__(self) -> None:
        self._observer: Any = None

    def start(
        self,
        on_change: Callable[[], None],  # noqa: ARG002 - macOS announces no change here
        on_wake: Callable[[], None],
    ) -> None:
        """Have the workspace announce that the computer woke up, on the thread of the icon's event loop."""
        try:
            # pyobjc has no types, and comes with pystray on macOS only.
            kit = importlib.import_module("AppKit")
            self._observer = _center(kit).addObserverForName_object_queue_usingBlock_(
                kit.NSWorkspaceDidWakeNotification, None, None, lambda _notification: on_wake()
            )
        except (ImportError, AttributeError) as error:
            _log.info("Waking up will not be announced: %s", error)

    def stop(self) -> None:
        """Stop listening."""
        observer, self._observer = self._observer, None
        if observer is not None:
            _center(importlib.import_module("AppKit")).removeObserver_(observer)

    def now(self) -> Presence:
        """Return the present state."""
        try:
            return Presence(on_battery(), idle_seconds() >= IDLE_SECONDS)
        except (OSError, AttributeError) as error:
            _log.debug("Presence: %s", error)
            return Presence()


def on_battery() -> bool:
    """Return whether the computer is not connected to external power.

    :raises OSError: there is no IOKit here
    """
    estimate = ctypes.CDLL(_IOKIT).IOPSGetTimeRemainingEstimate
    estimate.restype = ctypes.c_double
    return bool(estimate() != _UNLIMITED)


def idle_seconds() -> float:
    """Return how many seconds ago the last input of this session was.

    :raises OSError: there is no CoreGraphics here
    """
    since = ctypes.CDLL(_CORE_GRAPHICS).CGEventSourceSecondsSinceLastEventType
    since.restype = ctypes.c_double
    since.argtypes = (ctypes.c_int32, ctypes.c_uint32)
    return float(since(_COMBINED_SESSION_STATE, _ANY_INPUT))


def _center(kit: Any) -> Any:
    return kit.NSWorkspace.sharedWorkspace().notificationCenter()
