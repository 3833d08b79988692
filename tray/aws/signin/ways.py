"""Which sign-in an AWS profile needs, and how that sign-in is set up, by the parsed AWS config. Pure.

botocore's reading of the same settings is in `AssumeRoleProvider` and `SSOProvider` of `botocore/credentials.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from tray.aws.config import AwsFiles, config_paths
from tray.aws.credentials.browser_settings import BrowserSettings, registration_scopes, spellings
from tray.aws.credentials.center_roles import center_settings
from tray.aws.ini import quoted
from tray.aws.setting_faults import meant_name, refuse_nested, refuse_nested_session
from tray.model.identity_center import plain_start_url
from tray.model.problems import Kind, TrayError
from tray.model.sign_in import Method, SignIn

if TYPE_CHECKING:
    from tray.model.center import Center

_REQUIRED = ("sso_start_url", "sso_region")
_ACCOUNT = ("sso_account_id", "sso_role_name")
# IAM Identity Center's default names are d- and ten digits. A name that an administrator chose is known to users.
_CHOSEN_HOST = re.compile(r"(?!d-[0-9a-f]{10}\.)[a-z0-9-]+\.awsapps\.com")


def sign_ins_of(aws_profile: str, files: AwsFiles) -> tuple[SignIn, ...]:
    """Return all sign-ins that a profile needs, in the order in which it needs them; none if no sign-in helps it.

    The first is that of the profile at the end of the `source_profile` chain; the MFA devices of the roles follow.

    :raises TrayError: (configuration) its settings lack something, contradict each other, or go round in a circle
    """
    chain = list(_chain(aws_profile, files))
    needed: list[SignIn] = []
    if chain:
        name, settings = chain[-1]
        if _uses_browser(settings):
            browser = _browser_settings(name, files)
            key = browser.session_name or plain_start_url(browser.start_url)
            needed.append(SignIn(Method.BROWSER, key, browser.session_name or _known_as(browser)))
        needed += [
            SignIn(Method.MFA, name, name)
            for name, settings in reversed(chain)
            if settings.get("mfa_serial") and _is_role(settings)
        ]
    return tuple(dict.fromkeys(needed))


def sign_in_to(center: Center, files: AwsFiles) -> SignIn:
    """Return the sign-in to an Identity Center: that of an sso-session of the AWS config, where one leads there."""
    name = center_settings(center, files).session_name
    return SignIn(Method.BROWSER, name, center.host if name == center.start_url else name, center)


def browser_settings(sign_in: SignIn, files: AwsFiles) -> BrowserSettings:
    """Return how a sign-in in the browser is set up.

    :raises TrayError: (configuration) no profile uses it any more, or profiles set it up differently
    """
    if sign_in.center is not None:
        return center_settings(sign_in.center, files)
    found: list[BrowserSettings] = []
    wrong: TrayError | None = None
    for name, settings in files.merged["profiles"].items():
        if _key(settings) == sign_in.key and _uses_browser(settings):
            try:
                found.append(_browser_settings(name, files))
            except TrayError as error:  # an incomplete profile doesn't keep the others from being used
                wrong = wrong or error
    if not found:
        if wrong:
            raise wrong
        _refuse("nothing-signs-in-to", name=sign_in.name)
    first = found[0]
    for other in found:
        if other.region != first.region:
            _refuse(
                "sign-in-regions-differ",
                first=first.aws_profile,
                other=other.aws_profile,
                first_region=first.region,
                other_region=other.region,
            )
    return first


def _chain(aws_profile: str, files: AwsFiles) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield a profile, then the profiles that its role builds on, one after the other."""
    profiles: Mapping[str, Mapping[str, Any]] = files.merged["profiles"]
    seen: list[str] = []
    name: str | None = aws_profile
    while name is not None and name in profiles:
        settings = profiles[name]
        refuse_nested(name, settings, files)
        seen.append(name)
        yield name, settings
        source = settings.get("source_profile") if _is_role(settings) else None
        if source == name:
            return  # the role is assumed with the access keys in the same profile
        if source in seen:
            circle = " → ".join([*seen, str(source)])
            _refuse("aws-profiles-go-in-circles", aws_profile=aws_profile, circle=circle)
        name = source


def _is_role(settings: Mapping[str, Any]) -> bool:
    return "role_arn" in settings and "web_identity_token_file" not in settings


def _uses_browser(settings: Mapping[str, Any]) -> bool:
    """Whether a profile gets its credentials from IAM Identity Center, even if its settings are incomplete."""
    if (_is_role(settings) and settings.get("source_profile")) or "credential_source" in settings:
        return False
    if not settings.get("sso_session", settings.get("sso_start_url")):
        return any(name in settings for name in _ACCOUNT)
    # With an account or a role, botocore uses the session. Without them, a session beside another source of credentials
    # only serves other services.
    others = ("aws_access_key_id", "credential_process", "login_session", "web_identity_token_file", "role_arn")
    return any(name in settings for name in _ACCOUNT) or not any(name in settings for name in others)


def _key(settings: Mapping[str, Any]) -> str:
    return str(settings.get("sso_session", plain_start_url(str(settings.get("sso_start_url", "")))))


def _browser_settings(aws_profile: str, files: AwsFiles) -> BrowserSettings:
    profile: Mapping[str, Any] = files.merged["profiles"][aws_profile]
    refuse_nested(aws_profile, profile, files)
    session_name = profile.get("sso_session")
    if session_name is None:
        _check_complete(profile, (*_REQUIRED, *_ACCOUNT), aws_profile)
        own = profile["sso_start_url"]
        others = tuple(url for url in spellings(files.merged["profiles"])[own] if url != own)
        return BrowserSettings(aws_profile, own, profile["sso_region"], spellings=others)
    session = files.merged.get("sso_sessions", {}).get(session_name)
    if session is None:
        near = meant_name(session_name, files.merged.get("sso_sessions", {}))
        header = quoted(session_name)
        _refuse("no-sso-session", session=session_name, aws_profile=aws_profile, header=header, near=near)
    refuse_nested_session(session_name, session)
    _check_complete(session, _REQUIRED, aws_profile, session_name)
    _check_complete({**profile, **session}, _ACCOUNT, aws_profile)
    for name, value in session.items():
        if profile.get(name, value) != value:
            _refuse(
                "aws-settings-differ",
                aws_profile=aws_profile,
                session=session_name,
                setting=name,
                header=quoted(aws_profile),
                own=str(profile[name]),
                its=str(value),
            )
    own_scopes = registration_scopes(session)
    return BrowserSettings(aws_profile, session["sso_start_url"], session["sso_region"], session_name, own_scopes)


def _check_complete(settings: Mapping[str, Any], names: tuple[str, ...], aws_profile: str, session: str = "") -> None:
    if missing := tuple(name for name in names if not settings.get(name)):
        header = quoted(session or aws_profile)
        _refuse("aws-settings-missing", aws_profile=aws_profile, session=session, missing=missing, header=header)


def _known_as(settings: BrowserSettings) -> str:
    """Return the start URL's host if an administrator chose it; otherwise the profile's name."""
    try:
        host = (urlsplit(settings.start_url).hostname or "").lower()
    except ValueError:
        return settings.aws_profile  # AWS refuses the URL, and says why
    return host if _CHOSEN_HOST.fullmatch(host) else settings.aws_profile


def _refuse(code: str, **places: Any) -> NoReturn:
    raise TrayError(code, kind=Kind.CONFIGURATION, config=config_paths()[0], **places)
