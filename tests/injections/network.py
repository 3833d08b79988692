"""Faults of the network and of time, in the lane's own namespace."""

from __future__ import annotations

import random
import re
import signal
import socket
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.injections import namespace
from tests.injections.fault import WAITING, Fault

if TYPE_CHECKING:
    from tests.injections.world import World

_DAY_SECONDS = 24 * 3600


class DnsGone(Fault):
    name = "dns-gone"
    title = "No name can be looked up: the DNS server refuses, or is silent"
    seconds = 2.0
    says = re.compile(f"No network|Name not found|{WAITING}")

    def __init__(self) -> None:
        self._silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def prepare(self, world: World) -> None:
        self._resolver = world.folder / "resolv.conf"
        self._resolver.write_text("nameserver 127.0.0.1\n")
        namespace.bind(self._resolver, Path("/etc/resolv.conf"))

    def inject(self, world: World, chance: random.Random) -> None:
        self._silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        if chance.random() < 0.3:
            self._silent.bind(("127.0.0.1", 53))
        world.hosts.write_text("127.0.0.1 another.example\n")
        # Open connections outlive a name.
        world.front.break_off()

    def heal(self, world: World) -> None:
        world.hosts.write_text(world.HOSTS)
        self._silent.close()


class NetworkCut(Fault):
    name = "network-cut"
    title = "The network is cut: no way to anywhere, or all that is sent is lost"
    seconds = 5.0
    says = re.compile(f"No network|AWS can't be reached|AWS doesn't answer|{WAITING}")
    goes_on_seconds = 4.0

    def inject(self, world: World, chance: random.Random) -> None:
        if chance.random() < 0.5:
            namespace.set_loopback(up=False)
        else:
            namespace.set_address("0.0.0.0")  # noqa: S104 - no address

    def heal(self, world: World) -> None:
        namespace.set_loopback(up=True)
        namespace.set_address("127.0.0.1")


class Clock(Fault):
    name = "clock"
    title = "The computer's clock goes a day forward or back"
    says = re.compile("Clock is wrong|Certificate|certificate")

    def __init__(self) -> None:
        self._file = Path()

    def prepare(self, world: World) -> None:
        self._file = world.folder / "clock"
        self._file.write_bytes(struct.pack("d", 0))
        path = f"{Path(__file__).with_name('clock_path')}:{world.env['PYTHONPATH']}"
        world.restart_with({"PYTHONPATH": path, "NOTEBOOK_TRAY_CLOCK": str(self._file)})

    def inject(self, world: World, chance: random.Random) -> None:
        self._set(chance.choice([-1, 1]) * _DAY_SECONDS)

    def heal(self, world: World) -> None:
        self._set(0)

    def put_back(self, world: World) -> None:
        world.restart_with({})

    def _set(self, seconds: float) -> None:
        # In place: the tray has this very file open.
        with self._file.open("r+b", buffering=0) as file:
            file.write(struct.pack("d", seconds))


class Sleep(Fault):
    name = "sleep"
    title = "The computer sleeps and wakes, and its connections are gone"
    lasting = 0.0
    ends_tray = True

    def inject(self, world: World, chance: random.Random) -> None:
        assert world.tray is not None
        world.logind.sleep()
        world.probe.rest()
        world.tray.send_signal(signal.SIGSTOP)
        world.front.break_off()

    def heal(self, world: World) -> None:
        assert world.tray is not None
        world.tray.send_signal(signal.SIGCONT)
        world.logind.wake()
        world.follow_icon()


FAULTS: tuple[Any, ...] = (DnsGone, NetworkCut, Clock, Sleep)
