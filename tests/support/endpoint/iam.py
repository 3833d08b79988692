"""IAM as the world knows it: roles and whom they trust, MFA devices, other providers' tokens, and what is denied."""

from __future__ import annotations

import hmac
import secrets
import struct
import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.demo.clock import Clock
    from tray.demo.world import Principal

_STEP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Role:
    """A role: who may assume it, and for how long.

    `trusts` has ARNs of users, roles and accounts (`arn:aws:iam::ACCOUNT:root`), and for web identities the
    provider's name. `lasting_seconds` is how long its credentials hold whatever was asked for, for tests that
    can't wait the 15 minutes that AWS gives at least.
    """

    arn: str
    trusts: frozenset[str]
    external_id: str = ""
    needs_mfa: bool = False
    maximum_seconds: int = 3600
    lasting_seconds: float | None = None

    @property
    def account_id(self) -> str:
        """The account that it is of."""
        return self.arn.split(":")[4]

    @property
    def name(self) -> str:
        """Its name, without a path."""
        return self.arn.rpartition("/")[2]

    def trusts_principal(self, principal: Principal) -> bool:
        """Return whether a principal may assume it; a session in a role stands for the role."""
        return not {_plain(arn) for arn in self.trusts}.isdisjoint(
            {principal.arn, _plain(principal.arn), f"arn:aws:iam::{principal.account_id}:root"}
        )


@dataclass(frozen=True, slots=True)
class MfaDevice:
    """A virtual MFA device of a user's, which shows other digits every 30 seconds (RFC 6238)."""

    serial: str
    user_arn: str
    key: bytes = field(default_factory=lambda: secrets.token_bytes(20), repr=False)


@dataclass(frozen=True, slots=True)
class WebIdentity:
    """A token of an identity provider's, such as the one that a pod finds in a file."""

    token: str = field(repr=False)
    provider: str
    subject: str
    audience: str = "sts.amazonaws.com"
    expires: datetime | None = None


class MfaError(Exception):
    """Digits that don't prove that somebody has the device."""


class Iam:
    """All roles, MFA devices and web identities, safe to use from many threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._roles: dict[str, Role] = {}
        self._devices: dict[str, MfaDevice] = {}
        self._identities: dict[str, WebIdentity] = {}
        self._used: dict[str, set[int]] = {}
        self._with_mfa: set[str] = set()
        self._denied: set[tuple[str, str]] = set()

    def put(self, *items: Role | MfaDevice | WebIdentity) -> None:
        """Add roles, devices and web identities; one of the same ARN, serial or token is replaced."""
        with self._lock:
            for item in items:
                if isinstance(item, Role):
                    self._roles[item.arn] = item
                elif isinstance(item, MfaDevice):
                    self._devices[item.serial] = item
                else:
                    self._identities[item.token] = item

    def deny(self, action: str, caller: str = "") -> None:
        """Deny an action from now on, such as `logs:GetLogEvents`: to the caller of an ARN, or to all."""
        with self._lock:
            self._denied.add((action, caller))

    def allow(self, action: str, caller: str = "") -> None:
        """Take back what `deny` did with the same arguments."""
        with self._lock:
            self._denied.discard((action, caller))

    def denies(self, action: str, caller: str) -> bool:
        """Return whether an action is denied to a caller."""
        with self._lock:
            return not self._denied.isdisjoint({(action, caller), (action, "")})

    def role(self, arn: str) -> Role | None:
        """Return the role with this ARN, or None."""
        with self._lock:
            return self._roles.get(arn)

    def web_identity(self, token: str) -> WebIdentity | None:
        """Return whose token this is, or None."""
        with self._lock:
            return self._identities.get(token)

    def next_mfa_code(self, serial: str) -> str:
        """Return digits that a device shows about now and that nobody has used yet.

        :raises KeyError: there is no such device
        :raises MfaError: those before, now and next are used: move the clock
        """
        with self._lock:
            device = self._devices[serial]
            for step in self._steps():
                if step not in self._used.get(serial, ()):
                    return mfa_digits(device.key, step)
        raise MfaError(serial)

    def check_mfa(self, principal: Principal, serial: str, digits: str) -> None:
        """Use digits up.

        :raises MfaError: they are wrong, used already, or the device is not this principal's; the words are AWS's
        """
        with self._lock:
            device = self._devices.get(serial)
            if device is None or device.user_arn != principal.arn:
                raise MfaError(
                    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial "
                    "number is valid and associated with this user."
                )
            used = self._used.setdefault(serial, set())
            for step in self._steps():
                if step not in used and hmac.compare_digest(mfa_digits(device.key, step).encode(), digits.encode()):
                    used.add(step)
                    return
        raise MfaError("MultiFactorAuthentication failed with invalid MFA one time pass code. ")

    def remember_mfa(self, access_key_id: str) -> None:
        """Know that temporary credentials were given for MFA digits."""
        with self._lock:
            self._with_mfa.add(access_key_id)

    def has_mfa(self, access_key_id: str) -> bool:
        """Return whether credentials were given for MFA digits."""
        with self._lock:
            return access_key_id in self._with_mfa

    def _steps(self) -> tuple[int, int, int]:
        """Return the time steps whose digits hold, the present one first: clocks differ a little."""
        now = int(self._clock().timestamp()) // _STEP_SECONDS
        return now, now + 1, now - 1


def mfa_digits(key: bytes, step: int) -> str:
    """Return the six digits of a time step (RFC 4226, 5.3)."""
    mac = hmac.digest(key, struct.pack(">Q", step), "sha1")
    offset = mac[-1] & 15
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def _plain(arn: str) -> str:
    """Return a role's ARN without its path, and for a session in a role that of the role; others as they are."""
    prefix, _, resource = arn.partition(":sts::")
    if resource:
        account_id, _, session = resource.partition(":assumed-role/")
        return f"{prefix}:iam::{account_id}:role/{session.partition('/')[0]}" if session else arn
    head, role, path = arn.partition(":role/")
    return f"{head}{role}{path.rpartition('/')[2]}"
