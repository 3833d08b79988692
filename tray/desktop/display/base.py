"""What every system's watch of the screen does; by itself, the watch of a system that needs none."""

from __future__ import annotations

from collections.abc import Callable


class DisplayWatch:
    """Tells when the screen that the program belongs to has ended. Nothing here raises or waits."""

    def start(self, on_end: Callable[[], None]) -> None:
        """Begin to watch. `on_end` is called once at most, on any thread, when the screen has been gone for a while.

        `on_end` must be quick: `moved` waits for it. A `moved` that comes before keeps it from being called.
        """

    def moved(self) -> None:
        """Take notice that a start in a desktop session has handed it over: from now on its screen is watched."""

    def stop(self) -> None:
        """Stop watching. It may be called at any time, more than once, and without a start."""
