"""Stores which tag names the owner of a notebook instance, as the user chooses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.fleet.facts.owner_files import OwnerTagFile, check_tag_key

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.commands import SetOwnerTag
    from tray.runtime.workers import Workers


class OwnerChoice:
    """Changes the choice. `set` returns at once.

    :param workers: one separate worker, so that changes are written in their order
    :param follow: takes what is stored; returns at once
    """

    def __init__(self, tasks: TaskRunner, *, workers: Workers, path: Path | None, follow: Callable[[], object]) -> None:
        self._tasks = tasks
        self._workers = workers
        self._file = OwnerTagFile(path)
        self._follow = follow

    def set(self, command: SetOwnerTag) -> None:
        """Ask for owners by a tag, or by none."""

        def act(_: Cancelling) -> None:
            if command.key:
                check_tag_key(command.key)
            self._file.store(command.key)
            self._follow()

        self._tasks.begin(command, act, workers=self._workers, again=True)
