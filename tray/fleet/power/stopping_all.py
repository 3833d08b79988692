"""Stops all that the user opened or started here: a look at each, one question, and then each by itself."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.fleet.power.stopping import ASKED_SECONDS
from tray.fleet.schedule import elapsed_seconds
from tray.model.commands import StopNotebook
from tray.model.power import StopAllQuestion
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from tray.fleet.power.stopping import Stopping
    from tray.fleet.state import State
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.commands import AskToStopAll, KeepAllRunning, StopAll
    from tray.model.notebooks import Notebook
    from tray.runtime.workers import Workers


class StoppingAll:
    """Owns the snapshot's slice for the question. Every method returns at once.

    :param lookers: for the looks, which take some seconds each
    :param tell_asked: tells the user of the question
    """

    def __init__(
        self,
        state: State,
        tasks: TaskRunner,
        stopping: Stopping,
        *,
        workers: Workers,
        lookers: Workers,
        tell_asked: Callable[[StopAllQuestion], object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._question = state.stop_all
        self._tasks = tasks
        self._stopping = stopping
        self._workers = workers
        self._lookers = lookers
        self._tell_asked = tell_asked
        self._clock = clock

    def ask(self, command: AskToStopAll) -> None:
        """Look at each of the notebook instances that runs, then ask the user once whether to stop them all."""

        def act(_: Cancelling) -> None:
            notebooks = self._running(command.notebooks)
            if not notebooks:
                raise TrayError("nothing-to-stop")
            looks = [self._lookers.submit(lambda each=each: self._stopping.found(each)) for each in notebooks]  # type: ignore[misc]
            found = tuple(look.result() for look in looks)
            question = StopAllQuestion(
                tuple(each for each in found if not each.retired),
                tuple(each for each in found if each.retired),
                self._clock(),
            )
            self._question.set(question)
            self._tell_asked(question)

        self._tasks.begin(command, act, workers=self._workers)

    def keep_running(self, _command: KeepAllRunning) -> None:
        """Take the question away."""
        self._question.set(None)

    def stop(self, command: StopAll) -> None:
        """Stop each that still runs, as a task of its own, which asks once more where it may never start again."""
        for notebook in self._running(command.notebooks):
            self._stopping.stop(StopNotebook(notebook.scope.profile, notebook.arn))
        self._question.set(None)

    def forget_old(self) -> None:
        """Take the question away if it is too old, or nothing that it is about runs any more. Quick."""
        question = self._question.now
        if question is None:
            return
        asked = tuple((each.notebook.scope.profile, each.notebook.arn) for each in (*question.each, *question.apart))
        if elapsed_seconds(question.since, self._clock()) >= ASKED_SECONDS or not self._running(asked):
            self._question.update(lambda now: None if now is question else now)

    def old_in(self) -> float:
        """Return the seconds until the question is too old; infinite if there is none."""
        question = self._question.now
        if question is None:
            return math.inf
        return max(0.0, ASKED_SECONDS - elapsed_seconds(question.since, self._clock()))

    def _running(self, notebooks: tuple[tuple[str, str], ...]) -> tuple[Notebook, ...]:
        listing = self._state.snapshot.listing
        found = (listing.find(profile, arn) for profile, arn in notebooks)
        return tuple(notebook for notebook in found if notebook is not None and notebook.running)
