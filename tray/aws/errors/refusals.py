"""AWS's refusals in the user's words: missing permissions, expired credentials, a wrong clock and others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tray.aws.config import profile_settings
from tray.aws.errors.network import clock_difference_seconds
from tray.model.access_keys import cut
from tray.model.default_regions import has_to_be_enabled
from tray.model.identity_center import CenterRole
from tray.model.problems import Kind, TrayError
from tray.model.signer import StoredKey

if TYPE_CHECKING:
    from tray.model.notebooks import Scope

# The calls by which botocore gets credentials, and the IAM action of each: all others are SageMaker's.
_ACTIONS = {
    "AssumeRole": "sts:AssumeRole",
    "AssumeRoleWithWebIdentity": "sts:AssumeRoleWithWebIdentity",
    "GetSessionToken": "sts:GetSessionToken",
    "GetRoleCredentials": "sso:GetRoleCredentials",
    "CreateToken": "sso-oauth:CreateTokenWithIAM",
    "CreateOAuth2Token": "signin:CreateOAuth2Token",
}
OF_CREDENTIALS = frozenset(_ACTIONS)
_ACTIONS["GetLogEvents"] = "logs:GetLogEvents"
_ACTIONS |= {
    name: f"scheduler:{name}"
    for name in ("CreateSchedule", "UpdateSchedule", "GetSchedule", "DeleteSchedule", "ListSchedules")
}
# AWS General Reference, "Troubleshooting Signature Version 4": a signature is good for 5 minutes.
_SKEW_SECONDS = 4 * 60
# IAM User Guide, "Troubleshoot access denied error messages".
_DENIED = re.compile(
    r"(?:User: (?P<user>\S+)\s+)?is not authorized to perform:?\s+(?P<action>[\w-]+:\w+)"
    r"(?:\s+on resource:\s+(?P<arn>\S+))?(?:\s+(?P<why>(?:because|with) .*))?"
)
# For administrators with sts:DecodeAuthorizationMessage. Cut to what a line has room for, nobody can decode it.
_ENCODED = re.compile(r"Encoded authorization failure message:\s*\S*")
# What some services write in place of a reason.
_NO_WORDS = frozenset({"null", "none", "forbidden"})

GONE_CODES = frozenset({"ResourceNotFound", "ResourceNotFoundException"})
_GONE = re.compile(r"RecordNotFound|(?:Notebook [Ii]nstance|notebook-instance)\b.{0,200}\b(?:not found|does not exist)")

_PLATFORM = re.compile(r"Platform identifier \((notebook-[\w-]{1,30})\) is not supported")
_STATUS = re.compile(r"Status \((\w{1,40})\) not in")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal of AWS: the call, which may be one for credentials, and AWS's message."""

    scope: Scope
    operation: str
    resource: str
    code: str
    said: str
    headers: Mapping[str, str] = field(repr=False)


def clock(refusal: Refusal) -> TrayError | None:
    """Return the error for a wrong clock, with the difference; None if the clock is right or the answer has no time."""
    difference = clock_difference_seconds(refusal.headers.get("date", ""))
    if difference is None or abs(difference) < _SKEW_SECONDS:
        return None
    return TrayError("clock-wrong", ahead_seconds=difference, **where(refusal.scope))


def signature(refusal: Refusal) -> TrayError:
    """Return the error for a signature that AWS doesn't accept."""
    said = one_line(refusal.said) or refusal.code
    scope = refusal.scope
    places: dict[str, Any] = {"aws_profile": scope.aws_profile, "profile": scope.profile, "said": said}
    return TrayError("signature-refused", kind=Kind.SIGN_IN, **places)


def expired(refusal: Refusal) -> TrayError:
    """Return the error for expired credentials."""
    return sign_in("credentials-expired", refusal.scope)


def unrecognised(refusal: Refusal) -> TrayError:
    """Return the error for credentials that are unknown where they were used."""
    region = refusal.scope.region
    return sign_in("credentials-unknown", refusal.scope, region=region, optional=has_to_be_enabled(region))


