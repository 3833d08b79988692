"""AWS profiles as who signs requests: one botocore session each, which resolves its credential chain once."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import botocore.session
from botocore.config import Config
from botocore.credentials import (
    ConfigProvider,
    Credentials,
    RefreshableCredentials,
    SharedCredentialProvider,
    SSOProvider,
    create_credential_resolver,
)
from botocore.exceptions import ConfigNotFound, NoCredentialsError, UnauthorizedSSOTokenError

from tray.aws.config import AwsFiles, config_paths
from tray.aws.processes import CredentialProcess, Failures
from tray.aws.signin.loaders import token_cache
from tray.aws.signin.mfa import MfaCredentials, RoleProvider
from tray.aws.signin.tokens import AHEAD_SECONDS, SharedTokenProvider, Tokens
from tray.aws.trust import trust_the_system
from tray.model.signer import AwsProfile

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.credentials import CredentialResolver
    from botocore.hooks import HierarchicalEmitter
    from botocore.loaders import Loader

    from tray.access_keys import AccessKey
    from tray.aws.signin.mfa import Ask
    from tray.model.signer import Signer

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


class Memory:
    """What identities know in common, and what outlives them: they are made anew whenever a file has changed."""

    def __init__(self) -> None:
        self.mfa = MfaCredentials()
        self.tokens = Tokens()
        self.failures = Failures()


class Identity:
    """One signer. Its lock is its own: a credential_process that hangs holds up no other profile.

    With `ask`, codes of MFA devices are asked for: only ever for the person's own click.
    """

    def __init__(
        self,
        signer: Signer,
        files: AwsFiles,
        loader: Loader,
        hooks: HierarchicalEmitter,
        memory: Memory,
        *,
        access_key: AccessKey | None = None,
        ask: Ask | None = None,
    ) -> None:
        self.signer = signer
        self.config_profile, self.files = settings_of(signer, files)
        self._memory = memory
        self._ask = ask
        self._lock = threading.Lock()
        self._token_providers: list[SharedTokenProvider] = []
        self._roles: RoleProvider | None = None
        self._lifetime_seconds = 0.0
        if access_key is not None:
            self._credentials: Credentials | None = Credentials(
                access_key.key_id, access_key.secret, access_key.session_token or None, method="keyring"
            )
        else:
            self._credentials = None
        session = SharedFilesSession(self.config_profile, self.files, loader, hooks)
        # Raises ProfileNotFound if there is no such profile.
        settings = session.get_scoped_config()
        self.shape = client_shape(settings, files.merged)
        self.account = account_named(settings) if access_key is None else None
        self.mfa_serial = str(settings.get("mfa_serial", ""))
        # The region that botocore gives a profile that names none: AWS_DEFAULT_REGION, say.
        self.own_region: str | None = session.get_config_variable("region")
        self._session: SharedFilesSession | None = session if access_key is None else None

    def credentials(self, region: str) -> Credentials:
        """Return the profile's credentials, which are good now. May block on the network.

        `region` is where a role is assumed, for a profile that has no region of its own.

        :raises botocore.exceptions.BotoCoreError: there are none, or they can't be had
        :raises MfaCodeNeeded: they need a code that nobody is there to give
        :raises TrayError: its credential_process gives none
        """
        with self._lock:
            if self._credentials is None and self._session is not None:
                self._credentials = self._resolver(self._session, self.own_region or region).load_credentials()
                self._session = None  # credentials that refresh themselves keep what of it they need
            credentials = self._credentials
        if credentials is None:
            raise NoCredentialsError
        try:
            credentials.get_frozen_credentials()
        except UnauthorizedSSOTokenError:
            for provider in self._token_providers:
                provider.refused()
            raise
        return credentials

    def keep_fresh(self) -> None:
        """Refresh the credentials if they expire before the next look at them, half an hour or half their time ahead.

        :raises Exception: whatever botocore raises; those that there are stay in use
        """
        with self._lock:
            credentials = self._credentials
        if not isinstance(credentials, RefreshableCredentials):
            return
        refreshable: Any = credentials
        if refreshable.refresh_needed(0):
            return  # expired, or never had: for the next list to tell
        remaining = refreshable._seconds_remaining()
        self._lifetime_seconds = max(self._lifetime_seconds, remaining)
        ahead = min(AHEAD_SECONDS, self._lifetime_seconds / 2)
        if remaining < ahead:
            # botocore has no public way to refresh earlier than it thinks necessary. Others go on with what there is.
            refreshable._advisory_refresh_timeout = ahead
            try:
                credentials.get_frozen_credentials()
            finally:
                del refreshable._advisory_refresh_timeout
            self._lifetime_seconds = max(0.0, refreshable._seconds_remaining())

    def token_providers(self) -> dict[str, SharedTokenProvider]:
        """Return what refreshes the tokens that the credentials come from, by the sso-session's name.

        :raises botocore.exceptions.InvalidConfigError: its settings don't work
        """
        return {provider.session_name: provider for provider in self._token_providers if provider.session_name}

    def refused(self) -> None:
        """Note that AWS doesn't accept the credentials: a code is asked for again."""
        for key in self._roles.used if self._roles is not None else ():
            self._memory.mfa.drop(key)

    def _resolver(self, session: SharedFilesSession, region: str) -> CredentialResolver:
        session.set_config_variable("region", region)
        # What botocore asks for credentials, STS say, is waited for no longer than what it is asked for.
        session.set_default_client_config(Config(connect_timeout=10, read_timeout=20))
        resolver = create_credential_resolver(session, cache=_Uncached(), region_name=region)
        self._replace_providers(resolver, session)
        return resolver

    def _replace_providers(self, resolver: CredentialResolver, session: SharedFilesSession) -> None:
        """Put our own providers into the places of botocore's, also where a role looks for its source_profile."""

        def config() -> dict[str, Any]:
            return session.full_config

        botocores: Any = resolver.get_provider("assume-role")
        # There is no public way to the builder of a source_profile's providers.
        builder = botocores._profile_provider_builder
        cache = token_cache()

        def process(aws_profile: str) -> CredentialProcess:
            return CredentialProcess(aws_profile, config, self._memory.failures)

        def sso(aws_profile: str) -> SSOProvider:
            token = SharedTokenProvider(session, cache, aws_profile, self._memory.tokens)
            self._token_providers.append(token)
            return SSOProvider(
                load_config=config,
                client_creator=session.create_client,
                profile_name=aws_profile,
                cache=builder._cache,
                token_cache=cast("Any", cache),
                token_provider=token,
            )

        builder._create_process_provider, builder._create_sso_provider = process, sso
        self._roles = RoleProvider(botocores, config, self._memory.mfa, self._ask)
        config_path, credentials_path = map(str, config_paths())
        for provider in (
            self._roles,
            sso(self.config_profile),
            process(self.config_profile),
            SharedCredentialProvider(credentials_path, self.config_profile, lambda _: _there(self.files.credentials)),
            ConfigProvider(config_path, self.config_profile, lambda _: _there(self.files.config)),
        ):
            resolver.insert_after(provider.METHOD, provider)
            resolver.remove(provider.METHOD)  # removes the first of the two: botocore's own


class _Uncached(dict[str, Any]):
    """No cache of role credentials: it would give a session that refreshes ahead of time what it has already."""

    def __setitem__(self, _key: str, _value: Any) -> None:
        """Keep nothing."""


def settings_of(signer: Signer, files: AwsFiles) -> tuple[str, AwsFiles]:
    """Return the name of the AWS profile whose settings shape a signer's clients, and the files that have it.

    Those of [default] go for what has no AWS profile: a proxy or certificates may be set there.
    """
    if isinstance(signer, AwsProfile):
        return signer.name, files
    known = {"default": {}, **files.merged.get("profiles", {})}
    return "default", replace(files, merged={**files.merged, "profiles": known})


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
