"""The icon's picture as macOS wants it: a template image, which the menu bar colours, sharp on every display.

https://developer.apple.com/design/human-interface-guidelines/the-menu-bar and NSImage's `isTemplate`: only the alpha
channel of a template counts.
"""

from __future__ import annotations

import io
from functools import lru_cache

from AppKit import NSBitmapImageRep, NSImage
from Foundation import NSData, NSMakeSize
from PIL import Image, ImageChops

from tray.desktop.icon.artwork import Artwork

# The menu bar is 22 to 24 points high, and Apple's own pictures in it have about this size.
SIZE_POINTS = 18

# One pixel a point, and two on a Retina display. No Mac has more.
_SCALES = (1, 2)

# From this lightness on, a part of the picture becomes a hole in the template: the writing on the notebook is white.
_LIGHT = 200


@lru_cache(maxsize=8)
def template_image(artwork: Artwork) -> NSImage:
    """Return `artwork` as an NSImage of `SIZE_POINTS`; must be called on the main thread.

    The few pictures are kept, since the icon changes with every refresh.
    """
    image = NSImage.alloc().initWithSize_(NSMakeSize(SIZE_POINTS, SIZE_POINTS))
    for picture in template_pictures(artwork):
        png = io.BytesIO()
        picture.save(png, "png")
        data = png.getvalue()
        representation = NSBitmapImageRep.imageRepWithData_(NSData.dataWithBytes_length_(data, len(data)))
        # In points, so that the picture with more pixels is shown sharper and not larger.
        representation.setSize_(NSMakeSize(SIZE_POINTS, SIZE_POINTS))
        image.addRepresentation_(representation)
    image.setTemplate_(True)
    return image


def template_pictures(artwork: Artwork) -> list[Image.Image]:
    """Return the pixels of the template, one picture a scale: black, where its alpha channel is the shape.

    Artwork of a state has pictures that were drawn as templates. For other artwork they are made from the coloured
    pictures, in which white parts become holes.
    """
    if artwork.state:
        return [Image.open(path).convert("RGBA") for path in Artwork.template(artwork.state, SIZE_POINTS)]
    return [_template(artwork.image(SIZE_POINTS * scale), SIZE_POINTS * scale) for scale in _SCALES]


def _template(picture: Image.Image, size: int) -> Image.Image:
    if picture.width != size:
        picture = picture.resize((size, size), Image.Resampling.LANCZOS)
    light = picture.convert("RGB").split()
    lightness = ImageChops.darker(ImageChops.darker(light[0], light[1]), light[2])
    dark = lightness.point([255 if value < _LIGHT else 255 * (255 - value) // (255 - _LIGHT) for value in range(256)])
    template = Image.new("RGBA", (size, size))
    template.putalpha(ImageChops.multiply(picture.getchannel("A"), dark))
    return template
