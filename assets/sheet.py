"""The icons as each system shows them, small and magnified, to look at (`make icon-sheet`).

python -m assets.sheet FILE     # a PNG
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from PIL import Image, ImageDraw, ImageFont

from assets.drawing import ON_DARK, ON_LIGHT, SYMBOLIC, TEMPLATE, Ink, application, inked, pixels, standalone, tray_icon
from tray.desktop.icon.artwork import STATES

Row: TypeAlias = tuple[Callable[[int], Image.Image], tuple[int, ...]]

MARGIN: Final = 12
# Magnified to about this many pixels, so that one of 16 can be compared with one of 32.
MAGNIFIED: Final = 160
# The widest that is magnified.
SMALL: Final = 32

LINUX_SIZES: Final = (16, 22, 24, 32, 48)
WINDOWS_SIZES: Final = (16, 20, 24, 32, 48)
MACOS_SIZES: Final = (16, 18, 22, 32, 36, 44)
APPLICATION_SIZES: Final = (16, 22, 24, 32, 48, 64, 128)


@dataclass(frozen=True, slots=True)
class Panel:
    """Rows of icons on one background."""

    title: str
    background: str
    rows: tuple[Row, ...]


def panels() -> list[Panel]:
    """Every system's icons on the backgrounds that it shows them on, light and dark by turns."""
    white = Ink("#fff", "#fff")
    return [
        _tray("Linux, white panel", "#ffffff", None, LINUX_SIZES),
        _tray("Linux, black panel", "#000000", None, LINUX_SIZES),
        _tray("Linux, light panel", "#f0f0f0", None, LINUX_SIZES),
        _tray("Linux, dark panel", "#3c3c3c", None, LINUX_SIZES),
        _tray("Windows, light taskbar", "#eeeeee", ON_LIGHT, WINDOWS_SIZES),
        _tray("Windows, dark taskbar", "#202020", ON_DARK, WINDOWS_SIZES),
        _tray("macOS, light menu bar", "#e8e8e8", TEMPLATE, MACOS_SIZES),
        _tray("macOS, dark menu bar", "#2a2a2a", white, MACOS_SIZES),
        _application("Application, light", "#fafafa", SYMBOLIC),
        _application("Application, dark", "#242424", white),
    ]


def sheet() -> Image.Image:
    """All panels, two abreast."""
    strips = [(panel, [_strip(picture, sizes) for picture, sizes in panel.rows]) for panel in panels()]
    width = max(strip.width for _, panel_strips in strips for strip in panel_strips)
    drawn = [_drawn(panel, panel_strips, width) for panel, panel_strips in strips]
    whole = Image.new("RGB", (2 * width, sum(panel.height for panel in drawn[::2])))
    y = 0
    for light, dark in zip(drawn[::2], drawn[1::2], strict=True):
        whole.paste(light, (0, y))
        whole.paste(dark, (width, y))
        y += light.height
    return whole


def _tray(title: str, background: str, ink: Ink | None, sizes: tuple[int, ...]) -> Panel:
    return Panel(title, background, tuple((partial(tray_icon, state, ink=ink), sizes) for state in STATES))


def _application(title: str, background: str, symbolic: Ink) -> Panel:
    return Panel(
        title,
        background,
        (
            (application, APPLICATION_SIZES),
            (partial(pixels, standalone("application-macos")), (32, 64, 128)),
            (partial(pixels, inked("idle-16", symbolic)), (16, 32, 64)),
        ),
    )


def _drawn(panel: Panel, strips: list[Image.Image], width: int) -> Image.Image:
    drawn = Image.new("RGBA", (width, 3 * MARGIN + sum(strip.height for strip in strips)), panel.background)
    ImageDraw.Draw(drawn).text((MARGIN, MARGIN), panel.title, fill="#808080", font=ImageFont.load_default(12))
    y = 3 * MARGIN
    for strip in strips:
        drawn.alpha_composite(strip, (0, y))
        y += strip.height
    return drawn.convert("RGB")


def _strip(picture: Callable[[int], Image.Image], sizes: tuple[int, ...]) -> Image.Image:
    """One icon in all sizes as it is, then the small ones magnified."""
    icons = [picture(size) for size in sizes]
    for size in sizes:
        if size <= SMALL:
            times = MAGNIFIED // size
            icons.append(picture(size).resize((size * times, size * times), Image.Resampling.NEAREST))
    strip = Image.new("RGBA", (MARGIN + sum(icon.width + MARGIN for icon in icons), MAGNIFIED + MARGIN))
    x = MARGIN
    for icon in icons:
        strip.alpha_composite(icon, (x, 0))
        x += icon.width + MARGIN
    return strip


def main() -> None:
    """Write the sheet to the file that the command line names."""
    parser = argparse.ArgumentParser(description="Draw all icons on one sheet.")
    parser.add_argument("file", type=Path, help="the PNG to write")
    file = parser.parse_args().file
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet().save(file, format="PNG")


if __name__ == "__main__":
    main()
