from __future__ import annotations

import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tray.desktop.icon.artwork import PACKED, SIZES, STATES, TEMPLATE_POINTS, Artwork, packed
from tray.model.problems import ExitStatus, TrayError


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


def test_the_first_folder_that_has_the_state_is_used(tmp_path: Path) -> None:
    artwork = Artwork.of(*(Image.new("RGBA", (size, size), (1, 2, 3, 255)) for size in SIZES))
    (tmp_path / f"idle{PACKED}").write_bytes(packed(artwork.pixmaps))
    assert Artwork.load("idle", [tmp_path / "none", tmp_path]).pixmaps == artwork.pixmaps


@pytest.mark.parametrize("content", [None, b"", b"not a picture", zlib.compress(b"too short")])
def test_a_damaged_installation_is_an_error_for_people(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / f"idle{PACKED}").write_bytes(content)
    with pytest.raises(TrayError) as caught:
        Artwork.load("idle", [tmp_path])
    assert f"idle{PACKED}" in caught.value.problem.message
    assert caught.value.status is ExitStatus.NO_DESKTOP


def test_a_picture_for_windows_is_looked_for_in_the_same_folders(tmp_path: Path) -> None:
    wanted = tmp_path / "idle-dark.ico"
    wanted.touch()
    assert Artwork.ico("idle", "dark", [tmp_path / "none", tmp_path]) == wanted
    with pytest.raises(TrayError, match=r"idle-light\.ico") as caught:
        Artwork.ico("idle", "light", [tmp_path])
    assert caught.value.status is ExitStatus.NO_DESKTOP


@pytest.mark.parametrize("missing", ["attention-18Template.png", "attention-18Template@2x.png"])
def test_a_template_needs_both_resolutions(tmp_path: Path, missing: str) -> None:
    paths = [tmp_path / "attention-18Template.png", tmp_path / "attention-18Template@2x.png"]
    for path in paths:
        path.touch()
    assert list(Artwork.template("attention", folders=[tmp_path / "none", tmp_path])) == paths
    (tmp_path / missing).unlink()
    with pytest.raises(TrayError, match=missing):
        Artwork.template("attention", folders=[tmp_path])


@pytest.mark.parametrize("state", STATES)
def test_every_system_has_its_pictures(state: str) -> None:
    assert Artwork.ico(state, "light") != Artwork.ico(state, "dark")
    assert len({path for points in TEMPLATE_POINTS for path in Artwork.template(state, points)}) == 6


def test_on_the_way_to_the_icon_no_picture_is_decoded() -> None:
    """Importing Pillow would take longer than everything else between the program's start and its icon."""
    code = (
        "import sys; from tray.desktop.icon.artwork import STATES, Artwork;"
        "[Artwork.load(state) for state in STATES]; sys.exit('PIL' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
