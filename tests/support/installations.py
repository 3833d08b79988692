"""Ways of installing the program, each with the real installer, in the test's own folders."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import pytest

NAME = "notebook-tray"
# What packaging/make-venv.sh keeps of the wheels that the program needs.
_WHEELS = Path(sys.prefix) / "wheels"


class Installation(ABC):
    """The program on one person's machine. `program` is what they start, by its absolute path."""

    program: Path

    @abstractmethod
    def install(self) -> None:
        """Install the older version."""

    @abstractmethod
    def upgrade(self) -> None:
        """Put the newer version in its place, as this installer does it."""

    @abstractmethod
    def uninstall(self) -> None:
        """Remove it."""

    def within(self, *command: str | Path) -> list[str | Path]:
        """Return `command` as it runs where the program is installed."""
        return list(command)


class Index:
    """A folder that installers take for all the packages there are; offline, and nothing else is used.

    `wheels` are the program's own, older one first; at first only that one has been released.
    """

    def __init__(self, folder: Path, wheels: Sequence[Path]) -> None:
        if not _WHEELS.is_dir():
            pytest.skip(reason=f"there is no {_WHEELS}: packaging/make-venv.sh makes it")
        self._folder = folder
        self.older, self.newer = wheels
        folder.mkdir()
        for wheel in (*_WHEELS.iterdir(), self.older):
            (folder / wheel.name).symlink_to(wheel)

    def release(self) -> None:
        """Let there be the newer version too."""
        (self._folder / self.newer.name).symlink_to(self.newer)

    def run(self, *command: str | Path, **more: str) -> None:
        """Run an installer, which finds this folder alone."""
        environment = {
            **os.environ,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": self._folder.as_uri(),
            "UV_NO_CONFIG": "1",
            "UV_OFFLINE": "1",
            "UV_FIND_LINKS": self._folder.as_uri(),
            "UV_PYTHON": sys.executable,
            "UV_PYTHON_DOWNLOADS": "never",
            **more,
        }
        _run(command, environment)


class Pipx(Installation):
    """`pipx install`, which makes an environment with pip, and `pipx upgrade`."""

    backend = "pip"

    def __init__(self, home: Path, index: Index) -> None:
        self._index = index
        self.program = home / ".local" / "bin" / NAME

    def install(self) -> None:
        self._pipx("install", NAME)

    def upgrade(self) -> None:
        self._index.release()
        self._pipx("upgrade", NAME)

    def uninstall(self) -> None:
        self._pipx("uninstall", NAME)

    def _pipx(self, *args: str | Path) -> None:
        self._index.run(sys.executable, "-m", "pipx", *args, PIPX_DEFAULT_BACKEND=self.backend)


class PipxByForce(Pipx):
    """`pipx install`, where pipx finds uv to make the environment; made anew by `pipx install --force`."""

    backend = "uv"

    def upgrade(self) -> None:
        self._pipx("install", "--force", self._index.newer)


class UvTool(Installation):
    """`uv tool install` and `uv tool upgrade`."""

    def __init__(self, home: Path, index: Index) -> None:
        self._index = index
        self.program = home / ".local" / "bin" / NAME

    def install(self) -> None:
        self._uv_tool("install")

    def upgrade(self) -> None:
        self._index.release()
        self._uv_tool("upgrade")

    def uninstall(self) -> None:
        self._uv_tool("uninstall")

    def _uv_tool(self, verb: str) -> None:
        self._index.run(sys.executable, "-m", "uv", "tool", verb, NAME)


class Venv(Installation):
    """The wheel in a virtual environment that somebody made by hand."""

    def __init__(self, home: Path, index: Index) -> None:
        self._index = index
        self._folder = home / "tools" / "tray venv"
        self.program = self._folder / "bin" / NAME

    def install(self) -> None:
        self._index.run(sys.executable, "-m", "venv", self._folder)
        self._pip("install", self._index.older)

    def upgrade(self) -> None:
        self._pip("install", "--upgrade", self._index.newer)

    def uninstall(self) -> None:
        self._pip("uninstall", "--yes", NAME)

    def _pip(self, *args: str | Path) -> None:
        self._index.run(self._folder / "bin" / "python", "-m", "pip", *args)


