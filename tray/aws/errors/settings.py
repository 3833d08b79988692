"""Finds the setting behind a failure, and words every exception that a wrong value makes botocore raise."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tray.aws.config import AwsFiles, profile_settings, read_aws_files
from tray.aws.setting_faults import Fault, SettingPlace, faults_of, place_of, place_of_address, shown
from tray.aws.setting_table import ANY, REGION, SETTINGS, Rule
from tray.model.problems import Kind, TrayError

if TYPE_CHECKING:
    from botocore.exceptions import PartialCredentialsError

    from tray.model.notebooks import Scope

# Python's exceptions for a value that has another type than expected, or can't be read.
_OF_VALUES = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, OSError)

# What is of no use without other settings, and those: without them, botocore finds no credentials and says no more.
_NEEDS = (
    (("aws_secret_access_key", "aws_session_token"), ("aws_access_key_id",)),
    (("source_profile", "credential_source", "mfa_serial", "external_id", "role_session_name"), ("role_arn",)),
    (("sso_session", "sso_start_url", "sso_region"), ("sso_account_id", "sso_role_name")),
)
# Of two settings' names: how much of them is the same, from which on one is taken for a misspelling of the other.
_SIMILAR = 0.8
_MOST_SETTINGS = 200
_LONGEST_NAME = 40
# IAM API Reference, AccessKey: at least 16 letters and digits. AWS has given no small letters so far.
_KEY_ID = re.compile(r"[A-Z0-9]{16,128}")
_SECRET_LETTERS = 40
# The settings that access keys are made of.
_KEYS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
_LONGEST_CHAIN = 10
# Those by which an AWS profile has credentials.
_OF_CREDENTIALS = {each.name for each in SETTINGS if each.of_credentials and each.name}
# Those of which AWS says no more than that it gives the role to nobody who asks so.
_ROLE = ("role_arn", "external_id", "mfa_serial", "role_session_name", "sso_account_id", "sso_role_name")

# botocore's names for settings in its errors, if they differ from the settings' names.
_PARAMETERS = {
    "request arn": "role_arn",  # “Request ARN is invalid”: of a partition that the region isn't in, for example
    "rolearn": "role_arn",
    "rolesessionname": "role_session_name",
    "externalid": "external_id",
    "durationseconds": "duration_seconds",
    "serialnumber": "mfa_serial",
    "tokencode": "mfa_serial",
    "webidentitytoken": "web_identity_token_file",
    "accountid": "sso_account_id",
    "rolename": "sso_role_name",
    "starturl": "sso_start_url",
    "imdsendpointmode": "ec2_metadata_service_endpoint_mode",
    "imdsendpoint": "ec2_metadata_service_endpoint",
    "endpoint": "endpoint_url",
    "confignotfound": "AWS_CREDENTIAL_FILE",
}


def wrong_setting(error: Exception, aws_profile: str) -> TrayError | None:
    """Return the error for the wrong setting of an AWS profile behind an exception; None if there is none."""
    from botocore.exceptions import BotoCoreError

    files = _files()
    if files is None:
        return None
    faults = faults_of(aws_profile or "default", files)
    if not faults:
        return None
    meant = _meant(faults, f"{type(error).__name__}: {error}")
    if meant is None and not isinstance(error, BotoCoreError):
        meant = faults[0]  # Python's own exceptions don't name a setting
    return meant.error() if meant is not None else None


def _meant(faults: tuple[Fault, ...], words: str) -> Fault | None:
    named = [fault for fault in faults if fault.named_in(words)]
    if named:
        return named[0]
    flat = words.lower().replace("_", "")
    for parameter, setting in _PARAMETERS.items():
        for fault in faults:
            if parameter in flat and fault.setting == setting:
                return fault
    return None


def wrong_region(aws_profile: str, region: str, near: str) -> TrayError:
    """Return the error for an AWS profile whose `region` is no region; `near` is one that may be meant, or empty."""
    files = _files()
    place = place_of(aws_profile, "region", files) if files is not None else SettingPlace()
    return Fault("region", region, shown(region), REGION, place).error(near)


def why_no_region(aws_profile: str) -> TrayError | None:
    """Return why the region of an AWS profile isn't known; None if the profile just names no region."""
    from tray.aws.config_checks import section_not_read, unread_files

    if "region" in profile_settings(aws_profile):
        return wrong_region(aws_profile, "", "")
    dropped = section_not_read(aws_profile)
    reasons = (*([dropped] if dropped else []), *unread_files())
    return next((TrayError.of(problem) for problem in reasons), None)