def no_role(refusal: Refusal) -> TrayError:
    """Return the error for a profile's role that Identity Center doesn't give the user."""
    scope = refusal.scope
    settings = profile_settings(scope.aws_profile)
    if isinstance(scope.signer, CenterRole):
        settings = {"sso_role_name": scope.signer.role, "sso_account_id": scope.signer.account}
    return TrayError(
        "no-permission-set",
        kind=Kind.DENIED,
        aws_profile=scope.aws_profile,
        profile=scope.profile,
        role=settings.get("sso_role_name", "?"),
        account=settings.get("sso_account_id", "?"),
    )


def identity_token(refusal: Refusal) -> TrayError:
    """Return the error for a token of another identity provider that AWS refuses: of `web_identity_token_file`."""
    scope = refusal.scope
    return TrayError(
        "identity-token-refused",
        kind=Kind.SIGN_IN,
        aws_profile=scope.aws_profile,
        path=_token_file(scope.aws_profile),
        said=one_line(refusal.said) or refusal.code,
    )


def _token_file(aws_profile: str) -> str:
    """Return the `web_identity_token_file` of an AWS profile, or of the one that its role builds on; empty if none."""
    settings, seen = profile_settings(aws_profile), {aws_profile}
    while isinstance(source := settings.get("source_profile"), str) and source not in seen:
        seen.add(source)
        settings = profile_settings(source)
    return str(settings.get("web_identity_token_file", ""))


def denied(refusal: Refusal) -> TrayError:
    """Return the error for a missing permission: the IAM action and the ARN, from AWS's message if it names them."""
    scope, told = refusal.scope, _DENIED.search(refusal.said)
    arn = (told and told["arn"]) or refusal.resource
    if not arn and refusal.operation in ("AssumeRole", "AssumeRoleWithWebIdentity"):
        arn = str(profile_settings(scope.aws_profile).get("role_arn", ""))
    # A refusal in other words has another reason than a missing permission: a wrong code of an MFA device, for example.
    why = one_line((told["why"] or "") if told else refusal.said).rstrip(".")
    if why.casefold() in _NO_WORDS:
        why = ""
    return TrayError(
        "access-denied",
        kind=Kind.DENIED,
        **_signer(scope),
        user=(told and told["user"]) or "",
        action=(told and told["action"]) or _ACTIONS.get(refusal.operation, f"sagemaker:{refusal.operation}"),
        region=scope.region,
        why=why,
        arn=arn or "*",
        explicitly="explicit deny" in why,
    )


def disabled(refusal: Refusal) -> TrayError:
    """Return the error for a region that the account has not enabled."""
    scope = refusal.scope
    return TrayError("region-disabled", kind=Kind.CONFIGURATION, **_signer(scope), region=scope.region)


def throttled(refusal: Refusal) -> TrayError:
    """Return the error for too many calls."""
    said = one_line(refusal.said) or refusal.code
    return TrayError("throttled", kind=Kind.THROTTLED, said=said, **where(refusal.scope))


def failing(refusal: Refusal) -> TrayError:
    """Return the error for a call at which AWS itself failed, which the user can only try again."""
    said = one_line(refusal.said) or refusal.code
    places: dict[str, Any] = {"operation": refusal.operation, "said": said, **where(refusal.scope)}
    return TrayError("aws-failing", kind=Kind.UNREACHABLE, **places)


def limit(refusal: Refusal) -> TrayError:
    """Return the error for the limit on notebook instances."""
    return TrayError("instance-limit", said=one_line(refusal.said) or refusal.code, **where(refusal.scope))


def gone_notebook(refusal: Refusal) -> TrayError | None:
    """Return the error for a notebook instance that doesn't exist; None if AWS refused for another reason."""
    if refusal.code not in GONE_CODES and not _GONE.search(refusal.said):
        return None
    return TrayError("instance-gone", resource=refusal.resource, **where(refusal.scope))


