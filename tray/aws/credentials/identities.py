"""AWS profiles as signers of requests: one botocore session each, which resolves its credential chain once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore import UNSIGNED
from botocore.config import Config
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.exceptions import NoCredentialsError, UnauthorizedSSOTokenError

from tray.aws.botocore_patches.chain import PATIENCE, CredentialChain, credential_chain
from tray.aws.botocore_patches.expiry import refresh_ahead, seconds_left
from tray.aws.botocore_patches.session import Portals, SharedFilesSession
from tray.aws.botocore_patches.sso import SharedTokenProvider
from tray.aws.credentials.center_roles import PROFILE, with_center
from tray.aws.credentials.login_store import login_cache
from tray.aws.credentials.looked_up import LookedUpCredentials
from tray.aws.credentials.malformed import check_usable
from tray.aws.credentials.mfa import MfaCredentials, MfaRoles
from tray.aws.credentials.processes import CredentialProcess, Failures
from tray.aws.credentials.token_store import token_cache
from tray.aws.credentials.tokens import AHEAD_SECONDS, SharedTokens
from tray.aws.credentials.who import says_who
from tray.aws.setting_faults import refuse_endless_files
from tray.model.identity_center import CenterRole
from tray.model.signer import AwsProfile

if TYPE_CHECKING:
    from botocore.credentials import CredentialResolver
    from botocore.hooks import HierarchicalEmitter
    from botocore.loaders import Loader

    from tray.aws.config import AwsFiles
    from tray.aws.credentials.mfa import Ask
    from tray.model.access_keys import AccessKey
    from tray.model.signer import Signer

ClientShape = tuple[tuple[str, str], ...]


class Memory:
    """The state that identities share. It outlives them: identities are made anew whenever a file has changed."""

    def __init__(self) -> None:
        self.mfa = MfaCredentials()
        self.tokens = SharedTokens()
        self.failures = Failures()


class Identity:
    """One signer. Each has a separate lock, so that a hanging credential_process holds up no other profile.

    With `ask`, the identity asks for codes of MFA devices; this happens only for the user's own click. `portals` gives
    the clients of Identity Center's portal for all identities of a shape.
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
        portals: Callable[[ClientShape], Portals] = lambda _: Portals(),
    ) -> None:
        self.signer = signer
        self.config_profile, self.files = settings_of(signer, files)
        self._memory = memory
        self._lock = threading.Lock()
        self._token_providers: list[SharedTokenProvider] = []
        self._roles = MfaRoles(memory.mfa, ask)
        self._lifetime_seconds = 0.0
        if access_key is not None:
            self._credentials: Credentials | None = Credentials(
                access_key.key_id, access_key.secret, access_key.session_token or None, method="keyring"
            )
        else:
            self._credentials = None
        session = SharedFilesSession(self.config_profile, self.files.merged, loader, hooks)
        # Raises ProfileNotFound if there is no such profile.
        settings = session.get_scoped_config()
        refuse_endless_files(self.config_profile, self.files)
        self.shape = client_shape(settings, files.merged)
        session.share_portals(portals(self.shape))
        self.account = account_named(settings) if access_key is None else None
        self.mfa_serial = str(settings.get("mfa_serial", ""))
        # The region that botocore gives a profile without a region setting: AWS_DEFAULT_REGION, for example.
        self.own_region: str | None = session.get_config_variable("region")
        self._session: SharedFilesSession | None = session if access_key is None else None

    def credentials(self, region: str) -> Credentials:
        """Return the profile's credentials, which are valid now. May block on the network.

        A role is assumed in `region` if the profile names no region.

        :raises botocore.exceptions.BotoCoreError: there are no credentials, or they can't be fetched
        :raises MfaCodeNeeded: they need an MFA code, and the user can't be asked here
        :raises TrayError: the credential_process gives none, or no request can carry the credentials
        """
        with self._lock:
            if self._credentials is None and self._session is not None:
                self._credentials = self._resolver(self._session, self.own_region or region).load_credentials()
                self._session = None  # credentials that refresh themselves keep the parts of it that they need
            credentials = self._credentials
        if credentials is None:
            raise NoCredentialsError
        try:
            now = credentials.get_frozen_credentials()
            check_usable(now.access_key, now.secret_key, now.token, self.signer)
        except UnauthorizedSSOTokenError:
            for provider in self._token_providers:
                provider.refused()
            raise
        return credentials

    def signs_until(self, region: str) -> float | None:
        """Return when the profile's credentials end, in seconds since the epoch; None if they don't, or don't tell.

        Keys of an AWS file or of the keyring tell no end, even if a session token goes with them.

        :raises botocore.exceptions.BotoCoreError: as `credentials`
        """
        credentials = self.credentials(region)
        if isinstance(credentials, LookedUpCredentials):
            return credentials.ends_at()
        left = seconds_left(credentials) if isinstance(credentials, RefreshableCredentials) else None
        return time.time() + left if left is not None else None

    def keep_fresh(self) -> None:
        """Refresh the credentials if they expire before the next check: half an hour or half their lifetime ahead.

        :raises Exception: any exception of botocore's; the present credentials stay in use
        """
        with self._lock:
            credentials = self._credentials
        if not isinstance(credentials, RefreshableCredentials):
            return
        remaining = seconds_left(credentials)
        if remaining is None:
            return  # expired or never fetched: the next list fetches them or reports why it can't
        self._lifetime_seconds = max(self._lifetime_seconds, remaining)
        ahead = min(AHEAD_SECONDS, self._lifetime_seconds / 2)
        if remaining < ahead:
            refresh_ahead(credentials, ahead)
            self._lifetime_seconds = seconds_left(credentials) or 0.0

    def token_providers(self) -> dict[str, SharedTokenProvider]:
        """Return the providers that refresh the tokens behind the credentials, by the sso-session's name."""
        return {provider.session_name: provider for provider in self._token_providers if provider.session_name}

    def refused(self) -> None:
        """Note that AWS doesn't accept the credentials: an MFA code is needed again."""
        for key in self._roles.used:
            self._memory.mfa.drop(key)

    def _resolver(self, session: SharedFilesSession, region: str) -> CredentialResolver:
        cache = token_cache(self.files.merged.get("profiles", {}))

        def token(aws_profile: str) -> SharedTokenProvider:
            made = SharedTokenProvider(session, cache, aws_profile, self._memory.tokens, AHEAD_SECONDS)
            self._token_providers.append(made)
            return made

        def process(aws_profile: str) -> CredentialProcess:
            return CredentialProcess(aws_profile, lambda: session.full_config, self._memory.failures)

        ours = CredentialChain(
            self.files.config, self.files.credentials, process, token, self._roles.credentials, login_cache()
        )
        return credential_chain(session, self.config_profile, region, ours)


