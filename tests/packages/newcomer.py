"""A newcomer's walk: from README alone, in a fresh Debian with a desktop and no network, to an opened notebook.

The walker has what README gives and no more: its commands, and what is on the screen. AWS is the embedded endpoint, to
which the walker's AWS config leads. What was typed, said and seen is kept in build/newcomer/transcript.txt, with
pictures; its steps are compared with those in steps.txt beside this file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.packages.built import Built
from tests.packages.machine import ROOT, debian, machine
from tests.packages.table import Table

# What somebody has who installs a desktop, by Debian's names.
DESKTOP = (
    *("adwaita-icon-theme", "chromium", "dbus", "dbus-bin", "desktop-file-utils", "fonts-dejavu-core", "gnome-keyring"),
    *("hicolor-icon-theme", "libglib2.0-bin", "openbox", "shared-mime-info", "xdg-utils", "xdotool", "xfce4-panel"),
    *("xfconf", "xvfb", "libxcb-randr0", "libsqlite3-0", "libssl3", "libffi8", "zlib1g"),
)
_STEPS = Path(__file__).with_name("steps.txt")
_COMMAND = re.compile(r"^ {4}(?:sudo )?(apt install \./dist/notebook-tray_\*\.deb)", re.MULTILINE)


def install_command() -> str:
    """Return README's command that installs the Debian package, for root."""
    found = _COMMAND.search((ROOT / "README.md").read_text("utf-8"))
    assert found, "README says no more how the Debian package is installed"
    return found[1]


def walks(table: Table, built: Built, kept: Path) -> None:
    """Have somebody walk, and compare the steps of the transcript."""
    with table.package("newcomer") as steps:
        with steps.step("a fresh Debian with a desktop"):
            archive = debian("desktop", DESKTOP)
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        # The walker's eyes and hands: this checkout, and the Python that runs it.
        shown = [ROOT, Path(sys.base_prefix)]
        with machine(archive, shown) as fresh:
            checkout = fresh.root / "root" / "notebook-tray"
            (checkout / "dist").mkdir(parents=True)
            shutil.copy(ROOT / "README.md", checkout)
            shutil.copy(built.deb, checkout / "dist")
            out = fresh.root / "root" / "walk"
            out.mkdir()
            began = time.monotonic()
            try:
                with steps.step("walks from README to JupyterLab, and removes all of it again") as notes:
                    python = Path(sys.prefix) / "bin" / "python"
                    environment = {
                        "PYTHONPATH": str(ROOT),
                        "PYTHONDONTWRITEBYTECODE": "1",
                        "HOME": "/root",
                        "WALK": "/root/walk",
                    }
                    fresh.run(
                        *("env", "-C", "/root/notebook-tray", python, "-m", "tests.packages.walk"),
                        environment=environment,
                        seconds=600,
                    )
                    notes.append(_time(out / "transcript.txt", began))
            finally:
                for file in out.iterdir():
                    shutil.copy(file, kept)
        with steps.step("the steps are those that were agreed on") as notes:
            walked = re.findall(r"^## (.*?)(?: \(.*\))?$", (kept / "transcript.txt").read_text("utf-8"), re.MULTILINE)
            assert walked == _STEPS.read_text("utf-8").splitlines(), walked
            notes.append(str((kept / "transcript.txt").relative_to(ROOT)))


def _time(transcript: Path, began: float) -> str:
    """Return how long the walk to the notebook took, from the transcript."""
    found = re.findall(r"^## JupyterLab opens \((\d+) s\)$", transcript.read_text("utf-8"), re.MULTILINE)
    return f"{found[0]} s to the notebook (two minutes are allowed)" if found else f"{time.monotonic() - began:.0f} s"


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as somebody types it, and return what it said."""
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
