"""Protocols for a sign-in's questions to the user: `tray/aws/signin` uses them, and the surfaces implement them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tray.model.problems import Problem
    from tray.model.sign_in import CallbackAnswer, DeviceCode, MfaQuestion


class Callback(Protocol):
    """A page on 127.0.0.1 that waits for the browser to come back from the sign-in page."""

    @property
    def redirect_uri(self) -> str:
        """Its address, with the port: `http://127.0.0.1:PORT/oauth/callback`."""
        ...

    def wait(self, timeout_seconds: float) -> CallbackAnswer | None:
        """Return the first answer whose state is right; None after `timeout_seconds`.

        :raises SignInCancelled: the user cancelled
        """
        ...

    def finish(self, problem: Problem | None) -> None:
        """Show the user in the browser that the sign-in is done and the page can be closed, or what went wrong."""
        ...


class SignInPrompts(Protocol):
    """Shows a sign-in to the user and asks for answers. Nothing is shown before the user begins a sign-in.

    Every method may block for as long as the user takes.
    """

    def callback(self, state: str) -> AbstractContextManager[Callback]:
        """Listen for the browser's return with `state` inside the block.

        :raises OSError: this machine's loopback can't be listened on
        """
        ...

    def open(self, url: str) -> None:
        """Open a page in the user's browser.

        :raises TrayError: (desktop) there is no browser, or it didn't ask for the page
        """
        ...

    def device_code(self, code: DeviceCode) -> AbstractContextManager[None]:
        """Show the code, and the page for it, inside the block; opens a browser if there is one.

        :raises TrayError: (desktop) the code can't be shown at all
        """
        ...

    def mfa_code(self, question: MfaQuestion) -> str:
        """Return the digits that the user typed. Asked again with a reason in `refused`, the same page shows it.

        :raises SignInCancelled: the user cancelled, or took longer than 10 minutes
        :raises TrayError: (desktop) the question can't be shown; (sign-in) ten codes were refused
        """
        ...

    def mfa_done(self, problem: Problem | None) -> None:
        """Show the waiting user that the code was accepted, or the final problem.

        Nothing happens if no code was asked for.
        """
        ...

    @property
    def cancelled(self) -> bool:
        """Whether the user cancelled; code that waits checks this at least twice a second."""
        ...
