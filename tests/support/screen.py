"""A person's eyes and hand on an X screen: finds the tray icon and menus, moves the pointer and clicks.

Input goes through xdotool, so a click takes the way that a mouse's click takes. Sight goes by windows and pixels.
Nothing waits for a time to pass: every step waits for what it brings about to be on the screen.
"""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageGrab
from Xlib import X
from Xlib.display import Display
from Xlib.error import XError

from tests.support import panel
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from Xlib.xobject.drawable import Window as XWindow

_LEAST_ROW_HEIGHT = 10  # a separator's line is thinner than any row


@dataclass(frozen=True, order=True)
class Box:
    """A rectangle of the screen, in pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        return self.left + self.width // 2, self.top + self.height // 2

    @property
    def edges(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom, as Pillow crops."""
        return self.left, self.top, self.left + self.width, self.top + self.height


class Screen:
    """The screen of a desktop whose panel is laid out as `panel` says."""

    def __init__(self, display: Display, env: Mapping[str, str]) -> None:
        self._display = display
        self._env = env

    def click(self, place: Box) -> None:
        """Move the pointer to the middle of `place` and press the left button there."""
        x, y = place.middle
        self._xdotool("mousemove", str(x), str(y), "click", "1")

    def press(self, key: str) -> None:
        """Press and release a key by its X name, such as `Down`."""
        self._xdotool("key", key)

    def tray_icon(self, *, alive: subprocess.Popen[bytes] | None = None) -> Box:
        """Return where the tray icon is, waiting for it to be drawn. There must be one icon alone.

        :raises TimeoutError: no icon came to the panel
        :raises ChildProcessError: the program `alive`, whose icon it is, ended
        """

        def drawn_and_still() -> Box | None:
            if alive and alive.poll() is not None:
                raise ChildProcessError("The program ended before its icon came")
            first, second = self._drawn_in_panel(), self._drawn_in_panel()
            return first if first == second and first and min(first.width, first.height) >= 8 else None

        return wait_until(drawn_and_still, "an icon in the panel's status tray")

    def menus(self) -> list[Box]:
        """Return the open menus, the last opened one last."""
        return [box for box in self._popups() if min(box.width, box.height) > 1]

    def open_tray_menu(self) -> Box:
        """Click the tray icon and return the menu that opens.

        :raises TimeoutError: no icon or no menu came
        """
        assert not self.menus(), "a menu is open already"
        self.click(self.tray_icon())
        return self._wait_for_menu(1)

    def close_menus(self) -> None:
        """Close every open menu with the keyboard."""
        while open_menus := len(self.menus()):
            self.press("Escape")
            wait_until(lambda: len(self.menus()) < open_menus, "a menu to close")

    def row(self, menu: Box, position: int) -> Box:
        """Return where in `menu` its enabled entry number `position`, counted from 0, is; it is then highlighted.

        The keyboard walks there: it stops at what can be chosen, and the highlight shows where that is. So this
        needs no knowledge of fonts, heights and separators. `menu` must have just been opened.

        :raises TimeoutError: the highlight did not move
        """
        # In a submenu that the pointer opened, the first Down would still move in the menu before it.
        self.press("Down" if len(self.menus()) == 1 else "Right")
        row = wait_until(lambda: self._highlighted(menu), "the first entry to be highlighted")
        for _ in range(position):
            self.press("Down")
            row = self._wait_for_other_highlight(menu, row)
        return row

    def open_submenu(self, menu: Box, position: int) -> Box:
        """Click an enabled entry of `menu` that has a submenu, and return the submenu.

        :raises TimeoutError: none opened
        """
        depth = len(self.menus())
        self.click(self.row(menu, position))
        return self._wait_for_menu(depth + 1)

    def choose(self, menu: Box, position: int) -> None:
        """Click an enabled entry of `menu` and wait until the menus have closed on it.

        :raises TimeoutError: they stayed open
        """
        self.click(self.row(menu, position))
        wait_until(lambda: not self.menus(), "the menus to close")

    def _wait_for_other_highlight(self, menu: Box, before: Box) -> Box:
        def moved() -> Box | None:
            now = self._highlighted(menu)
            return now if now != before else None

        return wait_until(moved, "the highlight to move")

    def _wait_for_menu(self, depth: int) -> Box:
        def painted() -> Box | None:
            menus = self.menus()
            # One colour alone: the window is there, and GTK has not drawn in it yet.
            return menus[-1] if len(menus) == depth and len(self._colours(menus[-1])) > 1 else None

        return wait_until(painted, lambda: f"{depth} open menus; there are {len(self.menus())}")

    def _popups(self) -> Iterator[Box]:
        types = {self._display.intern_atom(f"_NET_WM_WINDOW_TYPE_{name}") for name in ("POPUP_MENU", "DROPDOWN_MENU")}
        for window in self._display.screen().root.query_tree().children:
            try:
                if self._is_shown(window) and types.intersection(self._window_types(window)):
                    geometry = window.get_geometry()
                    yield Box(geometry.x, geometry.y, geometry.width, geometry.height)
            except XError:
                continue  # closed since the list was made

    @staticmethod
    def _is_shown(window: XWindow) -> bool:
        attributes = window.get_attributes()
        return bool(attributes.map_state == X.IsViewable and attributes.override_redirect)

    def _window_types(self, window: XWindow) -> list[int]:
        answer = window.get_full_property(
            self._display.intern_atom("_NET_WM_WINDOW_TYPE"), self._display.intern_atom("ATOM")
        )
        return list(answer.value) if answer else []

    def _picture(self, box: Box) -> Image.Image:
        return ImageGrab.grab(xdisplay=self._env["DISPLAY"]).crop(box.edges).convert("RGB")

    def _colours(self, box: Box) -> set[object]:
        return set(self._picture(box).get_flattened_data())

    def _drawn_in_panel(self) -> Box | None:
        screen = self._display.screen()
        picture = self._picture(Box(0, 0, screen.width_in_pixels, panel.HEIGHT))
        background = Image.new("RGB", picture.size, picture.getpixel((1, panel.HEIGHT // 2)))
        edges = ImageChops.difference(picture, background).getbbox()
        return edges and Box(edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1])

    def _highlighted(self, menu: Box) -> Box | None:
        """Return the highlighted row: a long run of another colour than most in a column left of all text."""
        inset = 3
        column = list(self._picture(Box(menu.left + inset, menu.top, 1, menu.height)).get_flattened_data())
        background = Counter(column).most_common(1)[0][0]
        start = None
        for y, colour in enumerate([*column, background]):
            if colour != background and start is None:
                start = y
            elif colour == background and start is not None:
                if y - start >= _LEAST_ROW_HEIGHT:
                    return Box(menu.left, menu.top + start, menu.width, y - start)
                start = None
        return None

    def _xdotool(self, *args: str) -> None:
        subprocess.run(["xdotool", *args], env=dict(self._env), check=True, timeout=60)


@contextmanager
def screen_of(env: Mapping[str, str]) -> Iterator[Screen]:
    """Look at the screen that DISPLAY in `env` names."""
    with closing(Display(env["DISPLAY"])) as display:
        yield Screen(display, env)
