"""Windows programs under Wine, in a desktop of their own, from its login to its end."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.waiting import wait_until
from tests.support.wine_screen import WineScreen
from tests.support.xvfb import xvfb

# The environment variable that names the folder which packaging/windows/wine-rig.sh has built.
RIG = "NOTEBOOK_TRAY_WINE_RIG"

SIZE = "1024x768"
PYTHON = r"C:\Python311\python.exe"
PYTHONW = r"C:\Python311\pythonw.exe"  # the same without a console

# What packaging/windows/test.sh has pip install there.
LAUNCHER = r"C:\Python311\Scripts\notebook-tray.exe"

_ROOT = Path(__file__).parents[2]

# What Windows starts at the person's login.
RUN_KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"

# The class of a console's window: Wine's, and Windows' own.
_CONSOLES = frozenset({"WineConsoleClass", "ConsoleWindowClass"})

_BROWSER = """#!{python}
import http.client, json, sys
from urllib.parse import urlsplit
address = urlsplit(sys.argv[1])
connection = http.client.HTTPConnection(address.netloc, timeout=30)
connection.request("GET", address.path)
answer = connection.getresponse()
with open({record!r}, "w") as record:
    json.dump([sys.argv[1:], answer.status, answer.headers["Location"]], record)
"""


@dataclass(frozen=True)
class Window:
    """A window that came into being: its class and title, and the name of the program that made it."""

    kind: str
    title: str
    program: str

    @property
    def is_console(self) -> bool:
        return self.kind in _CONSOLES


class WineDesktop(WineScreen):
    """One X server, on which Wine's programs run in the rig's prefix, for the person whose home is `home`.

    Wine gives every program the home of the prefix' own person. For another, a script is what starts the program.
    """

    def __init__(self, display: str, home: Path, environment: Mapping[str, str]) -> None:
        super().__init__(display)
        self.home = home
        self._started: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **os.environ,
            "DISPLAY": display,
            "WINEPREFIX": f"{os.environ[RIG]}/prefix",
            "WINEDEBUG": "-all",
            **environment,
        }
        for name in (
            "HOME",
            "APPDATA",
            "LOCALAPPDATA",
            "USERPROFILE",
            "AWS_CONFIG_FILE",
            "AWS_SHARED_CREDENTIALS_FILE",
            "PYTHONPATH",
            "PYTHON_KEYRING_BACKEND",
            "WIN_PD_OVERRIDE_LOCAL_APPDATA",
        ):
            self.environment.pop(name, None)
        self._notes = home / "windows.jsonl"
        self._script: tuple[str, ...] = ()
        if home != persons_home():
            script = home / "start.py"
            script.write_text(
                "import os, runpy, sys\n"
                f"home = {windows_path(home)!r}\n"
                "local = home + r'\\AppData\\Local'\n"
                "os.environ.update(USERPROFILE=home, LOCALAPPDATA=local, WIN_PD_OVERRIDE_LOCAL_APPDATA=local)\n"
                "del sys.path[0]\n"
                "runpy.run_module('tray', run_name='__main__', alter_sys=True)\n",
                encoding="utf-8",
            )
            self._script = (windows_path(script),)

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run `notebook-tray ARGS` to its end."""
        return self.run_windows(*((PYTHON, *self._script) if self._script else (LAUNCHER,)), *args)

    def run_windows(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a Windows program to its end."""
        return subprocess.run(
            ["wine", *command],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",  # the rest is in the code page of a Western Windows
            timeout=120,
            check=False,
        )

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        """Start `notebook-tray ARGS` in the desktop, as the Start menu does: without a console."""
        return self.start_windows(PYTHONW, *(self._script or ("-m", "tray")), *args)

    def start_windows(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a Windows program in a desktop with a taskbar, by Wine's Explorer.

        `start` gives Explorer no console that its programs would inherit; a console program then gets a window.
        """
        started = subprocess.Popen(
            ["wine", "start", "/wait", "explorer.exe", f"/desktop=tests,{SIZE}", *command],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._started.append(started)
        return started

    def watch(self) -> None:
        """Note from now on which windows come into being; see `windows`."""
        self._notes.unlink(missing_ok=True)
        watcher = "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module({!r}, run_name='__main__')"
        self.start_windows(
            *(PYTHONW, "-c", watcher.format("tests.support.window_watch")),
            *(windows_path(_ROOT), windows_path(self._notes)),
        )
        wait_until(lambda: self._notes.exists() and self._notes.read_text(encoding="utf-8"), "the watch on windows")

    def windows(self) -> list[Window]:
        """Return the windows that came into being since `watch`, of other programs than Explorer."""
        lines = self._notes.read_text(encoding="utf-8").split("\n")[:-1]
        found = [Window(**json.loads(line)) for line in lines if line]
        return [window for window in found if window.program != "explorer.exe"]

    def log_in(self) -> None:
        """Begin a session as Windows does, with what its registry has for it: what of it is in the Run keys is started.

        Wine's wineboot does that; it knows no StartupApproved. https://gitlab.winehq.org/wine/wine/-/wikis/Commands/wineboot
        """
        # Without a console, as Windows' Explorer starts them: else they would all share wineboot's.
        detached = "import subprocess as s; s.Popen(['wineboot.exe'], creationflags=s.DETACHED_PROCESS).wait()"
        self.start_windows(PYTHONW, "-c", detached)

    def log_out(self) -> None:
        """End the session with all of its programs."""
        self.end()

    def end(self) -> None:
        """End every Windows program of this prefix."""
        subprocess.run(["wineserver", "--kill"], env=self.environment, timeout=60, check=False)
        subprocess.run(["wineserver", "--wait"], env=self.environment, timeout=60, check=False)
        for each in self._started:
            each.wait(60)
        self._started.clear()

    def forget_credentials(self) -> None:
        """Empty the Credential Manager of the prefix, which belongs to no person."""
        self.run_windows("reg", "delete", r"HKCU\Software\Wine\Credential Manager", "/f")

    def forget_run_key(self) -> None:
        """Have nothing started at the next login."""
        self.run_windows("reg", "delete", RUN_KEY, "/f")

    def choose_light_taskbar(self) -> None:
        """Have programs take the taskbar for a light one, as Wine's is: the icon is then dark, and easily found."""
        themes = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
        self.run_windows("reg", "add", themes, "/v", "SystemUsesLightTheme", "/t", "REG_DWORD", "/d", "1", "/f")


def windows_path(path: Path) -> str:
    """Return what a Windows program under Wine calls a Unix path."""
    return "Z:" + str(path).replace("/", "\\")


def persons_home() -> Path:
    """Return the home of the prefix' own person: what every Windows program there is given, at a login too."""
    return Path(os.environ[RIG], "prefix", "drive_c", "users", getpass.getuser())


def path_with_browser(folder: Path, record: Path) -> str:
    """Return the search path with a browser first, made in `folder`, that writes down in `record` what it was given."""
    browser = folder / "xdg-open"
    folder.mkdir()
    browser.write_text(_BROWSER.format(python=sys.executable, record=str(record)), encoding="utf-8")
    browser.chmod(0o700)
    return f"{folder}:{os.environ['PATH']}"


@contextmanager
def empty_home() -> Iterator[Path]:
    """Give `persons_home()` without anything that is the program's or AWS', and leave it so."""
    home = persons_home()
    ours = (home / ".aws", home / "AppData" / "Local" / "notebook-tray", home / "windows.jsonl")

    def clear() -> None:
        for path in ours:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    clear()
    try:
        yield home
    finally:
        clear()


@contextmanager
def wine_desktop(home: Path, environment: Mapping[str, str]) -> Iterator[WineDesktop]:
    """Give a desktop without programs, and end what was started in it."""
    if sys.platform == "win32":
        pytest.skip(reason="Wine is for other systems")
    home.mkdir(parents=True, exist_ok=True)
    with xvfb(SIZE) as display:
        desktop = WineDesktop(display, home, environment)
        desktop.end()
        try:
            desktop.forget_credentials()
            desktop.forget_run_key()
            desktop.choose_light_taskbar()
            yield desktop
            desktop.forget_credentials()
            desktop.forget_run_key()
        finally:
            desktop.end()
