"""A Wayland compositor of a test's own, without a screen: Sway, which has data control as wlroots desktops do."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.processes import end_process
from tests.support.waiting import wait_until

_NOBODY = 65534


@contextmanager
def sway() -> Iterator[dict[str, str]]:
    """Run Sway without XWayland; give the variables by which its clients find it."""
    program = shutil.which("sway")
    if program is None:
        pytest.skip(reason="sway is not installed")
    # Not in pytest's own folder, which lets no other user in: Sway refuses to run as root.
    with tempfile.TemporaryDirectory(prefix="sway-") as name:
        folder = Path(name)
        configuration = folder / "config"
        configuration.write_text("xwayland disable\n", encoding="utf-8")
        folder.chmod(0o700)
        identity: dict[str, int] = {}
        if os.geteuid() == 0:
            identity = {"user": _NOBODY, "group": _NOBODY}
            os.chown(folder, _NOBODY, _NOBODY)
        process = subprocess.Popen(
            [program, "--config", str(configuration)],
            env={
                "PATH": os.environ["PATH"],
                "HOME": name,
                "XDG_RUNTIME_DIR": name,
                "WLR_BACKENDS": "headless",
                "WLR_LIBINPUT_NO_DEVICES": "1",
                "WLR_RENDERER": "pixman",
            },
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(log := (folder / "log").open("wb")),
            extra_groups=[] if identity else None,
            **identity,  # type: ignore[call-overload]
        )
        try:
            socket = wait_until(
                lambda: next((path for path in folder.glob("wayland-*") if path.is_socket()), None),
                lambda: f"sway: {(folder / 'log').read_text(errors='replace')}",
            )
            yield {"WAYLAND_DISPLAY": socket.name, "XDG_RUNTIME_DIR": name}
        finally:
            end_process(process)
            log.close()
