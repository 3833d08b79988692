"""SageMaker clients and their connections: one per region for all AWS profiles with the same client settings."""

from __future__ import annotations

import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from tray import __version__
from tray.aws.botocore_patches.session import SharedFilesSession
from tray.aws.botocore_patches.times import register_quick_times
from tray.aws.calls.signing import Anonymous, CallSigner, notice_throttling
from tray.aws.service_model import SERVICE

if TYPE_CHECKING:
    from botocore.loaders import Loader
    from botocore.session import Session

    from tray.aws.credentials.identities import ClientShape, Identity

# The user waits for these. Retries are left to botocore's own settings (AWS_MAX_ATTEMPTS, AWS_RETRY_MODE).
_CONNECT_TIMEOUT_SECONDS = 10
_READ_TIMEOUT_SECONDS = 20
# As many as there are workers (64 for lists, 8 for clicks): with botocore's 10, the others are closed after each call.
_MOST_CONNECTIONS = 72
# For a look at a region that may not be there for the account: it is one of many, and none may hold up the others.
_PASSING = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 3, "mode": "standard"})


class Clients:
    """All clients, made at first use and kept. Safe to use from many threads."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._lock = threading.Lock()
        self._families: dict[ClientShape, _Family] = {}

    def client(self, identity: Identity, region: str, service: str = SERVICE) -> Any:
        """Return the client for a region, with the settings of `identity`. The client itself has no credentials.

        :param service: `sagemaker`, or `logs`

        :raises botocore.exceptions.BotoCoreError: the identity's settings or the region don't work
        """
        return self._family(identity).client(region, service)

    @contextmanager
    def passing(self, identity: Identity, region: str, service: str) -> Iterator[Any]:
        """Give a client that tries less often, and is closed and forgotten after the block.

        :raises botocore.exceptions.BotoCoreError: as `client`
        """
        client = self._family(identity).passing(region, service)
        try:
            yield client
        finally:
            client.close()

    def close_connections(self) -> None:
        """Close all clients' connections that are not in use. A client opens new connections when it needs them."""
        with self._lock:
            families = list(self._families.values())
        for family in families:
            family.close_connections()

    def _family(self, identity: Identity) -> _Family:
        with self._lock:
            family = self._families.get(identity.shape)
            if family is None:
                family = self._families[identity.shape] = _Family(identity, self._loader)
            return family


class _Family:
    """The clients of one shape. `boto3.Session` makes them from a botocore session without credentials.

    Profiles get botocore sessions and none of boto3: a boto3 session per profile would only add memory for its loaders.
    """

    def __init__(self, like: Identity, loader: Loader) -> None:
        # boto3 guide, "Multithreading or multiprocessing with clients": using one is thread-safe, making one isn't.
        self._lock = threading.Lock()
        self._like = like
        self._loader = loader
        self._session: boto3.Session | None = None
        self._config: Config | None = None
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, region: str, service: str) -> Any:
        with self._lock:
            if (region, service) not in self._clients:
                self._clients[region, service] = self._made(region, service)
            return self._clients[region, service]

    def passing(self, region: str, service: str) -> Any:
        with self._lock:
            return self._made(region, service, _PASSING)

    def close_connections(self) -> None:
        with self._lock:
            clients = list(self._clients.values())
        for client in clients:
            client.close()

    def _made(self, region: str, service: str, more: Config | None = None) -> Any:
        if self._session is None:
            # This session has separate hooks, because boto3 registers more handlers.
            core = SharedFilesSession(self._like.config_profile, self._like.files.merged, self._loader)
            core.register_component("credential_provider", CallSigner())
            core.register_component("token_provider", Anonymous())
            register_quick_times(core)
            self._session = boto3.Session(botocore_session=core)
            self._config = _config(core)
        config = self._config.merge(more) if self._config and more else self._config
        client: Any = self._session.client(service, region_name=region, config=config)  # type: ignore[call-overload]
        client.meta.events.register(f"needs-retry.{service}", notice_throttling)
        return client


def _config(session: Session) -> Config:
    app_id = session.get_config_variable("user_agent_appid")
    return Config(
        connect_timeout=_CONNECT_TIMEOUT_SECONDS,
        read_timeout=_READ_TIMEOUT_SECONDS,
        max_pool_connections=_MOST_CONNECTIONS,
        # The program checks the parameters that it passes, and so does AWS.
        parameter_validation=False,
        # The whole header, the same for every request: botocore would build it twice per request, a tenth of its time.
        user_agent=" ".join(
            (
                f"{session.user_agent_name}/{session.user_agent_version}",
                f"Python/{platform.python_version()} {platform.system()}/{platform.release()}",
                *([f"app/{app_id}"] if app_id else []),
            )
        ),
        user_agent_extra=f"notebook-tray/{__version__}",
    )
