"""Starts notebook instances, follows the starts, and opens those that are to be opened once Jupyter answers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from tray.fleet.denials import Denials
from tray.fleet.opening import through_any
from tray.fleet.schedule import elapsed_seconds
from tray.fleet.start_notes import StartNotes, Took
from tray.model.notebooks import Notebook, NotebookStatus
from tray.model.power import Power, Start
from tray.model.problems import Problem, TrayError
from tray.model.start_failures import cause_in, cause_of

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.opener import Opener
    from tray.fleet.refresh import Refresher
    from tray.fleet.state import Slice, State
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.commands import KeepClosed, StartNotebook
    from tray.model.presence import Presence
    from tray.runtime.workers import Workers

log = logging.getLogger(__name__)

# A user who asked longer ago works on something else by now: no window of the browser comes up by itself.
FRESH_SECONDS = 1200.0
# Starts take 2 to 5 minutes.
STUCK_SECONDS = 1800.0
# A change of the instance type takes some seconds, and is asked after so often.
_CHANGE_SECONDS, _CHANGING_SECONDS = 300.0, 3.0
_FORGOTTEN_SECONDS = 24 * 3600.0
# The list may show the status before the start for some seconds more.
_SETTLING_SECONDS = 60.0


class Step(Enum):
    """What comes next for a start."""

    WAIT = auto()
    RUNS = auto()
    FAILED = auto()
    ENDED = auto()
    STUCK = auto()


def next_step(start: Start, notebook: Notebook | None, listed_at: float | None, now: float) -> Step:
    """Return what comes next for a start, by what was listed last: pure.

    :param notebook: None if the notebook instance is not listed
    :param listed_at: the time of the list, in seconds since the epoch
    """
    if now - start.since >= _FORGOTTEN_SECONDS:
        return Step.ENDED
    settled = listed_at is not None and listed_at - start.since >= _SETTLING_SECONDS
    match notebook.status if notebook is not None else None:
        case NotebookStatus.IN_SERVICE:
            return Step.RUNS
        case NotebookStatus.FAILED if start.pending or settled:
            return Step.FAILED
        case None | NotebookStatus.STOPPED | NotebookStatus.STOPPING | NotebookStatus.DELETING if settled or (
            start.pending and notebook is not None
        ):
            return Step.ENDED
        case NotebookStatus.PENDING if not start.stuck and now - start.since >= STUCK_SECONDS:
            return Step.STUCK
    return Step.WAIT


class Starting:
    """Owns the snapshot's slice for the starts under way. Every method returns at once.

    A start is followed by what the refresher lists: so it goes on after a sleep, after a time without a network, and in
    the next run of the program.

    :param wait_for_jupyter: returns once a notebook instance's Jupyter answers, or when it can't be asked or takes too
        long; its second argument tells whether it is still wanted. It may block
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
        notes: StartNotes,
        wait_for_jupyter: Callable[[Notebook, Callable[[], bool]], None],
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
        self._notes = notes
        self._wait_for_jupyter = wait_for_jupyter
        self._presence = presence
        self._tell_ready = tell_ready
        self._tell_stuck = tell_stuck
        self._clock = clock
        self._denials = Denials(state.denials, clock)
        self._took = Took()
        self._lock = threading.Lock()

    def resume(self) -> None:
        """Go on with the starts of the last run of the program."""

        def work() -> None:
            starts, took = self._notes.load()
            with self._lock:
                self._took = took
            known = {start.command.arn for start in self._starts.now}
            again = (replace(each, expected_seconds=self._expected(each.command)) for each in starts)
            self._starts.update(lambda now: (*now, *(each for each in again if each.command.arn not in known)))
            self.follow()

        self._workers.start(work)

    def start(self, command: StartNotebook) -> None:
        """Start a notebook instance; one that is already starting or running is only waited for."""
        seen = self._state.snapshot.listing.seen(command.arn)
        mine = tuple(each for each in seen if each.scope.profile == command.profile)

        def act(_: Cancelling) -> None:
            there = seen if seen and mine and seen[0] is mine[0] else mine
            if not there:
                raise TrayError("no-longer-there")
            if there[0].status not in (NotebookStatus.PENDING, NotebookStatus.IN_SERVICE):
                if command.instance_type and command.instance_type != there[0].instance_type:
                    with self._denials.noting(Power.CHANGE_TYPE, command.arn):
                        change_type(self._cloud, there[0], command.instance_type)
                with self._denials.noting(Power.START, command.arn):
                    through_any(there, self._cloud.start)
            start = Start(command, self._clock(), self._expected(command))
            self._starts.update(lambda now: (*(each for each in now if each.command.arn != command.arn), start))
            self._keep()
            self._refresher.list_now(there[0].scope)

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
        if not self._starts.now:
            return
        listing, now = self._state.snapshot.listing, self._clock()
        steps: list[tuple[Step, Start, Notebook | None]] = []

        def followed(starts: tuple[Start, ...]) -> tuple[Start, ...]:
            steps.clear()
            left = []
            for start in starts:
                notebook = listing.find(start.command.profile, start.command.arn)
                listed_at = next(
                    (
                        each.listed_at
                        for each in listing.scopes
                        if each.scope.profile == start.command.profile
                        and (notebook is None or each.scope == notebook.scope)
                    ),
                    None,
                )
                step = next_step(start, notebook, listed_at, now)
                if start.answering:
                    step = Step.WAIT
                if notebook is not None and notebook.status == NotebookStatus.PENDING:
                    start = replace(start, pending=True)
                steps.append((step, start, notebook))
                match step:
                    case Step.WAIT:
                        left.append(start)
                    case Step.RUNS:
                        left.append(replace(start, answering=True))
                    case Step.STUCK:
                        left.append(replace(start, stuck=True))
            return tuple(left)

        # The update is one step for all threads, and the start that it leaves has no such step before it: so each step
        # is taken once. Listeners, this method among them, are called again within the update.
        self._starts.update(followed)
        for step, start, notebook in tuple(steps):
            self._take(step, start, notebook, now)

    def _take(self, step: Step, start: Start, notebook: Notebook | None, now: float) -> None:
        if step is Step.RUNS and notebook is not None:
            self._workers.start(lambda: self._runs(start, notebook, now))
        elif step is Step.STUCK and notebook is not None:
            self._tell_stuck(start, start_problem("start-stuck", notebook, seconds=now - start.since))
        elif step is Step.FAILED and notebook is not None:
            self._tasks.begin(start.command, lambda _: self._explain(notebook), workers=self._workers)
        elif step is Step.ENDED:
            self._workers.start(self._keep)
            if notebook is not None:
                self._tasks.begin(
                    start.command, lambda _: _raise(start_problem("start-ended", notebook)), workers=self._workers
                )

    def _explain(self, notebook: Notebook) -> None:
        self._keep()
        raise explained(self._cloud, notebook)

    def _runs(self, start: Start, notebook: Notebook, now: float) -> None:
        """Wait for Jupyter, then open the notebook instance or tell the user."""
        try:
            if start.pending:
                with self._lock:
                    self._took = self._took.and_also(notebook.arn, notebook.instance_type, now - start.since)
            self._wait_for_jupyter(notebook, lambda: self._now(start) is not None)
        finally:
            last = self._now(start) or start
            self._starts.update(lambda now: tuple(each for each in now if each.command.arn != notebook.arn))
            self._keep()
        fresh = elapsed_seconds(start.since, self._clock()) <= FRESH_SECONDS and not self._presence().idle
        if last.command.opens is not None and fresh:
            self._opener.open(last.command.opens)
        else:
            self._tell_ready(last)

    def _now(self, start: Start) -> Start | None:
        return next((each for each in self._starts.now if each.command.arn == start.command.arn), None)

    def _expected(self, command: StartNotebook) -> float | None:
        notebook = self._state.snapshot.listing.find(command.profile, command.arn)
        with self._lock:
            return self._took.expected_seconds(command.arn, notebook.instance_type if notebook else "")

    def _keep(self) -> None:
        with self._lock:
            took = self._took
        self._notes.keep(self._starts.now, took)


