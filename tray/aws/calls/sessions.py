"""Identities by AWS profile and clients by region: each call to AWS uses one of each. Both are made once and kept."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from tray.aws.calls.concurrency_limit import ConcurrencyLimit
from tray.aws.calls.rate_limit import RateLimits
from tray.aws.calls.verdicts import Verdicts
from tray.aws.config import ConfigFingerprint, config_fingerprint, read_aws_files
from tray.aws.errors.network import proxy_settings
from tray.aws.setting_faults import refuse_endless_files
from tray.model.signer import StoredKey

if TYPE_CHECKING:
    from botocore.hooks import HierarchicalEmitter
    from botocore.loaders import Loader

    from tray.aws.botocore_patches.session import Portals, SharedFilesSession
    from tray.aws.calls.clients import Clients
    from tray.aws.credentials.identities import Identity, Memory
    from tray.aws.credentials.mfa import Ask
    from tray.model.access_keys import AccessKey
    from tray.model.center import Center
    from tray.model.signer import Signer

log = logging.getLogger(__name__)

# Where AWS throttles, calls that list wait for their turn; calls for a user's click do not.
_PACED = frozenset({"ListNotebookInstances"})


SAGEMAKER = "sagemaker"

# AWS closes idle connections after an unknown time: only a connection that was just in use is surely open.
_WARM_SECONDS = 15


class Sessions:
    """The way of every AWS profile to every region. Safe to use from many threads; methods may block on the network.

    All identities are dropped when the AWS config or credentials file changes, so that credentials which another
    program writes there every few hours are used at once. A single identity is dropped when it needs a sign-in.
    """

    def __init__(self, access_key: Callable[[str], AccessKey] | None = None) -> None:
        self._access_key = access_key
        self._lock = threading.Lock()
        self._loader: Loader | None = None
        self._hooks: HierarchicalEmitter | None = None
        self._clients: Clients | None = None
        self._identities: dict[Signer, Identity] = {}
        self._paces: dict[tuple[str | Signer, str], ConcurrencyLimit] = {}
        self._rates = RateLimits()
        self._answered: dict[tuple[Signer, str], float] = {}
        self._fingerprint: ConfigFingerprint | None = None
        self._proxies = proxy_settings()
        self._memory: Memory | None = None
        self._verdicts = Verdicts()
        self._portals: dict[object, Portals] = {}

    @contextmanager
    def client(self, signer: Signer, region: str, operation: str, service: str = SAGEMAKER) -> Iterator[Any]:
        """Give a client that signs with an AWS profile's credentials in this thread, inside the block.

        :param service: `sagemaker`, or `logs`

        :raises botocore.exceptions.BotoCoreError: the profile doesn't exist, or its settings or its region don't work
        """
        from tray.aws.calls.signing import signed_by

        with self._verdicts.asking(signer, region):
            identity = self._identity(signer)
            credentials = identity.credentials(region)
            client = self._all_clients().client(identity, region, service)
            if operation not in _PACED:
                with signed_by(credentials):
                    yield client
            else:
                with self._pace(identity, region).slot() as slot, signed_by(credentials, slot):
                    yield client
        self._answered[signer, region] = time.monotonic()

    @contextmanager
    def visitor(self, signer: Signer, region: str, service: str = SAGEMAKER) -> Iterator[Any]:
        """Give a client as `client` does, for a look at a region of which nobody knows whether it is enabled.

        Neither what it answers counts as a verdict on the credentials, nor is the client kept: a program that has once
        looked into thirty regions has no use for thirty clients.

        :raises botocore.exceptions.BotoCoreError: as `client`
        """
        from tray.aws.calls.signing import signed_by

        identity = self._identity(signer)
        credentials = identity.credentials(region)
        with (
            self._all_clients().passing(identity, region, service) as client,
            self._pace(identity, region).slot() as slot,
            signed_by(credentials, slot),
        ):
            self._rates.register(client.meta.events)
            yield client

    @contextmanager
    def signing(self, signer: Signer, region: str, *_: object) -> Iterator[None]:
        """Get the credentials that sign in `region`, and call nothing with them.

        :raises botocore.exceptions.BotoCoreError: there are none, or they can't be fetched
        """
        self._identity(signer).credentials(region)
        yield

    def signs_until(self, signer: Signer, region: str) -> float | None:
        """Return when the credentials that sign now end, in seconds since the epoch; None if they don't, or don't tell.

        :raises botocore.exceptions.BotoCoreError: as `signing`
        """
        return self._identity(signer).signs_until(region)

    def account_named(self, signer: Signer) -> str:
        """Return the account that the profile's own settings name; empty if they name none."""
        with self._lock:
            identity = self._identities.get(signer)
        return (identity and identity.account) or ""

    def accepted_elsewhere(self, signer: Signer, region: str) -> bool:
        """Whether another region accepts the credentials that `region` has just refused. May wait some seconds."""
        return self._verdicts.accepted_elsewhere(signer, region)

    def is_warm(self, signer: Signer, region: str) -> bool:
        """Whether a profile's last call in a region was answered so recently that its connection is still open."""
        answered = self._answered.get((signer, region))
        return answered is not None and time.monotonic() - answered < _WARM_SECONDS

    def close_connections(self) -> None:
        """Close the connections of all clients, which stay usable."""
        with self._lock:
            clients, portals = self._clients, list(self._portals.values())
            self._answered.clear()
        if clients is not None:
            clients.close_connections()
        for portal in portals:
            portal.close_connections()

    def own_region(self, signer: Signer) -> str | None:
        """Return the region that botocore gives a profile without a region setting: AWS_DEFAULT_REGION, for example.

        :raises botocore.exceptions.BotoCoreError: the profile doesn't exist, or its settings don't work
        """
        return self._identity(signer).own_region

    def session(self, aws_profile: str, center: Center | None = None) -> SharedFilesSession:
        """Return a new session with an AWS profile's settings, for requests that its credentials don't sign.

        With a `center`, it is the default profile's settings, and the sign-in to that Identity Center.

        :raises botocore.exceptions.BotoCoreError: the AWS files can't be parsed
        """
        from tray.aws.botocore_patches.session import SharedFilesSession

        with self._lock:
            loader, hooks = self._shared()
        files = read_aws_files()
        if center is not None:
            from tray.aws.credentials.center_roles import with_center

            files = with_center(center, files)
        refuse_endless_files(aws_profile, files)
        return SharedFilesSession(aws_profile, files.merged, loader, hooks)

    @contextmanager
    def portal(self, center: Center) -> Iterator[tuple[Any, str]]:
        """Give a client of an Identity Center's portal, and the token of the user's sign-in, refreshed if it is due.

        :raises botocore.exceptions.BotoCoreError: the user isn't signed in, or the sign-in can't be refreshed
        """
        from botocore.exceptions import ClientError

        from tray.aws.credentials.identities import portal_of

        session = self.session("default", center)
        with self._lock:
            provider, client = portal_of(session, self._memory_of_all().tokens, self._portals_of)
        token = provider.token()
        try:
            yield client, token
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "UnauthorizedException":
                provider.refused()
            raise

    def forget(self, signer: Signer) -> None:
        """Make the profile's identity anew at its next use.

        An identity keeps the result of its first search for credentials. If it found none, it would fail for ever.
        """
        with self._lock:
            self._identities.pop(signer, None)

    def refused(self, signer: Signer) -> None:
        """Note that AWS doesn't accept the profile's credentials: those from an MFA code are dropped."""
        with self._lock:
            identity = self._identities.get(signer)
        if identity is not None:
            identity.refused()

    def forget_all(self) -> None:
        """Make all identities anew at their next use, as after a sign-in. Credentials from MFA codes are kept."""
        with self._lock:
            self._identities.clear()
            memory = self._memory
        if memory is not None:
            memory.failures.forget()

    def asking(self, signer: Signer, ask: Ask) -> Identity:
        """Return an identity that asks for codes of MFA devices, for the user's own click.

        All identities share the credentials that a code yields.

        :raises botocore.exceptions.BotoCoreError: the profile doesn't exist, or its settings don't work
        """
        with self._lock:
            return self._new(signer, ask=ask)

    def keep_fresh(self, most_seconds: float) -> None:
        """Refresh credentials and tokens that expire before the next check; fetch none that were never fetched.

        Failures are only logged: the user learns of one when the credentials are needed. No refresh begins after
        `most_seconds`.
        """
        ending = time.monotonic() + most_seconds
        with self._lock:
            identities = list(self._identities.values())
        tokens: dict[str, Callable[[], None]] = {}
        for identity in identities:
            with suppress(Exception):  # the profile's settings don't work
                tokens |= {name: token.keep_fresh for name, token in identity.token_providers().items()}
        # Tokens come first, because credentials are made from them.
        for name, step in [*tokens.items(), *((str(each.signer), each.keep_fresh) for each in identities)]:
            if time.monotonic() >= ending:
                return
            try:
                step()
            except Exception as error:  # noqa: BLE001 - from botocore, STS, a process or the network
                log.info("not refreshed ahead of time: %s: %s", name, type(error).__name__)

    def forget_changed_config(self) -> None:
        """Make all identities anew if the AWS config or credentials file has changed since this was last asked.

        Clients and their connections are kept unless the config file itself or the proxy settings have changed. On
        Windows and macOS, proxies are settings of the system and change with the network, but a client keeps the
        proxies that it was made with.
        """
        fingerprint, proxies = config_fingerprint(), proxy_settings()
        with self._lock:
            if proxies != self._proxies:
                self._proxies, self._clients = proxies, None
                self._portals.clear()
                self._identities.clear()
            if fingerprint != self._fingerprint:
                if self._fingerprint is None or fingerprint.files[0] != self._fingerprint.files[0]:
                    self._clients = None
                    self._portals.clear()
                self._fingerprint = fingerprint
                self._identities.clear()
                self._verdicts.forget_all()

    def _identity(self, signer: Signer) -> Identity:
        with self._lock:
            identity = self._identities.get(signer)
            if identity is None and not isinstance(signer, StoredKey):
                identity = self._identities[signer] = self._new(signer)
        if identity is None:
            assert isinstance(signer, StoredKey)  # noqa: S101 - for the type checker
            if self._access_key is None:
                from botocore.exceptions import NoCredentialsError

                raise NoCredentialsError
            key = self._access_key(signer.profile)  # the keyring may block, so the lock is not held here
            with self._lock:
                identity = self._identities.setdefault(signer, self._new(signer, key=key))
        return identity

    def _new(self, signer: Signer, *, key: AccessKey | None = None, ask: Ask | None = None) -> Identity:
        from tray.aws.credentials.identities import Identity

        loader, hooks = self._shared()
        return Identity(
            signer,
            read_aws_files(),
            loader,
            hooks,
            self._memory_of_all(),
            access_key=key,
            ask=ask,
            portals=self._portals_of,
        )

    def _memory_of_all(self) -> Memory:
        from tray.aws.credentials.identities import Memory

        if self._memory is None:
            self._memory = Memory()
        return self._memory

    def _portals_of(self, shape: object) -> Portals:
        from tray.aws.botocore_patches.session import Portals

        return self._portals.setdefault(shape, Portals())

    def _all_clients(self) -> Clients:
        with self._lock:
            if self._clients is None:
                from tray.aws.calls.clients import Clients

                self._clients = Clients(self._shared()[0])
            return self._clients

    def _shared(self) -> tuple[Loader, HierarchicalEmitter]:
        """Return what all sessions share: botocore's data, and its handlers of events."""
        if self._loader is None or self._hooks is None:
            from tray.aws.botocore_patches.session import shared_hooks
            from tray.aws.service_model import shared_loader

            self._loader, self._hooks = shared_loader(), shared_hooks()
            self._rates.register(self._hooks)
        return self._loader, self._hooks

    def _pace(self, identity: Identity, region: str) -> ConcurrencyLimit:
        with self._lock:
            return self._paces.setdefault((identity.account or identity.signer, region), ConcurrencyLimit())
