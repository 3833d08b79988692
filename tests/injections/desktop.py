"""Faults of the desktop: its bus and its panel."""

from __future__ import annotations

import random
import re
import subprocess
from typing import TYPE_CHECKING, Any

from tests.injections.fault import Fault
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from tests.injections.world import World

_NO_DESKTOP = 3


class BusGone(Fault):
    name = "bus-gone"
    title = "The session bus is killed; the tray ends with words, and the next session starts it"
    seconds = 2.5
    lasting = 0.0
    ends_tray = True

    def inject(self, world: World, chance: random.Random) -> None:
        assert world.tray is not None
        log = world.folder / "tray.log"
        said = log.stat().st_size
        world.probe.rest()
        world.bus.kill()
        try:
            status = world.tray.wait(20)
        except subprocess.TimeoutExpired:
            raise AssertionError("the tray outlived its session by 20 s") from None
        assert status == _NO_DESKTOP, f"status {status}"
        words = log.read_bytes()[said:].decode()
        assert "The desktop session ended" in words, words
        assert "Traceback" not in words, words

    def heal(self, world: World) -> None:
        world.end_desktop(roughly=True)
        world.start_desktop()
        world.start_tray()


class PanelKilled(Fault):
    name = "panel-killed"
    title = "The panel with the tray is killed, and comes back"
    says = re.compile("No system tray")
    words_within = 20.0
    lasting = 0.1

    def inject(self, world: World, chance: random.Random) -> None:
        world.watcher.close()

    def heal(self, world: World) -> None:
        world.new_watcher()
        wait_until(lambda: world.watcher.items, "the icon in the new panel", seconds=10)
        world.follow_icon()


FAULTS: tuple[Any, ...] = (BusGone, PanelKilled)
