"""`make pictures`: takes the README's pictures of the menu and of the pages anew, in Xfce's panel and in GNOME.

Windows' picture is cut from what its tests keep (`make test-windows`, build/windows).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from PIL import Image, ImageChops, ImageGrab

from tests.pictures.first_notebook import first_notebook
from tests.support.desktop import PROGRAM, start_keyring, virtual_desktop
from tests.support.desktops.base import real_desktop
from tests.support.desktops.gnome import Gnome
from tests.support.desktops.user import user_of
from tests.support.menu_client import menu_client
from tests.support.person import Person, beginning
from tests.support.screen import screen_of
from tests.support.session import Session
from tests.support.waiting import wait_until
from tray.desktop.icon.artwork import Artwork

SCREENSHOTS = Path(__file__).parents[2] / "assets" / "screenshots"
_MARGIN = 8
_COLORS = 128
_NOTIFIED = "Its AWS sign-in has expired."


def main() -> int:
    """Take all pictures."""
    with tempfile.TemporaryDirectory(prefix="nt-") as folder:
        xfce(Path(folder) / "x")
        first_notebook(Path(folder) / "f", SCREENSHOTS)
        gnome(Path(folder) / "g")
    return 0


def xfce(folder: Path) -> None:
    """Take the pictures of the menu with a notebook instance's list open, and of the pages that stay open."""
    folder.mkdir()
    with virtual_desktop(folder) as desktop, screen_of(desktop.env) as screen:
        demo = desktop.start([PROGRAM, "demo"])
        screen.tray_icon(alive=demo)
        with menu_client(desktop.bus_address) as menu:
            menu.wait_for_entry(beginning("Sign in to marketing"))
            person = Person(screen, menu)
            with changed(desktop, "menu"):
                person.open_tray_menu()
                person.open_submenu(beginning("churn-model — Running"))
            screen.close_menus()
            menu.click("All notebooks…")
        with desktop.browser.devtools().page_where(
            "document.querySelectorAll('.days [aria-label]').length > 7"
        ) as page:
            page.call("Emulation.setDeviceMetricsOverride", width=1200, height=640, deviceScaleFactor=1, mobile=False)
            page.wait_until_painted()
            page.screenshot(SCREENSHOTS / "all-notebooks.png")
        with menu_client(desktop.bus_address) as menu:
            menu.click("Settings…")
        with desktop.browser.devtools().page_where("!!document.querySelector('[data-profile=research]')") as page:
            page.evaluate("document.querySelector('[data-profile=research]').click()")
            page.wait_until("!!document.querySelector('.chips small').textContent")
            page.call("Emulation.setDeviceMetricsOverride", width=1100, height=1000, deviceScaleFactor=1, mobile=False)
            page.wait_until_painted()
            page.screenshot(SCREENSHOTS / "settings.png")


def gnome(folder: Path) -> None:
    """Take the picture of the menu with a profile's list open."""
    folder.mkdir()
    with ExitStack() as stack:
        desktop = stack.enter_context(real_desktop(Gnome(), folder))
        user = stack.enter_context(user_of(desktop))
        start_keyring(desktop.stage.programs, desktop.bus_address)
        desktop.start([PROGRAM, "demo"], {})
        icon = user.wait_for_icon(Artwork.load("attention"))
        user.wait_for_words(_NOTIFIED)
        user.step_aside()  # GNOME leaves a notification there until somebody is
        wait_until(lambda: not user.reads(_NOTIFIED), "the notification to go")
        with changed(desktop, "menu-gnome"):
            user.open_menu(icon)
            user.wait_for_row(beginning("forecasting — "))
            user.open_submenu(beginning("research — "))
            user.wait_for_menu(beginning("research — "))


@contextmanager
def changed(desktop: Session, name: str) -> Iterator[None]:
    """Keep the part of the screen that is another one after the block than before it."""

    def taken() -> Image.Image:
        return ImageGrab.grab(xdisplay=desktop.display).convert("RGB")

    before = taken()
    yield
    after = taken()
    box = ImageChops.difference(before, after).getbbox()
    if box is None:
        raise TimeoutError(f"{name}: nothing has changed on the screen")
    left, top, right, bottom = box
    top = 0 if top < 3 * _MARGIN else top - _MARGIN
    right, bottom = min(after.width, right + _MARGIN), min(after.height, bottom + _MARGIN)
    part = after.crop((max(0, left - _MARGIN), top, right, bottom))
    part.quantize(_COLORS).save(SCREENSHOTS / f"{name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
