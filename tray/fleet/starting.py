"""Starts notebook instances, follows the starts, and opens those that are to be opened once Jupyter answers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.fleet.denials import Denials
from tray.fleet.opening import through_any
from tray.fleet.schedule import elapsed_seconds
from tray.fleet.start_steps import Step, change_type, explained, next_step, start_problem
from tray.model.notebooks import Notebook, NotebookStatus
from tray.model.power import Power, Start
from tray.model.problems import Problem, TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.opener import Opener
    from tray.fleet.refresh import Refresher
    from tray.fleet.start_notes import StartNotes
    from tray.fleet.start_times import StartTimes
    from tray.fleet.state import Slice, State
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.commands import KeepClosed, StartNotebook
    from tray.model.presence import Presence
    from tray.runtime.workers import Workers

log = logging.getLogger(__name__)

# A user who asked longer ago works on something else by now: no window of the browser comes up by itself.
FRESH_SECONDS = 1200.0


class Starting:
    """Owns the snapshot's slice for the starts under way. Every method returns at once.

    A start is followed by what the refresher lists: so it goes on after a sleep, after a time without a network, and in
    the next run of the program.

    :param workers: for the calls to AWS; `waiters`: for the waits, which may take a minute and a half each
    :param wait_for_jupyter: returns once a notebook instance's Jupyter answers, or when it can't be asked or takes too
        long. It may block
    :param presence: tells whether the user may be looking; quick
    :param tell_ready: tells the user that a notebook instance can be opened
    :param tell_stuck: tells the user of a start that takes far too long
    """

    def __init__(
        self,
        state: State,
        tasks: TaskRunner,
        cloud: Cloud,
        refresher: Refresher,
        opener: Opener,
        *,
        workers: Workers,
        waiters: Workers,
        notes: StartNotes,
        times: StartTimes,
        wait_for_jupyter: Callable[[Notebook], None],
        presence: Callable[[], Presence],
        tell_ready: Callable[[Start], object],
        tell_stuck: Callable[[Start, Problem], object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._starts: Slice[tuple[Start, ...]] = state.starts
        self._tasks = tasks
        self._cloud = cloud
        self._refresher = refresher
        self._opener = opener
        self._workers = workers
        self._waiters = waiters
        self._notes = notes
        self._times = times
        self._wait_for_jupyter = wait_for_jupyter
        self._presence = presence
        self._tell_ready = tell_ready
        self._tell_stuck = tell_stuck
        self._clock = clock
        self._denials = Denials(state.denials, clock)
        # Held while the notes are written, so that no older ones are written over newer ones.
        self._noting = threading.Lock()

    def resume(self) -> None:
        """Go on with the starts of the last run of the program."""

        def work() -> None:
            again = tuple(replace(each, expected_seconds=self._expected(each.command)) for each in self._notes.load())

            def added(starts: tuple[Start, ...]) -> tuple[Start, ...]:
                known = {start.command.arn for start in starts}
                return (*starts, *(each for each in again if each.command.arn not in known))

            self._starts.update(added)

        self._workers.start(work)

    def start(self, command: StartNotebook) -> None:
        """Start a notebook instance; one that is already starting or running is only waited for."""
        seen = self._state.snapshot.listing.seen_by(command.profile, command.arn)

        def act(_: Cancelling) -> None:
            if not seen:
                raise TrayError("no-longer-there")
            if seen[0].status not in (NotebookStatus.PENDING, NotebookStatus.IN_SERVICE):
                if command.instance_type and command.instance_type != seen[0].instance_type:
                    with self._denials.noting(Power.CHANGE_TYPE, command.arn):
                        change_type(self._cloud, seen, command.instance_type)
                with self._denials.noting(Power.START, command.arn):
                    through_any(seen, self._cloud.start)
            start = Start(command, self._clock(), self._expected(command))
            self._starts.update(lambda now: (*(each for each in now if each.command.arn != command.arn), start))
            self._keep()
            self._refresher.list_now(seen[0].scope)

        self._tasks.begin(command, act, workers=self._workers)

    def keep_closed(self, command: KeepClosed) -> None:
        """Don't open a notebook instance when it has started."""

        def closed(start: Start) -> Start:
            if start.command.arn != command.arn:
                return start
            return replace(start, command=replace(start.command, opens=None))

        self._starts.update(lambda now: tuple(closed(start) for start in now))
        self._workers.start(self._keep)

    def follow(self) -> None:
        """Take the next step of each start by what was listed last. Quick: a listener of the state."""
        listing, now = self._state.snapshot.listing, self._clock()
        known = {
            start.command: (
                listing.find(start.command.profile, start.command.arn),
                listing.scope_of(start.command.profile, start.command.arn),
            )
            for start in self._starts.now
        }
        if not known:
            return
        steps: list[tuple[Step, Start, Notebook | None]] = []

        def followed(starts: tuple[Start, ...]) -> tuple[Start, ...]:
            steps.clear()
            for start in starts:
                notebook, scope = known.get(start.command, (None, None))
                if notebook is not None and notebook.status == NotebookStatus.PENDING:
                    start = replace(start, pending=True)
                listed_at = scope.listed_at if scope is not None else None
                step = Step.WAIT if start.answering else next_step(start, notebook, listed_at, now)
                steps.append((step, start, notebook))
            return tuple(_after(step, start) for step, start, _ in steps if step in _GOES_ON)

        # Only one thread makes each change of the state, and after it the start has no such step before it any more: so
        # each step is taken once. Within the update, the listeners are called again, this method among them.
        self._starts.update(followed)
        for step, start, notebook in tuple(steps):
            self._take(step, start, notebook, now)

    def _take(self, step: Step, start: Start, notebook: Notebook | None, now: float) -> None:
        if step not in _GOES_ON:
            self._workers.start(self._keep)
        if notebook is None:
            return
        match step:
            case Step.RUNS:
                self._waiters.start(lambda: self._runs(start, notebook, now))
            case Step.STUCK:
                self._tell_stuck(start, start_problem("start-stuck", notebook, seconds=now - start.since))
            case Step.FAILED:
                self._fail(start, lambda: explained(self._cloud, notebook))
            case Step.ENDED:
                self._fail(start, lambda: TrayError.of(start_problem("start-ended", notebook)))

    def _fail(self, start: Start, error: Callable[[], TrayError]) -> None:
        def act(_: Cancelling) -> None:
            raise error()

        self._tasks.begin(start.command, act, workers=self._workers, again=True)

    def _runs(self, start: Start, notebook: Notebook, now: float) -> None:
        """Wait for Jupyter, then open the notebook instance or tell the user."""
        try:
            if start.pending:
                self._times.learn(notebook.arn, notebook.instance_type, now - start.since)
            self._wait_for_jupyter(notebook)
        finally:
            # The user may have chosen meanwhile that it isn't to be opened.
            last = next((each for each in self._starts.now if each.command.arn == notebook.arn), start)
            self._starts.update(lambda now: tuple(each for each in now if each.command.arn != notebook.arn))
            self._keep()
        fresh = elapsed_seconds(start.since, self._clock()) <= FRESH_SECONDS and not self._presence().idle
        if last.command.opens is not None and fresh:
            self._opener.open(last.command.opens)
        else:
            self._tell_ready(last)

    def _expected(self, command: StartNotebook) -> float | None:
        notebook = self._state.snapshot.listing.find(command.profile, command.arn)
        return self._times.expected_seconds(command.arn, notebook.instance_type if notebook else "")

    def _keep(self) -> None:
        with self._noting:
            self._notes.keep(self._starts.now)


# The steps after which a start is still followed.
_GOES_ON = frozenset({Step.WAIT, Step.RUNS, Step.STUCK})


def _after(step: Step, start: Start) -> Start:
    """Return a start as it is once a step has been taken."""
    return replace(start, answering=start.answering or step is Step.RUNS, stuck=start.stuck or step is Step.STUCK)
