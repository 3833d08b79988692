"""A user of a real desktop: sees what is on the screen, and has a pointer and a keyboard.

What is seen comes from the screen's pixels and from AT-SPI; input goes through xdotool, as a mouse's and a keyboard's
does. Nothing waits for a time to pass but for the pointer's small steps: every step waits for what it brings about.
"""

from __future__ import annotations

import subprocess
from array import array
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageGrab
from Xlib.display import Display

from tests.support.desktops.accessibility import Accessibility, Role, Seen, State, accessibility
from tests.support.desktops.menus import Label, OpenMenu, Row, moved, open_menu
from tests.support.desktops.pictures import drawn, resembles
from tests.support.screen import Box
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from tests.support.desktops.base import RealDesktop
    from tray.desktop.icon.artwork import Artwork

LEFT, MIDDLE, RIGHT = 1, 2, 3
_PANEL = 64  # pixels; no panel is higher
_WHEEL_UP, _WHEEL_DOWN = 4, 5
# Generous: what a user does shows at once. What a program does may take longer.
_wait_until = partial(wait_until, seconds=20.0)

PICTURES = Path(__file__).parents[3] / "build" / "desktops"


class User:
    """Sits before `desktop`."""

    def __init__(self, desktop: RealDesktop, eyes: Accessibility) -> None:
        self._desktop = desktop
        self._eyes = eyes
        width, height = desktop.stage.size
        self._screen = Box(0, 0, width, height)
        # Of the open menu: where it opened, it stays, though it may grow.
        self._menu_offset: int | None = None
        # How often a button of the mouse was pressed; turns of the wheel are none.
        self.presses = 0

    # The icon

    def icon(self, artwork: Artwork) -> Box | None:
        """Return where the artwork is in sight, in one of the sizes that it was made for."""
        picture = self.picture()
        if not self._desktop.kind.dims_icons:
            return next(filter(None, (self._drawn_in(panel, picture, artwork) for panel in self._panels())), None)
        boxes = dict.fromkeys(seen.box for seen in self.seen() if seen.has(State.SHOWING))
        return next((box for box in boxes if resembles(picture, artwork, box)), None)

    def wait_for_icon(self, artwork: Artwork) -> Box:
        """Return where the artwork is, waiting for it to come.

        :raises TimeoutError: it is nowhere on the screen
        """
        return wait_until(lambda: self.icon(artwork), "the icon on the screen")

    def wait_for_no_icon(self, artwork: Artwork) -> None:
        """Wait until the artwork is nowhere on the screen."""
        wait_until(lambda: self.icon(artwork) is None, "the icon to go")

    # The menu

    def menu(self) -> OpenMenu | None:
        """Return the menu that is open, as it is at this moment."""
        menu = open_menu(self._eyes.everything(), self._screen)
        if menu is None:
            self._menu_offset = None
            return None
        if self._menu_offset is None:
            self._menu_offset = self._desktop.kind.menu_offset(menu, self._screen)
        return self._with_submenus_in_place(moved(menu, self._menu_offset, self._screen))

    def _with_submenus_in_place(self, menu: OpenMenu) -> OpenMenu:
        """Return a menu whose open submenus are where the desktop has put them."""

        def placed(row: Row) -> Row:
            inside = OpenMenu(row.rows)
            offset = self._desktop.kind.menu_offset(inside, self._screen) if row.open else 0
            return replace(row, rows=self._with_submenus_in_place(moved(inside, offset, self._screen)).rows)

        return OpenMenu(tuple(placed(row) if row.rows else row for row in menu.rows))

    def open_menu(self, icon: Box, button: int = 0) -> OpenMenu:
        """Click the icon, with the button that is for its menu if `button` is 0; return the menu that opens.

        :raises TimeoutError: none opened
        """
        button = button or self._desktop.kind.menu_button
        self.click(icon, button)
        for _ in range(4):
            try:
                _wait_until(self.menu, "a menu", seconds=4.0)
            except TimeoutError:
                # GNOME's extension drops a click on an icon whose menu it has not read yet; and a second click may
                # close what has just opened.
                self.press(button)
            else:
                break
        return self.wait_for_menu()

    def wait_for_menu(self, *labels: Label, seconds: float = 20.0) -> OpenMenu:
        """Return the open menu once it stands still; with `labels`, once the submenu that they lead to is open, too.

        :raises TimeoutError: there is none
        """
        last: list[OpenMenu | None] = [None]

        def still() -> OpenMenu | None:
            before, last[0] = last[0], self.menu()
            menu = last[0] if last[0] == before else None
            return menu if menu and (not labels or menu.find(*labels).open) else None

        what = f"rows in {labels}" if labels else "a menu that stands still"
        return wait_until(still, lambda: f"{what}; there is {last[0] and last[0].outline()}", seconds=seconds)

    def wait_for_row(self, *labels: Label) -> Row:
        """Return a row of the open menu, waiting for it to be in sight.

        :raises TimeoutError: it is not
        """

        def found() -> Row | None:
            menu = self.menu()
            try:
                row = menu and menu.find(*labels)
            except LookupError:
                return None
            return row if row and row.box else None

        return wait_until(found, lambda: f"{labels} in the menu; there is {(menu := self.menu()) and menu.outline()}")

    def open_submenu(self, *labels: Label) -> Row:
        """Open a submenu of the open menu with the pointer, and those on the way to it; return its row.

        :raises TimeoutError: it can't be reached, or shows no row
        """
        return self._open(*labels).find(*labels)

    def choose(self, *labels: Label) -> None:
        """Open what is on the way, click the row with the pointer, and wait until the menu has closed.

        :raises TimeoutError: it can't be reached, or the menu stays
        """
        self._point_in(self._open(*labels[:-1]), *labels)
        self.press(LEFT)
        self.wait_for_no_menu()

    def choose_by_keys(self, *labels: Label) -> None:
        """Do what `choose` does with the keyboard alone.

        :raises TimeoutError: it can't be reached, or the menu stays
        """
        for depth in range(1, len(labels) + 1):
            self.walk_to(*labels[:depth])
            if depth < len(labels):
                self.key("Right")
                self.wait_for_menu(*labels[:depth])
        self.key("Return")
        self.wait_for_no_menu()

    def walk_to(self, *labels: Label) -> Row:
        """Highlight a row of a menu that is open on it with the keyboard.

        :raises TimeoutError: the highlight went all around and was never there
        """
        self.wait_for_menu()
        seen: list[str] = []
        while True:
            menu = self.menu()
            current = menu and menu.current()
            if menu and current and current.reference == menu.find(*labels).reference:
                return current
            if current:
                seen.append(current.label)
            if len(seen) > 1000 or seen.count(seen[-1] if seen else "") > 3:
                raise TimeoutError(f"The keyboard does not reach {labels}: {seen}")
            self.key("Down")
            before = current and current.reference
            _wait_until(lambda before=before: self._current() != before, "the highlight to move")

    def point_at(self, *labels: Label) -> Row:
        """Bring a row into sight, scrolling if it must be, and move the pointer there.

        :raises TimeoutError: it does not come into sight
        """
        return self._point_in(self.wait_for_menu(), *labels)

    def wait_for_no_menu(self) -> None:
        """Wait until no menu is open.

        :raises TimeoutError: one stays
        """
        _wait_until(lambda: self.menu() is None, "the menu to close")

    def close_menus(self) -> None:
        """Close what is open with Escape."""

        def closed() -> bool:
            if self.menu() is None:
                return True
            self.key("Escape")
            return False

        _wait_until(closed, "the menu to close", interval_seconds=0.2)

    # Words

    def seen(self) -> list[Seen]:
        """Return all that is on the screen, in no order that matters."""
        return [seen for tree in self._eyes.everything() for seen in tree.walk()]

    def reads(self, text: str) -> list[Seen]:
        """Return what shows a text, or has it for its name, that contains `text`."""
        shown = [seen for seen in self.seen() if seen.has(State.SHOWING) and seen.box.width > 0]
        named = [seen for seen in shown if text in seen.name]
        return named or [seen for seen in shown if seen.role == Role.TEXT and text in self._eyes.text(seen)]

    def wait_for_words(self, text: str) -> Seen:
        """Wait until something shows a text that contains `text`."""
        return wait_until(lambda: self.reads(text), f"{text!r} on the screen")[0]

    # Hands

    def move(self, x: int, y: int) -> None:
        """Move the pointer in small steps, without which Qt opens no submenu."""
        steps = [(x - 6, y), (x - 3, y), (x, y)]
        args = [arg for left, top in steps for arg in ("mousemove", str(left), str(top), "sleep", "0.05")]
        self._xdotool(*args[:-2])

    def step_aside(self) -> None:
        """Move the pointer to where it is over nothing: panels show what it is over in another way."""
        width, height = self._desktop.stage.size
        self.move(width // 3, height // 2)

    def press(self, button: int) -> None:
        """Press and release a button of the mouse where the pointer is."""
        self._xdotool("click", str(button))
        self.presses += button in (LEFT, MIDDLE, RIGHT)

    def click(self, box: Box, button: int = LEFT) -> None:
        """Click in the middle of a place."""
        self.move(*box.middle)
        self.press(button)

    def key(self, *names: str) -> None:
        """Press and release keys by their X names, one after another."""
        self._xdotool("key", *names)

    def pointer(self) -> bytes:
        """Return the pointer's image: of one that is busy, the present picture of its animation."""
        with closing(Display(self._desktop.display)) as display:
            display.xfixes_query_version()  # the server answers nothing else before
            return array("L", display.xfixes_get_cursor_image(display.screen().root).cursor_image).tobytes()

    def picture(self) -> Image.Image:
        """Return what is on the screen."""
        return ImageGrab.grab(xdisplay=self._desktop.display).convert("RGB")

    def keep_picture(self, name: str) -> None:
        """Keep what is on the screen, for those who look at it later."""
        self._desktop.screenshot(PICTURES / f"{self._desktop.name}-{name}.png")

    def _panels(self) -> tuple[Box, Box]:
        """Return where panels are: along the upper or the lower edge."""
        width, height = self._desktop.stage.size
        return Box(0, 0, width, _PANEL), Box(0, height - _PANEL, width, _PANEL)

    def _drawn_in(self, panel: Box, picture: Image.Image, artwork: Artwork) -> Box | None:
        box = drawn(picture.crop(panel.edges), artwork, self._desktop.kind.icon_opacity)
        return box and replace(box, top=box.top + panel.top)

    def _open(self, *labels: Label) -> OpenMenu:
        """Open a submenu of the open menu, and those on the way to it; return the menu as it is then."""
        menu = self.wait_for_menu()
        for depth in range(1, len(labels) + 1):
            if not self._point_in(menu, *labels[:depth]).open:
                self.press(LEFT)
            try:
                menu = self.wait_for_menu(*labels[:depth], seconds=6.0)
            except TimeoutError:
                # On a busy machine GTK opens it for the pointer late, and closes it for the click.
                self.press(LEFT)
                menu = self.wait_for_menu(*labels[:depth])
        return menu

    def _point_in(self, menu: OpenMenu, *labels: Label) -> Row:
        """Do what `point_at` does in a menu that was seen."""
        row = menu.find(*labels)
        if not row.box:
            row = self._scroll_to(*labels)
        assert row.box
        self.move(*row.box.middle)
        return row

    def _current(self) -> object:
        menu = self.menu()
        current = menu and menu.current()
        return current and current.reference

    def _scroll_to(self, *labels: Label) -> Row:
        """Turn the wheel over the rows around one until it is in sight."""
        turns, start = 0, 0

        def turned() -> Row | None:
            nonlocal turns, start
            menu = self.menu()
            assert menu, "no menu is open"
            row = menu.find(*labels)
            if row.box and row.whole:
                return row
            around = menu.find(*labels[:-1]).rows if len(labels) > 1 else menu.rows
            shown = [each for each in around if each.box]
            if not shown or not shown[0].box:
                raise TimeoutError(f"Nothing around {labels} is in sight")
            places = [each.reference for each in around]
            first, last = places.index(shown[0].reference), places.index(shown[-1].reference)
            place = places.index(row.reference)
            far = first - place if place < first else place - last
            # A turn is less than four rows everywhere; how many it is shows after the first.
            rows = abs(first - start) / turns if turns and first != start else 4
            start, turns = first, max(1, int(far / rows))
            self.move(*shown[len(shown) // 2].box.middle)  # type: ignore[union-attr]
            self._xdotool("click", "--repeat", str(turns), str(_WHEEL_UP if place <= first else _WHEEL_DOWN))
            return None

        return _wait_until(turned, lambda: f"{labels} to scroll into sight")

    def _xdotool(self, *args: str) -> None:
        subprocess.run(["xdotool", *args], env=dict(self._desktop.stage.outer), check=True, timeout=60)


@contextmanager
def user_of(desktop: RealDesktop) -> Iterator[User]:
    """Sit down before a desktop; leave it with no menu open, and the pointer over nothing."""
    with accessibility(desktop.bus_address) as eyes:
        user = User(desktop, eyes)
        user.step_aside()
        yield user
        user.close_menus()
