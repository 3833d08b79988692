"""Which picture a Windows taskbar shows: the one for its colour and size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.desktop.icon.artwork import Artwork, Pixmap, Taskbar

if TYPE_CHECKING:
    from PIL.Image import Image


def picture(artwork: Artwork, size: int, taskbar: Taskbar) -> Pixmap:
    """Return `artwork` for an icon `size` pixels wide on a `taskbar` of this colour.

    :raises TrayError: (desktop) the file of a state is missing, so the installation is damaged
    """
    # Imported here, since PIL takes long to import and importing this module should not.
    from PIL.Image import Resampling

    image = _drawn_for(artwork.state, size, taskbar) if artwork.state else artwork.image(size)
    if image.width != size:
        image = image.resize((size, size), Resampling.LANCZOS)
    return Artwork.of(image).pixmaps[0]


def _drawn_for(state: str, size: int, taskbar: Taskbar) -> Image:
    """Return the picture in a state's file that is `size` pixels wide; else the next larger one, else the largest."""
    from PIL import Image

    with Image.open(Artwork.ico(state, taskbar)) as file:
        sizes = sorted(file.info["sizes"])
        file.size = next((each for each in sizes if each[0] >= size), sizes[-1])  # type: ignore[misc] # as ICO's are
        return file.convert("RGBA")
