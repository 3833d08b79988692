"""What systemd, which starts GNOME's and Plasma's sessions, makes of the autostart folders."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

_GENERATOR = Path("/usr/lib/systemd/user-generators/systemd-xdg-autostart-generator")


def generated_units(
    folder: Path, desktop: str = "GNOME", within: Callable[..., Sequence[str | Path]] = lambda *command: command
) -> dict[str, str]:
    """Return the text of each unit, by the name of its entry, that systemd would start at a login to `desktop`.

    For the environment's own XDG folders. `folder` is for the units; `within` gives a command as it runs where the
    programs are, if that is elsewhere.
    """
    if not _GENERATOR.exists():
        pytest.skip(reason="systemd's autostart generator is not installed")
    for part in ("normal", "early", "late"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "XDG_CURRENT_DESKTOP": desktop, "SYSTEMD_LOG_TARGET": "console"}
    generate = within(_GENERATOR, *(folder / part for part in ("normal", "early", "late")))
    subprocess.run(generate, env=environment, check=True)
    units = {unit.name: unit.read_text(encoding="utf-8") for unit in (folder / "late").glob("app-*@autostart.service")}
    return {
        name.removeprefix("app-").partition("@")[0].replace("\\x2d", "-"): text
        for name, text in units.items()
        if all(_holds(line, environment) for line in text.splitlines() if line.startswith("ExecCondition="))
    }


def _holds(condition: str, environment: dict[str, str]) -> bool:
    """Whether a condition under which systemd starts a unit is met: for some desktops and not for others."""
    command = shlex.split(condition.partition("=")[2])
    return subprocess.run(command, env=environment, check=False).returncode == 0
