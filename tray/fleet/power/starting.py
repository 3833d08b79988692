"""Starts notebook instances, follows the starts, and opens those that are to be opened once Jupyter answers."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from tray.fleet.power.denials import Denials
from tray.fleet.power.power_calls import start_it
from tray.fleet.power.start_steps import (
    SETTLING_SECONDS,
    Step,
    by_clock,
    change_type,
    ended_problem,
    explained,
    is_as_wanted,
    is_left,
    is_measured,
    kept_closed,
    latest,
    next_step,
    others,
    start_problem,
)
from tray.fleet.schedule import LATER_SECONDS, TRANSITION_SECONDS, elapsed_seconds
from tray.model.notebooks import Notebook, NotebookStatus
from tray.model.power import Power, Start
from tray.model.problems import Problem, TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.opening.opener import Opener
    from tray.fleet.power.start_notes import StartNotes
    from tray.fleet.power.start_times import StartTimes
    from tray.fleet.refreshing.refresh import Refresher
    from tray.fleet.snapshot import ScopeState
    from tray.fleet.state import Slice, State
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.commands import KeepClosed, StartNotebook
    from tray.model.notebooks import Scope
    from tray.model.presence import Presence
    from tray.runtime.workers import Workers

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
    :param note_started: notes what AWS has begun to start; quick
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
        note_started: Callable[[StartNotebook], object] = lambda _: None,
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
        self._note_started = note_started
        self._clock = clock
        self._denials = Denials(state.denials, clock)
        # Held while the notes are written, so that no older ones are written over newer ones.
        self._noting = threading.Lock()
        # Until the notes of the last run are read, none are written over them.
        self._resuming = False
        self._lock = threading.Lock()
        # The starts that are being asked for, by ARN: what the user chooses meanwhile changes them.
        self._beginning: dict[str, StartNotebook] = {}
        self._kept_closed: set[str] = set()
        # When each was last seen starting, by ARN, in seconds since the epoch.
        self._pending_at: dict[str, float] = {}
        self._numbers = count(1)

    def resume(self) -> None:
        """Go on with the starts of the last run of the program."""
        self._resuming = True

        def work() -> None:
            try:
                self._resume()
            finally:
                self._resuming = False
                self._keep()

        self._workers.start(work)

    def _resume(self) -> None:
        again = tuple(
            replace(each, expected_seconds=self._expected(each.command), number=next(self._numbers))
            for each in self._notes.load(self._clock())
        )

        def added(starts: tuple[Start, ...]) -> tuple[Start, ...]:
            known = {start.command.arn for start in starts}
            return (*starts, *(each for each in again if each.command.arn not in known))

        self._starts.update(added)

    def start(self, command: StartNotebook) -> None:
        """Start a notebook instance; one that is already starting or running is only waited for.

        A start that is under way goes on: a second one changes only whether it is to be opened then.
        """
        if self._joined(command):
            return
        seen = self._state.snapshot.listing.seen_by(command.profile, command.arn)

        def act(_: Cancelling) -> None:
            try:
                begun = self._begin(seen, command)
                self._follow_from(command.arn, measured=begun)
            finally:
                with self._lock:
                    self._beginning.pop(command.arn, None)
                    self._kept_closed.discard(command.arn)
                self._keep()
            self._refresher.list_now(seen[0].scope)

        # A change of the type is waited for: the workers for the calls are not kept from other clicks by it.
        # In any case: the same command may be under way as the report of an earlier start.
        workers = self._waiters if command.instance_type else self._workers
        self._tasks.begin(command, act, workers=workers, again=True)

    def _joined(self, command: StartNotebook) -> bool:
        """Return whether a start under way does what the command wants; if none is, the command is noted as one."""

        def wish(under_way: StartNotebook) -> StartNotebook:
            return replace(under_way, opens=command.opens or under_way.opens)

        with self._lock:
            under_way = self._beginning.get(command.arn)
            if under_way is not None:
                if is_as_wanted(command, under_way):
                    self._beginning[command.arn] = wish(under_way)
                    if command.opens is not None:
                        self._kept_closed.discard(command.arn)
                    return True
            else:
                followed = next((each for each in self._starts.now if each.command.arn == command.arn), None)
                if followed is None:
                    self._beginning[command.arn] = command
                    return False
                under_way = followed.command
        if not is_as_wanted(command, under_way):
            self._refuse(command)
            return True
        now = self._clock()

        def joined(start: Start) -> Start:
            closed = start.kept_closed and command.opens is None
            return replace(start, command=wish(start.command), asked=now, kept_closed=closed)

        self._change(command.arn, joined)
        self._workers.start(self._keep)
        return True

    def _refuse(self, command: StartNotebook) -> None:
        """Tell that another instance type can't be had now."""
        notebook = self._state.snapshot.listing.find(command.profile, command.arn)

        def act(_: Cancelling) -> None:
            if notebook is None:
                raise TrayError("no-longer-there")
            raise TrayError.of(start_problem("cannot-start-now", notebook, state=NotebookStatus.PENDING.value))

        self._tasks.begin(command, act, workers=self._workers)

    def _begin(self, seen: tuple[Notebook, ...], command: StartNotebook) -> bool:
        """Have AWS start a notebook instance; return whether it did that just now.

        :raises TrayError: AWS can't be reached or refuses
        """
        if not seen:
            raise TrayError("no-longer-there")
        if seen[0].status in (NotebookStatus.PENDING, NotebookStatus.IN_SERVICE):
            return False
        if command.instance_type and command.instance_type != seen[0].instance_type:
            # If the program ends during the change, the next run tells that it isn't started.
            self._keep()
            with self._denials.noting(Power.CHANGE_TYPE, command.arn):
                change_type(self._cloud, seen, command.instance_type)
        with self._denials.noting(Power.START, command.arn):
            _, begun = start_it(self._cloud, seen)
        if begun:
            self._note_started(command)
        return begun

    def _follow_from(self, arn: str, *, measured: bool) -> None:
        with self._lock:
            command = self._beginning[arn]
            self._pending_at.pop(arn, None)
        start = Start(command, self._clock(), self._expected(command), measured=measured, number=next(self._numbers))
        self._starts.update(lambda now: (*(each for each in now if each.command.arn != arn), start))
        # At no time is it in neither place: a click in between would start it once more.
        with self._lock:
            last = self._beginning.pop(arn)
            closed = arn in self._kept_closed
            self._kept_closed.discard(arn)
        if last != command or closed:
            self._change(arn, lambda start: replace(start, command=last, kept_closed=closed))

    def keep_closed(self, command: KeepClosed) -> None:
        """Don't open a notebook instance when it has started."""
        with self._lock:
            if (beginning := self._beginning.get(command.arn)) is not None:
                self._beginning[command.arn] = replace(beginning, opens=None)
                self._kept_closed.add(command.arn)
        self._change(command.arn, kept_closed)
        self._workers.start(self._keep)

    def forget(self, arn: str) -> None:
        """Follow the start of a notebook instance no longer: the user has stopped it."""
        self._starts.update(lambda now: tuple(each for each in now if each.command.arn != arn))
        self._workers.start(self._keep)

    def look_in(self) -> float:
        """Return the seconds until starts are listed again that the refresher doesn't follow; infinite without any."""
        return min((due for _, due in self._unfollowed()), default=math.inf)

    def look(self) -> None:
        """List again the starts that are due for it."""
        for scope in {scope for scope, due in self._unfollowed() if due <= 0}:
            self._refresher.list_now(scope)

    def _unfollowed(self) -> Iterator[tuple[Scope, float]]:
        """Yield where to list again, and in how many seconds.

        The list right after a start may show what was before. A profile may be unable to list, where another can.
        """
        listing, now = self._state.snapshot.listing, self._clock()
        for start in self._starts.now:
            if start.answering:
                continue
            instead = next((state for _, state in others(listing, start.command)), None)
            own = listing.scope_of(start.command.profile, start.command.arn)
            if instead is not None:
                yield instead.scope, _due_in(instead, start, LATER_SECONDS, now)
            elif own is not None and not start.pending and 0 <= now - start.since <= 2 * SETTLING_SECONDS:
                yield own.scope, _due_in(own, start, TRANSITION_SECONDS, now)

    def _change(self, arn: str, change: Callable[[Start], Start]) -> None:
        self._starts.update(lambda now: tuple(change(each) if each.command.arn == arn else each for each in now))

    def follow(self) -> None:
        """Take the next step of each start by what was listed last. Quick: a listener of the state."""
        listing, now = self._state.snapshot.listing, self._clock()
        known = {start.number: latest(listing, start) for start in self._starts.now}
        if not known:
            return
        nowhere = {number for number, found in known.items() if found == (None, None)}
        steps: list[tuple[Step, Start, Notebook | None]] = []

        def followed(starts: tuple[Start, ...]) -> tuple[Start, ...]:
            steps.clear()
            for each in starts:
                start = by_clock(each, now)
                notebook, state = known.get(start.number, (None, None))
                listed_at = state.listed_at if state is not None else None
                if notebook is not None and notebook.status == NotebookStatus.PENDING:
                    start = replace(start, pending=True)
                    self._pending_at[start.command.arn] = listed_at or now
                step = next_step(start, notebook, listed_at, state.asked_at if state is not None else now)
                left = start.number in nowhere and is_left(listing, start.command)
                steps.append((Step.GONE if left else step, start, notebook))
            return tuple(_after(step, start) for step, start, _ in steps if step in _GOES_ON)

        # Only one thread makes each change of the state, and after it the start has no such step before it any more: so
        # each step is taken once. Within the update, the listeners are called again, this method among them.
        self._starts.update(followed)
        for step, start, notebook in tuple(steps):
            self._take(step, start, notebook, now)

    def _take(self, step: Step, start: Start, notebook: Notebook | None, now: float) -> None:
        if step not in _GOES_ON:
            self._workers.start(self._keep)
        match step:
            case Step.ENDED:
                self._fail(start, lambda: TrayError.of(ended_problem(start.command)))
            case Step.RUNS if notebook is not None:
                self._waiters.start(lambda: self._runs(start, notebook, now))
            case Step.STUCK if notebook is not None:
                self._tell_stuck(start, start_problem("start-stuck", notebook, seconds=now - start.since))
            case Step.FAILED if notebook is not None:
                self._fail(start, lambda: explained(self._cloud, notebook))

    def _fail(self, start: Start, error: Callable[[], TrayError]) -> None:
        def act(_: Cancelling) -> None:
            raise error()

        self._tasks.begin(start.command, act, workers=self._workers, again=True)

    def _runs(self, start: Start, notebook: Notebook, now: float) -> None:
        """Wait for Jupyter, then open the notebook instance or tell the user, unless it was stopped meanwhile."""
        try:
            if is_measured(start, self._pending_at.pop(notebook.arn, None), now):
                self._times.learn(notebook.arn, notebook.instance_type, now - start.since)
            self._wait_for_jupyter(notebook)
        finally:
            # Whatever failed: the user still waits for it.
            self._end(start)

    def _end(self, start: Start) -> None:
        # The user may have chosen meanwhile that it isn't to be opened, or have stopped it.
        last = self._taken(start)
        self._keep()
        if last is None:
            return
        opens = last.command.opens
        fresh = elapsed_seconds(last.asked_at, self._clock()) <= FRESH_SECONDS and not self._presence().idle
        if opens is not None and fresh:
            # Its own profile may be unable to list it by now.
            found, _ = latest(self._state.snapshot.listing, last)
            self._opener.open(replace(opens, profile=found.scope.profile) if found is not None else opens)
        else:
            self._tell_ready(last)

    def _taken(self, start: Start) -> Start | None:
        """Take a start from those under way; None if it is not among them any more."""
        found: list[Start] = []

        def without(starts: tuple[Start, ...]) -> tuple[Start, ...]:
            found[:] = [each for each in starts if each.number == start.number]
            return tuple(each for each in starts if each.number != start.number)

        self._starts.update(without)
        return found[0] if found else None

    def _expected(self, command: StartNotebook) -> float | None:
        notebook = self._state.snapshot.listing.find(command.profile, command.arn)
        return self._times.expected_seconds(command.arn, notebook.instance_type if notebook else "")

    def _keep(self) -> None:
        with self._noting:
            if self._resuming:
                return
            with self._lock:
                beginning = tuple(Start(command, self._clock()) for command in self._beginning.values())
            self._notes.keep((*self._starts.now, *beginning))


# The steps after which a start is still followed.
_GOES_ON = frozenset({Step.WAIT, Step.RUNS, Step.STUCK})


def _due_in(state: ScopeState, start: Start, every: float, now: float) -> float:
    asked_at = max(state.asked_at or 0.0, start.since)
    return max(0.0, min(every, asked_at + every - now))


def _after(step: Step, start: Start) -> Start:
    """Return a start as it is once a step has been taken."""
    return replace(start, answering=start.answering or step is Step.RUNS, stuck=start.stuck or step is Step.STUCK)
