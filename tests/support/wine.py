"""Windows programs under Wine, in a desktop of their own, and somebody who looks at its screen and uses the mouse.

Wine draws its taskbar and its menus itself, in one X window: what is where is read from the pixels.
"""

from __future__ import annotations

import os
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
PYTHON = "C:\\Python311\\python.exe"

_ROOT = Path(__file__).parents[2]
_TASKBAR_HEIGHT = 20
_ICON_COLOUR = (0x1B, 0x1B, 0x1B)
_LEAST_TEXT_HEIGHT = 5  # a separator's line is thinner

# Beside the text of a menu: check marks on the left, arrows on the right.
_LEFT_OF_TEXT, _RIGHT_OF_TEXT = 18, 16

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Menu:
    """An open menu: where it is, and how the screen looked without it."""

    box: Box
    rows: tuple[int, ...]  # the middle of each row of text, in pixels from the top of the screen


class WineDesktop:
    """One X server, on which Wine's programs run in the rig's prefix as a person whose home is `home`."""

    def __init__(self, display: str, home: Path, environment: Mapping[str, str]) -> None:
        self._display = display
        self._home = home
        self.environment = {
            **os.environ,
            "DISPLAY": display,
            "WINEPREFIX": f"{os.environ[RIG]}/prefix",
            "WINEDEBUG": "-all",
            "PYTHONPATH": windows_path(_ROOT),
            **environment,
        }
        for name in (
            "HOME",
            "APPDATA",
            "LOCALAPPDATA",
            "USERPROFILE",
            "AWS_CONFIG_FILE",
            "AWS_SHARED_CREDENTIALS_FILE",
        ):
            self.environment.pop(name, None)
        self._launcher = home / "start.py"
        self._launcher.write_text(
            # Wine gives every program the home of the Unix user: this is where a person of another name begins.
            "import os, subprocess, sys\n"
            f"home = {windows_path(home)!r}\n"
            "os.environ.update(USERPROFILE=home, WIN_PD_OVERRIDE_LOCAL_APPDATA=home + r'\\AppData\\Local')\n"
            "os.environ.pop('PYTHON_KEYRING_BACKEND', None)\n"
            "sys.exit(subprocess.run([sys.executable, '-m', 'tray', *sys.argv[1:]]).returncode)\n",
            encoding="utf-8",
        )

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run `notebook-tray ARGS` to its end."""
        command = ["wine", PYTHON, windows_path(self._launcher), *args]
        return subprocess.run(
            command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
        )

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        """Start `notebook-tray ARGS` in a desktop with a taskbar."""
        return subprocess.Popen(
            ["wine", "explorer", f"/desktop=tests,{SIZE}", PYTHON, windows_path(self._launcher), *args],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def end(self) -> None:
        """End every Windows program of this prefix."""
        subprocess.run(["wineserver", "--kill"], env=self.environment, timeout=60, check=False)
        subprocess.run(["wineserver", "--wait"], env=self.environment, timeout=60, check=False)

    def forget_credentials(self) -> None:
        """Empty the Credential Manager of the prefix, which belongs to no person."""
        command = ["wine", "reg", "delete", r"HKCU\Software\Wine\Credential Manager", "/f"]
        subprocess.run(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=120,
            check=False,  # there is nothing to delete
        )

    def choose_light_taskbar(self) -> None:
        """Have programs take the taskbar for a light one, as Wine's is: the icon is then dark, and easily found."""
        themes = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
        command = ["wine", "reg", "add", themes, "/v", "SystemUsesLightTheme", "/t", "REG_DWORD", "/d", "1", "/f"]
        subprocess.run(
            command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False
        )

    def picture(self) -> Image.Image:
        """Return what the screen shows."""
        return ImageGrab.grab(xdisplay=self._display).convert("RGB")

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
            self._xdotool("mousemove", 1, 1, "click", 1)
            return None

        return wait_until(opened, f"a menu of {rows} rows", interval_seconds=1)

    def open_submenu(self, menu: Menu, row: int) -> Menu:
        """Click a row of `menu`, counted from 0, that has a submenu; return the submenu."""
        before = self.picture()
        self._click(menu, row)
        return self._opened(before, menu.box)

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
            desktop.choose_light_taskbar()
            yield desktop
            desktop.forget_credentials()
        finally:
            desktop.end()
