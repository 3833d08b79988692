"""The tray icon's drawings: crisp, seen on every panel, and told from another by their shapes."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
from itertools import combinations, product
from typing import TypeAlias

import pytest
from PIL import Image, ImageColor

from assets import drawing, sheet
from assets.drawing import DRAWN_FOR, ON_DARK, ON_LIGHT, TEMPLATE, Ink
from tray.desktop.icon.artwork import SIZES, STATES, Artwork

Point: TypeAlias = tuple[int, int]

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = sorted(set(DRAWN_FOR.values()))
PANELS = ("#ffffff", "#f0f0f0", "#3c3c3c", "#000000")
TASKBARS = {"#eeeeee": ON_LIGHT, "#202020": ON_DARK}
PLAIN = {(91, 130, 246, 255), (245, 70, 94, 255), (255, 255, 255, 255), (0, 0, 0, 0)}
# Contrast as WCAG 2.2 defines it; 3:1 is what its criterion 1.4.11 asks of a graphical object.
STANDS_OUT = 3.0
CLEARLY_LIGHTER_OR_DARKER = 2.0
# What is left on the grey that lies in the middle between the cover and white: the most that two colours can have on
# every grey there is, when they have 3:1 on light and dark panels.
NOT_LOST = 1.85

every_icon = pytest.mark.parametrize(("state", "size"), list(product(STATES, SIZES)))
every_drawing = pytest.mark.parametrize(("state", "size"), list(product(STATES, DRAWN)))
every_pair = pytest.mark.parametrize(("one", "other"), list(combinations(STATES, 2)))


@pytest.mark.parametrize("panel", PANELS)
@every_icon
def test_the_outline_stands_out_on_every_panel(state: str, size: int, panel: str) -> None:
    assert_outline_stands_out(loaded(state, size), panel)


@pytest.mark.parametrize("taskbar", TASKBARS)
@every_drawing
def test_the_outline_stands_out_on_its_taskbar(state: str, size: int, taskbar: str) -> None:
    assert_outline_stands_out(drawing.tray_icon(state, size, TASKBARS[taskbar]), taskbar)


@pytest.mark.parametrize("grey", range(0, 256, 17))
@pytest.mark.parametrize("state", STATES)
def test_something_stands_out_whatever_shines_through_a_panel(state: str, grey: int) -> None:
    """A see-through panel can be as light as the cover; then what is on the cover has to show."""
    panel = f"#{grey:02x}{grey:02x}{grey:02x}"
    behind = luminance(grey, grey, grey)
    shown = luminances(loaded(state, 16), panel).values()
    assert sum(contrast_between(behind, light) >= NOT_LOST for light in shown) >= 12


@every_drawing
def test_edges_lie_on_whole_pixels(state: str, size: int) -> None:
    pixels = list(struct.iter_unpack("4B", drawing.tray_icon(state, size).tobytes()))
    blended = sum(pixel not in PLAIN for pixel in pixels)
    allowed = 0.05 if state == "idle" else 0.19  # the arrow and the badge are round, and so blended at the edge
    assert blended / len(pixels) <= allowed


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("size", SIZES)
@every_pair
def test_states_are_told_apart_without_their_colours(one: str, other: str, size: int, panel: str) -> None:
    mine, others = (luminances(loaded(state, size), panel) for state in (one, other))
    differing = sum(contrast_between(mine[at], others[at]) >= CLEARLY_LIGHTER_OR_DARKER for at in mine)
    assert differing / size**2 >= 0.15  # 39 of the 256 pixels of the smallest


@pytest.mark.parametrize("size", DRAWN)
@every_pair
def test_states_are_told_apart_where_there_is_one_colour(one: str, other: str, size: int) -> None:
    """As macOS shows them, which takes nothing but the alpha of a template image."""
    mine, others = (alphas(drawing.tray_icon(state, size, TEMPLATE)) for state in (one, other))
    differing = sum(abs(mine[at] - others[at]) >= 128 for at in mine)
    assert differing / size**2 >= (0.15 if size == 16 else 0.12)  # the smaller, the more it takes


@pytest.mark.parametrize("size", DRAWN)
def test_the_notebook_stays_in_place_when_the_state_changes(size: int) -> None:
    covers = {state: layers(state, size)["cover"] for state in STATES}
    assert covers["idle"] == covers["refreshing"]
    idle, attention = (painted("M0 0", covers[state], size) for state in ("idle", "attention"))
    assert all(attention[at] <= alpha for at, alpha in idle.items()), "attention only takes away from the cover"


@every_drawing
def test_what_is_left_open_lies_inside_what_it_is_left_out_of(state: str, size: int) -> None:
    """Else it would be filled where it juts out, in the one path that cover and writing make."""
    drawn = layers(state, size)
    for opening, around_it in (("writing", "cover"), ("mark", "badge")):
        if opening in drawn:
            open_, full = (painted("M0 0", drawn[layer], size) for layer in (opening, around_it))
            both = painted(drawn[around_it], drawn[opening], size)
            assert all(full[at] == 255 for at, alpha in open_.items() if alpha)
            assert all(both[at] + alpha in (254, 255, 256) for at, alpha in open_.items() if alpha)


@every_drawing
def test_a_drawing_is_paths_that_any_ink_can_fill(state: str, size: int) -> None:
    for path in drawing_of(state, size):
        assert path.tag == f"{SVG}path"
        assert set(path.attrib) == {"class", "fill", "d"}
        assert re.fullmatch(r"[MLHVAz\d. \n]+", path.attrib["d"])


def test_one_ink_leaves_no_other() -> None:
    ink = Ink("#102030", "#405060")
    pixels = struct.iter_unpack("4B", drawing.tray_icon("attention", 32, ink).tobytes())
    assert {(red, green, blue) for red, green, blue, alpha in pixels if alpha == 255} == {
        (0x10, 0x20, 0x30),
        (0x40, 0x50, 0x60),
    }


def test_an_icon_is_never_drawn_between_its_drawing_s_pixels() -> None:
    assert set(SIZES) <= set(DRAWN_FOR)
    assert [size % drawn_for for size, drawn_for in DRAWN_FOR.items()] == [0] * len(DRAWN_FOR)


def test_the_source_shows_every_drawing() -> None:
    root = source()
    width, height = (int(root.attrib[side]) for side in ("width", "height"))
    boxes = []
    for shown in root.iterfind(f"{SVG}svg"):
        x, y, w, h = (int(shown.attrib[key]) for key in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= width
        assert 0 <= y <= y + h <= height
        boxes.append((x, y, x + w, y + h))
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    names = {f"{state}-{size}" for state, size in product(STATES, DRAWN)} | {"application", "application-macos"}
    assert {shown.attrib["id"] for shown in root.iterfind(f"{SVG}svg")} == names


def test_the_contact_sheet_has_every_background() -> None:
    drawn = sheet.sheet()
    colours = {colour for _, colour in drawn.getcolors(1 << 24) or []}
    assert {ImageColor.getrgb(panel.background) for panel in sheet.panels()} <= colours
    assert {ImageColor.getrgb(panel) for panel in PANELS} <= colours


def assert_outline_stands_out(icon: Image.Image, panel: str) -> None:
    behind = luminance(*ImageColor.getrgb(panel)[:3])
    contrast = {at: contrast_between(behind, light) for at, light in luminances(icon, panel).items()}
    opaque = {at for at, alpha in alphas(icon).items() if alpha == 255}
    for at in outline(icon):
        # A rounded edge is blended with the panel: there a pixel beside it is the one that must stand out.
        bearers = [at] if at in opaque else around(at)
        assert max(contrast.get(bearer, 1.0) for bearer in bearers) >= STANDS_OUT, f"lost at {at}"


def loaded(state: str, size: int) -> Image.Image:
    """What the Linux tray shows."""
    return Artwork.load(state).image(size)


def source() -> ET.Element:
    return ET.parse(drawing.SOURCE).getroot()  # noqa: S314 - the file is our own


def drawing_of(state: str, size: int) -> ET.Element:
    return next(each for each in source() if each.attrib.get("id") == f"{state}-{size}")


def layers(state: str, size: int) -> dict[str, str]:
    """The paths of a drawing."""
    return {path.attrib["class"]: path.attrib["d"] for path in drawing_of(state, size)}


def painted(below: str, above: str, size: int) -> dict[Point, int]:
    """How opaque each pixel is when one path has both outlines."""
    path = f'<path d="{below}{above}"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">{path}</svg>'
    return alphas(drawing.pixels(svg, size))


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
