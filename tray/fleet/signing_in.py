"""Sign-ins that a person's click began, one at a time of each."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from tray.fleet.attempts import attempt
from tray.signin import Method, SignInCancelled, Surface
from tray.workers import Workers

if TYPE_CHECKING:
    from tray.activation import Activation
    from tray.aws.cloud import Cloud
    from tray.fleet.board import Board
    from tray.fleet.refresh import Refresher
    from tray.fleet.values import Notice
    from tray.signin import SignIn

log = logging.getLogger(__name__)

# Each waits for the person, up to 10 minutes: those of a few sessions and devices at once.
_MOST_AT_ONCE = 8


class CancellableSurface(Surface, Protocol):
    """A surface that what is waiting on can be ended from another thread."""

    def cancel(self) -> None:
        """End the sign-in: what waits raises `SignInCancelled` within half a second. Never blocks."""
        ...


@dataclass(slots=True)
class _UnderWay:
    surface: CancellableSurface | None = None
    cancelled: bool = False


class SigningIn:
    """Begins and cancels sign-ins; both return at once, and are for a person's own click alone.

    `make_surface` is called on a worker, once a sign-in, with the click's activation if there is one. `on_failure`
    tells what went wrong, `on_done` of success.
    """

    def __init__(
        self,
        board: Board,
        cloud: Cloud,
        refresher: Refresher,
        *,
        make_surface: Callable[[Activation | None], CancellableSurface],
        on_failure: Callable[[Notice], None],
        on_done: Callable[[SignIn], None],
    ) -> None:
        self._board = board
        self._cloud = cloud
        self._refresher = refresher
        self._make_surface = make_surface
        self._on_failure = on_failure
        self._on_done = on_done
        self._workers = Workers("sign-in", _MOST_AT_ONCE)
        self._lock = threading.Lock()
        self._under_way: dict[SignIn, _UnderWay] = {}

    def begin(self, sign_in: SignIn, activation: Activation | None = None) -> None:
        """Begin a sign-in, unless the same one is under way. `activation` is ended in any case."""
        with self._lock:
            is_new = sign_in not in self._under_way
            mine = self._under_way.setdefault(sign_in, _UnderWay())
        if not is_new:
            if activation is not None:
                activation.end()
            return
        self._board.update(lambda snapshot: replace(snapshot, signing_in=(*snapshot.signing_in, sign_in), notice=None))
        self._workers.submit(lambda: self._work(sign_in, mine, activation))

    def cancel(self, sign_in: SignIn) -> None:
        """Cancel a sign-in, if it is under way."""
        with self._lock:
            mine = self._under_way.get(sign_in)
            if mine is not None:
                mine.cancelled = True
            surface = mine.surface if mine is not None else None
        if surface is not None:
            surface.cancel()

    def _work(self, sign_in: SignIn, mine: _UnderWay, activation: Activation | None) -> None:
        cancelled = False

        def act() -> None:
            nonlocal cancelled
            surface = self._make_surface(activation)
            with self._lock:
                mine.surface = surface
                cancelled = mine.cancelled
            try:
                if not cancelled:
                    self._cloud.sign_in(sign_in, surface)
            except SignInCancelled:
                cancelled = True

        notice = attempt(subject_of(sign_in), act)
        if activation is not None:
            activation.end()
        with self._lock:
            del self._under_way[sign_in]
        self._board.update(
            lambda snapshot: replace(
                snapshot,
                signing_in=tuple(other for other in snapshot.signing_in if other != sign_in),
                notice=notice or snapshot.notice,
            )
        )
        if notice is not None:
            self._on_failure(notice)
        elif cancelled:
            log.info("%s: cancelled", subject_of(sign_in))
        else:
            self._on_done(sign_in)
            self._refresher.refresh()


def subject_of(sign_in: SignIn) -> str:
    """Return what a sign-in is called where it failed: `Signing in to corp`."""
    return f"The MFA code for {sign_in.name}" if sign_in.method is Method.MFA else f"Signing in to {sign_in.name}"
