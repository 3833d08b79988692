"""AWS profiles as who signs requests: one botocore session each, which resolves its credential chain once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.credentials import ConfigProvider, SharedCredentialProvider
from botocore.exceptions import ConfigNotFound, NoCredentialsError

from tray.aws.config import AwsFiles, config_paths
from tray.aws.errors import MfaCodeNeeded
from tray.aws.processes import start_without_window
from tray.aws.signin.loaders import use_token_folder
from tray.aws.trust import trust_the_system

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.credentials import CredentialResolver, Credentials
    from botocore.hooks import HierarchicalEmitter
    from botocore.loaders import Loader

# The settings of a profile that tell who signs and how the AWS CLI prints: they don't shape a client. All others might,
# also those that a later botocore knows: profiles share clients only where the rest is equal.
_WHO = frozenset(
    {
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_session_token",
        "aws_security_token",
        "aws_account_id",
        "credential_process",
        "credential_source",
        "duration_seconds",
        "external_id",
        "login_session",
        "mfa_serial",
        "output",
        "region",
        "role_arn",
        "role_session_name",
        "source_profile",
        "web_identity_token_file",
    }
)
_WHO_PREFIXES = ("sso_", "cli_")

Shape = tuple[tuple[str, str], ...]


class SharedFilesSession(botocore.session.Session):
    """A session that doesn't parse the AWS files again: 50 profiles would parse them 100 times."""

    def __init__(
        self, aws_profile: str, files: AwsFiles, loader: Loader, hooks: HierarchicalEmitter | None = None
    ) -> None:
        # Sessions that share hooks register none: all that botocore registers for a session are functions of its own.
        super().__init__(profile=aws_profile, event_hooks=hooks, include_builtin_handlers=hooks is None)
        self._files = files
        self.register_component("data_loader", loader)

    @property
    def full_config(self) -> dict[str, Any]:
        """Both files, as botocore merges them."""
        return self._files.merged

    def create_client(self, *args: Any, **options: Any) -> BaseClient:
        """Make a client as botocore does; all do that botocore itself makes for credentials come from here too."""
        client = super().create_client(*args, **options)
        trust_the_system(client)
        return client


class Identity:
    """One AWS profile. Its lock is its own: a credential_process that hangs holds up no other profile."""

    def __init__(self, aws_profile: str, files: AwsFiles, loader: Loader, hooks: HierarchicalEmitter) -> None:
        self.aws_profile = aws_profile
        self.files = files
        self._lock = threading.Lock()
        session = SharedFilesSession(aws_profile, files, loader, hooks)
        # Raises ProfileNotFound if there is no such profile.
        settings = session.get_scoped_config()
        self.shape = client_shape(settings, files.merged)
        self.account = account_named(settings)
        # The region that botocore gives a profile that names none: AWS_DEFAULT_REGION, say.
        self.own_region: str | None = session.get_config_variable("region")
        self._session: SharedFilesSession | None = session
        self._credentials: Credentials | None = None

    def credentials(self, region: str) -> Credentials:
        """Return the profile's credentials, which refresh themselves where their kind does. May block on the network.

        `region` is where a role is assumed, for a profile that has no region of its own.

        :raises botocore.exceptions.BotoCoreError: there are none, or they can't be had
        """
        with self._lock:
            if self._credentials is None and self._session is not None:
                if self.own_region is None:
                    self._session.set_config_variable("region", region)
                self._credentials = self._resolver(self._session).load_credentials()
                self._session = None  # credentials that refresh themselves keep what of it they need
            if self._credentials is None:
                raise NoCredentialsError
            return self._credentials

    def _resolver(self, session: SharedFilesSession) -> CredentialResolver:
        resolver: CredentialResolver = session.get_component("credential_provider")
        # botocore asks for an MFA code on the terminal. The tray has none, and started in the background of one,
        # it would be stopped by the asking. There is no public way to set a session's prompter.
        resolver.get_provider("assume-role")._prompter = _nobody_to_ask  # type: ignore[attr-defined]
        start_without_window(resolver)
        use_token_folder(resolver, self.aws_profile)
        config_path, credentials_path = map(str, config_paths())
        for provider in (
            SharedCredentialProvider(credentials_path, self.aws_profile, lambda _: _there(self.files.credentials)),
            ConfigProvider(config_path, self.aws_profile, lambda _: _there(self.files.config)),
        ):
            resolver.insert_after(provider.METHOD, provider)
            resolver.remove(provider.METHOD)  # removes the first of the two: botocore's, which parses the file again
        return resolver


def client_shape(settings: dict[str, Any], merged: dict[str, Any]) -> Shape:
    """Return what of a profile's settings may shape a client: equal shapes, equal clients.

    The `services` section that the profile names counts with what is in it.
    """
    shaping = {key: value for key, value in settings.items() if key not in _WHO and not key.startswith(_WHO_PREFIXES)}
    if "services" in shaping:
        shaping["services"] = [shaping["services"], merged.get("services", {}).get(shaping["services"])]
    return tuple(sorted((key, repr(value)) for key, value in shaping.items()))


def account_named(settings: dict[str, Any]) -> str | None:
    """Return the account that a profile's settings name: its own, its Identity Center account, or its role's."""
    for key in ("aws_account_id", "sso_account_id"):
        if account := settings.get(key):
            return str(account)
    parts = str(settings.get("role_arn", "")).split(":")  # arn:PARTITION:iam::ACCOUNT:role/NAME
    return parts[4] if len(parts) > 5 and parts[4] else None


def _there(parsed: dict[str, Any] | None) -> dict[str, Any]:
    if parsed is None:
        raise ConfigNotFound(path="")
    return parsed


def _nobody_to_ask(_prompt: str) -> str:
    raise MfaCodeNeeded
