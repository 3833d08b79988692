"""What a menu is made of: entries with a stable key and, where they can be chosen, a command. Immutable values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.choices import View
    from tray.signin import SignIn


@dataclass(frozen=True, slots=True)
class OpenNotebook:
    """Open the notebook instance that has `arn`, as `profile` sees it."""

    profile: str
    arn: str
    view: View
    session_seconds: int


@dataclass(frozen=True, slots=True)
class CopyLink:
    """Put a presigned URL of the notebook instance that has `arn`, as `profile` sees it, on the clipboard."""

    profile: str
    arn: str
    view: View
    session_seconds: int


@dataclass(frozen=True, slots=True)
class Refresh:
    """List everything again."""


@dataclass(frozen=True, slots=True)
class BeginSignIn:
    """Begin a sign-in: it opens the browser."""

    sign_in: SignIn


@dataclass(frozen=True, slots=True)
class CancelSignIn:
    """Cancel a sign-in that waits for the person."""

    sign_in: SignIn


@dataclass(frozen=True, slots=True)
class SetSessionLength:
    """Make this the default session length of every profile."""

    session_seconds: int


@dataclass(frozen=True, slots=True)
class SetView:
    """Make this the view in which a plain open shows the notebook instances of every profile."""

    view: View


@dataclass(frozen=True, slots=True)
class CheckProfile:
    """Configure a profile for an AWS profile."""

    aws_profile: str


@dataclass(frozen=True, slots=True)
class UncheckProfile:
    """Take a configured profile, named by its own name, out of the keyring."""

    name: str


@dataclass(frozen=True, slots=True)
class SetAutostart:
    """Have the program started at login, or not."""

    on: bool


@dataclass(frozen=True, slots=True)
class Quit:
    """End the program."""


Command = (
    OpenNotebook
    | CopyLink
    | Refresh
    | BeginSignIn
    | CancelSignIn
    | SetSessionLength
    | SetView
    | CheckProfile
    | UncheckProfile
    | SetAutostart
    | Quit
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu.

    `key` is unique among its siblings and stays the same for as long as the line means the same, whatever its label
    says. A line without a `command` and without `children` is only read; `checked` is None where there is nothing to
    check.
    """

    key: str
    label: str
    command: Command | None = None
    enabled: bool = True
    checked: bool | None = None
    radio: bool = False
    children: tuple[Entry, ...] = ()


SEPARATOR = Entry("", "")
"""Between groups; where nothing is left to separate, none is shown."""


def text(key: str, label: str) -> Entry:
    """Return a line that is only read."""
    return Entry(key, label, enabled=False)
