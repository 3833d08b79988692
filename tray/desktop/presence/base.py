"""What the program relies on in every system's news about the user's presence and the power supply."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.presence import Presence


class PresenceWatch(ABC):
    """Watches the user's presence and the power supply, as far as the system tells.

    If the system does not tell something, the ordinary value is silently taken for it. Nothing here raises.
    """

    @abstractmethod
    def start(self, on_change: Callable[[], None], on_wake: Callable[[], None]) -> None:
        """Begin to listen, without waiting for the system and without polling it.

        `on_change` is called when `now` returns another value, `on_wake` when the computer woke up. Both are called on
        any thread and must be quick. If the system does not announce changes, `now().announced` is false.
        """

    @abstractmethod
    def stop(self) -> None:
        """Stop listening. It may be called at any time, more than once, and without a start."""

    @abstractmethod
    def now(self) -> Presence:
        """Return the present state. Quick, and may be called from any thread."""
