"""Finding the tray icon on a picture of the screen, pixel by pixel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, reduce
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageChops, ImageStat

from tests.support.screen import Box

if TYPE_CHECKING:
    from tray.desktop.icon.artwork import Artwork, Pixmap

_OPAQUE = 255
_ROUNDING = 1


def drawn(picture: Image.Image, artwork: Artwork, opacity: int) -> Box | None:
    """Return where one of the artwork's pictures is on the screen, each of its opaque pixels as it was made.

    `opacity`, of 255, is how a panel shows its icons on its black.
    """
    for pixmap in artwork.pixmaps:
        image, mask, opaque = _shown(pixmap, opacity)
        for left, top in _candidates(picture, image, opaque):
            box = Box(left, top, pixmap.width, pixmap.height)
            difference = ImageChops.difference(picture.crop(box.edges), image)
            black = Image.new("RGB", difference.size)
            extrema: Any = Image.composite(difference, black, mask).getextrema()  # a pair a band
            if max(high for _, high in extrema) <= _ROUNDING:
                return box
    return None


def resembles(picture: Image.Image, artwork: Artwork, box: Box) -> bool:
    """Return whether the picture in `box` is the artwork's, though dimmed or moved by a part of a pixel."""
    fitting = [pixmap for pixmap in artwork.pixmaps if pixmap.width == box.width]
    if not fitting or box.width != box.height:
        return False
    image = _image(fitting[0])
    mask = image.getchannel("A").point(lambda alpha: 255 if alpha == _OPAQUE else 0)
    difference = ImageChops.difference(picture.crop(box.edges), image.convert("RGB"))
    return max(ImageStat.Stat(difference, mask).mean) < 64


def _image(pixmap: Pixmap) -> Image.Image:
    return Image.frombytes("RGBA", (pixmap.width, pixmap.height), pixmap.argb, "raw", "ARGB")


@cache
def _shown(pixmap: Pixmap, opacity: int) -> tuple[Image.Image, Image.Image, list[tuple[int, int]]]:
    """Return what a panel shows of a picture, the mask of its opaque pixels, and where those are."""
    image = _image(pixmap)
    mask = image.getchannel("A").point(lambda alpha: 255 if alpha == _OPAQUE else 0)
    opaque = [(x, y) for y in range(pixmap.height) for x in range(pixmap.width) if mask.getpixel((x, y))]
    return image.convert("RGB").point(lambda value: round(value * opacity / _OPAQUE)), mask, opaque


def _candidates(
    picture: Image.Image, image: Image.Image, opaque: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Give the places where a few of the image's opaque pixels are right."""
    width, height = image.size
    found = Image.new("L", picture.size, 255)
    for x, y in opaque[:: max(1, len(opaque) // 8)]:
        colour: Any = image.getpixel((x, y))
        near = [
            band.point(lambda value, wanted=wanted: 255 if abs(value - wanted) <= _ROUNDING else 0)
            for band, wanted in zip(picture.split(), colour, strict=True)
        ]
        # As far to the left and up as this pixel is from the image's corner.
        found = ImageChops.darker(found, ImageChops.offset(reduce(ImageChops.darker, near), -x, -y))
        if found.getbbox() is None:
            return
    data = found.tobytes()
    place = data.find(b"\xff")
    while place >= 0:
        left, top = place % picture.width, place // picture.width
        if left + width <= picture.width and top + height <= picture.height:
            yield left, top
        place = data.find(b"\xff", place + 1)
