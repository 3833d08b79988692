"""Tasks that the user asked for and that take a while: each runs once at a time, is shown, and reports its end."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.fleet.notices import is_over
from tray.fleet.schedule import elapsed_seconds
from tray.fleet.snapshot import Notice, Outcome, Task, Tasks
from tray.model.problems import Problem, TrayError
from tray.model.sign_in import SignInCancelled

if TYPE_CHECKING:
    from tray.fleet.snapshot import Listing
    from tray.fleet.state import Slice
    from tray.model.activation import Activation
    from tray.model.commands import Command
    from tray.runtime.workers import Workers

log = logging.getLogger(__name__)

# How long the icon and the menu show a failure: a user who has not looked by then has gone on without it.
NOTICE_SECONDS = 600.0


class Cancelling:
    """How a task learns, on its worker, that the user has cancelled it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._cancel: Callable[[], object] | None = None

    def calls(self, cancel: Callable[[], object]) -> None:
        """Have `cancel` called when the user cancels, or at once if the user already has. `cancel` must not block."""
        with self._lock:
            self._cancel = cancel
            now = self._cancelled
        if now:
            cancel()

    def cancel(self) -> None:
        """Tell the task that it is cancelled; never blocks."""
        with self._lock:
            self._cancelled = True
            cancel = self._cancel
        if cancel is not None:
            cancel()


class TaskRunner:
    """Begins and ends tasks. Safe to use from many threads; every method returns at once.

    :param on_end: called on the task's worker with the outcome of each task, and the problem of a failed one
    """

    def __init__(
        self,
        tasks: Slice[Tasks],
        on_end: Callable[[Task, Outcome, Problem | None], object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._tasks = tasks
        self._on_end = on_end
        self._clock = clock
        self._lock = threading.Lock()
        self._under_way: list[tuple[Task, Cancelling]] = []

    def begin(
        self,
        command: Command,
        act: Callable[[Cancelling], object],
        *,
        workers: Workers,
        activation: Activation | None = None,
        again: bool = False,
        then: Callable[[Outcome], object] = lambda _: None,
    ) -> None:
        """Carry out `command` by `act`, on one of `workers`, unless the same command is already being carried out.

        :param act: may block; raises TrayError if it fails, and SignInCancelled if the user cancelled it
        :param activation: the desktop's permission to bring a window to the front; ended in any case
        :param again: carry the command out even if the same one is under way: on, off and on again are three changes
        :param then: called at the end, when the task is no longer shown as under way
        """
        task, cancelling = Task(command, self._clock()), Cancelling()
        with self._lock:
            begins = again or not any(other.command == command for other, _ in self._under_way)
            if begins:
                self._under_way.append((task, cancelling))
        if not begins:
            if activation is not None:
                activation.end()
            return
        self._tasks.update(lambda tasks: Tasks((*tasks.under_way, task), notice=None))
        workers.start(lambda: self._work(task, act, cancelling, activation, then))

    def forget_notice(self) -> None:
        """Stop showing the failure of the last task."""
        self._tasks.update(lambda tasks: replace(tasks, notice=None))

    def forget_if_over(self, listing: Listing) -> None:
        """Stop showing the failure of the last task if `listing` shows that it no longer holds. Quick."""
        notice = self._tasks.now.notice
        if notice is not None and is_over(notice, listing):
            self._tasks.update(lambda tasks: replace(tasks, notice=None) if tasks.notice is notice else tasks)

    def notice_due_in(self) -> float:
        """Return the seconds until a notice has been shown long enough; infinite if there is none."""
        notice = self._tasks.now.notice
        if notice is None:
            return math.inf
        return max(0.0, NOTICE_SECONDS - elapsed_seconds(notice.since, self._clock()))

    def cancel(self, command: Command) -> None:
        """Cancel the task that carries out `command`, if it is under way and can be cancelled; never blocks."""
        with self._lock:
            found = [cancelling for task, cancelling in self._under_way if task.command == command]
        for cancelling in found:
            cancelling.cancel()

    def _work(
        self,
        task: Task,
        act: Callable[[Cancelling], object],
        cancelling: Cancelling,
        activation: Activation | None,
        then: Callable[[Outcome], object],
    ) -> None:
        outcome, problem = _attempt(task.command, lambda: act(cancelling))
        if activation is not None:
            activation.end()
        with self._lock:
            self._under_way = [(other, its) for other, its in self._under_way if other is not task]

        notice = Notice(task.command, problem, self._clock()) if problem else None

        def ended(tasks: Tasks) -> Tasks:
            left = tuple(other for other in tasks.under_way if other is not task)
            return replace(tasks, under_way=left, notice=notice or tasks.notice)

        self._tasks.update(ended)
        try:
            self._on_end(task, outcome, problem)
        finally:
            then(outcome)


def _attempt(command: Command, act: Callable[[], object]) -> tuple[Outcome, Problem | None]:
    """Call `act`, and turn every failure into a problem with words."""
    try:
        act()
    except SignInCancelled:
        log.info("%s: cancelled", command)
        return Outcome.CANCELLED, None
    except TrayError as error:
        log.warning("%s: %s", command, error)
        return Outcome.FAILED, error.problem
    except Exception:
        log.exception("%s failed", command)
        return Outcome.FAILED, Problem.of("own-error")
    return Outcome.DONE, None
