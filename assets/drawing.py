"""The drawings in `notebook-tray.svg`, each as an SVG of its own, and as pixels.

A drawing is a nested `<svg>`, found by its id: `STATE-SIZE` for the tray icon, `application` and `application-macos`
for the program in a file manager or a dock.
"""

from __future__ import annotations

import copy
import io
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import resvg_py
from PIL import Image

ASSETS: Final = Path(__file__).resolve().parent
SOURCE: Final = ASSETS / "notebook-tray.svg"

# Size in pixels of a picture -> size in pixels that its drawing is for. Always a whole multiple.
DRAWN_FOR: Final[Mapping[int, int]] = MappingProxyType(
    {16: 16, 18: 18, 20: 20, 22: 22, 24: 24, 32: 32, 36: 18, 40: 20, 44: 22, 48: 24, 64: 32, 128: 32, 256: 32}
)

_SVG: Final = "http://www.w3.org/2000/svg"
# What is left open when a drawing is inked, and what it is left out of.
_OPENINGS: Final[Mapping[str, str]] = MappingProxyType({"writing": "cover", "mark": "badge"})

ET.register_namespace("", _SVG)


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of a drawing that is not shown in its own; writing and mark are left open."""

    cover: str
    badge: str


# macOS takes a template's alpha only, and colours it as the menu bar has it:
# https://developer.apple.com/documentation/appkit/nsimage/istemplate
TEMPLATE: Final = Ink("#000", "#000")
# Windows' own tray icons are all but black on a light taskbar and white on a dark one. The badges are Fluent's critical
# colour, the dark theme's made stronger: among white icons its own passes for white.
ON_LIGHT: Final = Ink("#1b1b1b", "#c42b1c")
ON_DARK: Final = Ink("#fff", "#ff6b74")
# GTK replaces the fill of every path in a symbolic icon (see "Symbolic icon format" in GTK's documentation). This one,
# which Adwaita's icons have too, is for whatever shows the file as it is.
SYMBOLIC: Final = Ink("#2e3436", "#2e3436")


def standalone(name: str, title: str | None = None) -> str:
    """Return the drawing called `name` as an SVG of its own, as it is.

    :raises KeyError: the source has none of that name
    """
    drawing = copy.deepcopy(_drawings()[name])
    for path in drawing.iter(f"{{{_SVG}}}path"):
        path.attrib["d"] = _on_one_line(path.attrib["d"])
    for placing in ("id", "x", "y"):
        drawing.attrib.pop(placing, None)
    if title is not None:
        named = ET.Element(f"{{{_SVG}}}title")
        named.text = title
        drawing.insert(0, named)
    return _text(drawing)


def inked(name: str, ink: Ink) -> str:
    """Return the drawing called `name`, one of the tray icon's, in one path for each colour of `ink`.

    What is left open is part of the path, so that it stays open whatever colours the path.

    :raises KeyError: the source has none of that name
    """
    drawing = _drawings()[name]
    outlines: dict[str, list[str]] = {}
    for path in drawing:
        layer = path.attrib["class"]
        outlines.setdefault(_OPENINGS.get(layer, layer), []).append(_on_one_line(path.attrib["d"]))
    alone = ET.Element(f"{{{_SVG}}}svg", {key: drawing.attrib[key] for key in ("width", "height", "viewBox")})
    colours = {"cover": ink.cover, "badge": ink.badge}
    for layer, parts in outlines.items():
        ET.SubElement(alone, f"{{{_SVG}}}path", {"fill": colours[layer], "d": "".join(parts)})
    return _text(alone)


def pixels(svg: str, size: int, style_sheet: str | None = None) -> Image.Image:
    """Return `svg`, which must be square, as an RGBA image `size` pixels wide, drawn with `style_sheet` (CSS).

    :raises ValueError: it is not well formed
    """
    png = resvg_py.svg_to_bytes(
        svg_string=svg, width=size, height=size, skip_system_fonts=True, style_sheet=style_sheet
    )
    return Image.open(io.BytesIO(png)).convert("RGBA")


def tray_icon(state: str, size: int, ink: Ink | None = None) -> Image.Image:
    """Return the tray icon of `state` in `size` pixels, a key of `DRAWN_FOR`; in its own colours or in `ink`."""
    name = f"{state}-{DRAWN_FOR[size]}"
    return pixels(standalone(name) if ink is None else inked(name, ink), size)


def application(size: int) -> Image.Image:
    """Return the application's icon in `size` pixels: below 48 there is no room for depth, and it is the tray's."""
    return tray_icon("idle", size) if size < 48 else pixels(standalone("application"), size)


@cache
def _drawings() -> Mapping[str, ET.Element]:
    root = ET.parse(SOURCE).getroot()  # noqa: S314 - the file is our own
    return {drawing.attrib["id"]: drawing for drawing in root.iterfind(f"{{{_SVG}}}svg")}


def _on_one_line(path: str) -> str:
    return " ".join(path.split())


def _text(drawing: ET.Element) -> str:
    ET.indent(drawing)
    return ET.tostring(drawing, encoding="unicode").rstrip() + "\n"
