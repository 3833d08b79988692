"""Sign-ins that a user's click began, one at a time of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from tray.fleet.values import Outcome
from tray.model.commands import BeginSignIn
from tray.signin import Method, Surface

if TYPE_CHECKING:
    from tray.activation import Activation
    from tray.aws.cloud import Cloud
    from tray.fleet.refresh import Refresher
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.signin import SignIn
    from tray.workers import Workers


class CancellableSurface(Surface, Protocol):
    """A surface that what is waiting on can be ended from another thread."""

    def cancel(self) -> None:
        """End the sign-in: what waits raises `SignInCancelled` within half a second. Never blocks."""
        ...


class SigningIn:
    """Begins and cancels sign-ins; both return at once, and are for a user's own click alone.

    `make_surface` is called on a worker, once a sign-in, with the click's activation if there is one.
    """

    def __init__(
        self,
        tasks: TaskRunner,
        cloud: Cloud,
        refresher: Refresher,
        *,
        workers: Workers,
        make_surface: Callable[[Activation | None], CancellableSurface],
    ) -> None:
        self._tasks = tasks
        self._cloud = cloud
        self._refresher = refresher
        self._workers = workers
        self._make_surface = make_surface

    def begin(self, command: BeginSignIn, activation: Activation | None = None) -> None:
        """Begin a sign-in, unless the same one is under way. `activation` is ended in any case."""
        sign_in = command.sign_in

        def act(cancelling: Cancelling) -> None:
            surface = self._make_surface(activation)
            cancelling.calls(surface.cancel)
            self._cloud.sign_in(sign_in, surface)

        def ended(outcome: Outcome) -> None:
            if outcome is Outcome.DONE:
                self._refresher.refresh()

        self._tasks.begin(command, subject_of(sign_in), act, workers=self._workers, activation=activation, then=ended)

    def cancel(self, sign_in: SignIn) -> None:
        """Cancel a sign-in, if it is under way."""
        self._tasks.cancel(BeginSignIn(sign_in))


def subject_of(sign_in: SignIn) -> str:
    """Return what a sign-in is called where it failed: `Signing in to corp`."""
    return f"The MFA code for {sign_in.name}" if sign_in.method is Method.MFA else f"Signing in to {sign_in.name}"
