"""The embedded endpoint, whole: a SageMaker API, notebook hosts and a sign-in on a free port of loopback."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.demo.account import AccountManagement
from tray.demo.attempt import Desk
from tray.demo.cloudwatch import CloudWatchLogs
from tray.demo.consent import ConsentPages
from tray.demo.hosts import NotebookHosts
from tray.demo.jupyter import JupyterLab, jupyter_is_installed
from tray.demo.links import PresignedLinks
from tray.demo.oidc import SsoOidc
from tray.demo.portal import SsoPortal
from tray.demo.pricing import PriceLists
from tray.demo.sagemaker import SageMaker
from tray.demo.web import EndpointServer, Service

if TYPE_CHECKING:
    from tray.demo.world import World


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A running endpoint: its address, and the parts that can be inspected or changed while it runs."""

    url: str
    world: World
    jupyter: JupyterLab | None


@contextmanager
def running_endpoint(
    world: World, *, port: int = 0, jupyter: bool = True, services: Sequence[Service] = (), desk: Desk | None = None
) -> Iterator[Endpoint]:
    """Run an endpoint for `world` inside the block; at the end of the block, nothing of the endpoint is left.

    With `port` 0, it takes a free port. With `jupyter`, presigned URLs lead to JupyterLab if that is installed;
    JupyterLab starts in the background at once. `services` are asked before the endpoint's own services whether they
    claim a request. A caller that needs to examine or change calls passes its own `desk`.

    :raises OSError: the port is taken
    """
    desk = desk or Desk(world)
    links = PresignedLinks(world.clock)
    server = EndpointServer(port)
    lab = JupyterLab() if jupyter and jupyter_is_installed() else None
    server.services = (
        *services,
        SageMaker(desk, links, server.url),
        AccountManagement(desk),
        CloudWatchLogs(desk),
        PriceLists(desk),
        SsoOidc(desk, server.url),
        ConsentPages(desk),
        SsoPortal(desk),
        NotebookHosts(desk, links, server.url, lab),
    )
    try:
        if lab is not None:
            lab.start()
        with server.running():
            yield Endpoint(server.url, world, lab)
    finally:
        if lab is not None:
            lab.stop()
