"""A D-Bus session bus of a test's own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

# The one <servicedir> is a folder of the test's own: of the machine's services this bus starts those that are in it.
_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:{place}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@contextmanager
def private_bus(folder: Path, *, services: Iterable[Path] = (), env: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run a bus whose socket and configuration are in `folder`; give its address.

    It starts nothing but `services` (files of /usr/share/dbus-1/services), in the environment `env`.
    """
    process, address = start_bus(folder, services=services, env=env)
    try:
        yield address
    finally:
        end_bus(process)


def start_bus(
    folder: Path, *, services: Iterable[Path] = (), env: Mapping[str, str] | None = None, fixed: bool = False
) -> tuple[subprocess.Popen[str], str]:
    """Start a bus as `private_bus` does; return its process, for `end_bus`, and its address.

    :param fixed: whether the address is that of the last bus in this folder, as in a session of systemd
    """
    daemon = shutil.which("dbus-daemon")
    if daemon is None:
        pytest.skip(reason="dbus-daemon is not installed")
    (folder / "services").mkdir(parents=True, exist_ok=True)
    for service in services:
        shutil.copy(service, folder / "services")
    if fixed:
        (folder / "socket").unlink(missing_ok=True)
    place = f"path={folder}/socket" if fixed else f"dir={folder}"
    configuration = folder / "bus.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, place=place), encoding="utf-8")
    with (folder / "bus.log").open("wb") as log:
        process = subprocess.Popen(
            [daemon, f"--config-file={configuration}", "--nofork", "--print-address"],
            stdout=subprocess.PIPE,
            stderr=log,  # run by root, it complains of a limit that does not matter here
            env=None if env is None else dict(env),
            text=True,
        )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    if not address:
        end_bus(process)
        raise AssertionError("dbus-daemon did not start")
    return process, address


def end_bus(process: subprocess.Popen[str]) -> None:
    """End a bus."""
    process.terminate()
    process.wait(10)
    if process.stdout is not None:
        process.stdout.close()
