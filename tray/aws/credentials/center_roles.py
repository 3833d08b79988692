"""Roles of IAM Identity Center without an AWS config: the settings that botocore would read, if a file had them.

Everything else (the token's place and its refreshing, the portal, the errors) is botocore's as for an AWS profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tray.aws.credentials.browser_settings import ACCOUNT_SCOPE, BrowserSettings, registration_scopes, spellings
from tray.aws.credentials.who import says_who
from tray.model.identity_center import plain_start_url

if TYPE_CHECKING:
    from tray.aws.config import AwsFiles
    from tray.model.center import Center
    from tray.model.identity_center import CenterRole

# The profile whose other settings (proxy, certificates) hold for signers without an AWS profile.
PROFILE = "default"


def center_settings(center: Center, files: AwsFiles) -> BrowserSettings:
    """Return how a sign-in to an Identity Center is set up, with the token's place.

    If the AWS config has an sso-session for the same place, its sign-in is also this one. Otherwise the start URL is
    the session's name: botocore then refreshes the token, at the place where it looks for the sign-in of an AWS profile
    that names the start URL alone.
    """
    for name, session in files.merged.get("sso_sessions", {}).items():
        if _leads_to(center, session):
            scopes = registration_scopes(session)
            if scopes is None or ACCOUNT_SCOPE in scopes:
                return BrowserSettings(PROFILE, session["sso_start_url"], center.region, name, scopes, center=center)
    known = spellings({**files.merged["profiles"], "": {"sso_start_url": center.start_url}})[center.start_url]
    others = tuple(url for url in known if url != center.start_url)
    return BrowserSettings(PROFILE, center.start_url, center.region, center.start_url, spellings=others, center=center)


def with_center(center: Center, files: AwsFiles, role: CenterRole | None = None) -> AwsFiles:
    """Return the files as they would be if their default profile signed in to an Identity Center, with its role.

    The default profile's own credentials are left out, and so are those of both files.
    """
    found = center_settings(center, files)
    session = {"sso_start_url": found.start_url, "sso_region": found.region}
    default: Mapping[str, Any] = files.merged["profiles"].get(PROFILE, {})
    made = {name: value for name, value in default.items() if not says_who(name)}
    made |= {"sso_session": found.session_name, "sso_start_url": found.start_url, "sso_region": found.region}
    if role is not None:
        made |= {"sso_account_id": role.account, "sso_role_name": role.role}
    # Each role has its own: what no role needs is left out. Other spellings of the start URL may have the token.
    spelled = {f"{PROFILE} {at}": {"sso_start_url": url} for at, url in enumerate(found.spellings)}
    merged = {
        **files.merged,
        "profiles": {PROFILE: made, **spelled},
        "sso_sessions": {found.session_name: session},
    }
    return replace(files, config=None, credentials=None, merged=merged)


def _leads_to(center: Center, session: Mapping[str, Any]) -> bool:
    url, region = session.get("sso_start_url"), session.get("sso_region")
    if not isinstance(url, str) or not isinstance(session.get("sso_registration_scopes", ""), str):
        return False  # botocore makes dicts of indented lines
    return plain_start_url(url) == center.start_url and region == center.region
