"""Asks the icon for its menu every 50 ms, as a process of its own, and keeps how long the answers took.

Run as `python -m tests.injections.probe BUS_ADDRESS`. It reads lines of JSON: {"follow": [BUS_NAME, MENU_PATH]} names
the icon, {"follow": null} says that there is none, and {"tell": true} has it write what it has measured since the last
time, as a line of JSON. The bus daemon is asked just before each question: how long that takes is the machine's part.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jeepney import DBus, DBusAddress, Message, new_method_call
from jeepney.bus import get_bus
from jeepney.io.blocking import prep_socket

_EVERY_SECONDS = 0.05
# An icon that has not answered by then has been found out.
_LONGEST_SECONDS = 5.0
# The whole menu, as hosts ask for it, and now and then what they say before they show it.
_SHOWS_EVERY = 20
_MENU = "com.canonical.dbusmenu"
_RETURN, _ERROR = 2, 3


@dataclass(frozen=True)
class Measured:
    """The answers between two looks: how many, the worst in ms, and what the bus itself took just before that one."""

    answers: int
    worst_ms: float
    bus_ms: float


class Probe:
    """The process, for who runs it."""

    def __init__(self, bus_address: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.injections.probe", bus_address],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def follow(self, service: str, menu_path: str) -> None:
        """Ask this icon from now on."""
        self._tell({"follow": [service, menu_path]})

    def rest(self) -> None:
        """Ask nobody: there is no icon, or it can't know that it is asked, as the computer sleeps."""
        self._tell({"follow": None})
        self.measured()  # which it answers after its last question

    def measured(self) -> Measured:
        """Return what was measured since the last time."""
        self._tell({"tell": True})
        assert self._process.stdout is not None
        return Measured(**json.loads(self._process.stdout.readline()))

    def end(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _tell(self, what: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()


class _Bus:
    """A connection that waits for one answer at a time and doesn't read what it says: that would take longer."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._socket: socket.socket | None = None
        self._serial = 0

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def ask(self, message: Message) -> float | None:
        """Return the seconds until the answer; None if there was none to be had, as nobody is there."""
        try:
            if self._socket is None:
                self._socket = prep_socket(get_bus(self._address), timeout=_LONGEST_SECONDS)
                self._socket.settimeout(_LONGEST_SECONDS)
                self._exchange(DBus().Hello())
            began = time.monotonic()
            kind = self._exchange(message)
            return time.monotonic() - began if kind == _RETURN else None
        except TimeoutError:
            self.close()
            return _LONGEST_SECONDS
        except (OSError, EOFError, ValueError):
            self.close()
            return None

    def _exchange(self, message: Message) -> int:
        assert self._socket is not None
        self._serial += 1
        self._socket.sendall(message.serialise(serial=self._serial))
        while True:
            head = self._read(16)
            order = "<" if head[0] == ord("l") else ">"
            _, kind, _, _, body, _, fields = struct.unpack(f"{order}BBBBIII", head)
            self._read(-(-fields // 8) * 8 + body)
            if kind in (_RETURN, _ERROR):
                return int(kind)

    def _read(self, count: int) -> bytes:
        assert self._socket is not None
        read = bytearray()
        while len(read) < count:
            part = self._socket.recv(count - len(read))
            if not part:
                raise EOFError
            read += part
        return bytes(read)


def _main(address: str) -> None:
    bus, ping = (
        _Bus(address),
        new_method_call(DBusAddress("/", "org.freedesktop.DBus", "org.freedesktop.DBus.Peer"), "Ping"),
    )
    questions: tuple[Message, Message] | None = None
    answers, worst, worst_bus, turn = 0, 0.0, 0.0, 0
    due = time.monotonic()
    # Unbuffered: select(2) sees nothing of a line that was read with the one before.
    lines = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115
    while True:
        ready, _, _ = select.select([lines], [], [], max(0.0, due - time.monotonic()))
        if ready:
            line = lines.readline()
            if not line:
                return
            told = json.loads(line)
            if "tell" in told:
                print(
                    json.dumps({"answers": answers, "worst_ms": worst * 1000, "bus_ms": worst_bus * 1000}), flush=True
                )
                answers, worst, worst_bus = 0, 0.0, 0.0
            elif told["follow"] is None:
                questions = None
                bus.close()
            else:
                menu = DBusAddress(told["follow"][1], told["follow"][0], _MENU)
                layout = new_method_call(menu, "GetLayout", "iias", (0, -1, []))
                questions = layout, new_method_call(menu, "AboutToShow", "i", (0,))
            continue
        due = max(due + _EVERY_SECONDS, time.monotonic())
        if questions is None:
            continue
        turn += 1
        for_bus = bus.ask(ping)
        took = bus.ask(questions[turn % _SHOWS_EVERY == 0])
        if took is not None:
            answers += 1
            if took > worst:
                worst, worst_bus = took, for_bus or 0.0


if __name__ == "__main__":
    _main(sys.argv[1])
