"""The embedded endpoint, whole: a SageMaker API, notebook hosts and sign-in services on a free port of loopback."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.demo.attempt import Desk
from tray.demo.consent import ConsentPages
from tray.demo.control import Control, ControlAccess
from tray.demo.faults import Faults
from tray.demo.hosts import NotebookHosts
from tray.demo.jupyter import JupyterLab, jupyter_is_installed
from tray.demo.links import PresignedLinks
from tray.demo.oidc import SsoOidc
from tray.demo.portal import SsoPortal
from tray.demo.recorder import Recorder
from tray.demo.sagemaker import SageMaker
from tray.demo.sts import Sts
from tray.demo.web import EndpointServer, Service

if TYPE_CHECKING:
    from tray.demo.world import World


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A running endpoint: its address, and all of it that can be looked at or changed meanwhile."""

    url: str
    world: World
    faults: Faults
    recorder: Recorder
    control: ControlAccess = field(repr=False)
    jupyter: JupyterLab | None


@contextmanager
def running_endpoint(
    world: World, *, port: int = 0, jupyter: bool = True, services: Sequence[Service] = ()
) -> Iterator[Endpoint]:
    """Run an endpoint for `world` inside the block; at its end nothing of it is left.

    `port` 0 takes a free one. With `jupyter`, presigned URLs lead to a JupyterLab if it is installed, which
    starts in the background at once. `services` answer the requests that they claim before the endpoint's
    own services do.

    :raises OSError: the port is taken
    """
    faults, recorder = Faults(), Recorder()
    links = PresignedLinks(world.clock)
    server = EndpointServer(port)
    lab = JupyterLab() if jupyter and jupyter_is_installed() else None
    control = Control(world, faults, recorder, server.url)
    desk = Desk(world, faults, recorder)
    server.services = (
        *services,
        SageMaker(desk, links, server.url),
        SsoOidc(desk, server.url),
        ConsentPages(desk),
        SsoPortal(desk),
        Sts(desk),
        NotebookHosts(world, links, recorder, lab),
        control,
    )
    try:
        if lab is not None:
            lab.start()
        with server.running():
            yield Endpoint(server.url, world, faults, recorder, control.access, lab)
    finally:
        if lab is not None:
            lab.stop()
