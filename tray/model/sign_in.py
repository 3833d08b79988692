"""Ways in which a user can sign in to AWS, as values.

Every room may pass these on; what they do is in `tray/aws/signin`, what the user sees of it in `tray/pages`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


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
