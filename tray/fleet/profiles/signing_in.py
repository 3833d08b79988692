"""Sign-ins that begin with a user's click. The same sign-in never runs twice at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from tray.fleet.snapshot import Outcome
from tray.model.commands import BeginSignIn
from tray.model.prompts import SignInPrompts

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.refreshing.refresh import Refresher
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.activation import Activation
    from tray.model.sign_in import SignIn
    from tray.runtime.workers import Workers


class CancellablePrompts(SignInPrompts, Protocol):
    """Prompts whose waiting another thread can end."""

    def cancel(self) -> None:
        """End the sign-in: a waiting prompt raises `SignInCancelled` within half a second. Never blocks."""
        ...


class SigningIn:
    """Begins and cancels sign-ins, only for the user's own click. Both methods return at once.

    `make_prompts` is called on a worker, once per sign-in, with the click's activation if there is one.
    """

    def __init__(
        self,
        tasks: TaskRunner,
        cloud: Cloud,
        refresher: Refresher,
        *,
        workers: Workers,
        make_prompts: Callable[[Activation | None], CancellablePrompts],
    ) -> None:
        self._tasks = tasks
        self._cloud = cloud
        self._refresher = refresher
        self._workers = workers
        self._make_prompts = make_prompts

    def begin(self, command: BeginSignIn, activation: Activation | None = None) -> None:
        """Begin a sign-in, unless the same one is under way. `activation` is ended in any case."""
        sign_in = command.sign_in

        def act(cancelling: Cancelling) -> None:
            prompts = self._make_prompts(activation)
            cancelling.calls(prompts.cancel)
            self._cloud.sign_in(sign_in, prompts)

        def ended(outcome: Outcome) -> None:
            # This also follows a failure: a sign-in that can't be stored is used all the same.
            if outcome is not Outcome.CANCELLED:
                self._refresher.refresh()

        self._tasks.begin(command, act, workers=self._workers, activation=activation, then=ended)

    def cancel(self, sign_in: SignIn) -> None:
        """Cancel a sign-in, if it is under way."""
        self._tasks.cancel(BeginSignIn(sign_in))