class Frozen(Installation):
    """The frozen folder, unpacked somewhere, and replaced by that of the newer version."""

    def __init__(self, home: Path, folders: Sequence[Path]) -> None:
        self._older, self._newer = folders
        self._folder = home / "Applications" / NAME
        self.program = self._folder / NAME

    def install(self) -> None:
        shutil.copytree(self._older, self._folder, symlinks=True)

    def upgrade(self) -> None:
        self.uninstall()
        shutil.copytree(self._newer, self._folder, symlinks=True)

    def uninstall(self) -> None:
        shutil.rmtree(self._folder)


class LinkedFrozen(Installation):
    """Frozen folders with a version in their names, and a link to the one in use in a folder for programs."""

    def __init__(self, home: Path, folders: Sequence[Path]) -> None:
        self._older, self._newer = folders
        self._applications = home / "Applications"
        self.program = home / ".local" / "bin" / NAME

    def install(self) -> None:
        self._unpack(self._older, "older")

    def upgrade(self) -> None:
        self._unpack(self._newer, "newer")
        shutil.rmtree(self._applications / f"{NAME}-older")

    def uninstall(self) -> None:
        # The link is left behind, as people do.
        shutil.rmtree(self._applications)

    def _unpack(self, frozen: Path, version: str) -> None:
        folder = self._applications / f"{NAME}-{version}"
        shutil.copytree(frozen, folder, symlinks=True)
        self.program.parent.mkdir(parents=True, exist_ok=True)
        self.program.unlink(missing_ok=True)
        self.program.symlink_to(folder / NAME)


class Deb(Installation):
    """The Debian package, installed by dpkg into a folder that programs `within` find laid over /usr.

    All of it in user namespaces, which need no privilege: nothing on the machine is changed.
    """

    program = Path("/usr/bin", NAME)

    def __init__(self, folder: Path, packages: Sequence[Path]) -> None:
        self._older, self._newer = packages
        self._root = folder
        for needed in ("unshare", "dpkg"):
            if shutil.which(needed) is None:
                pytest.skip(reason=f"{needed} is not installed")
        self._usr.mkdir(parents=True)
        if subprocess.run(self.within("true"), capture_output=True, check=False).returncode:
            pytest.skip(reason="user namespaces with an overlay of their own are not allowed here")
        database = self._root / "var" / "lib" / "dpkg"
        (database / "info").mkdir(parents=True)
        (database / "updates").mkdir()
        # What the package depends on is looked for in what the machine really has.
        known = subprocess.run(["dpkg-query", "--status", "libc6"], capture_output=True, check=True)
        (database / "status").write_bytes(known.stdout)

    @property
    def _usr(self) -> Path:
        return self._root / "usr"

    def install(self) -> None:
        self._dpkg("--install", self._older)

    def upgrade(self) -> None:
        self._dpkg("--install", self._newer)

    def uninstall(self) -> None:
        self._dpkg("--remove", NAME)
        self._usr.mkdir(exist_ok=True)

    def within(self, *command: str | Path) -> list[str | Path]:
        own = ("unshare", "--user", "--map-current-user", "--keep-caps", "--mount", "--")
        laid_over = 'mount -t overlay overlay -o "lowerdir=$0:/usr" /usr && exec "$@"'
        return [*own, "sh", "-c", laid_over, self._usr, *command]

    def _dpkg(self, *args: str | Path) -> None:
        # It gives all files to root: in a namespace in which that is who runs the test.
        as_root = ("unshare", "--user", "--map-root-user", "--")
        path = f"{os.environ['PATH']}:/usr/sbin:/sbin"  # it asks for ldconfig, to use or not
        # Its script runs from here: in that folder, there is no shell.
        where = (f"--root={self._root}", "--force-script-chrootless")
        _run([*as_root, "dpkg", *where, *args], {**os.environ, "PATH": path})


def _run(command: Sequence[str | Path], environment: dict[str, str]) -> None:
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, f"{command}: {ran.stdout}{ran.stderr}"
