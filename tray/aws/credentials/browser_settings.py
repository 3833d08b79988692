"""The settings of a browser sign-in, which distinguish its token from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tray.aws.config import config_paths
from tray.aws.ini import quoted
from tray.model.identity_center import plain_start_url

if TYPE_CHECKING:
    from tray.model.center import Center

# The AWS CLI's default where an sso-session names no sso_registration_scopes: to list accounts and use their roles.
ACCOUNT_SCOPE = "sso:account:access"


@dataclass(frozen=True, slots=True)
class BrowserSettings:
    """How a sign-in in the browser is set up.

    `session_name` is empty for a profile without an sso-session. `aws_profile` is the profile whose other settings
    (proxy, certificates, endpoint) the sign-in uses. `own_scopes` are the registration scopes that the sso-session
    names; None if it names none. `spellings` are other start URLs of the AWS config that lead to the same place, for a
    profile without an sso-session. A `center` was named by a profile of this program, and not by the AWS config.
    """

    aws_profile: str
    start_url: str
    region: str
    session_name: str = ""
    own_scopes: tuple[str, ...] | None = None
    spellings: tuple[str, ...] = ()
    center: Center | None = None

    @property
    def scopes(self) -> tuple[str, ...]:
        """The registration scopes to ask for. A session always asks for accounts: else a sign-in lasts an hour."""
        return self.own_scopes or ((ACCOUNT_SCOPE,) if self.session_name else ())

    @property
    def client_name(self) -> str:
        """What names this program's client to AWS: the sign-in that it is for."""
        return self.center.host if self.center is not None else self.session_name or self.aws_profile

    @property
    def section(self) -> str:
        """The section of the AWS config file that sets up the sign-in; empty if no file does."""
        if self.center is not None:
            return ""
        name = quoted(self.session_name or self.aws_profile)
        where = f"sso-session {name}" if self.session_name else f"profile {name}"
        return f"[{where}] in {config_paths()[0]}"


def registration_scopes(session: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the registration scopes that an sso-session names; None if it names none."""
    scopes = session.get("sso_registration_scopes")
    return None if scopes is None else tuple(scope.strip() for scope in scopes.split(",") if scope.strip())


def spellings(profiles: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return a mapping from each start URL of profiles without an sso-session to all its spellings."""
    found: dict[str, dict[str, None]] = {}
    for settings in profiles.values():
        url = settings.get("sso_start_url")
        # botocore makes dicts of indented lines. A session that is called like its start URL is this program's.
        if url and isinstance(url, str) and settings.get("sso_session", url) == url:
            found.setdefault(plain_start_url(url), {})[url] = None
    return {url: tuple(urls) for urls in found.values() for url in urls}