def wrong_certificates(aws_profile: str, named_by: str) -> TrayError | None:
    """Return the error for a file of certificates that can't be used; the setting `named_by` names the file."""
    return _first(aws_profile, *([named_by] if named_by else []), "proxy_ca_bundle", "proxy_client_cert")


def wrong_device(aws_profile: str) -> TrayError | None:
    """Return the error for a setting that can't be an MFA device, for which no code helps; None if it can be one."""
    return _first(aws_profile, "mfa_serial")


def empty_source(aws_profile: str, source: str) -> TrayError | None:
    """Return the error for a `credential_source` at which nothing was found; None if no profile names it."""
    files = _files()
    if files is None:
        return None
    for name in _chain(aws_profile):
        if profile_settings(name).get("credential_source") == source:
            place = place_of(name, "credential_source", files)
            return TrayError(
                "credential-source-empty",
                kind=Kind.SIGN_IN,
                aws_profile=aws_profile,
                source=source,
                section=place.section,
                path=str(place.path or ""),
                line=place.line,
            )
    return None


def source_without_credentials(aws_profile: str) -> TrayError | None:
    """Return what the profile at the end of a role's chain lacks; None if the profile builds on no other one."""
    files, chain = _files(), list(_chain(aws_profile))
    if files is None or len(chain) < 2 or chain[-1] not in files.merged["profiles"]:
        return None
    if why := why_no_credentials(chain[-1]):
        return why
    # Of the profile itself that a role builds on, botocore says in its own words that it has none.
    if len(chain) == 2 or profile_settings(chain[-1]).keys() & _OF_CREDENTIALS:
        return None
    return TrayError("no-credentials", kind=Kind.CONFIGURATION, aws_profile=chain[-1], some=False)


def device_of_another(aws_profile: str) -> str:
    """Return the AWS profile that has the MFA device which a role's own profile lacks; empty without one.

    aws-vault takes the device from the profile that the role builds on, or from [default]; the AWS CLI and botocore
    read it in the role's own profile alone.
    """
    if "mfa_serial" in profile_settings(aws_profile):
        return ""
    others = (*list(_chain(aws_profile))[1:], "default")
    return next((name for name in others if profile_settings(name).get("mfa_serial")), "")


def wrong_role(aws_profile: str) -> TrayError | None:
    """Return the error for a setting of a role, or of one that it builds on, that AWS refuses in words for any role.

    Of such a value AWS says that the user may not assume the role, or has no access to it.
    """
    return _first_of_chain(aws_profile, *_ROLE)


def refused_setting(said: str, aws_profile: str) -> TrayError | None:
    """Return the error for the setting that AWS refuses in these words, though its form is right; None without one."""
    files = _files()
    flat = said.lower().replace("_", "")
    named = [setting for parameter, setting in _PARAMETERS.items() if parameter in flat]
    if files is None or not named:
        return None
    for name in _chain(aws_profile):
        own = files.merged["profiles"].get(name, {})
        for setting in SETTINGS:
            value = own.get(setting.name)
            if setting.name in named and isinstance(value, str):
                place = place_of(name, setting.name, files)
                fault = Fault(setting.name, value, None if setting.secret else shown(value), ANY, place)
                return fault.error(said=said.rstrip("."))
    return None


def wrong_address(aws_profile: str) -> TrayError | None:
    """Return the error for a service's address that can't be one; None if there is no such address."""
    return _first(aws_profile, "endpoint_url")


