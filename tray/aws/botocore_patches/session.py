"""A botocore session that shares with other sessions the objects that each would otherwise create.

Relies on `Session` (botocore/session.py): its `event_hooks` and `include_builtin_handlers`; the component
`data_loader`; the property `full_config`, by which all of botocore reads the AWS files; and `create_client`, by which
botocore also makes its own clients for credentials. Relies on `HierarchicalEmitter` (botocore/hooks.py) too. In a
release that doesn't read `full_config`, each session parses the files by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.hooks import HierarchicalEmitter
from botocore.session import Session

from tray.aws.botocore_patches.trust import trust_the_system

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.loaders import Loader


class SharedFilesSession(Session):
    """A session that doesn't parse the AWS files again: without it, 50 profiles would parse them 100 times.

    `merged` is the value of `full_config`: both files, as botocore merges them.
    """

    def __init__(
        self, aws_profile: str, merged: dict[str, Any], loader: Loader, hooks: HierarchicalEmitter | None = None
    ) -> None:
        # Sessions that share hooks register none: botocore registers the same functions for every session.
        super().__init__(profile=aws_profile, event_hooks=hooks, include_builtin_handlers=hooks is None)
        self._merged = merged
        self._portals: Portals | None = None
        self.register_component("data_loader", loader)

    @property
    def full_config(self) -> dict[str, Any]:
        """Both files, as botocore merges them."""
        return self._merged

    def share_portals(self, portals: Portals) -> None:
        """Have this session use the clients of Identity Center's portal that other sessions have made."""
        self._portals = portals

    def create_client(self, *args: Any, **options: Any) -> BaseClient:
        """Make a client as botocore does. The clients that botocore makes for credentials come from here too."""
        if self._portals is not None and args == ("sso",) and set(options) == {"config"}:
            return self._portals.client(options["config"].region_name, lambda: self._made("sso", **options))
        return self._made(*args, **options)

    def _made(self, *args: Any, **options: Any) -> BaseClient:
        client = super().create_client(*args, **options)
        trust_the_system(client)
        return client


class Portals:
    """Clients of Identity Center's portal, one a region. Safe to use from many threads.

    botocore makes such a client for every profile and every refresh of its credentials (`SSOCredentialFetcher` in
    botocore/credentials.py). It is unsigned, and the same for all profiles whose settings shape clients alike. For 800
    profiles, the clients' remains take 15 MiB.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: dict[str, BaseClient] = {}

    def client(self, region: str, make: Callable[[], BaseClient]) -> BaseClient:
        """Return the client for a region."""
        with self._lock:
            if region not in self._clients:
                self._clients[region] = make()
            return self._clients[region]

    def close_connections(self) -> None:
        """Close the connections that are not in use; the clients stay usable."""
        with self._lock:
            clients = list(self._clients.values())
        for client in clients:
            client.close()


def shared_hooks() -> HierarchicalEmitter:
    """Return the handlers of events that botocore registers for a session; registering takes 14 ms and 100 KiB."""
    hooks = HierarchicalEmitter()
    Session(event_hooks=hooks)
    return hooks