def settings_of(signer: Signer, files: AwsFiles) -> tuple[str, AwsFiles]:
    """Return the name of the AWS profile whose settings shape a signer's clients, and the files that have it.

    A signer without an AWS profile uses the settings of [default], which may name a proxy or certificates.
    """
    if isinstance(signer, AwsProfile):
        return signer.name, files
    if isinstance(signer, CenterRole):
        return PROFILE, with_center(signer.center, files, signer)
    known = {PROFILE: {}, **files.merged.get("profiles", {})}
    return PROFILE, replace(files, merged={**files.merged, "profiles": known})


def client_shape(settings: dict[str, Any], merged: dict[str, Any]) -> ClientShape:
    """Return the settings of a profile that may change a client: profiles with equal shapes share clients.

    The shape includes the content of the `services` section that the profile names.
    """
    shaping = {key: value for key, value in settings.items() if not says_who(key)}
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


def portal_of(
    session: SharedFilesSession, tokens: SharedTokens, portals: Callable[[ClientShape], Portals]
) -> tuple[SharedTokenProvider, Any]:
    """Return the token of a session's default profile, and the client of its portal, which all identities share.

    :raises botocore.exceptions.BotoCoreError: the settings or the region don't work
    """
    settings, merged = session.get_scoped_config(), session.full_config
    session.share_portals(portals(client_shape(settings, merged)))
    session.set_default_client_config(PATIENCE)
    cache = token_cache(merged.get("profiles", {}))
    region = settings["sso_region"]
    client = session.create_client("sso", config=Config(signature_version=UNSIGNED, region_name=region))
    return SharedTokenProvider(session, cache, PROFILE, tokens, AHEAD_SECONDS), client
