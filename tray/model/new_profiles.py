"""Profiles that the user wants and that are not configured yet, as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tray.model.access_keys import SealedKey
    from tray.model.centers import CenterForms
    from tray.model.identity_center import CenterRole
    from tray.model.lengths import View
    from tray.model.problems import Problem


@dataclass(frozen=True, slots=True)
class NewProfile:
    """A profile to be configured. What is empty, 0 or None is as in a profile that was given no more than its name.

    `aws_profile` is empty for a profile that signs with an access key of its own, or with a `center_role`.
    """

    name: str
    aws_profile: str = ""
    regions: tuple[str, ...] = ()
    session_seconds: int = 0
    view: View | None = None
    center_role: CenterRole | None = None
    left_running_hours: int | None = None
    stop_at: str = ""
    stop_when_idle_hours: int = 0
    stop_at_logout: bool = False


@dataclass(frozen=True, slots=True)
class FromFile:
    """A profile as an administrator's file has it; with a `problem`, it can't be configured so.

    `unknown_region` is a region of it that botocore doesn't know: AWS may have it all the same.
    """

    name: str
    profile: NewProfile | None = None
    problem: Problem | None = None
    unknown_region: Problem | None = None


@dataclass(frozen=True, slots=True)
class SetUpFile:
    """What an administrator's file asks for. `ignored` are the keys that this release doesn't know."""

    profiles: tuple[FromFile, ...]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyForm:
    """What the user typed to have a profile with an access key of its own. Nothing of it is ever shown again."""

    name: str
    region: str
    key_id: str = field(repr=False)
    secret: str = field(repr=False)
    session_token: str = field(default="", repr=False)
    allow_unknown_region: bool = False


class SetUpForms(Protocol):
    """Checks what the user gives to have profiles configured, and changes nothing.

    Each future may be awaited for half a minute, and ends with TrayError where what was given can't be right.
    """

    @property
    def centers(self) -> CenterForms:
        """What asks IAM Identity Center."""
        ...

    def regions(self) -> Future[dict[str, str]]:
        """Return the known regions, with the locations of those whose location is known."""
        ...

    def with_key(self, form: KeyForm) -> Future[tuple[NewProfile, SealedKey]]:
        """Return the profile and its access key."""
        ...

    def of_file(self, data: bytes) -> Future[SetUpFile]:
        """Return what an administrator's file asks for."""
        ...

    def of_link(self, link: str) -> Future[SetUpFile]:
        """Return what the file behind an https link asks for."""
        ...
