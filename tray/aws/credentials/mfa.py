"""Roles that ask for an MFA code. The credentials that a code yields are kept in memory until they expire."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import ClientError

from tray.aws.botocore_patches.times import parse_time
from tray.aws.credentials.looked_up import LookedUpCredentials
from tray.aws.errors.translation import MfaCodeNeeded
from tray.model.mfa_code import six_digits
from tray.model.sign_in import MfaQuestion
from tray.texts import pages as texts

if TYPE_CHECKING:
    from botocore.credentials import Credentials

    from tray.aws.botocore_patches.roles import CodeNeeded

Ask = Callable[[MfaQuestion], str]
Key = tuple[str | None, ...]

# Profiles with equal values of these settings share credentials: they may differ in their region, for example.
_ROLE_SETTINGS = (
    "role_arn",
    "mfa_serial",
    "source_profile",
    "credential_source",
    "external_id",
    "role_session_name",
    "duration_seconds",
)
# Credentials that expire within this time are not handed out: the request would arrive too late.
_SPARE_SECONDS = 5


class MfaCredentials:
    """The credentials that MFA codes yielded. Safe to use from many threads; they are never written to a file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Key, tuple[datetime, ReadOnlyCredentials]] = {}

    def get(self, key: Key) -> ReadOnlyCredentials | None:
        """Return the credentials that are kept for `key`, unless they have expired."""
        with self._lock:
            expires, credentials = self._kept.get(key, (None, None))
            if expires is None or (expires - datetime.now(UTC)).total_seconds() > _SPARE_SECONDS:
                return credentials
            del self._kept[key]
            return None

    def ends_at(self, key: Key) -> float | None:
        """Return when the credentials that are kept for `key` end, in seconds since the epoch; None if none are."""
        with self._lock:
            expires, _ = self._kept.get(key, (None, None))
        return expires.timestamp() if expires is not None else None

    def put(self, key: Key, found: Mapping[str, Any]) -> None:
        """Keep the credentials that a fetcher of botocore's found."""
        credentials = ReadOnlyCredentials(
            found["access_key"], found["secret_key"], found["token"], found.get("account_id")
        )
        with self._lock:
            self._kept[key] = parse_time(found["expiry_time"]), credentials

    def drop(self, key: Key) -> None:
        """Forget credentials that AWS no longer accepts."""
        with self._lock:
            self._kept.pop(key, None)


class MfaRoles:
    """Gives the credentials of roles that ask for an MFA code, from those that are kept.

    Without `ask`, the user can't be asked, and the credentials raise MfaCodeNeeded. `used` collects the keys of the
    roles in the chain.
    """

    def __init__(self, kept: MfaCredentials, ask: Ask | None) -> None:
        self.used: list[Key] = []
        self._kept = kept
        self._ask = ask

    def credentials(self, role: CodeNeeded) -> Credentials:
        """Return the credentials of a role. Each use gives the kept ones, or asks for a code to get new ones."""
        key: Key = tuple(role.settings.get(name) for name in _ROLE_SETTINGS)
        self.used.append(key)

        def current() -> ReadOnlyCredentials:
            kept = self._kept.get(key)
            if kept is None:
                if self._ask is None:
                    raise MfaCodeNeeded(role.aws_profile, role.serial)
                role.source.get_frozen_credentials()  # the source may need a code itself, which is asked for first
                self._kept.put(key, _asked(self._ask, role.aws_profile, role.serial, role.fetch))
                kept = self._kept.get(key)
            if kept is None:
                raise MfaCodeNeeded(role.aws_profile, role.serial)  # AWS gave expired credentials: a clock is wrong
            return kept

        return LookedUpCredentials(current, "assume-role", lambda: self._kept.ends_at(key))


def _asked(ask: Ask, aws_profile: str, serial: str, fetch: Callable[[str], Mapping[str, Any]]) -> Mapping[str, Any]:
    refused = ""
    while True:
        code = six_digits(ask(MfaQuestion(aws_profile, serial, refused)))
        if code is None:
            refused = texts.a_code_has_six_digits()
            continue
        try:
            return fetch(code)
        except ClientError as error:
            refused = _why_refused(error)
            if not refused:
                raise


def _why_refused(error: ClientError) -> str:
    """Return why AWS refused a code; empty if the failure isn't the code's fault.

    STS answers AccessDenied in every case; only its message says that a code was wrong.
    """
    said = error.response.get("Error", {}).get("Message", "")
    if "MultiFactorAuthentication failed" not in said:
        return ""
    if "unable to validate" in said:
        return texts.device_not_known()
    return texts.code_not_accepted()
