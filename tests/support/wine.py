"""Windows programs under Wine, in a desktop of their own, and somebody who looks at its screen and uses the mouse.

Wine draws its taskbar and its menus itself, in one X window: what is where is read from the pixels.
"""

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
from PIL import Image, ImageChops, ImageGrab

from tests.support.waiting import wait_until
from tests.support.xvfb import xvfb

# The environment variable that names the folder which packaging/windows/wine-rig.sh has built.
RIG = "NOTEBOOK_TRAY_WINE_RIG"

SIZE = "1024x768"
PYTHON = r"C:\Python311\python.exe"
PYTHONW = r"C:\Python311\pythonw.exe"  # the same without a console

# What packaging/windows/test.sh has pip install there.
LAUNCHER = r"C:\Python311\Scripts\notebook-tray.exe"

_ROOT = Path(__file__).parents[2]
_TASKBAR_HEIGHT = 20
_ICON_COLOUR = (0x1B, 0x1B, 0x1B)
_LEAST_TEXT_HEIGHT = 5  # a separator's line is thinner

# Beside the text of a menu: check marks on the left, arrows on the right.
_LEFT_OF_TEXT, _RIGHT_OF_TEXT = 18, 16

# What Windows starts at the person's login.
RUN_KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"

# The class of a console's window: Wine's, and Windows' own.
_CONSOLES = frozenset({"WineConsoleClass", "ConsoleWindowClass"})

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Window:
    """A window that came into being: its class and title, and the name of the program that made it."""

    kind: str
    title: str
    program: str

    @property
    def is_console(self) -> bool:
        return self.kind in _CONSOLES


@dataclass(frozen=True)
class Menu:
    """An open menu: where it is, and how the screen looked without it."""

    box: Box
    rows: tuple[int, ...]  # the middle of each row of text, in pixels from the top of the screen


class WineDesktop:
    """One X server, on which Wine's programs run in the rig's prefix, for the person whose home is `home`.

    Wine gives every program the home of the prefix' own person. For another, a script is what starts the program.
    """

    def __init__(self, display: str, home: Path, environment: Mapping[str, str]) -> None:
        self._display = display
        self.home = home
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
        return subprocess.Popen(
            ["wine", "start", "/wait", "explorer.exe", f"/desktop=tests,{SIZE}", *command],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

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

    def picture(self) -> Image.Image:
        """Return what the screen shows."""
        return ImageGrab.grab(xdisplay=self._display).convert("RGB")

    def keep_picture(self, name: str) -> None:
        """Keep what the screen shows in build/windows, for people to look at."""
        pictures = _ROOT / "build" / "windows"
        pictures.mkdir(parents=True, exist_ok=True)
        self.picture().save(pictures / f"{name}.png")

    def tray_icon(self) -> tuple[int, int]:
        """Return the middle of the icon on the taskbar, once it is there."""

        def found() -> tuple[int, int] | None:
            picture = self.picture()
            top = picture.height - _TASKBAR_HEIGHT
            taskbar = picture.crop((0, top, picture.width, picture.height))
            plain = Image.new("RGB", taskbar.size, _ICON_COLOUR)
            box = ImageChops.difference(taskbar, plain).convert("L").point([255, *[0] * 255]).getbbox()
            return box and ((box[0] + box[2]) // 2, top + (box[1] + box[3]) // 2)

        return wait_until(found, "the icon on the taskbar")

    def open_menu(self) -> Menu:
        """Click the icon and return the menu that opens."""
        before = self.picture()
        self._xdotool("mousemove", *self.tray_icon(), "click", 3)
        return self._opened(before, (0, 0, 0, 0))

    def open_menu_of(self, rows: int) -> Menu:
        """Open the menu again and again until it has so many rows of text: it stays as it was when it was opened."""

        def opened() -> Menu | None:
            menu = self.open_menu()
            if len(menu.rows) == rows:
                return menu
            self.close_menu()
            return None

        return wait_until(opened, f"a menu of {rows} rows", interval_seconds=1)

    def open_submenu(self, menu: Menu, row: int) -> Menu:
        """Click a row of `menu`, counted from 0, that has a submenu; return the submenu."""
        before = self.picture()
        self._click(menu, row)
        return self._opened(before, menu.box)

    def close_menu(self) -> None:
        """Close the open menu by a click on the empty desktop."""
        self._xdotool("mousemove", 1, 1, "click", 1)

    def choose(self, menu: Menu, row: int) -> None:
        """Click a row of `menu`."""
        self._click(menu, row)

    def _click(self, menu: Menu, row: int) -> None:
        self._xdotool("mousemove", (menu.box[0] + menu.box[2]) // 2, menu.rows[row], "click", 1)

    def _opened(self, before: Image.Image, beside: Box) -> Menu:
        """Wait for a menu to be drawn beside the one that is there, and to stay as it is."""
        last: list[Menu] = []

        def drawn() -> Menu | None:
            picture = self.picture()
            changed = ImageChops.difference(picture, before)
            changed.paste((0, 0, 0), beside)
            box = changed.getbbox()
            if box is None or box[2] - box[0] < 40 or not (rows := tuple(_rows(picture, box))):
                return None
            menu = Menu(box, rows)
            settled = last == [menu]
            last[:] = [menu]
            return menu if settled else None

        return wait_until(drawn, "a menu", interval_seconds=0.2)

    def _xdotool(self, *args: object) -> None:
        subprocess.run(["xdotool", *map(str, args)], env=self.environment, check=True, timeout=60)


def windows_path(path: Path) -> str:
    """Return what a Windows program under Wine calls a Unix path."""
    return "Z:" + str(path).replace("/", "\\")


def persons_home() -> Path:
    """Return the home of the prefix' own person: what every Windows program there is given, at a login too."""
    return Path(os.environ[RIG], "prefix", "drive_c", "users", getpass.getuser())


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


def _rows(picture: Image.Image, box: Box) -> Iterator[int]:
    """Give the middle of each row of text in a menu."""
    text = picture.crop((box[0] + _LEFT_OF_TEXT, box[1] + 2, box[2] - _RIGHT_OF_TEXT, box[3] - 2)).convert("L")
    has_ink = [text.crop((0, y, text.width, y + 1)).getextrema()[0] < 200 for y in range(text.height)]
    start = None
    for y, ink in enumerate([*has_ink, False]):
        if ink and start is None:
            start = y
        elif not ink and start is not None:
            if y - start >= _LEAST_TEXT_HEIGHT:
                yield box[1] + 2 + (start + y) // 2
            start = None


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
