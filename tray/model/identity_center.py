"""IAM Identity Center as values: where users sign in, and what a user may use there. The standard library only.

Every start imports this, so that what takes long to import is imported where it is needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tray.model.center import Center
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.model.short_text import short_text

_LONGEST_SHOWN = 60

# AWS names no limit; the default URLs have about 60 characters.
_LONGEST_URL = 200
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
# A permission set's name (sso-admin, CreatePermissionSet) has 1 to 32 of these; IAM's roles have up to 64.
_ROLE = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
# The host of a portal at AWS's own name, and nothing more.
_HOST_OF_AWS = re.compile(r"https://[a-z0-9-]+\.awsapps\.com")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class CenterRole:
    """A role (a permission set) that IAM Identity Center gives the user in an account; it signs as a `Signer`.

    :raises TrayError: (usage) the start URL, the account or the role can't be one
    """

    center: Center
    account: str
    role: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "center", center_at(self.center.start_url, self.center.region))
        if not is_account(self.account):
            raise _refused("account-refused", account=short_text(self.account, _LONGEST_SHOWN))
        if not is_role(self.role):
            raise _refused("role-refused", role=short_text(self.role, _LONGEST_SHOWN))

    def __str__(self) -> str:
        return f"role {self.role} in {self.account} of {self.center.host}"


@dataclass(frozen=True, slots=True)
class Account:
    """An account that the user may use; `name` may be empty."""

    id: str
    name: str


def is_account(text: str) -> bool:
    """Whether a text can be an account's number: 12 digits."""
    return _ACCOUNT.fullmatch(text) is not None


def is_role(text: str) -> bool:
    """Whether a text can be the name of a role of IAM Identity Center."""
    return _ROLE.fullmatch(text) is not None


def center_at(start_url: str, region: str) -> Center:
    """Return the Identity Center with a start URL, which may be spelled in any way.

    :raises TrayError: (usage) as `check_start_url`
    """
    return Center(check_start_url(start_url), region)


def check_start_url(text: str) -> str:
    """Return the common form of a start URL as users give it; without a scheme, https is meant.

    The address bar of an access portal has more than its start URL: what follows `#` says which part of the portal is
    shown (`/start/#/?tab=accounts`). And at awsapps.com, a start URL is the host with `/start`:
    https://docs.aws.amazon.com/singlesignon/latest/userguide/howtochangeURL.html

    :raises TrayError: (usage) it is no https address, or has a user's name or a query
    """
    from urllib.parse import urlsplit

    given = text.strip()
    url, _, _ = given.partition("#")
    url = plain_start_url(url if _SCHEME.match(url) else f"https://{url}")
    if _HOST_OF_AWS.fullmatch(url):
        url = f"{url}/start"
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0  # raises for what is no number
        good = parts.scheme == "https" and bool(parts.hostname) and has_port and not (parts.query or parts.fragment)
    except ValueError:
        good = False
    if not given or not good or "@" in url or len(url) > _LONGEST_URL or not url.isascii() or not _is_one_word(url):
        raise _refused("start-url-refused", url=short_text(given, _LONGEST_SHOWN))
    return url


def plain_start_url(start_url: str) -> str:
    """Return the common form of all spellings of a start URL: host in lower case, no `#/`, port 443 or last slashes."""
    from urllib.parse import urlsplit

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


def _is_one_word(url: str) -> bool:
    return url.isprintable() and not any(each.isspace() or each in "\"'<>\\`{|}^" for each in url)


def _refused(code: str, **places: Any) -> TrayError:
    return TrayError(code, kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, **places)
