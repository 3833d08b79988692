"""A botocore session that shares with other sessions the objects that each would otherwise create.

Relies on `Session` (botocore/session.py): its `event_hooks` and `include_builtin_handlers`; the component
`data_loader`; the property `full_config`, by which all of botocore reads the AWS files; and `create_client`, by which
botocore also makes its own clients for credentials. Relies on `HierarchicalEmitter` (botocore/hooks.py) too. In a
release that doesn't read `full_config`, each session parses the files by itself.
"""

from __future__ import annotations

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
        self.register_component("data_loader", loader)

    @property
    def full_config(self) -> dict[str, Any]:
        """Both files, as botocore merges them."""
        return self._merged

    def create_client(self, *args: Any, **options: Any) -> BaseClient:
        """Make a client as botocore does. The clients that botocore makes for credentials come from here too."""
        client = super().create_client(*args, **options)
        trust_the_system(client)
        return client


def shared_hooks() -> HierarchicalEmitter:
    """Return the handlers of events that botocore registers for a session; registering takes 14 ms and 100 KiB."""
    hooks = HierarchicalEmitter()
    Session(event_hooks=hooks)
    return hooks
