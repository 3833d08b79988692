"""Whether the files that this process runs from have been replaced since it started: by an upgrade, on Linux.

An installer of Linux replaces a running program's files under it, and tells nobody. What the process imports later is
then another version's, or not there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import tray
from tray.runtime.environment import for_children
from tray.runtime.own_program import own_command

_VERSION_SECONDS = 20

Stamp = tuple[int, int, int, int] | None
"""Which file is in a place: device, inode, time of its last change and size; None where there is none."""


@dataclass(frozen=True)
class OwnFiles:
    """This copy of the program: the command that starts it, also after an upgrade, and a file that upgrades replace."""

    command: tuple[str, ...]
    file: Path
    started_from: Stamp

    @classmethod
    def here(cls) -> OwnFiles | None:
        """Return this process's; None in a checkout, whose files change all the time, and where installers end it."""
        frozen = bool(getattr(sys, "frozen", False))
        package = Path(tray.__file__).parent
        if sys.platform != "linux" or (not frozen and (package.parent / "pyproject.toml").is_file()):
            return None
        file = Path(sys.executable) if frozen else Path(tray.__file__)
        return cls(_started_as() or _by_interpreter(), file, stamp(file))

    def now(self) -> Stamp:
        """Return which file is in the place of `file` now."""
        return stamp(self.file)

    def installed_version(self) -> str:
        """Return the version that `command` starts; "" if it doesn't run. Blocks, for 20 s at most."""
        try:
            asked = subprocess.run(  # noqa: S603 # nosec B603 # this program
                [*self.command, "--version"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_VERSION_SECONDS,
                check=False,
                env=for_children(os.environ),
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        name, _, version = asked.stdout[:200].decode("utf-8", "replace").strip().partition(" ")
        return version if asked.returncode == 0 and name == "notebook-tray" and version.isprintable() else ""

    def become(self, *arguments: str) -> None:
        """Have `command` take the place of this process, whose files and locks are then closed.

        :raises OSError: it can't be started
        """
        command = [*self.command, *arguments]
        os.execve(command[0], command, for_children(os.environ))  # noqa: S606 # nosec B606 # this program, no shell


def stamp(file: Path) -> Stamp:
    """Return which file is in a place."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def _started_as() -> tuple[str, ...]:
    """Return the launcher or link that this process was started by, which leads to a new version after an upgrade."""
    found = shutil.which(sys.argv[0])
    # Not resolved: the link stays, while what it leads to may have a version in its name.
    return (os.path.abspath(found),) if found and Path(found).name == "notebook-tray" else ()  # noqa: PTH100


def _by_interpreter() -> tuple[str, ...]:
    command = own_command()
    # -P: else Python would look for `tray` in the folder in which it is started.
    return (command[0], "-P", *command[1:]) if len(command) > 1 else command
