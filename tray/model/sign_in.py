"""Ways in which a user can sign in to AWS, as values.

Every package may pass these values on. `tray/aws/signin` carries a sign-in out, and `tray/pages` shows it to the user.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.center import Center


class Method(Enum):
    """What a sign-in asks of the user."""

    BROWSER = "browser"  # IAM Identity Center: consent on its page
    MFA = "mfa"  # the six digits of a device


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that a user's click can begin. Equal values are the same sign-in, for all profiles that need it.

    `key` identifies the sign-in: the sso-session's name, the start URL of a profile without an sso-session, or the AWS
    profile that names the MFA device. `name` is the sign-in's name for the user. `center` is where it leads, if a
    profile without an AWS config needs it.
    """

    method: Method
    key: str
    name: str = field(compare=False)
    center: Center | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """The answer with which the sign-in page sent the browser back: a code, or an error with its description.

    The answer is never printed.
    """

    code: str = field(default="", repr=False)
    error: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """A code for the user to compare or type, and the page for it. `complete_url` already contains the code."""

    user_code: str
    url: str
    complete_url: str
    expires_in_seconds: int


@dataclass(frozen=True, slots=True)
class MfaQuestion:
    """A question for the digits of an MFA device; `refused` says why the last digits were refused, if they were."""

    aws_profile: str
    serial: str
    refused: str = ""


class SignInCancelled(Exception):  # noqa: N818 - no failure: the user's choice
    """The user does not want to sign in now."""
