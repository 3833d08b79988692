"""IAM Identity Center in the world: who signs in where, with which roles, and for how long each part is valid.

What an instance is: https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long registrations, tokens and sessions are valid, in seconds; tests shorten them, or move the world's clock.

    At AWS, a registration is valid for 90 days, an access token for one hour, and a session for 8 hours unless its
    administrator chose another length. `poll_seconds` is the time that a client must wait between polls for a device
    code.
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
        """Return the ARN of a session of `user` in the role; IAM Identity Center makes the role's name.

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
        """Add an instance; it replaces one with the same start URL, whose sign-ins go on under the new rules."""
        with self._lock:
            self._centers[_plain(center.start_url)] = center

    def at(self, start_url: str) -> IdentityCenter | None:
        """Return the instance with this start URL, which users write with or without a slash or `#/` at its end."""
        with self._lock:
            return self._centers.get(_plain(start_url))

    def registration_seconds(self) -> float:
        """Return how long the registration of a client without an instance is valid: the shortest time of all."""
        with self._lock:
            given = [center.lifetimes.registration_seconds for center in self._centers.values()]
        return min(given, default=Lifetimes().registration_seconds)


def _plain(start_url: str) -> str:
    return start_url.removesuffix("#/").removesuffix("#").rstrip("/")
