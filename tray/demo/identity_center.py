"""IAM Identity Center as the world knows it: who signs in where, with which roles, and for how long all of it holds.

What an instance is: https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long things hold, in seconds; tests make them short, or move the world's clock.

    A registration holds 90 days at AWS, an access token one hour, and a session 8 hours unless its administrator
    chose another length. `poll_seconds` is how often a client may ask after a device code.
    """

    registration_seconds: float = 90 * 24 * 3600
    code_seconds: float = 60
    device_code_seconds: float = 600
    token_seconds: float = 3600
    session_seconds: float = 8 * 3600
    role_seconds: float = 3600
    poll_seconds: int = 5


@dataclass(frozen=True, slots=True)
class Assignment:
    """A role (a permission set) that the user has in an account."""

    account_id: str
    account_name: str
    role_name: str

    @property
    def email(self) -> str:
        """The account's address."""
        return f"{self.account_name.lower().replace(' ', '-')}@example.com"

    def arn(self, user: str) -> str:
        """Return the ARN of a session of `user`'s in the role, whose name IAM Identity Center makes.

        https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
        """
        mark = hashlib.sha256(f"{self.account_id}/{self.role_name}".encode()).hexdigest()[:16]
        return f"arn:aws:sts::{self.account_id}:assumed-role/AWSReservedSSO_{self.role_name}_{mark}/{user}"


@dataclass(frozen=True, slots=True)
class IdentityCenter:
    """An instance of IAM Identity Center: its start URL, its region, and the user who signs in.

    Without `refresh_tokens` a sign-in ends with its first access token, as with some instances.
    """

    start_url: str
    region: str
    user: str
    assignments: tuple[Assignment, ...] = ()
    lifetimes: Lifetimes = Lifetimes()
    refresh_tokens: bool = True


class IdentityCenters:
    """All instances, safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._centers: dict[str, IdentityCenter] = {}

    def put(self, center: IdentityCenter) -> None:
        """Add an instance; one with the same start URL is replaced, and its sign-ins go on by the new rules."""
        with self._lock:
            self._centers[_plain(center.start_url)] = center

    def at(self, start_url: str) -> IdentityCenter | None:
        """Return the instance with this start URL, which people write with and without a slash or `#/` at its end."""
        with self._lock:
            return self._centers.get(_plain(start_url))

    def registration_seconds(self) -> float:
        """Return how long a client holds that doesn't say for which instance it is: the shortest of all."""
        with self._lock:
            given = [center.lifetimes.registration_seconds for center in self._centers.values()]
        return min(given, default=Lifetimes().registration_seconds)


def _plain(start_url: str) -> str:
    return start_url.removesuffix("#/").removesuffix("#").rstrip("/")
