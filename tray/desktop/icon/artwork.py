"""The icon's picture for a state, in every size that a desktop may ask for."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from tray.model.problems import ExitStatus, Kind, TrayError

if TYPE_CHECKING:
    from PIL.Image import Image

STATES = ("idle", "refreshing", "attention")

# In pixels. Panels are 16 to 64 pixels high; hosts scale from the next larger size.
SIZES = (16, 22, 24, 32, 48, 64)

# In points: the sizes that fit into a macOS menu bar, which is 22 points high or more.
TEMPLATE_POINTS = (16, 18, 22)

# The colour of the taskbar itself. The icon on it has the opposite colour.
Taskbar: TypeAlias = Literal["light", "dark"]

# The suffix of the file with a state's pixmaps.
PACKED = ".argb.z"

_PACKAGE = Path(__file__).parents[2]
# A wheel holds the assets inside the package, a checkout holds them beside it.
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


@dataclass(frozen=True, slots=True)
class Artwork:
    """One picture in several sizes, smallest first, each square.

    `state` is the state that the picture shows, if there are files of the picture in other systems' formats. For other
    artwork `state` is empty.
    """

    pixmaps: tuple[Pixmap, ...]
    state: str = ""

    @classmethod
    def of(cls, *images: Image) -> Artwork:
        """Return the artwork made of square `images`, which may have any mode."""
        return cls(tuple(_pixmap(image) for image in sorted(images, key=lambda image: image.width)))

    @classmethod
    def load(cls, state: str, folders: Sequence[Path] = _FOLDERS) -> Artwork:
        """Return the artwork of `state` (one of `STATES`), read from the first of `folders` that has it.

        The file holds the pixels as the desktop takes them, packed by `assets/render.py`. Decoding PNGs would take
        longer than everything else between the program's start and its icon.

        :raises TrayError: (desktop) the file is missing or damaged, and so is the installation
        """
        path = _found(f"{state}{PACKED}", folders)
        try:
            return cls(unpacked(path.read_bytes()), state)
        except (OSError, ValueError) as error:
            raise _missing(path) from error

    @staticmethod
    def ico(state: str, taskbar: Taskbar, folders: Sequence[Path] = _FOLDERS) -> Path:
        """Return the file of `state` for a Windows `taskbar` of this colour, with pictures of 16 to 256 pixels.

        :raises TrayError: (desktop) the file is missing, so the installation is damaged
        """
        return _present(_found(f"{state}-{taskbar}.ico", folders))

    @staticmethod
    def toast(picture: str) -> Path:
        """Return the file of a picture in Windows' toasts: `idle`, `attention` or `application`.

        :raises TrayError: (desktop) the file is missing, so the installation is damaged
        """
        return _present(_found(f"{picture}-toast.png", _FOLDERS))

    @staticmethod
    def template(state: str, points: int = 18, folders: Sequence[Path] = _FOLDERS) -> tuple[Path, Path]:
        """Return the two files of `state` for the macOS menu bar, with one pixel and with two pixels a point.

        They are template images: black, and the menu bar colours them. `points` is one of `TEMPLATE_POINTS`.

        :raises TrayError: (desktop) a file is missing, so the installation is damaged
        """
        single = _present(_found(f"{state}-{points}Template.png", folders))
        return single, _present(single.with_name(f"{state}-{points}Template@2x.png"))

    def image(self, size: int) -> Image:
        """Return the picture for a place `size` pixels wide: of this size, else the next larger, else the largest."""
        # Imported here: the Linux tray itself needs no PIL.
        from PIL.Image import frombytes

        fitting = next((pixmap for pixmap in self.pixmaps if pixmap.width >= size), self.pixmaps[-1])
        return frombytes("RGBA", (fitting.width, fitting.height), fitting.argb, "raw", "ARGB")


def packed(pixmaps: Sequence[Pixmap]) -> bytes:
    """Return the contents of a file with pixmaps of all `SIZES`, smallest first."""
    return zlib.compress(b"".join(pixmap.argb for pixmap in pixmaps), 9)


def unpacked(data: bytes) -> tuple[Pixmap, ...]:
    """Return the pixmaps that `packed` turned into `data`.

    :raises ValueError: `data` is something else
    """
    try:
        pixels = zlib.decompress(data)
    except zlib.error as error:
        raise ValueError("not compressed pixels") from error
    ends = list(itertools.accumulate(4 * size * size for size in SIZES))
    if len(pixels) != ends[-1]:
        raise ValueError(f"{len(pixels)} bytes of pixels and not {ends[-1]}")
    starts = [0, *ends]
    return tuple(Pixmap(size, size, pixels[start:end]) for size, start, end in zip(SIZES, starts, ends, strict=False))


def _found(name: str, folders: Sequence[Path]) -> Path:
    return next((folder / name for folder in folders if (folder / name).is_file()), folders[-1] / name)


def _present(path: Path) -> Path:
    if not path.is_file():
        raise _missing(path)
    return path


def _missing(path: Path) -> TrayError:
    return TrayError("no-picture", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP, path=path)


def _pixmap(image: Image) -> Pixmap:
    from PIL.Image import merge

    red, green, blue, alpha = image.convert("RGBA").split()
    return Pixmap(image.width, image.height, merge("RGBA", (alpha, red, green, blue)).tobytes())
