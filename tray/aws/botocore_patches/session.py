"""A botocore session that shares with other sessions the objects that each would otherwise create.

Relies on `Session` (botocore/session.py): its `event_hooks` and `include_builtin_handlers`, the component
`data_loader`, the property `full_config` that everything in botocore reads the AWS files by, and `create_client`, by
which botocore makes its own clients for credentials too; and on `HierarchicalEmitter` (botocore/hooks.py). Where
`full_config` is no longer read, each session parses the files by itself.
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
    """A session that doesn't parse the AWS files again: 50 profiles would parse them 100 times.

    `merged` is what `full_config` gives: both files, as botocore merges them.
    """

    def __init__(
        self, aws_profile: str, merged: dict[str, Any], loader: Loader, hooks: HierarchicalEmitter | None = None
    ) -> None:
        # Sessions that share hooks register none: all that botocore registers for a session are functions of its own.
        super().__init__(profile=aws_profile, event_hooks=hooks, include_builtin_handlers=hooks is None)
        self._merged = merged
        self.register_component("data_loader", loader)

    @property
    def full_config(self) -> dict[str, Any]:
        """Both files, as botocore merges them."""
        return self._merged

    def create_client(self, *args: Any, **options: Any) -> BaseClient:
        """Make a client as botocore does; all do that botocore itself makes for credentials come from here too."""
        client = super().create_client(*args, **options)
        trust_the_system(client)
        return client


def shared_hooks() -> HierarchicalEmitter:
    """Return the handlers of events that botocore registers for a session: 14 ms and 100 KiB a time."""
    hooks = HierarchicalEmitter()
    Session(event_hooks=hooks)
    return hooks
