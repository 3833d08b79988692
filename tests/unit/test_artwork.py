from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from PIL import Image

from tray.desktop.icon.artwork import PACKED, SIZES, STATES, Artwork, packed
from tray.errors import ExitStatus, TrayError


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_picture_in_every_size(state: str) -> None:
    pixmaps = Artwork.load(state).pixmaps
    assert [(pixmap.width, pixmap.height) for pixmap in pixmaps] == [(size, size) for size in SIZES]
    for pixmap in pixmaps:
        assert len(pixmap.argb) == 4 * pixmap.width * pixmap.height
        alphas = pixmap.argb[::4]
        assert min(alphas) == 0, "transparent around the picture"
        assert max(alphas) == 255


def test_the_states_differ_at_the_smallest_size() -> None:
    assert len({Artwork.load(state).pixmaps[0].argb for state in STATES}) == len(STATES)


def test_pixels_are_alpha_red_green_blue_row_by_row() -> None:
    image = Image.new("RGBA", (2, 2))
    image.putdata([(1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16)])
    (pixmap,) = Artwork.of(image).pixmaps
    assert pixmap.argb == bytes([4, 1, 2, 3, 8, 5, 6, 7, 12, 9, 10, 11, 16, 13, 14, 15])


def test_a_picture_without_transparency_is_opaque() -> None:
    assert Artwork.of(Image.new("RGB", (16, 16), "red")).pixmaps[0].argb[:4] == bytes([255, 255, 0, 0])


@pytest.mark.parametrize(("wanted", "given"), [(8, 16), (16, 16), (17, 32), (32, 32), (64, 32)])
def test_an_image_is_the_next_larger_there_is(wanted: int, given: int) -> None:
    artwork = Artwork.of(Image.new("RGBA", (32, 32)), Image.new("RGBA", (16, 16)))
    assert artwork.image(wanted).width == given


def test_an_image_has_the_pixels_it_was_made_of() -> None:
    image = Image.new("RGBA", (2, 2))
    image.putdata([(1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16)])
    assert Artwork.of(image).image(2).tobytes() == image.tobytes()


@pytest.mark.parametrize("state", STATES)
def test_what_is_packed_is_what_the_pngs_show(state: str) -> None:
    """So that nobody has to trust a file that can't be looked at."""
    icons = Path(__file__).parents[2] / "assets" / "icons"
    assert Artwork.load(state) == Artwork.of(*(Image.open(icons / f"{state}-{size}.png") for size in SIZES))


def test_the_first_folder_that_has_the_state_is_used(tmp_path: Path) -> None:
    artwork = Artwork.of(*(Image.new("RGBA", (size, size), (1, 2, 3, 255)) for size in SIZES))
    (tmp_path / f"idle{PACKED}").write_bytes(packed(artwork.pixmaps))
    assert Artwork.load("idle", [tmp_path / "none", tmp_path]) == artwork


@pytest.mark.parametrize("content", [None, b"", b"not a picture", zlib.compress(b"too short")])
def test_a_damaged_installation_is_an_error_for_people(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / f"idle{PACKED}").write_bytes(content)
    with pytest.raises(TrayError) as caught:
        Artwork.load("idle", [tmp_path])
    assert f"idle{PACKED}" in caught.value.problem.message
    assert caught.value.status is ExitStatus.NO_DESKTOP
