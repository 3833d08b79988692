"""A sample profile whose region has no notebook instances: they are in others, where the menu looks for them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tray.demo.regions import OPT_IN
from tray.demo.sample import SampleFiles, sample_principal
from tray.demo.world import NotebookInstance, Status, World

if TYPE_CHECKING:
    from collections.abc import Iterable

_PROFILE = "logistics"
_ACCOUNT = "777788889999"
_REGION = "eu-central-1"


def add_elsewhere_sample(world: World, files: SampleFiles) -> str:
    """Add the profile to `files`, and its account's notebook instances to `world`; return the profile's name."""
    principal = sample_principal(_ACCOUNT, "ana")
    world.admit(principal)
    world.disable(_ACCOUNT, *OPT_IN)
    world.put(*_notebooks(world))
    with files.config.open("a", encoding="utf-8") as config:
        config.write(f"[profile {_PROFILE}]\nregion = {_REGION}\n\n")
    with files.credentials.open("a", encoding="utf-8") as credentials:
        credentials.write(
            f"[{_PROFILE}]\naws_access_key_id = {principal.access_key_id}\n"
            f"aws_secret_access_key = {principal.secret_access_key}\n\n"
        )
    return _PROFILE


def _notebooks(world: World) -> Iterable[NotebookInstance]:
    now = world.clock()
    for name, region in (
        ("delivery-times", "eu-west-1"),
        ("route-planning", "eu-west-1"),
        ("warehouse-stock", "us-west-2"),
    ):
        yield NotebookInstance(
            name=name,
            account_id=_ACCOUNT,
            region=region,
            status=Status.STOPPED,
            instance_type="ml.t3.medium",
            created=now - timedelta(days=73),
            modified=now - timedelta(hours=30),
        )
