"""What is called on a test's own bus, as dbus-monitor sees it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.waiting import wait_until

_MEMBER = re.compile(r"^method call .* member=(\w+)$", re.MULTILINE)


@contextmanager
def calls_seen(bus_address: str, interface: str, folder: Path) -> Iterator[Callable[[], list[str]]]:
    """Give a function that returns the names of the methods of `interface` called so far, in order."""
    program = shutil.which("dbus-monitor")
    if program is None:
        pytest.skip(reason="dbus-monitor is not installed")
    log = folder / "calls.log"
    rule = f"type='method_call',interface='{interface}'"
    with log.open("wb") as file:
        process = subprocess.Popen([program, "--address", bus_address, rule], stdout=file, stderr=file)
    try:
        # Told to be a monitor, it loses its name: from then on it sees everything.
        wait_until(lambda: "member=NameLost" in log.read_text(encoding="utf-8"), "dbus-monitor")
        yield lambda: _MEMBER.findall(log.read_text(encoding="utf-8"))
    finally:
        process.terminate()
        process.wait(10)
