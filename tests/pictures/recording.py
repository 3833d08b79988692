"""`make recording`: films the way from the click on the tray's icon to JupyterLab, for README.

A virtual desktop with a real panel, browser and JupyterLab; ffmpeg films its screen. What is seen is as fast as it is
on this machine: nothing is cut, slowed down or sped up. Pauses are those of somebody who reads.
"""

from __future__ import annotations

import math
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from Xlib.display import Display

from tests.support.desktop import HEIGHT, PROGRAM, WIDTH, Desktop, virtual_desktop
from tests.support.jupyterlab import LAB_IS_READY
from tests.support.menu_client import menu_client
from tests.support.person import Person, beginning
from tests.support.screen import Box, Screen

RECORDING = Path(__file__).parents[2] / "assets" / "screenshots" / "click-to-lab.webp"
MOST_SECONDS = 20
MOST_BYTES = 2_000_000
_FRAMES_A_SECOND = 10
_SHOWN_WIDTH = 960
_QUALITY = 80
# How long somebody looks before the next click.
_LOOK_SECONDS = 1.5
_LAST_LOOK_SECONDS = 3.0
_GLIDE_SECONDS = 0.5
_RUNNING = re.compile("^churn-model — Running")
_LENGTH = "JupyterLab for 1 h"


class GlidingScreen(Screen):
    """A screen on which the pointer moves as a hand moves it."""

    def click(self, place: Box) -> None:
        # Not in a menu: the rows on the way would open their lists.
        if not self.menus():
            self._glide(*place.middle)
        super().click(place)

    def _glide(self, x: int, y: int) -> None:
        root = self._display.screen().root
        pointer = root.query_pointer()
        from_x, from_y = pointer.root_x, pointer.root_y
        if (from_x, from_y) == (x, y):
            return
        steps = round(_GLIDE_SECONDS * 60)
        for step in range(1, steps + 1):
            done = (1 - math.cos(math.pi * step / steps)) / 2
            root.warp_pointer(round(from_x + (x - from_x) * done), round(from_y + (y - from_y) * done))
            self._display.sync()
            time.sleep(_GLIDE_SECONDS / steps)


def main() -> int:
    """Film it; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="nt-") as folder:
        film = Path(folder) / "film.mkv"
        seconds = shoot(Path(folder) / "d", film)
        develop(film, RECORDING)
    size = RECORDING.stat().st_size
    print(f"{RECORDING}: {seconds:.1f} s, {size / 1000:.0f} kB")
    if seconds > MOST_SECONDS or size > MOST_BYTES:
        print(f"It may have {MOST_SECONDS} s and {MOST_BYTES / 1000:.0f} kB.", file=sys.stderr)
        return 1
    return 0


def shoot(folder: Path, film: Path) -> float:
    """Film from the icon in the panel to JupyterLab; return how long that took, in seconds."""
    folder.mkdir()
    with virtual_desktop(folder) as desktop, _screen(desktop.env) as screen:
        demo = desktop.start([PROGRAM, "demo"])
        screen.tray_icon(alive=demo)
        with menu_client(desktop.bus_address) as menu:
            menu.wait_for_entry(_RUNNING)
            menu.wait_for_entry(beginning("Sign in to marketing"))  # all is listed
            return _walk(desktop, Person(screen, menu), film)
    raise AssertionError("the desktop's context lets exceptions through")


def _walk(desktop: Desktop, person: Person, film: Path) -> float:
    begun = time.monotonic()
    with _filming(desktop, film):
        time.sleep(_LOOK_SECONDS)
        person.open_tray_menu()
        time.sleep(_LOOK_SECONDS)
        person.open_submenu(_RUNNING)
        time.sleep(_LOOK_SECONDS)
        person.choose(_LENGTH)
        with desktop.browser.devtools().page_where(LAB_IS_READY) as page:
            page.wait_until_painted()
        time.sleep(_LAST_LOOK_SECONDS)
    return time.monotonic() - begun


def develop(film: Path, picture: Path) -> None:
    """Make of a film a picture that moves."""
    _ffmpeg(
        *("-i", str(film), "-vf", f"fps={_FRAMES_A_SECOND},scale={_SHOWN_WIDTH}:-1:flags=lanczos"),
        *("-c:v", "libwebp_anim", "-quality", str(_QUALITY), "-compression_level", "6", "-loop", "0", str(picture)),
    )


@contextmanager
def _screen(env: Mapping[str, str]) -> Iterator[GlidingScreen]:
    with closing(Display(env["DISPLAY"])) as display:
        yield GlidingScreen(display, env)


@contextmanager
def _filming(desktop: Desktop, film: Path) -> Iterator[None]:
    """Have ffmpeg film the screen in the block."""
    grab = ("-f", "x11grab", "-framerate", str(_FRAMES_A_SECOND), "-video_size", f"{WIDTH}x{HEIGHT}")
    camera = subprocess.Popen(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", *grab, "-i", desktop.display, "-c:v", "ffv1", str(film)],
        env=dict(desktop.env),
    )
    try:
        yield
    finally:
        camera.send_signal(signal.SIGINT)  # it then writes the end of the file
        camera.wait(60)


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", "-y", *arguments], check=True, timeout=600)


if __name__ == "__main__":
    sys.exit(main())
