"""A Windows computer under Wine, without Python, on which the program is installed, run and removed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.installer.traces import Traces, traces
from tests.support.endpoint import Endpoint
from tests.support.processes import pids_with
from tests.support.waiting import wait_until
from tests.support.wine import RIG, RUN_KEY, WineDesktop, persons_home, windows_path, wine_desktop

NAME = "Notebook Tray"
UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\NotebookTray"
# Windows' exit statuses have 32 bits, and Wine hands on eight of them.
EIGHT_BITS = 0xFF

_FOR_EACH_USER = r"AppData\Roaming\Microsoft\Windows\Start Menu\Programs"
_FOR_ALL = r"C:\ProgramData\Microsoft\Windows\Start Menu\Programs"


class Computer:
    """The prefix that RIG names, with a desktop on which its programs run."""

    def __init__(self, desktop: WineDesktop, endpoint: Endpoint, record: Path) -> None:
        self.desktop = desktop
        self.endpoint = endpoint
        self.record = record
        self._prefix = Path(os.environ[RIG], "prefix")

    @property
    def drive(self) -> Path:
        """Where drive C: is on this machine."""
        return self._prefix / "drive_c"

    def path(self, windows: str) -> Path:
        """Return where a path on drive C: is on this machine."""
        return self.drive / windows.removeprefix("C:\\").replace("\\", "/")

    @property
    def for_user(self) -> str:
        """Where the program is installed for the user alone."""
        return rf"{self.home}\AppData\Local\Programs\{NAME}"

    @property
    def home(self) -> str:
        """Return the user's home, as Windows' programs call it."""
        return rf"C:\users\{persons_home().name}"

    @property
    def state(self) -> Path:
        """Where the program keeps its state and its log."""
        return persons_home() / "AppData" / "Local" / "notebook-tray"

    def link(self, *, for_all: bool = False) -> str:
        """Return the link in the Start menu."""
        programs = _FOR_ALL if for_all else rf"{self.home}\{_FOR_EACH_USER}"
        return rf"{programs}\{NAME}.lnk"

    def install(self, setup: Path, *options: str) -> int:
        """Run an installer to its end; return its exit status, as Wine hands it on."""
        return self._run(windows_path(setup), "/S", *options)

    def uninstall(self, folder: str, *options: str) -> None:
        """Run the uninstaller of a folder until it is done: it goes on from a copy, and does not wait for that."""
        command = rf"{folder}\uninstall.exe"
        assert f'"{command}" /S' in (self.value("QuietUninstallString", root) for root in ("HKCU", "HKLM"))
        started = self.desktop.run_windows(command, "/S", *options)
        assert started.returncode == 0, started.stderr
        # The entry goes last.
        wait_until(lambda: not any(self.value("InstallLocation", root) == folder for root in ("HKCU", "HKLM")), command)

    def value(self, name: str, root: str = "HKCU", key: str = UNINSTALL) -> str:
        """Return a text in the registry; empty if it is not there."""
        asked = self.desktop.run_windows("reg", "query", rf"{root}\{key}", "/v", name)
        line = next((line for line in asked.stdout.splitlines() if line.strip().startswith(name)), "")
        return line.split("REG_", 1)[-1].partition("    ")[2].strip() if "REG_" in line else ""

    def starts_at_login(self, root: str = "HKCU") -> str:
        """Return what is started at the user's login."""
        return self.value(NAME, root, RUN_KEY.partition("\\")[2])

    def run(self, folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line of a folder to its end."""
        return self.desktop.run_windows(rf"{folder}\notebook-tray.exe", *arguments)

    def msiexec(self, what: str, msi: Path, *properties: str) -> int:
        """Run Windows Installer silently to its end; return its exit status, as Wine hands it on."""
        return self._run("msiexec", what, windows_path(msi), "/qn", *properties)

    def _run(self, *command: str) -> int:
        # What the program starts may go on, and would keep a pipe open.
        ran = subprocess.run(
            ["wine", *command],
            env=self.desktop.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=240,
            check=False,
        )
        return ran.returncode

    def start_waiting(self, folder: str) -> subprocess.Popen[bytes]:
        """Start a command that waits until its standard input ends."""
        command = (
            "profiles",
            "add",
            "waiting",
            "--region",
            "eu-west-1",
            "--access-key",
            "AKIAIOSFODNN7EXAMPLE",
            "--secret-stdin",
        )
        started = subprocess.Popen(
            ["wine", rf"{folder}\notebook-tray.exe", *command],
            env=self.desktop.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: any(_has_open(pid, "_ssl.pyd") for pid in pids_with("notebook-tray.exe")), "its libraries")
        return started

    def processes(self) -> set[int]:
        """Return the processes of windowed copies of the program, trays and commands."""
        return set(pids_with("notebook-trayw.exe"))

    def tray(self) -> str:
        """Return what the running copy says of itself in its lock file; empty if there is none yet."""
        for file in (self.state / "run").glob("tray-*"):
            if text := file.read_bytes().rstrip(b"\0").decode("utf-8", "replace").strip():
                return text
        return ""

    def traces(self) -> Traces:
        """End all programs, and return what is in the registry and on the disk."""
        self.desktop.end()
        return traces(self._prefix)


def _has_open(pid: int, library: str) -> bool:
    try:
        return library in Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return False


@contextmanager
def computer(endpoint: Endpoint, environment: dict[str, str], record: Path) -> Iterator[Computer]:
    """Give the computer, and end what was started there."""
    with wine_desktop(persons_home(), environment) as desktop:
        yield Computer(desktop, endpoint, record)
