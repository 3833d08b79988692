"""Faults of the program's own process."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from tests.injections.fault import Fault

if TYPE_CHECKING:
    from tests.injections.world import World


class KillTray(Fault):
    name = "kill-9"
    title = "The tray is killed (kill -9), and started again"
    seconds = 2.5
    lasting = 0.0
    ends_tray = True

    def inject(self, world: World, chance: random.Random) -> None:
        assert world.tray is not None
        world.probe.rest()
        world.tray.kill()
        world.tray.wait(10)

    def heal(self, world: World) -> None:
        world.start_tray()


FAULTS: tuple[Any, ...] = (KillTray,)
