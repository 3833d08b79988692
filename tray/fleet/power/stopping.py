"""Stops notebook instances, after a look whether anyone works there and a question to the user."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.fleet.power.denials import Denials
from tray.fleet.power.power_calls import stop_it
from tray.fleet.power.start_steps import start_problem
from tray.fleet.schedule import elapsed_seconds
from tray.model.left_running import is_idle
from tray.model.notebooks import NotebookStatus
from tray.model.policy_refusals import check_allowed
from tray.model.power import Details, Power, StopQuestion
from tray.model.problems import TrayError
from tray.model.transitions import stuck_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.aws.cloud import Cloud
    from tray.fleet.refreshing.refresh import Refresher
    from tray.fleet.state import State
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.activity import Activity
    from tray.model.commands import AskToStop, KeepRunning, StopIfIdle, StopNotebook
    from tray.model.notebooks import Notebook
    from tray.runtime.workers import Workers

# What a look has found is old after this time, and the question with it.
ASKED_SECONDS = 600.0
# A stop without a question rests on a look that is no older: somebody may have begun to work since.
UNASKED_SECONDS = 60.0


class Stopping:
    """Owns the snapshot's slice for the questions. Every method returns at once.

    :param workers: for the calls to AWS; `lookers`: for the looks, which may take most of a minute each
    :param look: tells whether anyone works in a notebook instance; it may block, and raises nothing. Never called while
        the user has turned looks off
    :param describe: returns what AWS tells of a notebook instance; it may block, and raises TrayError
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
        describe: Callable[[Notebook], Details],
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
        self._describe = describe
        self._tell_asked = tell_asked
        self._on_stop = on_stop
        self._clock = clock
        # What was found last, by ARN: it is looked at most once in 10 minutes, whatever the user answered.
        self._found: dict[str, StopQuestion] = {}
        self._noting = threading.Lock()

    def ask(self, command: AskToStop) -> None:
        """Look at a notebook instance, then ask the user whether to stop it.

        What a look has found in the last 10 minutes is asked about again without a look.
        """

        def act(_: Cancelling) -> None:
            self._ask(self.found(self._running(self._seen(command))))

        # A look may take long: the workers for the calls are not kept from the answers by it.
        self._tasks.begin(command, act, workers=self._lookers)

    def stop_if_idle(self, command: StopIfIdle) -> None:
        """Stop a notebook instance that a look of the last minute has found idle; else ask, as `ask` does."""

        def act(_: Cancelling) -> None:
            seen = self._seen(command)
            found = self.found(self._running(seen), within_seconds=UNASKED_SECONDS)
            if is_idle(found):
                self.carry_out(seen)
            else:
                self._ask(found)

        self._tasks.begin(command, act, workers=self._lookers)

    def found(self, notebook: Notebook, *, within_seconds: float = ASKED_SECONDS) -> StopQuestion:
        """Return what speaks against a stop. It may block; raises nothing.

        :param within_seconds: how old a look may be that is not repeated: 10 minutes, unless nobody is asked after it
        """
        snapshot, now = self._state.snapshot, self._clock()
        off = snapshot.no_looks
        known = self._found.get(notebook.arn)
        if (
            known is not None
            and known.notebook.modified == notebook.modified
            and elapsed_seconds(known.since, now) < within_seconds
            and known.not_looked == off
        ):
            return replace(known, notebook=notebook, since=now)
        activity = None if off else self._look(notebook)
        found = StopQuestion(notebook, self.described(notebook), activity, now, not_looked=off)
        with self._noting:
            old = [arn for arn, each in self._found.items() if elapsed_seconds(each.since, now) >= ASKED_SECONDS]
            for arn in old:
                del self._found[arn]
            self._found[notebook.arn] = found
        return found

    def found_lately(self, notebook: Notebook) -> StopQuestion | None:
        """Return what a look of the last 10 minutes has found; None if there was none since the last change. Quick."""
        found = self._found.get(notebook.arn)
        if found is None or found.notebook.modified != notebook.modified:
            return None
        return found if elapsed_seconds(found.since, self._clock()) < ASKED_SECONDS else None

    def keep_running(self, command: KeepRunning) -> None:
        """Take the question away."""
        self._drop(command.arn)

    def stop(self, command: StopNotebook) -> None:
        """Stop a notebook instance; one that may never start again only if the user has confirmed that, too."""
        now = self._clock()
        found = self._found.get(command.arn)
        fresh = found if found is not None and elapsed_seconds(found.since, now) < ASKED_SECONDS else None
        question = self._question(command.arn) or fresh

        def act(_: Cancelling) -> None:
            seen = self._seen(command)
            asked = question or StopQuestion(seen[0], None, None, now)
            if asked.details is None:  # what could not be told at the question may be told now
                asked = replace(asked, details=self.described(seen[0]))
            if asked.retired and not command.for_good:
                self._ask(replace(asked, notebook=seen[0], since=self._clock(), second=True))
                return
            self.carry_out(seen)

        self._tasks.begin(command, act, workers=self._workers)

    def carry_out(self, seen: Sequence[Notebook]) -> None:
        """Stop a notebook instance: all that speaks against it was asked before. Blocks.

        :param seen: the notebook instance as each profile sees it
        :raises TrayError: AWS can't be reached, or refuses
        """
        arn = seen[0].arn
        check_allowed(self._state.snapshot.policy, "stop")  # also what was planned before it was forbidden
        with self._denials.noting(Power.STOP, arn):
            stop_it(self._cloud, seen)
        self._drop(arn)
        self._on_stop(arn)
        self._refresher.list_now(seen[0].scope)

    def looked_ago(self, arn: str) -> float:
        """Return how long ago the last look at a notebook instance was, in seconds; infinite if there was none."""
        found = self._found.get(arn)
        return elapsed_seconds(found.since, self._clock()) if found is not None else math.inf

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

    def _ask(self, question: StopQuestion) -> None:
        self._put(question)
        self._tell_asked(question)

    def _running(self, seen: Sequence[Notebook]) -> Notebook:
        """Return the notebook instance as the first profile sees it, if it runs."""
        notebook = seen[0]
        if notebook.status != NotebookStatus.IN_SERVICE:
            stuck = stuck_seconds(notebook, self._clock())
            raise TrayError.of(start_problem("cannot-stop-now", notebook, state=notebook.status, stuck_seconds=stuck))
        return notebook

    def _seen(self, command: AskToStop | StopNotebook | StopIfIdle) -> tuple[Notebook, ...]:
        seen = self._state.snapshot.listing.seen_by(command.profile, command.arn)
        if not seen:
            raise TrayError("no-longer-there")
        return seen

    def described(self, notebook: Notebook) -> Details | None:
        """Return the details; if AWS doesn't tell them now, those that are known, None if none are."""
        try:
            return self._describe(notebook)
        except TrayError:
            platform = self._state.snapshot.platforms.get(notebook.arn, "")
            return Details(platform) if platform else None

    def _question(self, arn: str) -> StopQuestion | None:
        return next((each for each in self._questions.now if each.notebook.arn == arn), None)

    def _put(self, question: StopQuestion) -> None:
        arn = question.notebook.arn
        self._questions.update(lambda now: (*(each for each in now if each.notebook.arn != arn), question))

    def _drop(self, arn: str) -> None:
        self._questions.update(lambda now: tuple(each for each in now if each.notebook.arn != arn))
