"""Shows a window of one plain colour until it is ended: a program of its own.

Not in the tests' process: what python-xlib 0.33 learns of one X server's events it takes for any other's, too.

usage: python cover_window.py WIDTH HEIGHT COLOUR (as 0xRRGGBB). The display is DISPLAY's.
"""

from __future__ import annotations

import sys

from Xlib import X, Xutil
from Xlib.display import Display


def show(width: int, height: int, colour: int) -> None:
    """Show it. The X server draws its colour by itself."""
    display = Display()
    screen = display.screen()
    place = (0, 0, width, height, 0, screen.root_depth, X.InputOutput)
    window = screen.root.create_window(*place, background_pixel=colour)
    window.set_wm_name("Another program")
    window.set_wm_class("another-program", "Another-program")
    window.set_wm_hints(flags=Xutil.InputHint, input=1)
    window.map()
    while True:
        display.next_event()


if __name__ == "__main__":
    show(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3], 16))
