"""Opens a connection to AWS before the click that needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.state import State
    from tray.runtime.workers import Workers


class Warming:
    """Opens the connection for the likely click: on the notebook instance opened last, or on the first that runs."""

    def __init__(self, state: State, cloud: Cloud, *, workers: Workers) -> None:
        self._state = state
        self._cloud = cloud
        self._workers = workers
        self._is_under_way = False

    def warm(self) -> None:
        """Open the connection, unless that is under way; returns at once."""
        if self._is_under_way:
            return
        self._is_under_way = True
        listing, last = self._state.snapshot.listing, self._state.snapshot.last_opened
        likely = (listing.find(last.profile, last.arn) if last else None) or next(
            (each for each in listing.notebooks if each.running), None
        )

        def work() -> None:
            try:
                if likely is not None:
                    self._cloud.warm(likely.scope)
            finally:
                self._is_under_way = False

        self._workers.start(work)
