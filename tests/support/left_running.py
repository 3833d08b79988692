"""A computer on which the tray follows what is left running, on a clock of the test's own: for simulated days.

A test with a clock of its own, such as a fortnight with sessions and plans, gives `LeftWatch` its state, clocks and
notifier, and calls `due_in` and `look` as the agenda would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support.samples import notebook
from tray.fleet.left_running.reminders import LeftRunning, TellOfLeftRunning
from tray.fleet.snapshot import Listing, Notebook, Profile, ScopeState
from tray.fleet.state import State
from tray.model.activity import Activity, Reason
from tray.model.notebooks import Scope
from tray.model.power import Details, StopQuestion
from tray.model.presence import Presence
from tray.runtime.workers import Workers

PLATFORM = "notebook-al2023-v1"


class Inline(Workers):
    """Does each job before it returns, so that a simulation is the same every time."""

    def __init__(self) -> None:
        super().__init__("inline", 1)

    def start(self, job: Callable[[], object]) -> None:
        job()

    def submit(self, job: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(job())
        return future


def quiet(at: float, hours: float) -> Activity:
    """What a look finds where there was no sign of work for so many hours."""
    answered = datetime.fromtimestamp(at, UTC)
    return Activity(answered, last_sign=answered - timedelta(hours=hours))


def busy(at: float) -> Activity:
    """What a look finds where a kernel is busy."""
    answered = datetime.fromtimestamp(at, UTC)
    return Activity(answered, busy=1, busy_since=answered, last_sign=answered)


UNKNOWN = Activity(unknown=Reason.UNREACHABLE)


class LeftWatch:
    """The service, as the program joins it: started anew from its file by each `start_tray`.

    :param wall: the computer's clock, which may be set; `steady`: one that nobody sets
    :param found: what a look finds in the notebook instance of an ARN
    """

    def __init__(
        self,
        path: Path | None,
        *,
        wall: Callable[[], float],
        steady: Callable[[], float],
        found: Callable[[Notebook], StopQuestion],
        tell: Callable[[State], TellOfLeftRunning],
        list_now: Callable[[Scope], object] = lambda _: None,
    ) -> None:
        self.path = path
        self.wall = wall
        self.steady = steady
        self._found = found
        self._tell = tell
        self._list_now = list_now
        self.looks: list[tuple[float, str]] = []

    def start_tray(self, state: State) -> None:
        """Start it, again after it was killed: what it knew is in its file alone."""
        self.state = state
        self.service = LeftRunning(
            state,
            workers=Inline(),
            lookers=Inline(),
            path=self.path,
            found=self._look,
            list_now=self._list_now,
            tell=self._tell(state),
            look=lambda: None,
            clock=self.wall,
            steady=self.steady,
            pause=lambda _: None,
        )
        state.listen(self.service.follow)
        self.service.load()

    def due_in(self, presence: Presence = Presence()) -> float:  # noqa: B008 - immutable
        """Return the seconds until something is due."""
        return self.service.due_in(presence)

    def look(self, presence: Presence = Presence()) -> None:  # noqa: B008 - immutable
        """Do what is due, as the agenda does."""
        for _ in range(100):
            if self.due_in(presence) > 0:
                return
            self.service.act()
        raise AssertionError("it never rests")

    def _look(self, seen: Notebook) -> StopQuestion:
        self.looks.append((self.steady(), seen.arn))
        return self._found(seen)


def question(
    seen: Notebook, activity: Activity | None, at: float, *, platform: str = PLATFORM, off: bool = False
) -> StopQuestion:
    """What speaks against a stop of a notebook instance."""
    return StopQuestion(seen, Details(platform) if platform else None, None if off else activity, at, not_looked=off)


def listing(running: Iterable[tuple[str, float]], listed_at: float, *, limit: int = 10, **more: Any) -> Listing:
    """A list of notebook instances that run since a time each."""
    found = tuple(
        replace(notebook(name), modified=datetime.fromtimestamp(since, UTC), **more) for name, since in running
    )
    profiles = (Profile("research", "research", left_running_hours=limit),)
    return Listing(profiles=profiles, scopes=(ScopeState(notebook("a").scope, found, listed_at),))


__all__ = ["PLATFORM", "UNKNOWN", "Inline", "LeftWatch", "busy", "listing", "question", "quiet"]
