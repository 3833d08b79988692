"""The files that icons come in: each knows whether what is on disk is what it should be, and can write it.

Pictures are compared by their pixels. A file whose pixels are right is left alone: the bytes of an equal picture depend
on the version of the compression library, and would show up as a change that nobody made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from PIL import IcnsImagePlugin, IcoImagePlugin, Image, UnidentifiedImageError

from tray.desktop.icon.artwork import Artwork, packed, unpacked

# What macOS asks an icon of an application for -> how wide that is in pixels: (points, points, pixels a point).
ICNS_SIZES: Final[Mapping[tuple[int, int, int], int]] = MappingProxyType(
    {
        (points, points, scale): points * scale
        for points, scale in [(16, 2), (32, 2), (128, 1), (128, 2), (256, 1), (256, 2), (512, 1), (512, 2)]
    }
)

_UNREADABLE: Final = (OSError, SyntaxError, ValueError, UnidentifiedImageError)


class File(Protocol):
    """One committed file."""

    @property
    def path(self) -> Path:
        """Where it is."""

    def is_current(self) -> bool:
        """Whether it is on disk as it should be."""

    def write(self) -> None:
        """Write it. Its folder must exist."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """An SVG."""

    path: Path
    text: str

    def is_current(self) -> bool:
        """Whether the file holds exactly this text."""
        return self.path.is_file() and self.path.read_text(encoding="utf-8") == self.text

    def write(self) -> None:
        """Write it, with line feeds on every system."""
        self.path.write_text(self.text, encoding="utf-8", newline="\n")


@dataclass(frozen=True, slots=True)
class PngFile:
    """One picture."""

    path: Path
    image: Image.Image

    def is_current(self) -> bool:
        """Whether the file holds exactly these pixels."""
        try:
            with Image.open(self.path, formats=["PNG"]) as there:
                return _alike(there, self.image)
        except _UNREADABLE:
            return False

    def write(self) -> None:
        """Write it as small as it gets."""
        self.image.save(self.path, format="PNG", optimize=True)


@dataclass(frozen=True, slots=True)
class IcoFile:
    """A Windows icon: pictures in several sizes, smallest first. Windows picks, or scales the next larger."""

    path: Path
    images: tuple[Image.Image, ...]

    def is_current(self) -> bool:
        """Whether the file holds exactly these pictures."""
        try:
            with Image.open(self.path, formats=["ICO"]) as there:
                assert isinstance(there, IcoImagePlugin.IcoImageFile)  # noqa: S101 - for the type checker
                return there.ico.sizes() == {image.size for image in self.images} and all(
                    _alike(there.ico.getimage(image.size), image) for image in self.images
                )
        except _UNREADABLE:
            return False

    def write(self) -> None:
        """Write it, every picture as a PNG, which Windows reads since Vista."""
        *smaller, largest = self.images
        largest.save(self.path, format="ICO", sizes=[image.size for image in self.images], append_images=smaller)


@dataclass(frozen=True, slots=True)
class IcnsFile:
    """A macOS icon, in the sizes that `ICNS_SIZES` lists; one picture a width in pixels."""

    path: Path
    images: tuple[Image.Image, ...]

    def is_current(self) -> bool:
        """Whether the file holds exactly these pictures."""
        wanted = {image.width: image for image in self.images}
        try:
            with Image.open(self.path, formats=["ICNS"]) as there:
                assert isinstance(there, IcnsImagePlugin.IcnsImageFile)  # noqa: S101 - for the type checker
                return set(there.icns.itersizes()) == set(ICNS_SIZES) and all(
                    _alike(there.icns.getimage(size), wanted[width]) for size, width in ICNS_SIZES.items()
                )
        except _UNREADABLE:
            return False

    def write(self) -> None:
        """Write it, every picture as a PNG."""
        self.images[-1].save(self.path, format="ICNS", append_images=list(self.images[:-1]))


@dataclass(frozen=True, slots=True)
class PackedFile:
    """The pixels of a state as the Linux tray reads them."""

    path: Path
    artwork: Artwork

    def is_current(self) -> bool:
        """Whether the file holds exactly these pixels."""
        try:
            return unpacked(self.path.read_bytes()) == self.artwork.pixmaps
        except (OSError, ValueError):
            return False

    def write(self) -> None:
        """Write it."""
        self.path.write_bytes(packed(self.artwork.pixmaps))


def _alike(one: Image.Image, other: Image.Image) -> bool:
    return (one.mode, one.size) == (other.mode, other.size) and one.tobytes() == other.tobytes()
