"""Stops what is to be stopped when the user logs out or shuts the computer down, in the few seconds before that.

What speaks against a stop is asked again in these seconds, all at once: a look takes a second, and what the last one
has found may be ten minutes old. It counts only if there is no answer in time. What is not stopped is told at the next
start.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol

from tray.fleet.planned_stops.leaving_file import LeavingFile, NotedLeaving
from tray.model.leaving import NotStopped, WhyNot, speaks_against, why_of
from tray.model.notebooks import NotebookStatus
from tray.model.power import is_retired
from tray.model.problems import TrayError
from tray.model.stop_plans import Trigger
from tray.runtime.steady import steady_seconds

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.power.stopping import Stopping
    from tray.fleet.state import State
    from tray.model.notebooks import Notebook
    from tray.model.power import StopQuestion
    from tray.model.presence import Presence
    from tray.model.stop_plans import StopPlan
    from tray.runtime.workers import Workers

LEAVING_SECONDS = 4.0
"""How long all of it takes at most: the systems give five seconds."""

# A look takes a second. The stops that follow take a third of one, with a connection that it has opened.
_LOOK_SECONDS = 2.0
_STOP_SECONDS = 1.0
_NOTE_SECONDS = 0.5
# What a look has found while the programs were asked whether the session may end.
_FRESH_SECONDS = 60.0
# A logout is often followed by a shutdown, and by the end of the program: these are one end.
_ONE_END_SECONDS = 60.0
# What was left is told once a list shows whether it still runs, or after this.
_LIST_SECONDS = 120.0
# AWS' clock and this computer's.
_APART_SECONDS = 60.0

_OVER = frozenset({NotebookStatus.STOPPED, NotebookStatus.STOPPING, NotebookStatus.FAILED, NotebookStatus.DELETING})

log = logging.getLogger(__name__)


class Watch(Protocol):
    """What holds the end of the session up: see `tray.desktop.leaving.base`."""

    def hold(self, words: str, /) -> None:
        """Hold it up from now on."""
        ...

    def release(self) -> None:
        """Let it come."""
        ...

    def is_ending(self) -> bool:
        """Return whether it comes."""
        ...


class Leaving:
    """Follows the plans to stop something when the user leaves, and carries them out. Safe to use from many threads.

    :param workers: a few separate workers, which join the others and read and write a file
    :param stoppers: for the stops
    :param lookers: for the looks that the stops wait for
    :param path: where it is kept what is to be told at the next start; None to keep nothing
    :param make_watch: makes the watch of the session's end, with two functions: what to do when the programs are asked
        whether it may end, and when it ends
    :param session_id: names the desktop session
    :param carry_out: stops a notebook instance, which is given as each profile sees it; it may block, raises TrayError
    :param tell: tells the user what was not stopped; quick
    :param look: has the agenda ask again what is due
    """

    def __init__(
        self,
        state: State,
        stopping: Stopping,
        *,
        workers: Workers,
        stoppers: Workers,
        lookers: Workers,
        path: Path | None,
        make_watch: Callable[[Callable[[], None], Callable[[], None]], Watch],
        session_id: Callable[[], str],
        carry_out: Callable[[tuple[Notebook, ...]], object],
        tell: Callable[[tuple[NotStopped, ...]], object],
        look: Callable[[], object],
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = steady_seconds,
    ) -> None:
        self._state = state
        self._stopping = stopping
        self._workers = workers
        self._stoppers = stoppers
        self._lookers = lookers
        self._file = LeavingFile(path)
        self._make_watch = make_watch
        self._session_id = session_id
        self._carry_out = carry_out
        self._tell = tell
        self._agenda_looks = look
        self._clock = clock
        self._steady = steady
        self._lock = threading.Lock()  # never held across a call to the disk or the watch
        self._storing = threading.Lock()
        self._followed: tuple[object, object] = (None, None)
        self._watch: Watch | None = None
        self._held: tuple[StopPlan, ...] = ()
        # When each plan was carried out last, by the steady clock, and the looks under way or done.
        self._tried: dict[tuple[str, Trigger], float] = {}
        self._looks: dict[str, tuple[float, Future[StopQuestion]]] = {}
        self._under_way: threading.Event | None = None
        self._ended_at = -math.inf
        # What is told in this run, and what in the next one; the first is None until the file has been read.
        self._left: tuple[NotStopped, ...] | None = None
        self._left_now: tuple[NotStopped, ...] = ()
        self._tells_by = math.inf

    def load(self) -> None:
        """Read what was not stopped when the user left last; returns at once."""
        self._workers.start(self._load)

    def follow(self) -> None:
        """Hold the end of the session up while there is something to stop. Quick: a listener of the state."""
        snapshot = self._state.snapshot
        if snapshot.stop_plans is self._followed[0] and snapshot.listing is self._followed[1]:
            return
        is_listed, self._followed = (
            snapshot.listing is not self._followed[1],
            (snapshot.stop_plans, snapshot.listing),
        )
        if {plan.key for plan in self._planned()} != {plan.key for plan in self._held}:
            self._workers.start(self._hold)
        if is_listed and self._left:
            self._agenda_looks()

    def asked(self) -> None:
        """Begin to look: the programs are asked whether the session may end. Returns at once."""
        for plan in self._planned():
            seen = self._state.snapshot.listing.seen_for(plan.profile, plan.arn)
            if seen and seen[0].running and not plan.even_if_busy:
                self._look(seen[0])

    def leave(self) -> None:
        """Begin to stop what is planned, and let the session end afterwards. Returns at once."""
        now = self._steady()
        with self._lock:
            if self._under_way is not None and not self._under_way.is_set():
                return
            plans = tuple(plan for plan in self._planned() if not self._was_tried(plan, now))
            self._tried.update({plan.key: now for plan in plans})
            self._under_way = done = threading.Event()
        self._workers.start(partial(self._stop_all, plans, now + LEAVING_SECONDS, done))

    def finish(self, *, session_ended: bool = False, by_user: bool = False) -> None:
        """Wait for the stops under way, at the end of the program; begin them if the session ends. Blocks: 4 s at most.

        :param session_ended: whether the session is known to end
        :param by_user: whether the user has ended the program, which is no leaving
        """
        until = self._steady() + LEAVING_SECONDS
        done = self._under_way
        is_under_way = done is not None and not done.is_set()
        if not by_user and not is_under_way and self._planned() and (session_ended or self._is_ending()):
            self.leave()
            done = self._under_way
        if done is not None and not done.wait(max(0.0, until - self._steady())):
            log.info("The program ends before all was stopped")

    def due_in(self, _: Presence) -> float:
        """Return the seconds until what was not stopped is to be told; infinite if there is nothing to tell. Quick."""
        left = self._left
        if not left:
            return math.inf
        if all(self._is_listed(each) for each in left):
            return 0.0
        return max(0.0, self._tells_by - self._steady())

    def act(self) -> None:
        """Tell what was not stopped and still runs; that it was told is stored before. Writes a file."""
        left, self._left = self._left or (), ()
        self._store()
        if still := tuple(each for each in left if self._may_run(each)):
            self._tell(still)

    def _planned(self) -> tuple[StopPlan, ...]:
        """Return the plans that may have to be carried out, as far as the last lists tell."""
        snapshot = self._state.snapshot
        found = []
        for plan in snapshot.stop_plans:
            if plan.trigger is Trigger.LEAVING and plan.begun is None:
                seen = snapshot.listing.seen_for(plan.profile, plan.arn)
                if not seen or seen[0].status not in _OVER:
                    found.append(plan)
        return tuple(found)

    def _is_ending(self) -> bool:
        return self._watch is not None and self._watch.is_ending()

    def _was_tried(self, plan: StopPlan, now: float) -> bool:
        return now - self._tried.get(plan.key, -math.inf) < _ONE_END_SECONDS

    def _hold(self) -> None:
        """Hold the end of the session up, or don't any more, as the plans are now. On a worker."""
        with self._lock:
            is_under_way = self._under_way is not None and not self._under_way.is_set()
            # Soon after an end nothing is held: the session is about to be over, unless it goes on after all.
            if is_under_way or self._steady() - self._ended_at < _ONE_END_SECONDS:
                return
            plans = self._planned()
            if {plan.key for plan in plans} == {plan.key for plan in self._held}:
                return
            self._held = plans
            if plans and self._watch is None:
                self._watch = self._make_watch(self.asked, self.leave)
        if self._watch is not None and plans:
            from tray.texts.leaving import what_is_done  # few users have such a plan

            self._watch.hold(what_is_done())
        elif self._watch is not None:
            self._watch.release()
        self._store()

    def _store(self) -> None:
        """Store what is to be told, and what is held, as they are now. Writes a file."""
        with self._storing:
            if self._left is None:
                return
            with self._lock:
                left, held = (*self._left, *self._left_now), self._held
            planned = tuple((plan.profile, plan.arn) for plan in held)
            self._file.keep(NotedLeaving(left, planned, self._session_id() if planned else ""))

    def _stop_all(self, plans: tuple[StopPlan, ...], until: float, done: threading.Event) -> None:
        """Stop what is planned, each by itself, and note what is not stopped. On the worker."""
        try:
            if not plans:
                return
            log.info("The user leaves: %d notebook instances are to be stopped", len(plans))
            at = self._clock()
            # Noted before: the system may end the program before all answers are there. A disk that hangs keeps nothing
            # from being stopped.
            without = [NotStopped(plan.profile, plan.arn, at, WhyNot.NO_TIME) for plan in plans]
            with suppress(TimeoutError):
                self._workers.submit(lambda: self._note(plans, without)).result(_NOTE_SECONDS)
            stops = [(plan, self._stoppers.submit(partial(self._stop, plan, until))) for plan in plans]
            ended = [(plan, self._result(stop, until)) for plan, stop in stops]
            left = [NotStopped(plan.profile, plan.arn, at, why) for plan, why in ended if why is not None]
            for each in left:
                log.info("%s is not stopped: %s", each.arn, each.why.value)
            self._note(plans, left)
        finally:
            with self._lock:
                self._ended_at = self._steady()
            done.set()
            if self._watch is not None:
                self._watch.release()

    def _note(self, plans: tuple[StopPlan, ...], left: list[NotStopped]) -> None:
        """Note what of the plans the user is to be told of at the next start. Writes a file."""
        arns = {plan.arn for plan in plans}
        with self._lock:
            self._held = ()
            self._left_now = (*(each for each in self._left_now if each.arn not in arns), *left)
        self._store()

    def _result(self, stop: Future[WhyNot | None], until: float) -> WhyNot | None:
        try:
            return stop.result(max(0.0, until - self._steady()))
        except TimeoutError:
            return WhyNot.NO_TIME
        except Exception:  # one that fails keeps no other from being stopped
            log.exception("a stop failed")
            return WhyNot.FAILED

    def _stop(self, plan: StopPlan, until: float) -> WhyNot | None:
        """Stop one, unless something speaks against it, which is returned. On a worker of its own."""
        snapshot = self._state.snapshot
        seen = snapshot.listing.seen_for(plan.profile, plan.arn)
        if not seen:
            scope = snapshot.listing.scope_of(plan.profile, plan.arn)
            if scope is not None and scope.problem is None and scope.listed_at is not None:
                return None  # it is gone
            return why_of(scope.problem.kind) if scope is not None and scope.problem else WhyNot.UNREACHABLE
        notebook = seen[0]
        if notebook.status in _OVER:
            return None
        if not notebook.running:
            return WhyNot.CHANGING
        why = self._against(plan, notebook, until)
        if why is not None:
            return why
        if self._steady() >= until:
            return WhyNot.NO_TIME
        # It isn't noted in the plan that it is called: a second call for what is stopping already changes nothing, and
        # the next run tells what still runs.
        try:
            self._carry_out(seen)
        except TrayError as error:
            log.info("%s: %s", notebook.name, error)
            return why_of(error.problem.kind)
        return None

    def _against(self, plan: StopPlan, notebook: Notebook, until: float) -> WhyNot | None:
        """Return what speaks against a stop; None if nothing does."""
        platform = self._state.snapshot.platforms.get(notebook.arn, "")
        if is_retired(platform):
            return WhyNot.RETIRED
        if plan.even_if_busy and platform:
            return None
        look = self._look(notebook)
        question: StopQuestion | None
        try:
            question = look.result(max(0.0, min(_LOOK_SECONDS, until - _STOP_SECONDS - self._steady())))
        except TimeoutError:
            question = self._stopping.found_lately(notebook)
        if question is not None and question.retired:
            return WhyNot.RETIRED
        if not plan.even_if_busy:
            why = speaks_against(
                question.activity if question is not None else None,
                not_looked=question is not None and question.not_looked,
            )
            if why is not None:
                return why
        if not platform and (question is None or question.details is None or not question.details.platform):
            return WhyNot.PLATFORM
        return None

    def _look(self, notebook: Notebook) -> Future[StopQuestion]:
        """Begin a look, unless there is one that is fresh."""
        now = self._steady()
        with self._lock:
            known = self._looks.get(notebook.arn)
            if known is not None and now - known[0] < _FRESH_SECONDS:
                return known[1]
            look = self._lookers.submit(lambda: self._stopping.found(notebook, within_seconds=_FRESH_SECONDS))
            self._looks[notebook.arn] = (now, look)
            return look

    def _load(self) -> None:
        noted = self._file.load()
        left = noted.left
        if noted.held and noted.session != self._session_id():
            told = {each.arn for each in left}
            left += tuple(
                NotStopped(profile, arn, 0.0, WhyNot.NOT_TOLD) for profile, arn in noted.held if arn not in told
            )
        self._tells_by = self._steady() + _LIST_SECONDS
        self._left = left
        self._store()
        self._agenda_looks()

    def _is_listed(self, left: NotStopped) -> bool:
        scope = self._state.snapshot.listing.scope_of(left.profile, left.arn)
        return scope is not None and scope.problem is None and scope.listed_at is not None

    def _may_run(self, left: NotStopped) -> bool:
        """Return whether it runs, as far as is known, and has done so since the user left."""
        snapshot = self._state.snapshot
        plans = (plan.arn for plan in snapshot.stop_plans if plan.trigger is Trigger.LEAVING)
        if left.why is WhyNot.NOT_TOLD and left.arn not in plans:
            return False  # a command has cancelled it meanwhile
        seen = snapshot.listing.seen(left.arn)
        if not seen:
            return not self._is_listed(left)
        changed = seen[0].modified.timestamp() if seen[0].modified is not None else 0.0
        return seen[0].status not in _OVER and (not left.at or changed < left.at + _APART_SECONDS)
