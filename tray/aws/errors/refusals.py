"""What AWS refuses, in the user's words: who may not do what, whose credentials are over, which clock is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.aws.config import profile_settings
from tray.aws.errors.network import clock_difference_seconds, clock_words
from tray.model.problems import Kind, TrayError

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
# AWS General Reference, "Troubleshooting Signature Version 4": a signature is good for 5 minutes.
_SKEW_SECONDS = 4 * 60
# IAM User Guide, "Troubleshoot access denied error messages".
_DENIED = re.compile(
    r"(?:User: (?P<user>\S+) )?is not authorized to perform: (?P<action>[\w-]+:\w+)(?: on resource: (?P<arn>\S+))?"
    r"(?: (?P<why>(?:because|with) .*))?"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What AWS refused: the call, which may be one for credentials, and what it said."""

    scope: Scope
    operation: str
    resource: str
    code: str
    said: str
    headers: Mapping[str, str] = field(repr=False)


def clock(refusal: Refusal) -> TrayError | None:
    """Return that the clock is wrong, and by how much; None if it isn't, or AWS's answer has no time."""
    difference = clock_difference_seconds(refusal.headers.get("date", ""))
    if difference is None or abs(difference) < _SKEW_SECONDS:
        return None
    return TrayError(
        "Clock is wrong",
        f"This computer's clock is {clock_words(difference)}: AWS refused {where(refusal.scope)} for it.",
        "Set the date, the time and the time zone in the system's settings, best automatically; then refresh.",
    )


def signature(refusal: Refusal) -> TrayError:
    """Return that the signature is not good."""
    scope = refusal.scope
    return TrayError(
        "Signature refused",
        f"AWS refused the signature of the {scope.signer}: {one_line(refusal.said) or refusal.code}",
        "Check the profile's access key and secret, then this computer's clock.",
        kind=Kind.SIGN_IN,
    )


def expired(refusal: Refusal) -> TrayError:
    """Return that the credentials are over."""
    scope = refusal.scope
    return sign_in(scope, f"AWS no longer accepts the credentials of the {scope.signer}")


def unrecognised(refusal: Refusal) -> TrayError:
    """Return that the credentials are unknown where they were used."""
    scope = refusal.scope
    return sign_in(
        scope,
        f"AWS does not know the credentials of the {scope.signer} in {scope.region}: they are"
        " expired or revoked, or this region is not enabled for the account",
    )


def no_role(refusal: Refusal) -> TrayError:
    """Return that Identity Center doesn't let the user have a profile's role."""
    scope = refusal.scope
    settings = profile_settings(scope.aws_profile)
    role, account = settings.get("sso_role_name", "?"), settings.get("sso_account_id", "?")
    return TrayError(
        "Access denied",
        f"The sign-in of the {scope.signer} (profile “{scope.profile}”) gives no access to the role"
        f" “{role}” in the account {account}.",
        f"Ask your administrator to assign you the permission set “{role}” for the account {account} in IAM Identity"
        " Center, or correct sso_role_name and sso_account_id in the AWS config file.",
        kind=Kind.DENIED,
    )


def denied(refusal: Refusal) -> TrayError:
    """Return which IAM action on which ARN is missing, by AWS's own words where it says so."""
    scope, told = refusal.scope, _DENIED.search(refusal.said)
    action = (told and told["action"]) or _ACTIONS.get(refusal.operation, f"sagemaker:{refusal.operation}")
    arn = (told and told["arn"]) or refusal.resource
    if not arn and refusal.operation in ("AssumeRole", "AssumeRoleWithWebIdentity"):
        arn = str(profile_settings(scope.aws_profile).get("role_arn", ""))
    user = f" ({told['user']})" if told and told["user"] else ""
    why = f", {one_line(told['why']).rstrip('.')}" if told and told["why"] else ""
    ask = f"Ask your administrator for the IAM action {action} on {arn or '*'}."
    if told and told["why"] and "explicit deny" in told["why"]:
        ask = f"Ask your administrator to lift what denies the IAM action {action} on {arn or '*'}."
    elif action == "sts:AssumeRole":
        ask += " The role's trust policy must let you, too."
    return TrayError(
        "Access denied",
        f"The {scope.signer}{user} may not do {action} in {scope.region}{why}.",
        ask,
        kind=Kind.DENIED,
    )


def disabled(refusal: Refusal) -> TrayError:
    """Return that the account doesn't have the region."""
    scope = refusal.scope
    return TrayError(
        "Region not enabled",
        f"The region {scope.region} is not enabled for the account of the {scope.signer}.",
        f"Ask your administrator to enable it, or choose others: notebook-tray profiles set {scope.profile} --region"
        " REGION",
        kind=Kind.CONFIGURATION,
    )


def throttled(refusal: Refusal) -> TrayError:
    """Return that AWS wants fewer calls."""
    return TrayError(
        "AWS is limiting requests",
        f"AWS answered {where(refusal.scope)} with “{one_line(refusal.said) or refusal.code}”: too many requests to"
        " this account at once.",
        "Nothing to do: it is tried again at the next refresh.",
        kind=Kind.THROTTLED,
    )


def limit(refusal: Refusal) -> TrayError:
    """Return that there may be no more notebook instances."""
    return TrayError(
        "Instance limit reached",
        f"{where(refusal.scope)}: {one_line(refusal.said) or refusal.code}",
        "Stop another notebook instance, or ask your administrator to raise the service quota.",
    )


def gone_notebook(refusal: Refusal) -> TrayError | None:
    """Return that the notebook instance isn't there; None if it is something else."""
    if "RecordNotFound" not in refusal.said:
        return None
    return TrayError(
        "Notebook instance not found",
        f"{refusal.resource or 'The notebook instance'} is no longer there ({where(refusal.scope)}).",
        "Refresh to see what is.",
    )


def sign_in(scope: Scope, what: str) -> TrayError:
    """Return that a sign-in is needed, and how this profile's is done."""
    return TrayError("Signing in needed", f"{what} (profile “{scope.profile}”).", _how(scope), kind=Kind.SIGN_IN)


def _how(scope: Scope) -> str:
    """Return how to sign in, by what a profile, or the one that its role builds on, has."""
    settings, seen = profile_settings(scope.aws_profile), {scope.aws_profile}
    while (source := settings.get("source_profile")) and source not in seen and "mfa_serial" not in settings:
        seen.add(source)
        settings = profile_settings(source)
    if "mfa_serial" in settings:
        return "Choose “Enter the MFA code for …” in the tray's menu."  # a command would keep what it gives for itself
    if settings.keys() & {"sso_session", "sso_start_url"}:
        return f"Choose “Sign in to …” in the menu, or run: notebook-tray signin {scope.profile}"
    if "login_session" in settings:
        return f"Sign in again: aws login --profile {scope.aws_profile}"
    if "credential_process" in settings:
        return "Sign in with the program that gives this profile its credentials (credential_process), then refresh."
    return (
        f"Renew the access keys of the {scope.signer} in the AWS credentials file, or sign in with"
        " the program of your company that writes them there."
    )


def where(scope: Scope) -> str:
    """Return what was asked, and for whom."""
    return f"SageMaker in {scope.region} (profile “{scope.profile}”)"


def one_line(said: str) -> str:
    """Return the first line of what somebody else said, at a bearable length."""
    return said.strip().splitlines()[0][:300] if said.strip() else ""
