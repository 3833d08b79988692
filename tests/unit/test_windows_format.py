from __future__ import annotations

import struct
from typing import get_args

import pytest
from PIL import Image

from tray.desktop.icon.artwork import SIZES, STATES, Artwork, Pixmap, Taskbar
from tray.desktop.icon.windows.format import (
    MESSAGE_UNITS,
    TOOLTIP_UNITS,
    balloon,
    cut,
    icon_resource,
    menu_label,
    tooltip,
)
from tray.desktop.icon.windows.picture import picture


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("", 5, ""),
        ("a\0b", 5, "ab"),
        ("🔬🔬", 4, "🔬🔬"),
        ("🔬🔬🔬", 4, "🔬…"),  # the second would be cut in half
        ("ab🔬🔬", 5, "ab🔬…"),
        ("one two", 5, "one…"),  # no blank before the mark
        ("a\ud800b", 5, "ab"),
    ],
)
def test_text_is_cut_between_characters(text: str, most: int, expected: str) -> None:
    assert cut(text, most) == expected
    assert units(cut(text, most)) <= most


@pytest.mark.parametrize(("title", "expected"), [("3 of 5 running", "3 of 5 running"), ("", "name"), (" \n", "name")])
def test_the_tooltip_is_never_empty(title: str, expected: str) -> None:
    assert tooltip(title, "name") == expected


def test_the_tooltip_fits() -> None:
    assert units(tooltip("🔬" * 100, "name")) <= TOOLTIP_UNITS


@pytest.mark.parametrize(
    ("text", "label"), [("a & b", "a && b"), ("&&", "&&&&"), ("under_score", "under_score"), ("a\tb\0", "a b")]
)
def test_labels_are_shown_as_they_are(text: str, label: str) -> None:
    assert menu_label(text) == label


def test_an_icon_resource_is_a_bitmap_upside_down_with_a_mask() -> None:
    argb = bytes([255, 1, 2, 3, 128, 4, 5, 6, 0, 7, 8, 9, 64, 10, 11, 12])  # two rows of two
    resource = icon_resource(Pixmap(2, 2, argb))
    size, width, height, planes, bits, compression, length = struct.unpack_from("<IiiHHII", resource)
    assert (size, width, height, planes, bits, compression, length) == (40, 2, 4, 1, 32, 0, 16)
    assert resource[40:56] == bytes([9, 8, 7, 0, 12, 11, 10, 64, 3, 2, 1, 255, 6, 5, 4, 128])
    assert resource[56:] == bytes(8)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("size", [*SIZES, 20, 40, 256])
def test_every_state_has_a_picture_of_every_size_for_both_taskbars(state: str, size: int) -> None:
    dark, light = (picture(Artwork.load(state), size, taskbar) for taskbar in get_args(Taskbar)[::-1])
    assert (dark.width, light.width) == (size, size)
    assert len(icon_resource(light)) >= 40 + 4 * size * size
    # The same shape but for the edges of the badge, light on a dark taskbar and dark on a light one.
    assert sum(a == b for a, b in zip(dark.argb[::4], light.argb[::4], strict=True)) > 0.9 * size * size
    assert _mean_lightness(dark) > 140 > 90 > _mean_lightness(light)


def test_artwork_without_a_state_is_shown_as_it_is() -> None:
    image = Image.new("RGBA", (32, 32), (100, 150, 250, 255))
    assert picture(Artwork.of(image), 16, "light") == Pixmap(16, 16, bytes([255, 100, 150, 250]) * 256)


def _mean_lightness(pixmap: Pixmap) -> float:
    opaque = [pixmap.argb[at + 1 : at + 4] for at in range(0, len(pixmap.argb), 4) if pixmap.argb[at] > 200]
    return sum(sum(each) for each in opaque) / 3 / len(opaque)


@pytest.mark.parametrize(
    ("text", "where", "shown"),
    [
        ("It is ready.", "", "It is ready."),
        ("It is ready.", "In the menu.", "It is ready. In the menu."),
        ("m" * 300, "In the menu.", "m" * 241 + "… In the menu."),
        ("m" * 300, "w" * 240, "m" * 254 + "…"),
        ("m", "w" * 300, "m " + "w" * 252 + "…"),
        ("", "", ""),
    ],
)
def test_a_notification_keeps_the_sentence_that_says_where(text: str, where: str, shown: str) -> None:
    assert balloon(text, where) == shown
    assert len(balloon(text, where)) <= MESSAGE_UNITS
