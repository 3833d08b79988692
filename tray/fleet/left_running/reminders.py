"""Tells of notebook instances that are left running: once a day, each after a look whether anyone works there."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from tray.fleet.left_running.reminders_file import LeftRunningFile, Rests
from tray.model.left_running import is_at_work, left_running_at
from tray.model.notification_kinds import NotificationKind
from tray.model.stop_plans import is_on_its_way
from tray.runtime.steady import steady_seconds

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from tray.fleet.snapshot import ScopeState
    from tray.fleet.state import State
    from tray.model.commands import LeaveRunning
    from tray.model.notebooks import Notebook, Scope
    from tray.model.power import StopQuestion
    from tray.model.presence import Presence
    from tray.runtime.workers import Workers

DAY_SECONDS = 86_400.0
# Where somebody works, or a session or a plan has just ended, it is looked again after this.
_AGAIN_SECONDS = 3600.0
# Nor is it looked more often where nothing came of it.
_SOON_SECONDS = 600.0
# What runs is told by a list that is no older: it may have been stopped since an older one, and is listed anew.
_FRESH_SECONDS = 60.0
# At the start, the sessions have first to be read, and whatever else a start brings to be over.
_SETTLING_SECONDS = 120.0
# So many looks at once, and the time between: a look takes a presigned URL, and AWS' details, which makes 40 calls a
# minute.
AT_ONCE = 8
PAUSE_SECONDS = 24.0
# A fleet of more is not gone through on one day.
_MOST = 500


class TellOfLeftRunning(Protocol):
    """Shows what is told. No method waits."""

    def left_running(self, found: tuple[StopQuestion, ...], now: float, /) -> object:
        """Tell that notebook instances are left running, with what a look has found."""
        ...

    def not_left_running(self, arns: frozenset[str], /) -> object:
        """Take back what was told of these."""
        ...


class LeftRunning:
    """Follows what is left running, for longer than its profile's limit and with no session in it that began here.

    A day is counted by a clock that can't be set, and after a restart by the wall clock, but never for more than a day.
    Safe to use from many threads; no method waits but on its workers.

    :param workers: one separate worker, so that changes are stored in their order; `lookers`: for the looks
    :param path: None to keep in memory alone what was told
    :param found: looks at a notebook instance, unless the user has turned that off; it may block, and raises nothing
    :param list_now: lists a scope anew, unless that is under way; returns at once
    :param look: called to compute anew what is due
    :param clock: the wall clock, in seconds since the epoch
    :param steady: a clock that nobody sets and that goes on in a sleep, in seconds
    :param pause: waits for some seconds, on a worker
    """

    def __init__(
        self,
        state: State,
        *,
        workers: Workers,
        lookers: Workers,
        path: Path | None,
        found: Callable[[Notebook], StopQuestion],
        list_now: Callable[[Scope], object],
        tell: TellOfLeftRunning,
        look: Callable[[], object],
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = steady_seconds,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._state = state
        self._workers = workers
        self._lookers = lookers
        self._file = LeftRunningFile(path)
        self._found = found
        self._list_now = list_now
        self._tell = tell
        self._look = look
        self._clock = clock
        self._steady = steady
        self._pause = pause
        self._lock = threading.Lock()
        # By the steady clock: the earliest time of a look; by ARN, before when nothing is told again, and before when
        # it isn't looked at again; and before when a scope isn't listed again.
        self._settled = steady() + _SETTLING_SECONDS
        self._due_at = math.inf
        self._rests: dict[str, float] = {}
        self._again: dict[str, float] = {}
        self._listed: dict[Scope, float] = {}
        self._loaded = False
        self._looking = False
        self._known: frozenset[str] = frozenset()
        self._shown: frozenset[str] = frozenset()

    def load(self) -> None:
        """Read what was told in earlier runs; returns at once."""
        self._workers.start(self._load)

    def leave(self, command: LeaveRunning) -> None:
        """Tell nothing of some notebook instances for a day; returns at once."""

        def act() -> None:
            self._rest(command.arns)
            self._over(frozenset(command.arns))

        self._workers.start(act)

    def follow(self) -> None:
        """Compute what is due, and take back what is no longer true. Quick."""
        self._reckon()
        if self._shown:
            left = {each.arn for each, _ in self._left()}
            self._over(frozenset(arn for arn in self._shown if arn not in left and self._is_known(arn)))

    def due_in(self, presence: Presence) -> float:
        """Return the seconds until the next look; infinite while nobody is there to be told, or wants to be. Quick."""
        if presence.idle or self._looking or NotificationKind.LEFT_RUNNING in self._state.snapshot.notifications_off:
            return math.inf
        return max(0.0, self._due_at - self._steady())

    def act(self) -> None:
        """List what is due anew, or look at it and tell of it, on the workers; returns at once."""
        now, steady = self._clock(), self._steady()
        due = [each for each, at in self._left() if at <= now and self._free_at(each.arn) <= steady]
        fresh = [each for each in due if self._is_fresh(each, now)][:_MOST]
        now_fresh = {each.arn for each in fresh}
        old = {each.scope for each in due if each.arn not in now_fresh and self._listed.get(each.scope, 0.0) <= steady}
        if old or not fresh:
            self._reckon(without=due)  # until the next list
            self._listed |= dict.fromkeys(old, steady + _SOON_SECONDS)
            for scope in old:
                self._list_now(scope)
            return
        self._looking = True
        self._workers.start(lambda: self._round(fresh))

    def _round(self, due: list[Notebook]) -> None:
        try:
            found: list[StopQuestion] = []
            for start in range(0, len(due), AT_ONCE):
                if start:
                    self._pause(PAUSE_SECONDS)
                found += self._looked_at(self._still(due[start : start + AT_ONCE]))
            # Meanwhile somebody may have stopped it, or opened it.
            still = {each.arn for each in self._still(each.notebook for each in found)}
            told = tuple(each for each in found if each.notebook.arn in still and not is_at_work(each.activity))
            working = {each.notebook.arn for each in found if is_at_work(each.activity)}
            with self._lock:
                self._again |= dict.fromkeys(working, self._steady() + _AGAIN_SECONDS)
            if told:
                arns = tuple(each.notebook.arn for each in told)
                self._rest(arns)  # stored before it is told: it is never told twice
                with self._lock:
                    self._shown |= frozenset(arns)
                self._tell.left_running(told, self._clock())
        finally:
            with self._lock:
                for each in due:
                    self._again.setdefault(each.arn, self._steady() + _SOON_SECONDS)
            self._looking = False
            self._reckon()

    def _looked_at(self, notebooks: Iterable[Notebook]) -> list[StopQuestion]:
        looks: list[Future[StopQuestion]] = [
            self._lookers.submit(lambda each=each: self._found(each))  # type: ignore[misc]
            for each in notebooks
        ]
        return [each.result() for each in looks]

    def _still(self, notebooks: Iterable[Notebook]) -> list[Notebook]:
        """Return those that are still left running, as they are now, and of which nothing was told meanwhile."""
        now, steady, left = self._clock(), self._steady(), {each.arn: (each, at) for each, at in self._left()}
        found = (left.get(each.arn) for each in notebooks)
        return [each[0] for each in found if each and each[1] <= now and self._free_at(each[0].arn) <= steady]

    def _left(self) -> list[tuple[Notebook, float]]:
        """Return what runs without a session of ours, and when it is left running, in seconds since the epoch.

        What will be stopped at a time, or for its idleness, is not forgotten. Of what can't be listed, nobody knows.
        """
        snapshot = self._state.snapshot
        limits = {each.name: each.left_running_hours for each in snapshot.listing.profiles}
        if not any(limits.values()):
            return []
        thought_of = self._thought_of()
        unlisted = {each.scope for each in snapshot.listing.scopes if each.problem is not None}
        return [
            (each, at + 1.0)  # at its limit it is not over it yet
            for each in snapshot.listing.notebooks
            if each.running
            and each.arn not in thought_of
            and each.scope not in unlisted
            and (at := left_running_at(each, limits.get(each.scope.profile, 0))) is not None
        ]

    def _thought_of(self) -> frozenset[str]:
        """Return what the user has open, and what will be stopped: by ARN."""
        snapshot, now = self._state.snapshot, self._clock()
        planned = (each.arn for each in snapshot.stop_plans if is_on_its_way(each))
        return frozenset((*(each.arn for each in snapshot.sessions if each.ends > now), *planned))

    def _reckon(self, without: Iterable[Notebook] = ()) -> None:
        """Compute when the next look is due, by the steady clock."""
        now, steady, skipped = self._clock(), self._steady(), {each.arn for each in without}
        thought_of = self._thought_of()
        with self._lock:
            # Whoever had a session in it a minute ago knows that it runs; and what is stopped right now may still be
            # listed as running.
            self._again = {arn: at for arn, at in self._again.items() if at > steady} | dict.fromkeys(
                self._known - thought_of, steady + _AGAIN_SECONDS
            )
            self._known = thought_of
        due = (max(steady + at - now, self._free_at(each.arn)) for each, at in self._left() if each.arn not in skipped)
        self._due_at = max(min(due, default=math.inf), self._settled) if self._loaded else math.inf
        self._look()

    def _free_at(self, arn: str) -> float:
        return max(self._rests.get(arn, -math.inf), self._again.get(arn, -math.inf))

    def _is_fresh(self, notebook: Notebook, now: float) -> bool:
        scope = self._scope(notebook.scope.profile, notebook.arn)
        listed_at = scope.listed_at if scope is not None and scope.problem is None else None
        return listed_at is not None and now - listed_at < _FRESH_SECONDS

    def _is_known(self, arn: str) -> bool:
        """Whether a list says what became of it: where there is a problem, none does."""
        seen = self._state.snapshot.listing.seen(arn)
        if not seen:
            return all(each.problem is None for each in self._state.snapshot.listing.scopes)
        scope = self._scope(seen[0].scope.profile, arn)
        return scope is not None and scope.problem is None

    def _scope(self, profile: str, arn: str) -> ScopeState | None:
        return self._state.snapshot.listing.scope_of(profile, arn)

    def _rest(self, arns: Iterable[str]) -> None:
        now, steady, each = self._clock(), self._steady(), tuple(arns)

        def change(rests: Rests) -> Rests:
            others = {arn: until for arn, until in rests.items() if arn not in each and until > now - DAY_SECONDS}
            return {**others, **dict.fromkeys(each, now + DAY_SECONDS)}

        self._file.change(change)
        with self._lock:
            kept = {arn: at for arn, at in self._rests.items() if at > steady}
            self._rests = {**kept, **dict.fromkeys(each, steady + DAY_SECONDS)}
        self._reckon()

    def _load(self) -> None:
        now, steady = self._clock(), self._steady()
        with self._lock:
            # Where the clock was set back meanwhile, it is a day from now on, and not longer.
            self._rests = {
                arn: steady + min(until - now, DAY_SECONDS) for arn, until in self._file.load().items() if until > now
            }
            self._loaded = True
        self._reckon()

    def _over(self, arns: frozenset[str]) -> None:
        with self._lock:
            over = self._shown & arns
            self._shown -= over
        if over:
            self._tell.not_left_running(over)
