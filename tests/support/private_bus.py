"""A D-Bus session bus of a test's own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# Without any <servicedir>: nothing of the machine's is ever started by this bus.
_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@contextmanager
def private_bus(folder: Path) -> Iterator[str]:
    """Run a bus whose socket and configuration are in `folder`; give its address."""
    daemon = shutil.which("dbus-daemon")
    if daemon is None:
        pytest.skip(reason="dbus-daemon is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "bus.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder), encoding="utf-8")
    with (folder / "bus.log").open("wb") as log:
        process = subprocess.Popen(
            [daemon, f"--config-file={configuration}", "--nofork", "--print-address"],
            stdout=subprocess.PIPE,
            stderr=log,  # run by root, it complains of a limit that does not matter here
            text=True,
        )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, "dbus-daemon did not start"
        yield address
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()
