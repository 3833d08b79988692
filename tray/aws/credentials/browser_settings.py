"""The settings of a browser sign-in, which distinguish its token from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tray.aws.config import config_paths
from tray.aws.ini import quoted

# The AWS CLI's default where an sso-session names no sso_registration_scopes: to list accounts and use their roles.
ACCOUNT_SCOPE = "sso:account:access"


@dataclass(frozen=True, slots=True)
class BrowserSettings:
    """How a sign-in in the browser is set up.

    `session_name` is empty for a profile without an sso-session. `aws_profile` is the profile whose other settings
    (proxy, certificates, endpoint) the sign-in uses. `own_scopes` are the registration scopes that the sso-session
    names; None if it names none. `spellings` are other start URLs of the AWS config that lead to the same place, for a
    profile without an sso-session.
    """

    aws_profile: str
    start_url: str
    region: str
    session_name: str = ""
    own_scopes: tuple[str, ...] | None = None
    spellings: tuple[str, ...] = ()

    @property
    def scopes(self) -> tuple[str, ...]:
        """The registration scopes to ask for. A session always asks for accounts: else a sign-in lasts an hour."""
        return self.own_scopes or ((ACCOUNT_SCOPE,) if self.session_name else ())

    @property
    def section(self) -> str:
        """The section of the AWS config file that sets up the sign-in."""
        name = quoted(self.session_name or self.aws_profile)
        where = f"sso-session {name}" if self.session_name else f"profile {name}"
        return f"[{where}] in {config_paths()[0]}"


def plain_start_url(start_url: str) -> str:
    """Return the common form of all spellings of a start URL: host in lower case, no `#/`, port 443 or last slashes."""
    try:
        parts = urlsplit(start_url.strip())
        port = parts.port
    except ValueError:
        return start_url
    if not parts.scheme or not parts.hostname or parts.fragment.strip("/") or parts.username is not None:
        return start_url
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if port is not None and (parts.scheme, port) not in (("https", 443), ("http", 80)):
        host = f"{host}:{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{host}{parts.path.rstrip('/')}{query}"


def spellings(profiles: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return a mapping from each start URL of profiles without an sso-session to all its spellings."""
    found: dict[str, dict[str, None]] = {}
    for settings in profiles.values():
        url = settings.get("sso_start_url")
        if url and isinstance(url, str) and "sso_session" not in settings:  # botocore makes dicts of indented lines
            found.setdefault(plain_start_url(url), {})[url] = None
    return {url: tuple(urls) for urls in found.values() for url in urls}