def change_type(
    cloud: Cloud, notebook: Notebook, instance_type: str, pause: Callable[[float], object] = time.sleep
) -> None:
    """Give a stopped notebook instance another instance type, and wait until that is done. Blocks.

    :raises TrayError: AWS can't be reached or refuses, or it takes longer than 5 minutes
    """
    cloud.change_type(notebook, instance_type)
    give_up = time.monotonic() + _CHANGE_SECONDS
    while time.monotonic() < give_up:
        pause(_CHANGING_SECONDS)
        found = cloud.find_notebooks(notebook.scope, notebook.name)
        if not any(each.status == NotebookStatus.UPDATING for each in found):
            return
    raise TrayError.of(start_problem("cannot-start-now", notebook, state=NotebookStatus.UPDATING.value))


def explained(cloud: Cloud, notebook: Notebook) -> TrayError:
    """Return the error for a notebook instance that did not start, with AWS's reason if the profile may read it."""
    try:
        reason = cloud.describe(notebook).failure_reason
    except TrayError as error:
        log.info("%s: why it did not start can't be read: %s", notebook.name, error)
        reason = ""
    cause = cause_of(reason)
    log_lines = _log_of(cloud, notebook) if cause.startswith("lifecycle") else ()
    places = {"instance_type": notebook.instance_type, "said": reason, "in_log": cause_in(log_lines)}
    return TrayError.of(replace(start_problem("start-failed", notebook, cause=cause, **places), lines=log_lines))


def _log_of(cloud: Cloud, notebook: Notebook) -> tuple[str, ...]:
    try:
        return cloud.start_log(notebook)
    except TrayError as error:
        log.info("%s: what its lifecycle script printed can't be read: %s", notebook.name, error)
        return ()


def start_problem(code: str, notebook: Notebook, **more: object) -> Problem:
    """Return the problem of a start, with the places that all of them have."""
    places = {"name": notebook.name, "region": notebook.scope.region, "profile": notebook.scope.profile, **more}
    return Problem(code, tuple(places.items()))


def _raise(problem: Problem) -> None:
    raise TrayError.of(problem)
