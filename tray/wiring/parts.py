"""What the services are joined to, as one value: each function and class of this room takes of it what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.aws.cloud import Cloud
    from tray.fleet.agenda import Agenda
    from tray.fleet.refreshing.refresh import Refresher
    from tray.fleet.state import State
    from tray.fleet.tasks import TaskRunner
    from tray.runtime.workers import Workers


class Parts:
    """What most services need.

    :param workers: makes workers of a name and a number
    :param kept: returns where a file of this name is kept; None to keep it in memory alone
    """

    def __init__(
        self,
        state: State,
        tasks: TaskRunner,
        cloud: Cloud,
        refresher: Refresher,
        *,
        workers: Callable[[str, int], Workers],
        kept: Callable[[str], Path | None],
    ) -> None:
        self.state = state
        self.tasks = tasks
        self.cloud = cloud
        self.refresher = refresher
        self.workers = workers
        self.kept = kept

    @property
    def agenda(self) -> Agenda:
        """What has a due time."""
        return self.refresher.agenda
