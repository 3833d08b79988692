"""A window of one plain colour that covers the screen, as another program's does before which somebody works."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.screen import Box
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from PIL import Image

    from tests.support.desktops.base import RealDesktop
    from tests.support.desktops.user import User

_PROGRAM = Path(__file__).with_name("cover_window.py")
_COLOUR = (0xC8, 0x14, 0x78)  # no desktop and no page has it
# Pixels; what is looked at in the middle of the screen, and how much of the window is clicked on.
_MIDDLE, _SPOT = 300, 24


class Cover:
    """The window, as `user` sees it."""

    def __init__(self, desktop: RealDesktop, user: User) -> None:
        self._user = user
        width, height = desktop.stage.size
        self._middle = Box((width - _MIDDLE) // 2, (height - _MIDDLE) // 2, _MIDDLE, _MIDDLE)

    def in_front(self) -> bool:
        """Whether nothing is before its middle."""
        return _plain(self._user.picture().crop(self._middle.edges))

    def wait_until_behind(self) -> None:
        """Wait until something else is seen all over its middle.

        :raises TimeoutError: it stays in front
        """
        wait_until(
            lambda: _share(self._user.picture().crop(self._middle.edges)) == 0,
            "another window in front",
            seconds=10.0,
        )

    def work_in(self) -> None:
        """Click where it can be seen: that brings it to the front."""
        spot = wait_until(self._spot, "a part of the window that covers the screen")
        self._user.click(spot)
        wait_until(self.in_front, "the window in front")
        self._user.step_aside()

    def _spot(self) -> Box | None:
        picture = self._user.picture()
        for top in range(0, picture.height - _SPOT, _SPOT):
            for left in range(0, picture.width - _SPOT, _SPOT):
                box = Box(left, top, _SPOT, _SPOT)
                if _plain(picture.crop(box.edges)):
                    return box
        return None


@contextmanager
def covered(desktop: RealDesktop, user: User) -> Iterator[Cover]:
    """Cover the screen with a window that the desktop's window manager has, and work in it."""
    colour = "0x{:02x}{:02x}{:02x}".format(*_COLOUR)
    program = desktop.start([sys.executable, _PROGRAM, *map(str, desktop.stage.size), colour])
    cover = Cover(desktop, user)
    cover.work_in()
    yield cover
    desktop.stop(program)


def _share(picture: Image.Image) -> float:
    pixels = list(picture.get_flattened_data())
    return pixels.count(_COLOUR) / len(pixels)


def _plain(picture: Image.Image) -> bool:
    return picture.getextrema() == tuple((value, value) for value in _COLOUR)
