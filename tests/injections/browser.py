"""Faults of the browser."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.injections.fault import Fault
from tests.support.processes import pids_with

if TYPE_CHECKING:
    from tests.injections.world import World


class _OfTheBrowser(Fault):
    needs_click = True
    lasting = 0.8

    def heal(self, world: World) -> None:
        world.write_browser()


class Missing(_OfTheBrowser):
    name = "browser-missing"
    title = "There is no browser"
    says = re.compile("No browser could be opened|No browser found")

    def inject(self, world: World, chance: random.Random) -> None:
        world.browser.unlink()


class Hanging(_OfTheBrowser):
    name = "browser-hanging"
    title = "The browser starts and hangs"
    seconds = 6.5
    says = re.compile("Opening .* [0-9]+ s")
    lasting = 0.4

    def inject(self, world: World, chance: random.Random) -> None:
        world.write_browser(f"#!/bin/sh\nexec /bin/sleep 1000 # {world.folder}\n")

    def heal(self, world: World) -> None:
        super().heal(world)
        # As the user ends what hangs.
        for pid in pids_with(str(world.folder)):
            with contextlib.suppress(OSError):
                if Path(f"/proc/{pid}/exe").readlink().name == "sleep":
                    os.kill(pid, signal.SIGKILL)


class Crashing(_OfTheBrowser):
    name = "browser-crashing"
    title = "The browser crashes before it asks for the page"
    seconds = 5.0
    says = re.compile("No browser could be opened|No browser found")

    def inject(self, world: World, chance: random.Random) -> None:
        number = chance.choice(["SEGV", "KILL", "ABRT"])
        world.write_browser(f"#!/bin/sh\nkill -{number} $$\n")


FAULTS: tuple[Any, ...] = (Missing, Hanging, Crashing)
