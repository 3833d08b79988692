"""The STS API: temporary credentials for roles, for web identities and for users with an MFA device."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from tests.support.endpoint.iam import Iam, MfaError, Role
from tests.support.endpoint.query_protocol import Output, parse_form, query_answer, query_refusal
from tray.demo.attempt import Attempt
from tray.demo.protocol import ApiError
from tray.demo.temporary import temporary_principal

if TYPE_CHECKING:
    from tests.support.endpoint.desk import StrictDesk
    from tray.demo.web import Request, Response
    from tray.demo.world import Principal

_TELLABLE = ("RoleArn", "RoleSessionName", "DurationSeconds", "SerialNumber", "ProviderId")
_UNSIGNED = "AssumeRoleWithWebIdentity"

# How the query services call what the JSON services call otherwise, and the status that they give it.
_CODES: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "UnrecognizedClientException": ("InvalidClientTokenId", 403),
        "ExpiredTokenException": ("ExpiredToken", 403),
        "InvalidSignatureException": ("SignatureDoesNotMatch", 403),
        "MissingAuthenticationTokenException": ("MissingAuthenticationToken", 403),
        "IncompleteSignatureException": ("IncompleteSignature", 400),
    }
)
_SECONDS = {"AssumeRole": (900, 43200), _UNSIGNED: (900, 43200), "GetSessionToken": (900, 129600)}


@dataclass(frozen=True, slots=True)
class _Asked:
    given: Mapping[str, str]
    principal: Principal | None

    @property
    def caller(self) -> Principal:
        """The one who signed; only what needs no signature has none."""
        if self.principal is None:
            raise ApiError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
        return self.principal


class Sts:
    """The service behind forms that are sent to `POST /`."""

    def __init__(self, desk: StrictDesk, iam: Iam) -> None:
        self._desk = desk
        self._world = desk.world
        self._iam = iam
        self._do: Mapping[str, Callable[[_Asked], Output]] = {
            "AssumeRole": self._assume_role,
            "AssumeRoleWithWebIdentity": self._assume_role_with_web_identity,
            "GetCallerIdentity": self._get_caller_identity,
            "GetSessionToken": self._get_session_token,
        }

    def claims(self, request: Request) -> bool:
        """Return whether this is an STS call."""
        form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        return request.method == "POST" and request.path == "/" and form

    def answer(self, request: Request) -> Response:
        """Do what a call asks, and record it without its secrets."""
        attempt = Attempt("")
        given: dict[str, str] = {}
        principals: list[Principal] = []

        def identify() -> None:
            given.update(parse_form(request))
            attempt.operation = given.get("Action", "")
            attempt.parameters = {name: given[name] for name in _TELLABLE if name in given}
            if attempt.operation == _UNSIGNED:
                attempt.account_id = (given.get("RoleArn", "").split(":") + [""] * 5)[4]
                return
            principal, attempt.region = self._caller(request)
            principals.append(principal)
            attempt.account_id, attempt.caller = principal.account_id, principal.arn

        def do() -> Response:
            if attempt.operation not in self._do:
                raise ApiError("InvalidAction", f"Could not find operation {attempt.operation} for version 2011-06-15")
            asked = _Asked(given, principals[0] if principals else None)
            return query_answer(attempt.operation, self._do[attempt.operation](asked))

        return self._desk.serve(attempt, do, query_refusal, identify)

    def _caller(self, request: Request) -> tuple[Principal, str]:
        try:
            return self._desk.caller(request, "sts")
        except ApiError as refusal:
            code, status = _CODES.get(refusal.code, (refusal.code, refusal.status))
            raise ApiError(code, refusal.message, status) from None

    def _get_caller_identity(self, asked: _Asked) -> Output:
        caller = asked.caller
        return {"Arn": caller.arn, "UserId": caller.access_key_id, "Account": caller.account_id}

    def _get_session_token(self, asked: _Asked) -> Output:
        caller = asked.caller
        if caller.session_token:
            raise _denied("Cannot call GetSessionToken with session credentials")
        proven = self._check_mfa(asked)
        seconds = _duration(asked.given, "GetSessionToken", 43200)
        principal = self._admit(caller.account_id, caller.arn, seconds, mfa=proven)
        return {"Credentials": _credentials(principal)}

    def _assume_role(self, asked: _Asked) -> Output:
        caller, given = asked.caller, asked.given
        role_arn, session = _needed(given, "RoleArn"), _session_name(given)
        refused = _denied(f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}")
        role = self._iam.role(role_arn)
        if role is None or not role.trusts_principal(caller):
            raise refused
        if role.external_id and given.get("ExternalId") != role.external_id:
            raise refused
        proven = self._check_mfa(asked) or self._iam.has_mfa(caller.access_key_id)
        if role.needs_mfa and not proven:
            raise refused
        seconds = _role_duration(given, "AssumeRole", role)
        if seconds > 3600 and ":assumed-role/" in caller.arn:
            raise _invalid(
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
            )
        return self._session(role, session, seconds)

    def _assume_role_with_web_identity(self, asked: _Asked) -> Output:
        given = asked.given
        role_arn, session = _needed(given, "RoleArn"), _session_name(given)
        identity = self._iam.web_identity(_needed(given, "WebIdentityToken"))
        if identity is None:
            raise ApiError("InvalidIdentityToken", "The ID Token provided is not a valid JWT.")
        if identity.expires is not None and self._world.clock() >= identity.expires:
            raise ApiError("ExpiredTokenException", "Token expired: current date/time must be before its expiry")
        role = self._iam.role(role_arn)
        if role is None or identity.provider not in role.trusts:
            raise _denied("Not authorized to perform sts:AssumeRoleWithWebIdentity")
        output = dict(self._session(role, session, _role_duration(given, _UNSIGNED, role)))
        return output | {
            "SubjectFromWebIdentityToken": identity.subject,
            "Provider": identity.provider,
            "Audience": identity.audience,
        }

    def _session(self, role: Role, session: str, seconds: int) -> Output:
        lasting = seconds if role.lasting_seconds is None else role.lasting_seconds
        arn = f"arn:aws:sts::{role.account_id}:assumed-role/{role.name}/{session}"
        principal = self._admit(role.account_id, arn, lasting, mfa=False)
        return {
            "Credentials": _credentials(principal),
            "AssumedRoleUser": {"AssumedRoleId": f"AROA{secrets.token_hex(8).upper()}:{session}", "Arn": arn},
        }

    def _admit(self, account_id: str, arn: str, seconds: float, *, mfa: bool) -> Principal:
        principal = temporary_principal(account_id, arn, self._world.clock() + timedelta(seconds=seconds))
        self._world.admit(principal)
        if mfa:
            self._iam.remember_mfa(principal.access_key_id)
        return principal

    def _check_mfa(self, asked: _Asked) -> bool:
        """Return whether the call has digits of an MFA device, which are then used up.

        :raises ApiError: they are wrong
        """
        serial, digits = asked.given.get("SerialNumber", ""), asked.given.get("TokenCode", "")
        if not serial and not digits:
            return False
        try:
            self._iam.check_mfa(asked.caller, serial, digits)
        except MfaError as refusal:
            raise _denied(str(refusal)) from None
        return True


def _credentials(principal: Principal) -> Output:
    expires = {"Expiration": principal.expires} if principal.expires else {}
    return {
        "AccessKeyId": principal.access_key_id,
        "SecretAccessKey": principal.secret_access_key,
        "SessionToken": principal.session_token,
        **expires,
    }


def _needed(given: Mapping[str, str], name: str) -> str:
    if not given.get(name):
        raise _invalid(
            f"1 validation error detected: Value null at '{name[0].lower()}{name[1:]}' failed to satisfy constraint: "
            "Member must not be null"
        )
    return given[name]


def _session_name(given: Mapping[str, str]) -> str:
    name = _needed(given, "RoleSessionName")
    if not re.fullmatch(r"[\w+=,.@-]{2,64}", name, re.ASCII):
        raise _invalid("1 validation error detected: Value at 'roleSessionName' failed to satisfy constraint")
    return name


def _duration(given: Mapping[str, str], operation: str, usual: int) -> int:
    text = given.get("DurationSeconds", str(usual))
    low, high = _SECONDS[operation]
    if not text.isdecimal() or not low <= int(text) <= high:
        raise _invalid(f"1 validation error detected: Value '{text}' at 'durationSeconds' must be from {low} to {high}")
    return int(text)


def _role_duration(given: Mapping[str, str], operation: str, role: Role) -> int:
    seconds = _duration(given, operation, 3600)
    if seconds > role.maximum_seconds:
        raise _invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    return seconds


def _invalid(words: str) -> ApiError:
    return ApiError("ValidationError", words)


def _denied(words: str) -> ApiError:
    return ApiError("AccessDenied", words, 403)
