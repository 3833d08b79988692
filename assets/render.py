"""Render the tray icon's SVG sources to the PNGs in `assets/icons`, which are committed (`make icons`).

    python assets/render.py                 # assets/STATE-SIZE.svg -> assets/icons/STATE-SIZE.png
    python assets/render.py --sheet FILE    # and a contact sheet of them all, to look at

Each state is drawn by hand for 16, 22, 24 and 32 pixels, the sizes panels ask for: scaling one drawing to all of
them would put its edges between pixels and blur it. 48 and 64 pixels are exactly twice 24 and 32.

A tray icon on Linux can't know its panel's colour. Contrast of 3:1 with both #f0f0f0 and #3c3c3c, and so with white
and black, takes a relative luminance between 0.236 and 0.257: the cover (#5b82f6) and the badge (#f5465e) both have
it, and white on them has more than 3:1 too. Alike in luminance, they tell no state from another: shapes do.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import Final

import resvg_py
from PIL import Image

from tray.desktop.icon.artwork import PACKED, Artwork, packed, unpacked

ASSETS: Final = Path(__file__).resolve().parent
ICONS: Final = ASSETS / "icons"
STATES: Final = ("idle", "refreshing", "attention")
# Size in pixels of a PNG -> size in pixels that its source is drawn for. Always a whole multiple.
SOURCE_SIZES: Final = {16: 16, 22: 22, 24: 24, 32: 32, 48: 24, 64: 32}

# The contact sheet: its panels, how many times it magnifies a PNG of that size, and its margins in pixels.
BACKGROUNDS: Final = ("#ffffff", "#f0f0f0", "#3c3c3c", "#000000")
MAGNIFIED: Final = {16: 12, 22: 8, 24: 8}
MARGIN: Final = 12


def source_path(state: str, size: int) -> Path:
    """The SVG that the icon of `state` in `size` pixels is rendered from."""
    return ASSETS / f"{state}-{SOURCE_SIZES[size]}.svg"


def icon_path(state: str, size: int) -> Path:
    """The committed PNG of `state` in `size` pixels."""
    return ICONS / f"{state}-{size}.png"


def render(svg: Path, size: int) -> Image.Image:
    """Render `svg`, which must be square, to an RGBA image of `size` pixels.

    Raises ValueError when the SVG is not well formed, OSError when it can't be read.
    """
    # The text is passed, not the path: of a file that is missing, resvg says that its SVG is invalid.
    png = resvg_py.svg_to_bytes(
        svg_string=svg.read_text(encoding="utf-8"), width=size, height=size, skip_system_fonts=True
    )
    return Image.open(io.BytesIO(png)).convert("RGBA")


def is_current(path: Path, image: Image.Image) -> bool:
    """Whether the PNG at `path` holds exactly the pixels of `image`."""
    if not path.exists():
        return False
    with Image.open(path) as committed:
        return committed.mode == "RGBA" and committed.size == image.size and committed.tobytes() == image.tobytes()


def packed_path(state: str) -> Path:
    """Where a state's pixels are that the program reads: all sizes in one file, as the Linux tray wants them."""
    return ICONS / f"{state}{PACKED}"


def is_packed(state: str, artwork: Artwork) -> bool:
    """Whether the committed pixels of `state` are those of `artwork`."""
    try:
        return unpacked(packed_path(state).read_bytes()) == artwork.pixmaps
    except (OSError, ValueError):
        return False


def write_icons() -> None:
    """Render every state in every size to `assets/icons`, and pack the pixels of each state for the program.

    A PNG whose pixels are right is left alone: the bytes of an equal picture depend on the compression library's
    version, and would show up as a change that nobody made.
    """
    ICONS.mkdir(exist_ok=True)
    for state in STATES:
        for size in SOURCE_SIZES:
            image, path = render(source_path(state, size), size), icon_path(state, size)
            if not is_current(path, image):
                image.save(path, format="PNG", optimize=True)
        artwork = Artwork.of(*(render(source_path(state, size), size) for size in SOURCE_SIZES))
        if not is_packed(state, artwork):
            packed_path(state).write_bytes(packed(artwork.pixmaps))


def contact_sheet() -> Image.Image:
    """Every state and size as it is, and the small ones magnified, on two light and two dark panels."""
    panels = [contact_panel(background) for background in BACKGROUNDS]
    sheet = Image.new("RGB", (panels[0].width * 2, panels[0].height * 2))
    for index, panel in enumerate(panels):
        sheet.paste(panel, (index % 2 * panel.width, index // 2 * panel.height))
    return sheet


def contact_panel(background: str) -> Image.Image:
    """The quarter of the contact sheet on one background: a row for each state."""
    row_height = MARGIN + max(size * times for size, times in MAGNIFIED.items())
    width = MARGIN + sum(size + MARGIN for size in SOURCE_SIZES)
    width += sum(size * times + MARGIN for size, times in MAGNIFIED.items())
    panel = Image.new("RGBA", (width, MARGIN + row_height * len(STATES)), background)
    for row, state in enumerate(STATES):
        x, y = MARGIN, MARGIN + row * row_height
        for size, times in [*((size, 1) for size in SOURCE_SIZES), *MAGNIFIED.items()]:
            side = size * times
            icon = render(source_path(state, size), size).resize((side, side), Image.Resampling.NEAREST)
            panel.alpha_composite(icon, (x, y))
            x += side + MARGIN
    return panel.convert("RGB")


def main() -> None:
    """Write the icons, and the contact sheet when one is asked for."""
    parser = argparse.ArgumentParser(description="Render the tray icon's SVG sources to PNGs.")
    parser.add_argument("--sheet", type=Path, metavar="FILE", help="also write a contact sheet (PNG) to FILE")
    arguments = parser.parse_args()
    write_icons()
    if arguments.sheet is not None:
        contact_sheet().save(arguments.sheet, format="PNG")


if __name__ == "__main__":
    main()
