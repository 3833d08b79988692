"""Stops notebook instances, after a look whether anyone works there and a question to the user."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.fleet.denials import Denials
from tray.fleet.power_calls import stop_it
from tray.fleet.schedule import elapsed_seconds
from tray.fleet.start_steps import start_problem
from tray.model.notebooks import NotebookStatus
from tray.model.power import Power, StopQuestion
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.refresh import Refresher
    from tray.fleet.state import State
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.activity import Activity
    from tray.model.commands import AskToStop, KeepRunning, StopNotebook
    from tray.model.notebooks import Notebook
    from tray.model.power import Details
    from tray.runtime.workers import Workers

# What a look has found is old after this time, and the question with it.
ASKED_SECONDS = 600.0


class Stopping:
    """Owns the snapshot's slice for the questions. Every method returns at once.

    :param workers: for the calls to AWS; `lookers`: for the looks, which may take most of a minute each
    :param look: tells whether anyone works in a notebook instance, None if it may not be looked; it may block, and
        raises nothing
    :param tell_asked: tells the user of a question
    :param on_stop: called with the ARN of what the user has stopped; quick
    """

    def __init__(
        self,
        state: State,
        tasks: TaskRunner,
        cloud: Cloud,
        refresher: Refresher,
        *,
        workers: Workers,
        lookers: Workers,
        look: Callable[[Notebook], Activity | None],
        tell_asked: Callable[[StopQuestion], object],
        on_stop: Callable[[str], object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._questions = state.questions
        self._denials = Denials(state.denials, clock)
        self._tasks = tasks
        self._cloud = cloud
        self._refresher = refresher
        self._workers = workers
        self._lookers = lookers
        self._look = look
        self._tell_asked = tell_asked
        self._on_stop = on_stop
        self._clock = clock

    def ask(self, command: AskToStop) -> None:
        """Look at a notebook instance, then ask the user whether to stop it.

        What a look has found in the last 10 minutes is asked about again without a look.
        """
        known = self._question(command.arn)

        def act(_: Cancelling) -> None:
            (notebook, *_others) = self._seen(command)
            if notebook.status != NotebookStatus.IN_SERVICE:
                raise TrayError.of(start_problem("cannot-stop-now", notebook, state=notebook.status))
            if known is not None and elapsed_seconds(known.since, self._clock()) < ASKED_SECONDS:
                self._tell_asked(known)
                return
            question = StopQuestion(notebook, self._described(notebook), self._look(notebook), self._clock())
            self._put(question)
            self._tell_asked(question)

        # A look may take long: the workers for the calls are not kept from the answers by it.
        self._tasks.begin(command, act, workers=self._lookers)

    def keep_running(self, command: KeepRunning) -> None:
        """Take the question away."""
        self._drop(command.arn)

    def stop(self, command: StopNotebook) -> None:
        """Stop a notebook instance; one that may never start again only if the user has confirmed that, too."""
        question = self._question(command.arn)

        def act(_: Cancelling) -> None:
            seen = self._seen(command)
            # What could not be told at the question may be told now.
            details = (question.details if question is not None else None) or self._described(seen[0])
            if details is not None and details.retired and not command.for_good:
                second = StopQuestion(
                    seen[0], details, question.activity if question else None, self._clock(), second=True
                )
                self._put(second)
                self._tell_asked(second)
                return
            with self._denials.noting(Power.STOP, command.arn):
                stop_it(self._cloud, seen)
            self._drop(command.arn)
            self._on_stop(command.arn)
            self._refresher.list_now(seen[0].scope)

        self._tasks.begin(command, act, workers=self._workers)

    def forget_old(self) -> None:
        """Take away the questions that are too old, and those about notebook instances that don't run. Quick."""
        if not self._questions.now:
            return
        now, running = self._clock(), self._state.snapshot.listing
        self._questions.update(
            lambda questions: tuple(
                each
                for each in questions
                if elapsed_seconds(each.since, now) < ASKED_SECONDS
                and any(seen.running for seen in running.seen(each.notebook.arn))
            )
        )

    def old_in(self) -> float:
        """Return the seconds until the oldest question is too old; infinite if there is none."""
        now = self._clock()
        ages = [elapsed_seconds(each.since, now) for each in self._questions.now]
        return max(0.0, ASKED_SECONDS - max(ages)) if ages else math.inf

    def _seen(self, command: AskToStop | StopNotebook) -> tuple[Notebook, ...]:
        seen = self._state.snapshot.listing.seen_by(command.profile, command.arn)
        if not seen:
            raise TrayError("no-longer-there")
        return seen

    def _described(self, notebook: Notebook) -> Details | None:
        """Return the details, None if the profile may not read them or AWS can't be reached."""
        try:
            return self._cloud.describe(notebook)
        except TrayError:
            return None

    def _question(self, arn: str) -> StopQuestion | None:
        return next((each for each in self._questions.now if each.notebook.arn == arn), None)

    def _put(self, question: StopQuestion) -> None:
        arn = question.notebook.arn
        self._questions.update(lambda now: (*(each for each in now if each.notebook.arn != arn), question))

    def _drop(self, arn: str) -> None:
        self._questions.update(lambda now: tuple(each for each in now if each.notebook.arn != arn))
