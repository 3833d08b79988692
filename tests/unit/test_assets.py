"""The tray icon: what is committed is what the sources draw; every panel shows it; its states differ in shape."""

from __future__ import annotations

import re
import struct
from itertools import combinations, product
from pathlib import Path
from typing import TypeAlias

import pytest
from PIL import Image, ImageColor

from assets import render

Point: TypeAlias = tuple[int, int]

STATES = ("idle", "refreshing", "attention")
SIZES = (16, 22, 24, 32, 48, 64)
PANELS = ("#ffffff", "#f0f0f0", "#3c3c3c", "#000000")
PLAIN = {(91, 130, 246, 255), (245, 70, 94, 255), (255, 255, 255, 255), (0, 0, 0, 0)}
# Contrast as WCAG 2.2 defines it; 3:1 is what its criterion 1.4.11 asks of a graphical object.
STANDS_OUT = 3.0
CLEARLY_LIGHTER_OR_DARKER = 2.0

every_icon = pytest.mark.parametrize(("state", "size"), list(product(STATES, SIZES)))


def test_nothing_is_missing_and_nothing_is_left_over() -> None:
    expected = {f"{state}-{size}.png" for state, size in product(STATES, SIZES)}
    expected |= {f"{state}.argb.z" for state in STATES}
    assert {path.name for path in render.ICONS.iterdir()} == expected


@every_icon
def test_a_committed_icon_has_its_size_and_alpha(state: str, size: int) -> None:
    with Image.open(render.icon_path(state, size)) as icon:
        assert (icon.format, icon.mode, icon.size) == ("PNG", "RGBA", (size, size))
        assert icon.getchannel("A").getextrema() == (0, 255)


@every_icon
def test_a_committed_icon_is_what_its_source_draws(state: str, size: int) -> None:
    drawn = render.render(render.source_path(state, size), size)
    assert render.is_current(render.icon_path(state, size), drawn), "run `make icons` and commit what it changes"


@pytest.mark.parametrize("panel", PANELS)
@every_icon
def test_the_outline_stands_out_on_every_panel(state: str, size: int, panel: str) -> None:
    icon = committed(state, size)
    behind = luminance(*ImageColor.getrgb(panel)[:3])
    contrast = {at: contrast_between(behind, light) for at, light in luminances(icon, panel).items()}
    opaque = {at for at, alpha in alphas(icon).items() if alpha == 255}
    for at in outline(icon):
        # A rounded edge is blended with the panel: there a pixel beside it is the one that must stand out.
        bearers = [at] if at in opaque else around(at)
        assert max(contrast.get(bearer, 1.0) for bearer in bearers) >= STANDS_OUT, f"lost at {at}"


@every_icon
def test_edges_lie_on_whole_pixels(state: str, size: int) -> None:
    pixels = list(struct.iter_unpack("4B", committed(state, size).tobytes()))
    blended = sum(pixel not in PLAIN for pixel in pixels)
    allowed = 0.05 if state == "idle" else 0.18  # the arrows and the badge are round, and so blended at the edge
    assert blended / len(pixels) <= allowed


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("one", "other"), list(combinations(STATES, 2)))
def test_states_are_told_apart_without_their_colours(one: str, other: str, size: int, panel: str) -> None:
    mine, others = (luminances(committed(state, size), panel) for state in (one, other))
    differing = sum(contrast_between(mine[at], others[at]) >= CLEARLY_LIGHTER_OR_DARKER for at in mine)
    assert differing / size**2 >= 0.15  # 39 of the 256 pixels of the smallest


def test_an_icon_is_never_drawn_between_its_source_s_pixels() -> None:
    assert tuple(render.SOURCE_SIZES) == SIZES
    assert [size % drawn_for for size, drawn_for in render.SOURCE_SIZES.items()] == [0] * len(SIZES)


@pytest.mark.parametrize("svg", sorted(render.ASSETS.glob("*.svg")), ids=lambda svg: svg.name)
def test_a_source_has_a_title_and_is_square(svg: Path) -> None:
    text = svg.read_text(encoding="utf-8")
    assert re.search(r"<title>Notebook Tray\b[^<]*</title>", text)
    square = re.search(r'<svg [^>]*\bwidth="(\d+)" height="\1" viewBox="0 0 \1 \1"', text)
    assert square is not None
    assert render.render(svg, int(square[1])).getchannel("A").getextrema() == (0, 255)


def test_the_application_has_an_icon() -> None:
    assert (render.ASSETS / "notebook-tray.svg").is_file()


def test_a_change_of_one_pixel_is_noticed(tmp_path: Path) -> None:
    icon, path = committed("idle", 16), tmp_path / "idle-16.png"
    assert not render.is_current(path, icon)
    icon.save(path)
    assert render.is_current(path, icon)
    icon.putpixel((8, 8), (91, 130, 245, 255))
    assert not render.is_current(path, icon)


def test_the_contact_sheet_has_a_quarter_for_each_panel() -> None:
    sheet = render.contact_sheet()
    right, bottom = sheet.width - 1, sheet.height - 1
    corners = [sheet.getpixel(at) for at in ((0, 0), (right, 0), (0, bottom), (right, bottom))]
    assert corners == [ImageColor.getrgb(panel) for panel in PANELS]


def committed(state: str, size: int) -> Image.Image:
    with Image.open(render.icon_path(state, size)) as icon:
        return icon.convert("RGBA")


def outline(icon: Image.Image) -> list[Point]:
    """The pixels that are more icon than panel, and lie beside one that is not."""
    seen = {at for at, alpha in alphas(icon).items() if alpha >= 128}
    return [(x, y) for x, y in seen if not {(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)} <= seen]


def alphas(icon: Image.Image) -> dict[Point, int]:
    """How opaque each pixel is, 0 to 255."""
    return dict(zip(points(icon), icon.getchannel("A").tobytes(), strict=True))


def around(at: Point) -> list[Point]:
    """A pixel and the eight that touch it."""
    return [(at[0] + dx, at[1] + dy) for dx, dy in product((-1, 0, 1), repeat=2)]


def points(icon: Image.Image) -> list[Point]:
    """Where the pixels of an image lie, in the order of its bytes."""
    return [(x, y) for y, x in product(range(icon.height), range(icon.width))]


def luminances(icon: Image.Image, panel: str) -> dict[Point, float]:
    """How light each pixel of the icon looks on a panel of that colour, 0 to 1."""
    shown = Image.new("RGBA", icon.size, panel)
    shown.alpha_composite(icon)
    colours = struct.iter_unpack("3B", shown.convert("RGB").tobytes())
    return {at: luminance(*colour) for at, colour in zip(points(icon), colours, strict=True)}


def luminance(red: int, green: int, blue: int) -> float:
    """Relative luminance, 0 to 1: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    r, g, b = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (red / 255, green / 255, blue / 255)
    )
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast_between(one: float, other: float) -> float:
    """Contrast of two luminances, 1 to 21: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    darker, lighter = sorted((one, other))
    return (lighter + 0.05) / (darker + 0.05)
