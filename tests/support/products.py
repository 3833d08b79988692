"""The program as it is handed out: wheels, frozen folders and Debian packages, of this version and of a newer one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tray import __version__

_ROOT = Path(__file__).parents[2]
_NEWER = f"{__version__}.post1"
# What a build reads of a checkout.
_SOURCE = ("tray", "assets", "packaging", "pyproject.toml", "CHANGELOG.md", "README.md", "LICENSE")


@dataclass(frozen=True)
class Release:
    """One version: its source, and what is built from it."""

    version: str
    source: Path

    @property
    def frozen(self) -> Path:
        """Where PyInstaller's folder is; see `freeze`."""
        return self.source / "dist" / "notebook-tray"

    def wheel(self) -> Path:
        """Build the wheel."""
        out = self.source / "dist"
        offline = ("--no-deps", "--no-build-isolation", "--no-index")
        _build([sys.executable, "-m", "pip", "wheel", "--quiet", *offline, "--wheel-dir", out, "."], self.source)
        return next(out.glob("*.whl"))

    def deb(self) -> Path:
        """Build the Debian package of the frozen folder; not compressed, which takes half a minute."""
        script = self.source / "packaging" / "linux" / "build-deb.sh"
        more = {"DPKG_DEB_COMPRESSOR_TYPE": "none", "PYTHON": sys.executable}
        built = _build([script, self.frozen, self.source / "dist"], self.source, **more)
        return Path(built.strip())


def releases(folder: Path) -> tuple[Release, Release]:
    """Copy the checkout into `folder` twice; return this version and one that differs from it in its number alone."""
    older, newer = (Release(version, folder / version) for version in (__version__, _NEWER))
    for release in (older, newer):
        release.source.mkdir()
        for name in _SOURCE:
            path = _ROOT / name
            if path.is_dir():
                shutil.copytree(path, release.source / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(path, release.source)
    stated = newer.source / "tray" / "__init__.py"
    text = stated.read_text(encoding="utf-8")
    assert __version__ in text
    stated.write_text(text.replace(__version__, newer.version), encoding="utf-8")
    return older, newer


def freeze(releases: Sequence[Release]) -> None:
    """Build the frozen folders, all at once: most of a build is done by one core."""
    if shutil.which("objdump") is None:
        pytest.skip(reason="PyInstaller needs objdump (Debian: binutils)")
    running = [(release, _freezing(release)) for release in releases]
    for release, process in running:
        said, _ = process.communicate()
        if "PythonLibraryNotFoundError" in said:
            pytest.skip(reason="PyInstaller needs Python's shared library (Debian: libpython3-dev)")
        assert process.returncode == 0, said
        assert (release.frozen / "notebook-tray").is_file()


def _freezing(release: Release) -> subprocess.Popen[str]:
    work = release.source / "build"
    quiet = ("--noconfirm", "--log-level", "ERROR")
    folders = ("--distpath", release.frozen.parent, "--workpath", work)
    return subprocess.Popen(
        [sys.executable, "-m", "PyInstaller", *quiet, *folders, "packaging/pyinstaller/notebook-tray.spec"],
        cwd=release.source,
        env={**_environment(), "PYINSTALLER_CONFIG_DIR": str(work / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _build(command: Sequence[str | Path], source: Path, **more: str) -> str:
    ran = subprocess.run(
        command, cwd=source, env={**_environment(), **more}, capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def _environment() -> dict[str, str]:
    """Return the environment for a build: the tests' own, without what has every Python measure its coverage."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
