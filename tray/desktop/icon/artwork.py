"""The icon's picture for a state, in every size that a desktop may ask for."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from tray.errors import ExitStatus, Kind, TrayError

if TYPE_CHECKING:
    from PIL.Image import Image

STATES = ("idle", "refreshing", "attention")

# In pixels. Panels are 16 to 64 pixels high; hosts scale from the next larger size.
SIZES = (16, 22, 24, 32, 48, 64)

_PACKAGE = Path(__file__).parents[2]
# A wheel holds the assets inside the package, a checkout beside it.
_FOLDERS = (_PACKAGE / "assets" / "icons", _PACKAGE.parent / "assets" / "icons")


@dataclass(frozen=True, slots=True)
class Pixmap:
    """A picture as StatusNotifierItem's IconPixmap holds it.

    `argb` is 32 bits a pixel, alpha first, in network byte order, row by row
    (https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/Icons/).
    """

    width: int
    height: int
    argb: bytes


@dataclass(frozen=True, eq=False)
class Artwork:
    """One picture in several sizes: `images` by their size in pixels, each square and RGBA."""

    images: Mapping[int, Image]

    @classmethod
    def of(cls, *images: Image) -> Artwork:
        """Return the artwork that consists of `images`, whatever their mode."""
        return cls(MappingProxyType({image.width: image.convert("RGBA") for image in images}))

    @classmethod
    def load(cls, state: str, folders: Sequence[Path] = _FOLDERS) -> Artwork:
        """Return the artwork of `state` (one of `STATES`), read from the first of `folders` that has it.

        :raises TrayError: (desktop) a picture is missing or is not one: the installation is damaged
        """
        # Here, as a program that only prints a list of notebooks never needs it. The plugin alone instead of
        # `Image.open`, which would import the plugins of six other formats first.
        from PIL.PngImagePlugin import PngImageFile

        folder = next((each for each in folders if (each / f"{state}-{SIZES[0]}.png").is_file()), folders[-1])
        images = []
        for size in SIZES:
            path = folder / f"{state}-{size}.png"
            try:
                with PngImageFile(path) as image:
                    images.append(image.convert("RGBA"))
            except (OSError, SyntaxError) as error:  # PIL raises SyntaxError for a file that is no PNG
                raise TrayError(
                    "The icon's picture is missing",
                    f"The file {path} cannot be read as a picture.",
                    "Reinstall Notebook Tray.",
                    kind=Kind.DESKTOP,
                    status=ExitStatus.NO_DESKTOP,
                ) from error
        return cls.of(*images)

    @functools.cached_property
    def pixmaps(self) -> tuple[Pixmap, ...]:
        """The sizes as pixmaps, smallest first; converted once."""
        return tuple(_pixmap(self.images[size]) for size in sorted(self.images))

    def image(self, size: int) -> Image:
        """Return the picture for a place `size` pixels wide: the next larger one there is, else the largest."""
        return self.images[min((have for have in self.images if have >= size), default=max(self.images))]


def _pixmap(image: Image) -> Pixmap:
    from PIL.Image import merge

    red, green, blue, alpha = image.convert("RGBA").split()
    return Pixmap(image.width, image.height, merge("RGBA", (alpha, red, green, blue)).tobytes())