def address_set_by(aws_profile: str) -> dict[str, Any]:
    """Return the setting that leads SageMaker's calls to another address than AWS', as places of a sentence.

    They are empty where none does. A variable that keeps such settings from being read is taken into account.
    """
    ignored = os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true"
    files = None if ignored else _files()
    place = place_of_address(aws_profile or "default", "sagemaker", files) if files is not None else None
    place = place or SettingPlace()
    setting = place.variable or ("endpoint_url" if place.section else "")
    return {"setting": setting, "section": place.section, "path": str(place.path or ""), "line": place.line}


def _first(aws_profile: str, *settings: str) -> TrayError | None:
    files = _files()
    faults = faults_of(aws_profile or "default", files, settings) if files is not None else ()
    return next((fault.error() for fault in faults), None)


@contextmanager
def explained(aws_profile: str) -> Iterator[None]:
    """Inside the block, turn an exception that a wrong setting of an AWS profile causes into a TrayError."""
    try:
        yield
    except Exception as error:
        wrong = explanation(error, aws_profile)
        if wrong is None:
            raise
        raise wrong from error


def explanation(error: Exception, aws_profile: str) -> TrayError | None:
    """Return the error for the wrong setting behind an exception that is not botocore's own; None without one."""
    # A setting of a wrong type can make botocore's chain of credentials look like that of another release.
    other_release = isinstance(error, TrayError) and error.problem.code == "unknown-botocore"
    if not other_release and not isinstance(error, _OF_VALUES):
        return None
    return wrong_setting(error, aws_profile) or _broken_data()


def _broken_data() -> TrayError | None:
    from tray.aws.service_model import broken_data

    found = broken_data()
    if found is None:
        return None
    return TrayError("botocore-data-broken", kind=Kind.CONFIGURATION, path=str(found[0]), variable=found[1])


def incomplete(error: PartialCredentialsError, scope: Scope) -> TrayError:
    """Return the error for incomplete credentials: the missing part, by botocore's name, and where the others stand."""
    files = _files()
    profile = scope.aws_profile or "default"
    provider, missing = str(error.kwargs.get("provider", "")), str(error.kwargs.get("cred_var", "")).strip("'")
    there = "role_arn" if provider == "assume-role" else "aws_access_key_id"
    if provider == "env":
        return TrayError("environment-incomplete", kind=Kind.CONFIGURATION, missing=missing, aws_profile=profile)
    return _incomplete(profile, missing, there, files)


def why_no_credentials(aws_profile: str) -> TrayError | None:
    """Return what an AWS profile lacks where botocore finds no credentials; None if nothing in it is meant as such.

    First what is written in another way than botocore reads it (`aws_access_key`), then settings without those that go
    with them.
    """
    files = _files()
    own = files.merged["profiles"].get(aws_profile, {}) if files is not None else {}
    if files is None:
        return None
    for name in list(own)[:_MOST_SETTINGS]:
        if near := _misspelt(name, own):
            place = place_of(aws_profile, name, files)
            return TrayError(
                "aws-setting-unread",
                kind=Kind.CONFIGURATION,
                aws_profile=aws_profile,
                setting=shown(name) or "…",
                near=near,
                section=place.section,
                path=str(place.path or ""),
                line=place.line,
            )
    for there, needed in _NEEDS:
        missing = tuple(name for name in needed if not own.get(name))
        if missing and (found := next((name for name in there if own.get(name)), "")):
            return _incomplete(aws_profile, ", ".join(missing), found, files)
    return None


def _misspelt(name: str, own: Mapping[str, Any]) -> str:
    """Return the setting of credentials that a name which is none may mean; empty without one."""
    from difflib import get_close_matches

    known = {setting.name for setting in SETTINGS if setting.name}
    if name in known or len(name) > _LONGEST_NAME:
        return ""
    wanted = [each.name for each in SETTINGS if each.of_credentials and each.name and each.name not in own]
    plain = name.replace("-", "_").replace(" ", "_")
    return next(iter(get_close_matches(plain, wanted, 1, _SIMILAR)), "")


