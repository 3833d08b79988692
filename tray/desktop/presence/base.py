"""What the program may rely on, whatever the system tells of the user and of its power."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.presence import Presence


class PresenceWatch(ABC):
    """All of it is a courtesy: what the system doesn't tell is taken for the ordinary, silently, and nothing raises."""

    @abstractmethod
    def start(self, on_change: Callable[[], None], on_wake: Callable[[], None]) -> None:
        """Begin to listen, without waiting for the system and without asking it again and again.

        `on_change` says that `now` gives another value, `on_wake` that the computer woke up. Both are called on any
        thread and must be quick. Without such news from the system, `now().announced` is false.
        """

    @abstractmethod
    def stop(self) -> None:
        """Listen no more. It may be called at any time, more than once, and without a start."""

    @abstractmethod
    def now(self) -> Presence:
        """Return how things stand. Quick; from any thread."""
