"""Ways in which a user can sign in to AWS, and what a sign-in needs of the user: values and protocols alone.

Every room may pass these on; what they do is in `tray/aws/signin`, what the user sees of it in `tray/pages`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tray.model.problems import Problem


class Method(Enum):
    """What a sign-in asks of the user."""

    BROWSER = "browser"  # IAM Identity Center: consent on its page
    MFA = "mfa"  # the six digits of a device


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that a user's click can begin. Equal ones are the same one, and serve all profiles that need it.

    `key` tells it apart from others: the sso-session's name, the start URL of a profile without one, or the AWS
    profile that names the MFA device. `name` is what the user knows it by.
    """

    method: Method
    key: str
    name: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What the sign-in page sent the browser back with: a code, or an error and its description. Never printed."""

    code: str = field(default="", repr=False)
    error: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """A code for the user to compare or type, and where. `complete_url` has the code in it already."""

    user_code: str
    url: str
    complete_url: str
    expires_in_seconds: int


@dataclass(frozen=True, slots=True)
class MfaQuestion:
    """A question for the digits of an MFA device; `refused` says why those given before were not taken, if any were."""

    aws_profile: str
    serial: str
    refused: str = ""


class SignInCancelled(Exception):  # noqa: N818 - no failure: the user's choice
    """The user does not want to sign in now."""


class Callback(Protocol):
    """A page on 127.0.0.1 that waits for the browser to come back from the sign-in page."""

    @property
    def redirect_uri(self) -> str:
        """Its address, with the port: `http://127.0.0.1:PORT/oauth/callback`."""
        ...

    def wait(self, timeout_seconds: float) -> CallbackAnswer | None:
        """Return the first answer whose state is right; None when the time is over.

        :raises SignInCancelled: the user cancelled
        """
        ...

    def finish(self, problem: Problem | None) -> None:
        """Show the user, who is waiting in the browser, that it is done and can be closed, or what went wrong."""
        ...


class SignInPrompts(Protocol):
    """What a sign-in shows and asks. All of it may block for as long as the user takes; none is used unasked."""

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
        """Show the code, and where to give it, inside the block; opens a browser if there is one.

        :raises TrayError: (desktop) it can't be shown at all
        """
        ...

    def mfa_code(self, question: MfaQuestion) -> str:
        """Return the digits that the user typed. Asked again with a reason in `refused`, the same page says it.

        :raises SignInCancelled: the user cancelled, or took longer than 10 minutes
        :raises TrayError: (desktop) the question can't be shown; (sign-in) ten codes were refused
        """
        ...

    def mfa_done(self, problem: Problem | None) -> None:
        """Show the user, who waits for the code to be checked, that it was taken, or what went wrong for good.

        Nothing happens where no code was asked for.
        """
        ...

    @property
    def cancelled(self) -> bool:
        """Whether the user cancelled; what waits looks at it at least twice a second."""
        ...
