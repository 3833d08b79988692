"""Somebody who looks at the screen of a Wine desktop and uses the mouse.

Wine draws its taskbar and its menus itself, in one X window: what is where is read from the pixels.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageGrab

from tests.support.waiting import wait_until

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


class WineScreen:
    """What the X server of a name such as `:7` shows."""

    def __init__(self, display: str) -> None:
        self._display = display

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
        environment = {**os.environ, "DISPLAY": self._display}
        subprocess.run(["xdotool", *map(str, args)], env=environment, check=True, timeout=60)


def _rows(picture: Image.Image, box: Box) -> Iterator[int]:
    """Give the middle of each row of text in a menu."""
    text = picture.crop((box[0] + _LEFT_OF_TEXT, box[1] + 2, box[2] - _RIGHT_OF_TEXT, box[3] - 2)).convert("L")
    darkest: list[Any] = [text.crop((0, y, text.width, y + 1)).getextrema()[0] for y in range(text.height)]
    has_ink = [ink < 200 for ink in darkest]
    start = None
    for y, ink in enumerate([*has_ink, False]):
        if ink and start is None:
            start = y
        elif not ink and start is not None:
            if y - start >= _LEAST_TEXT_HEIGHT:
                yield box[1] + 2 + (start + y) // 2
            start = None