def wrong_keys(aws_profile: str, *, signature: bool = False) -> TrayError | None:
    """Return the error for an access key of an AWS profile, or of one that its role builds on, that can't be one.

    None if the keys have the form of AWS's, and what goes with them. AWS says of others no more than that it doesn't
    know them. Ask this only once AWS has refused them: other services than AWS have other keys in these files.

    :param signature: whether AWS knows the key, and refused the signature, which its secret makes
    """
    return _first_of_chain(aws_profile, *_KEYS) or next(
        (wrong for name in _chain(aws_profile) if (wrong := _unlike_aws(name, signature=signature))), None
    )


def _unlike_aws(aws_profile: str, *, signature: bool) -> TrayError | None:
    """Return what is wrong with the access key in an AWS profile, by the forms in which AWS gives them.

    A key's id begins with AKIA if it is a user's, and with ASIA if a session token goes with it: IAM User Guide, "IAM
    identifiers", "Unique identifiers".
    """
    files, own = _files(), profile_settings(aws_profile)
    key_id, token = own.get("aws_access_key_id"), own.get("aws_session_token") or own.get("aws_security_token")
    if files is None or not isinstance(key_id, str) or "credential_process" in own:
        return None
    if not _KEY_ID.fullmatch(key_id):
        return _wrong_key(aws_profile, "aws_access_key_id", "key-id", files)
    if key_id.startswith("ASIA") and not token:
        return _incomplete(aws_profile, "aws_session_token", "aws_access_key_id", files)
    if key_id.startswith("AKIA") and token:
        name = "aws_session_token" if own.get("aws_session_token") else "aws_security_token"
        return _wrong_key(aws_profile, name, "no-token", files)
    secret = own.get("aws_secret_access_key")
    if signature and isinstance(secret, str) and len(secret) != _SECRET_LETTERS:
        return _wrong_key(aws_profile, "aws_secret_access_key", "secret-length", files, len(secret))
    return None


def _wrong_key(aws_profile: str, setting: str, wants: str, files: AwsFiles, letters: int = 0) -> TrayError:
    place = place_of(aws_profile, setting, files)
    return Fault(setting, "…", None, Rule(wants, lambda _: False, least=letters), place).error()


def _first_of_chain(aws_profile: str, *settings: str) -> TrayError | None:
    return next((wrong for name in _chain(aws_profile) if (wrong := _first(name, *settings))), None)


def _chain(aws_profile: str) -> Iterator[str]:
    """Yield an AWS profile, and those that its role builds on."""
    name, seen = aws_profile, set[str]()
    while name and name not in seen and len(seen) < _LONGEST_CHAIN:
        yield name
        seen.add(name)
        source = profile_settings(name).get("source_profile")
        name = source if isinstance(source, str) else ""


def _incomplete(aws_profile: str, missing: str, there: str, files: AwsFiles | None) -> TrayError:
    places: dict[str, Any] = {"section": f"profile {aws_profile}", "path": "", "line": None}
    if files is not None:
        place = place_of(aws_profile, there, files)
        places = {"section": place.section, "path": str(place.path or ""), "line": place.line}
    return TrayError(
        "credentials-incomplete", kind=Kind.CONFIGURATION, aws_profile=aws_profile, missing=missing, **places
    )


def section_of(aws_profile: str) -> tuple[str, str, int | None]:
    """Return the section of an AWS profile, its file, and the line where it begins; empty and None if not known."""
    files = _files()
    if files is None or not aws_profile:
        return "", "", None
    place = place_of(aws_profile, "", files)
    return place.section, str(place.path or ""), place.line


def _files() -> AwsFiles | None:
    from botocore.exceptions import ConfigParseError

    try:
        return read_aws_files()
    except (ConfigParseError, OSError):
        return None
