"""The demo's embedded endpoint as AWS' strict counterpart: it checks signatures, has STS, fails on demand and records.

`python -m tests.support.endpoint` runs it alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.endpoint.control import Control, ControlAccess
from tests.support.endpoint.desk import StrictDesk
from tests.support.endpoint.faults import Faults
from tests.support.endpoint.iam import Iam
from tests.support.endpoint.recorder import Recorder
from tests.support.endpoint.scheduler import Scheduler
from tests.support.endpoint.sts import Sts
from tray.demo import endpoint as demo
from tray.demo.jupyter import JupyterLab
from tray.demo.web import Service
from tray.demo.world import World


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A running endpoint: its address, and all of it that can be looked at or changed meanwhile."""

    url: str
    world: World
    iam: Iam
    faults: Faults
    recorder: Recorder
    scheduler: Scheduler
    control: ControlAccess = field(repr=False)
    jupyter: JupyterLab | None


@contextmanager
def running_endpoint(
    world: World, *, port: int = 0, jupyter: bool = True, services: Sequence[Service] = ()
) -> Iterator[Endpoint]:
    """Run an endpoint for `world` inside the block, as `tray.demo.endpoint.running_endpoint` does.

    :raises OSError: the port is taken
    """
    iam, faults, recorder = Iam(world.clock), Faults(), Recorder()
    desk = StrictDesk(world, iam, faults, recorder)
    control, scheduler = Control(world, iam, faults, recorder), Scheduler(desk, world, iam)
    with demo.running_endpoint(
        world, port=port, jupyter=jupyter, services=(*services, scheduler, Sts(desk, iam), control), desk=desk
    ) as running:
        yield Endpoint(
            running.url, world, iam, faults, recorder, scheduler, control.access(running.url), running.jupyter
        )
