"""The settings of a browser sign-in, which distinguish its token from others."""

from __future__ import annotations

from dataclasses import dataclass

from tray.aws.config import config_paths
from tray.aws.ini import quoted

# What the AWS CLI asks for where an sso-session names no sso_registration_scopes: to list accounts and use their roles.
ACCOUNT_SCOPE = "sso:account:access"


@dataclass(frozen=True, slots=True)
class BrowserSettings:
    """How a sign-in in the browser is set up.

    `session_name` is empty for a profile without an sso-session; `aws_profile` is one whose other settings (proxy,
    certificates, endpoint) hold for it. `own_scopes` is what the sso-session asks for, None where it says nothing.
    """

    aws_profile: str
    start_url: str
    region: str
    session_name: str = ""
    own_scopes: tuple[str, ...] | None = None

    @property
    def scopes(self) -> tuple[str, ...]:
        """What is asked for: without any, a sign-in ends after an hour, so a session always asks for accounts."""
        return self.own_scopes or ((ACCOUNT_SCOPE,) if self.session_name else ())

    @property
    def section(self) -> str:
        """Where in the AWS config file it is set up."""
        name = quoted(self.session_name or self.aws_profile)
        where = f"sso-session {name}" if self.session_name else f"profile {name}"
        return f"[{where}] in {config_paths()[0]}"
