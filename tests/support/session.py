"""A desktop session of a test's own: its folder, its environment, its session bus, and the programs in it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from jeepney import DBus
from jeepney.io.blocking import Proxy, open_dbus_connection
from PIL import ImageGrab

from tests.support.processes import Programs, end_process
from tests.support.waiting import wait_until

# A socket's path is at most 107 bytes (unix(7)), and Chromium puts 45 of its own behind TMPDIR's.
_LONGEST_FOLDER = 55


@dataclass(frozen=True)
class Session:
    """A running session.

    `env` is all that a program in it gets: nothing of the environment around is in it but PATH.
    """

    folder: Path
    env: Mapping[str, str]
    bus_address: str
    _programs: Programs = field(repr=False)

    @property
    def home(self) -> Path:
        """The private home folder."""
        return Path(self.env["HOME"])

    @property
    def display(self) -> str:
        """The X display that shows it, such as `:7`."""
        return self.env["DISPLAY"]

    def start(self, args: Sequence[str | Path], env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a program with `env` on top of the session's own; it is ended with the session.

        What it prints is in `log_of(args)`.
        """
        return self._programs.start(args, env=env)

    def run(self, args: Sequence[str | Path], env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program with `env` on top of the session's own to its end; return its status and what it printed."""
        # Files, not pipes: a browser that the program leaves behind would hold a pipe open for ever.
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            ended = subprocess.run(
                args,
                env={**self.env, **(env or {})},
                cwd=self.home,
                stdout=output,
                stderr=errors,
                timeout=120,
                check=False,
            )
            output.seek(0)
            errors.seek(0)
            return subprocess.CompletedProcess(args, ended.returncode, output.read(), errors.read())

    def log_of(self, args: Sequence[str | Path]) -> Path:
        """Return the file with what a program started with `args` has printed."""
        return self._programs.log_of(args)

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """End a program before the session ends."""
        end_process(process)

    def screenshot(self, path: Path) -> None:
        """Write what the screen shows to a PNG file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        ImageGrab.grab(xdisplay=self.display).save(path, compress_level=1)  # a third of the time


def check_length(folder: Path) -> None:
    """Accept the folder of a session.

    :raises ValueError: its path is too long for the sockets in it
    """
    if len(os.fsencode(folder)) > _LONGEST_FOLDER:
        raise ValueError(f"{folder} is too long for the sockets in it: at most {_LONGEST_FOLDER} bytes")


def private_environment(folder: Path) -> dict[str, str]:
    """Make a home, a runtime and a temporary folder in `folder`; return the variables that lead there, and PATH."""
    home, runtime, temporary = folder / "home", folder / "run", folder / "tmp"
    env = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        # botocore would otherwise look for credentials at the address of EC2's metadata service.
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name, value in env.items():
        if name == "HOME" or name == "TMPDIR" or name.startswith("XDG_"):
            Path(value).mkdir(mode=0o700, parents=True, exist_ok=True)
    # Coverage of programs started here: coverage's own `patch = subprocess` hands it on by the environment.
    return env | {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}


def wait_for_name(bus_address: str, name: str) -> None:
    """Wait until a well-known name has an owner on a bus.

    :raises TimeoutError: it has none
    """
    with closing(open_dbus_connection(bus=bus_address)) as connection:
        bus = Proxy(DBus(), connection)
        wait_until(lambda: bus.NameHasOwner(name)[0], f"{name} on the session bus")
