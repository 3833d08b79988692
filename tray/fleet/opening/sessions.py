"""Follows the browser's sessions in notebook instances, and tells before they end and when they have."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from tray.fleet.opened import SETTLING_SECONDS, over_of
from tray.fleet.opening.sessions_file import MOST_SESSIONS, Sessions, SessionsFile
from tray.model.open_sessions import LATE_SECONDS, Meanwhile, OpenSession, changed, due_at, warned
from tray.model.power import Opened
from tray.runtime.steady import steady_seconds

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.state import State
    from tray.model.commands import QuietSession
    from tray.model.presence import Presence
    from tray.runtime.workers import Workers

# The clock counts as set if the end of a session moves by more than this: clocks are set right by less all the time.
_SET_SECONDS = 30.0
# What ended while the computer slept is told once a list shows that the notebook instance still runs, or after this; at
# the start, nothing is told before the first list, or this.
_LIST_SECONDS = 120.0

_Key = tuple[str, float]


@dataclass(frozen=True, slots=True)
class _Wait:
    """A wait for a list that was made after `since`, by the wall clock, but not beyond `until`, by the steady clock."""

    since: float
    until: float


class TellOfSessions(Protocol):
    """Shows what is told of sessions. No method waits."""

    def session_ends(self, sessions: tuple[OpenSession, ...], now: float, /) -> object:
        """Tell that sessions end soon."""
        ...

    def session_ended(self, sessions: tuple[OpenSession, ...], meanwhile: Meanwhile, now: float, /) -> object:
        """Tell that sessions have ended, in one notification."""
        ...

    def session_over(self, arn: str) -> object:
        """Take back what was told of the session in a notebook instance."""
        ...


class SessionEnds:
    """Owns the snapshot's slice of the sessions. Safe to use from many threads; `begin` and `act` may block.

    The end of a session is a time by the wall clock, which may be set. What is left of a session is therefore also
    counted by a clock that can't be set: if the wall clock is set back, the end moves with it. If it is set ahead, that
    counts as time: a virtual machine that was paused has no other sign of it.

    :param workers: one separate worker, so that changes are stored in their order
    :param path: the file that the commands write, too; None to keep it in memory alone
    :param look: called to compute anew what is due
    :param clock: the wall clock, in seconds since the epoch
    :param steady: a clock that nobody sets and that goes on in a sleep, in seconds
    """

    def __init__(
        self,
        state: State,
        *,
        workers: Workers,
        path: Path | None,
        tell: TellOfSessions,
        look: Callable[[], object],
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = steady_seconds,
    ) -> None:
        self._state = state
        self._workers = workers
        self._file = SessionsFile(path)
        self._tell = tell
        self._look = look
        self._clock = clock
        self._steady = steady
        # Held while the file is changed and what follows is told, so that an older state replaces no newer one.
        self._changing = threading.Lock()
        self._started = steady()
        # As the file has them, with their ends by the wall clock as that was when they began.
        self._stored: Sessions = ()
        # When each session ends, by the steady clock; replaced as a whole.
        self._steady_ends: dict[_Key, float] = {}
        # Those that ended while nobody could tell it. On the agenda's thread alone.
        self._late: dict[_Key, _Wait] = {}
        self._ended_before: frozenset[_Key] | None = None
        self._followed: tuple[object, object] = (None, None)

    def load(self) -> None:
        """Read which sessions there are, those of commands too; returns at once."""
        self._workers.start(self._load)

    def begin(self, session: OpenSession) -> None:
        """Follow a session that has just begun in the browser. Writes a file."""
        with self._changing:
            self._change(session)

    def quiet(self, command: QuietSession) -> None:
        """Give no warnings of the present session in a notebook instance; returns at once."""

        def change(sessions: Sessions) -> Sessions:
            return tuple(replace(each, quiet=True) if each.arn == command.arn else each for each in sessions)

        def act() -> None:
            with self._changing:
                self._know(self._file.change(change))
                self._tell.session_over(command.arn)

        self._workers.start(act)

    def follow(self) -> None:
        """Forget the sessions in what is stopped or gone, without a word. Quick: a listener of the state."""
        snapshot = self._state.snapshot
        listing, sessions = snapshot.listing, snapshot.sessions
        if listing is self._followed[0] and sessions is self._followed[1]:
            return
        is_listed, self._followed = listing is not self._followed[0], (listing, sessions)
        # A session begins in what runs: no list that follows shows the status before a start.
        opened = tuple(Opened(each.profile, each.arn, each.since - SETTLING_SECONDS) for each in sessions)
        if over := frozenset(each.arn for each in over_of(opened, listing)):
            self._state.sessions.update(lambda now: tuple(each for each in now if each.arn not in over))
            self._workers.start(lambda: self._forget(over))
        if is_listed and (self._late or self._steady() < self._started + _LIST_SECONDS):
            self._look()

    def due_in(self, _: Presence) -> float:
        """Return the seconds until something is to be said; infinite if nothing is. Quick."""
        if not self._stored:
            return math.inf
        now, steady = self._clock(), self._steady()
        present = [self._present(each, now, steady) for each in self._stored]
        shown = {_key(each): each.ends for each in self._state.sessions.now}
        if any(abs(shown.get(_key(each), each.ends) - each.ends) > _SET_SECONDS for each in present):
            return 0.0  # the clock was set
        return max(0.0, min(self._due_in(each, now, steady) for each in present))

    def act(self) -> None:
        """Say what is due; that it was said is stored before. Writes a file."""
        now, steady = self._clock(), self._steady()
        present = [self._present(each, now, steady) for each in self._stored]
        self._late = {
            _key(each): self._late.get(_key(each)) or _Wait(now, steady + _LIST_SECONDS)
            for each in present
            if now - each.ends > LATE_SECONDS
        }
        warn: list[OpenSession] = []
        ended: list[OpenSession] = []

        def change(sessions: Sessions) -> Sessions:
            warn.clear()
            ended.clear()
            return tuple(filter(None, (self._after(each, now, steady, warn, ended) for each in sessions)))

        with self._changing:
            is_due = any(self._due_in(each, now, steady) <= 0 for each in present)
            self._know(self._file.change(change) if is_due else self._file.load())
            if warn:
                self._tell.session_ends(tuple(warn), now)
            for meanwhile in Meanwhile:
                if those := tuple(each for each in ended if self._meanwhile(each, now) is meanwhile):
                    self._tell.session_ended(those, meanwhile, now)

    def _after(
        self, session: OpenSession, now: float, steady: float, warn: list[OpenSession], ended: list[OpenSession]
    ) -> OpenSession | None:
        """Return a session after what is due of it; None if it has ended. What is due is added to one of the lists."""
        present = self._present(session, now, steady)
        if self._due_in(present, now, steady) > 0:
            return session
        if present.ends <= now:
            ended.append(present)
            return None
        told = warned(present, now)
        warn.append(told)
        return replace(session, told=told.told)

    def _due_in(self, session: OpenSession, now: float, steady: float) -> float:
        scope = self._state.snapshot.listing.scope_of(session.profile, session.arn)
        listed_at = scope.listed_at if scope is not None else None
        if now - session.ends <= LATE_SECONDS:
            # A button can open nothing before the first list of a run of the program.
            first = 0.0 if listed_at is not None else self._started + _LIST_SECONDS - steady
            return max(due_at(session) - now, first)
        wait = self._late.get(_key(session))
        if wait is None:
            return 0.0
        listed = scope is not None and scope.problem is None and (listed_at or 0.0) >= wait.since
        return 0.0 if listed else wait.until - steady

    def _present(self, session: OpenSession, now: float, steady: float) -> OpenSession:
        """Return a session with its end by the wall clock as that is now."""
        ends = now + self._steady_ends.get(_key(session), math.inf) - steady
        return replace(session, ends=ends) if ends < session.ends - _SET_SECONDS else session

    def _meanwhile(self, session: OpenSession, now: float) -> Meanwhile:
        if now - session.ends <= LATE_SECONDS:
            return Meanwhile.NOTHING
        return Meanwhile.NOT_RUNNING if _key(session) in (self._ended_before or ()) else Meanwhile.ASLEEP

    def _load(self) -> None:
        with self._changing:
            sessions = self._file.load()
            if self._ended_before is None:
                self._ended_before = frozenset(_key(each) for each in sessions if each.ends <= self._clock())
            self._know(sessions)

    def _forget(self, arns: frozenset[str]) -> None:
        with self._changing:
            self._change(gone=arns)

    def _change(self, new: OpenSession | None = None, gone: frozenset[str] = frozenset()) -> None:
        now = self._clock()
        self._know(self._file.change(lambda sessions: changed(sessions, new, gone, now=now, most=MOST_SESSIONS)))

    def _know(self, sessions: Sessions) -> None:
        now, steady, before = self._clock(), self._steady(), self._steady_ends
        # If the clock was set back since a session began, no more is left of it than its whole length.
        self._steady_ends = {
            _key(each): before.get(_key(each), steady + min(each.ends - now, each.ends - each.since))
            for each in sessions
        }
        # What was told of a session that is over, or of the one before a new one, is no longer true.
        for arn, _ in {_key(each) for each in self._stored} ^ self._steady_ends.keys():
            self._tell.session_over(arn)
        self._stored = sessions
        self._state.sessions.set(tuple(self._present(each, now, steady) for each in sessions))
        self._look()


def _key(session: OpenSession) -> _Key:
    return session.arn, session.since
