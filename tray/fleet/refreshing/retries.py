"""Scopes that can't be reached: they are asked again soon, and are no problem while the network may be coming up."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.fleet.schedule import elapsed_seconds
from tray.model.problems import Kind

if TYPE_CHECKING:
    from tray.fleet.snapshot import ScopeState
    from tray.model.notebooks import Scope

FIRST_RETRY_SECONDS = 2.0


class Retries:
    """The scopes that could not be reached, and when they are asked again: after 2 s, 4 s, 8 s and so on.

    The wall clock counts, because it goes on while the computer sleeps. Safe to use from many threads.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._unreached: set[Scope] = set()
        self._attempts = 0
        self._since: float | None = None
        self._patient_since: float | None = None
        self._patient_seconds = 0.0

    def be_patient(self, seconds: float) -> None:
        """For `seconds`, don't show a scope that can't be reached as a problem. The waits begin with 2 s again."""
        with self._lock:
            self._patient_since, self._patient_seconds = self._clock(), seconds
            self._attempts = 0

    @property
    def quiet(self) -> bool:
        """Whether there are scopes that can't be reached and are not shown as a problem yet."""
        with self._lock:
            return bool(self._unreached) and self._patient

    def heard(self, listed: ScopeState, known: ScopeState | None) -> ScopeState:
        """Note the result of a listing; return what to show: while patient, a failed scope shows what was `known`."""
        unreached = listed.problem is not None and listed.problem.kind is Kind.UNREACHABLE
        with self._lock:
            if not unreached:
                self._unreached.discard(listed.scope)
                if not self._unreached:
                    self._attempts, self._since = 0, None
                return listed
            self._unreached.add(listed.scope)
            if self._since is None:
                self._since = self._clock()
            return replace(listed, problem=known.problem if known else None) if self._patient else listed

    def due_in(self, interval_seconds: float) -> float:
        """Return the seconds until scopes are asked again; infinite if the next regular refresh is enough."""
        with self._lock:
            delay = math.ldexp(FIRST_RETRY_SECONDS, self._attempts)
            if not self._unreached or self._since is None or delay >= interval_seconds:
                return math.inf
            return max(0.0, delay - elapsed_seconds(self._since, self._clock()))

    def take(self, known: Iterable[Scope]) -> tuple[Scope, ...]:
        """Return the scopes to ask again now; the next wait is twice as long.

        A scope that is not among the `known` ones is forgotten: its profile was removed while the scope was listed.
        """
        with self._lock:
            self._unreached.intersection_update(known)
            self._attempts += 1
            self._since = None
            return tuple(self._unreached)

    def all_asked(self, scopes: Iterable[Scope]) -> None:
        """Note that all `scopes` are being asked, and that there are no others any more."""
        with self._lock:
            self._unreached.intersection_update(scopes)
            self._since = None

    @property
    def _patient(self) -> bool:
        return elapsed_seconds(self._patient_since, self._clock()) < self._patient_seconds
