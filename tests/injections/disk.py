"""Faults of the disk: HOME is a small one of the lane's own."""

from __future__ import annotations

import contextlib
import random
import re
import subprocess
from typing import TYPE_CHECKING, Any

from tests.injections.fault import Fault
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.injections.world import World


class _OfTheDisk(Fault):
    # What is listed needs no disk: only what the user wants to be kept fails.
    says = re.compile("can't be kept")

    def act(self, world: World) -> None:
        world.menu.click("Notifications", re.compile("^Something that I chose failed"))


class Full(_OfTheDisk):
    name = "disk-full"
    title = "The disk with HOME is full"

    def inject(self, world: World, chance: random.Random) -> None:
        with contextlib.suppress(OSError), (world.home / "filling").open("wb", buffering=0) as file:
            while file.write(b"x" * 65536):
                pass
        with contextlib.suppress(OSError), (world.home / "filling-the-rest").open("wb", buffering=0) as file:
            while file.write(b"x"):
                pass

    def heal(self, world: World) -> None:
        for name in ("filling", "filling-the-rest"):
            (world.home / name).unlink(missing_ok=True)


class ReadOnly(_OfTheDisk):
    name = "home-read-only"
    title = "HOME is read-only"

    def inject(self, world: World, chance: random.Random) -> None:
        wait_until(lambda: _made_read_only(world.home), "a moment in which nothing writes there")

    def heal(self, world: World) -> None:
        subprocess.run(["umount", "-l", world.home], check=True)


def _made_read_only(home: Path) -> bool:
    """Put a second view on top that can only be read; return whether that worked.

    No view becomes such a one while a file in it is open for writing: the first mostly has one, and the tray may open
    one in the second before the next call.
    """
    subprocess.run(["mount", "--bind", home, home], check=True)
    made = subprocess.run(["mount", "-o", "remount,bind,ro", home], stderr=subprocess.DEVNULL, check=False)
    if made.returncode:
        subprocess.run(["umount", "-l", home], check=True)
    return not made.returncode


class HalfWritten(Fault):
    name = "config-half-written"
    title = "An AWS file is half-written"
    # Half of a region's name may be a region, which has other notebook instances or none: their number says so.
    says = re.compile(
        "AWS config|Signature refused|Credentials|credentials|Access key|Signing in|No region|of [0-5] running"
    )

    def inject(self, world: World, chance: random.Random) -> None:
        files = world.cloud.files
        self._file = files.credentials if chance.random() < 0.7 else files.config
        self._whole = self._file.read_bytes()
        # Before the last line's end, where no more of it may be missing than the line's last letter.
        cut = self._whole[: chance.randrange(1, len(self._whole.rstrip()) - 1)]
        self._file.write_bytes(cut)

    def heal(self, world: World) -> None:
        self._file.write_bytes(self._whole)


FAULTS: tuple[Any, ...] = (Full, ReadOnly, HalfWritten)
