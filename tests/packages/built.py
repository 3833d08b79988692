"""What `make package` has left in dist/, and a newer version of the same to upgrade to."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.packages.machine import ROOT
from tests.support.products import Release, freeze, releases
from tray import __version__

DIST = ROOT / "dist"


@dataclass(frozen=True)
class Built:
    """The files of one version."""

    version: str
    wheel: Path
    sdist: Path
    deb: Path


def of_this_version() -> Built:
    """Return what is in dist/.

    :raises AssertionError: it isn't there: `make package` makes it
    """
    (wheel,) = DIST.glob(f"notebook_tray-{__version__}-*.whl")
    (deb,) = DIST.glob(f"notebook-tray_{__version__}-*.deb")
    return Built(__version__, wheel, DIST / f"notebook_tray-{__version__}.tar.gz", deb)


def copies(folder: Path) -> tuple[Release, Release]:
    """Copy the checkout, and freeze this version and a newer one there, both at the time of what is in dist/."""
    os.environ["SOURCE_DATE_EPOCH"] = source_date()
    os.environ["PYTHONHASHSEED"] = "0"
    folder.mkdir(exist_ok=True)
    both = releases(folder)
    freeze(both)
    return both


def source_date() -> str:
    """Return the time of what is built, in seconds since 1970."""
    script = ROOT / "packaging" / "source-date.sh"
    return subprocess.run([script], capture_output=True, text=True, check=True).stdout.strip()


def python_packages(source: Path, out: Path) -> None:
    """Build the wheel and the sdist of a source, as packaging/build-python.sh does."""
    command: list[str | Path] = [sys.executable, "-m", "hatchling", "build", "-d", out, "-t", "sdist", "-t", "wheel"]
    subprocess.run(
        command,
        cwd=source,
        env={**os.environ, "SOURCE_DATE_EPOCH": source_date()},
        check=True,
        capture_output=True,
        umask=0o077,  # another one than packaging/build-python.sh has
    )