def not_running(refusal: Refusal) -> TrayError | None:
    """Return the error for a notebook instance that was stopped meanwhile; None if AWS refused for another reason.

    AWS writes `Status (Stopped) not in ([InService]). Unable to …` (seen with StopNotebookInstance; the service uses
    the same words for its other calls), or that the notebook instance is not InService.
    """
    found = _STATUS.search(refusal.said)
    if found is None and "InService" not in refusal.said:
        return None
    return TrayError(
        "not-running-any-more",
        name=refusal.resource.rpartition("/")[2],
        state=found[1] if found else "",
        **where(refusal.scope),
    )


def wrong_status(refusal: Refusal) -> TrayError | None:
    """Return the error for a notebook instance that can't be started, or stopped, from the status that it has.

    AWS writes `Status (Pending) not in ([Stopped, Failed]). Unable to …`. None if AWS refused for another reason.
    """
    found = _STATUS.search(refusal.said)
    if found is None:
        return None
    code = "cannot-stop-now" if refusal.operation == "StopNotebookInstance" else "cannot-start-now"
    return TrayError(code, name=refusal.resource.rpartition("/")[2], state=found[1], **where(refusal.scope))


def retired_platform(refusal: Refusal) -> TrayError | None:
    """Return the error for a platform on which AWS starts no notebook instance any more; None if it refused otherwise.

    The words are known of CreateNotebookInstance: `Platform identifier (notebook-al2-v1) is not supported for this
    service` (orcasecurity-research/AIGoat#10). That a start is refused with the same ones is our guess.
    """
    found = _PLATFORM.search(refusal.said)
    if found is None:
        return None
    name = refusal.resource.rpartition("/")[2]
    return TrayError("platform-retired", name=name, identifier=found[1], **where(refusal.scope))


def sign_in(code: str, scope: Scope, **places: Any) -> TrayError:
    """Return the error for a profile that needs a sign-in, and say how to sign in for this profile."""
    how = _how(scope)
    return TrayError(code, kind=Kind.SIGN_IN, aws_profile=scope.aws_profile, profile=scope.profile, how=how, **places)


def _how(scope: Scope) -> str:
    """Return how to sign in, by the settings of the profile or of the profile that its role builds on."""
    if isinstance(scope.signer, CenterRole):
        return "browser"
    settings, seen = profile_settings(scope.aws_profile), {scope.aws_profile}
    # botocore asks for a code only when it assumes a role: it doesn't read a serial beside plain keys.
    while isinstance(source := settings.get("source_profile"), str) and source not in seen:
        if _asks_for_code(settings):
            break
        seen.add(source)
        settings = profile_settings(source)
    if _asks_for_code(settings):
        return "mfa"
    if settings.keys() & {"sso_session", "sso_start_url"}:
        return "browser"
    if settings.keys() >= {"role_arn", "web_identity_token_file"}:
        return "token"
    if "login_session" in settings:
        return "login"
    return "process" if "credential_process" in settings else "keys"


def _asks_for_code(settings: Mapping[str, Any]) -> bool:
    return settings.keys() >= {"role_arn", "mfa_serial"}


def where(scope: Scope) -> dict[str, Any]:
    """Return the scope's region and profile as places of a sentence."""
    return {"region": scope.region, "profile": scope.profile}


def _signer(scope: Scope) -> dict[str, Any]:
    """Return the signer as places of a sentence: an AWS profile, or the access key of a profile."""
    key = cut(scope.signer.key_id) if isinstance(scope.signer, StoredKey) else ""
    return {"aws_profile": scope.aws_profile, "key": key, "profile": scope.profile}


def one_line(said: str, most: int = 300) -> str:
    """Return the first line of a foreign message, shortened to `most` characters.

    Characters that control a terminal or change the direction of text are replaced by spaces. An encoded message is
    left out.
    """
    # Cut before it is taken apart: a million lines would keep all other threads for a second.
    first = next(iter(said.lstrip()[:most].splitlines()), "")
    if encoded := _ENCODED.search(first):
        first = first[: encoded.start()].rstrip(" .") + first[encoded.end() :]
    return "".join(each if each.isprintable() else " " for each in first).strip()
