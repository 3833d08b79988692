"""The icon files: what is committed is what the source draws, and each is what its system takes."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
from itertools import product
from pathlib import Path

import pytest
from PIL import IcnsImagePlugin, IcoImagePlugin, Image

from assets import drawing, render
from assets.files import File, IcnsFile, IcoFile, PackedFile, PngFile, TextFile
from tray.desktop.icon.artwork import STATES, TEMPLATE_POINTS, Artwork, Taskbar

FILES = {str(file.path.relative_to(drawing.ASSETS)): file for file in render.files()}
HICOLOR = render.APPLICATION / "hicolor"
TASKBARS: tuple[Taskbar, ...] = ("light", "dark")


@pytest.mark.parametrize("file", FILES.values(), ids=FILES.keys())
def test_a_committed_file_is_what_the_source_draws(file: File) -> None:
    assert file.is_current(), "run `make icons` and commit what it changes"


def test_nothing_is_left_over() -> None:
    assert render.surplus() == []


def test_the_source_draws_the_same_twice() -> None:
    drawing._drawings.cache_clear()
    again = {str(file.path.relative_to(drawing.ASSETS)): file for file in render.files()}
    assert {name: contents(file) for name, file in again.items()} == {n: contents(file) for n, file in FILES.items()}


@pytest.mark.parametrize(("state", "taskbar"), list(product(STATES, TASKBARS)))
def test_a_windows_tray_icon_has_every_size(state: str, taskbar: Taskbar) -> None:
    with Image.open(Artwork.ico(state, taskbar)) as icon:
        assert isinstance(icon, IcoImagePlugin.IcoImageFile)
        assert icon.ico.sizes() == {(size, size) for size in (16, 20, 24, 32, 40, 48, 64, 128, 256)}
        for size in icon.ico.sizes():
            frame = icon.ico.getimage(size)
            assert (frame.mode, frame.size) == ("RGBA", size)
            assert frame.getchannel("A").getextrema() == (0, 255)


@pytest.mark.parametrize("state", STATES)
def test_a_dark_icon_is_for_the_light_taskbar(state: str) -> None:
    shades = {}
    for taskbar in TASKBARS:
        with Image.open(Artwork.ico(state, taskbar)) as icon:
            assert isinstance(icon, IcoImagePlugin.IcoImageFile)
            shades[taskbar] = colours(icon.ico.getimage((16, 16)))
    assert (0x1B, 0x1B, 0x1B) in shades["light"]
    assert (0xFF, 0xFF, 0xFF) in shades["dark"]
    assert shades["light"].isdisjoint(shades["dark"])


@pytest.mark.parametrize(("state", "points"), list(product(STATES, TEMPLATE_POINTS)))
def test_a_template_is_black_with_alpha_in_two_resolutions(state: str, points: int) -> None:
    paths = Artwork.template(state, points)
    assert [path.name for path in paths] == [f"{state}-{points}Template.png", f"{state}-{points}Template@2x.png"]
    for path, width in zip(paths, (points, 2 * points), strict=True):
        with Image.open(path) as icon:
            assert (icon.format, icon.size) == ("PNG", (width, width))
            *colours, alpha = icon.convert("RGBA").split()
            assert [colour.getextrema() for colour in colours] == [(0, 0)] * 3
            assert alpha.getextrema() == (0, 255)


@pytest.mark.parametrize("size", [16, 22, 24, 32, 48, 64, 128, 256])
def test_the_theme_has_the_application_s_icon_in_every_size(size: int) -> None:
    with Image.open(HICOLOR / f"{size}x{size}" / "apps" / "notebook-tray.png") as icon:
        assert (icon.format, icon.mode, icon.size) == ("PNG", "RGBA", (size, size))
        assert icon.getchannel("A").getextrema() == (0, 255)


def test_the_theme_has_a_scalable_icon_with_a_title() -> None:
    svg = (HICOLOR / "scalable" / "apps" / "notebook-tray.svg").read_text(encoding="utf-8")
    assert re.search(r"<title>Notebook Tray</title>", svg)
    assert drawing.pixels(svg, 128).tobytes() == drawing.application(128).tobytes()


def test_gtk_can_recolour_the_symbolic_icon() -> None:
    """GTK fills every path with the text's colour, and may know nothing but paths ("Symbolic icon format")."""
    svg = (HICOLOR / "symbolic" / "apps" / "notebook-tray-symbolic.svg").read_text(encoding="utf-8")
    root = ET.fromstring(svg)  # noqa: S314 - the file is our own
    assert (root.attrib["width"], root.attrib["height"]) == ("16", "16")
    assert {element.tag for element in root} == {"{http://www.w3.org/2000/svg}path"}
    assert all(set(path.attrib) == {"fill", "d"} for path in root)
    recoloured = drawing.pixels(svg, 16, "path { fill: #12ab34 !important }")
    assert colours(recoloured) == {(0x12, 0xAB, 0x34)}
    template = drawing.tray_icon("idle", 16, drawing.TEMPLATE)
    assert recoloured.getchannel("A").tobytes() == template.getchannel("A").tobytes(), "the writing stays open"


def test_the_macos_application_has_every_size_that_a_mac_asks_for() -> None:
    with Image.open(render.APPLICATION / "notebook-tray.icns") as icon:
        assert isinstance(icon, IcnsImagePlugin.IcnsImageFile)
        listed = {(points, scale) for points, _, scale in icon.icns.itersizes()}
        assert listed == {(16, 2), (32, 2), *product((128, 256, 512), (1, 2))}
        for size in icon.icns.itersizes():
            image = icon.icns.getimage(size)
            assert (image.mode, image.width) == ("RGBA", size[0] * size[2])
            assert image.getchannel("A").getextrema() == (0, 255)


def test_the_windows_application_has_every_size() -> None:
    with Image.open(render.APPLICATION / "notebook-tray.ico") as icon:
        assert isinstance(icon, IcoImagePlugin.IcoImageFile)
        assert {width for width, _ in icon.ico.sizes()} == {16, 20, 24, 32, 40, 48, 64, 128, 256}


@pytest.mark.parametrize("kind", ["png", "ico", "icns", "packed", "svg"])
def test_a_change_of_one_pixel_is_noticed(tmp_path: Path, kind: str) -> None:
    def made(icon: Image.Image) -> File:
        path = tmp_path / f"icon.{kind}"
        match kind:
            case "png":
                return PngFile(path, icon)
            case "ico":
                return IcoFile(path, (drawing.tray_icon("idle", 16), icon))
            case "icns":
                return IcnsFile(path, tuple(icon.resize((width, width)) for width in (32, 64, 128, 256, 512, 1024)))
            case "packed":
                return PackedFile(path, Artwork.of(*(icon.resize((size, size)) for size in (16, 22, 24, 32, 48, 64))))
            case _:
                return TextFile(path, icon.tobytes().hex())

    right = drawing.tray_icon("idle", 32)
    wrong = right.copy()
    wrong.putpixel((16, 16), (91, 130, 245, 255))
    assert not made(right).is_current(), "it is not there yet"
    made(right).write()
    assert made(right).is_current()
    assert not made(wrong).is_current()
    made(right).path.write_bytes(b"something else")
    assert not made(right).is_current()


def test_rendering_writes_what_is_wrong_and_deletes_what_is_surplus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "ICONS", tmp_path / "icons")
    monkeypatch.setattr(render, "APPLICATION", tmp_path / "application")
    render.main()
    made = {str(path.relative_to(tmp_path)): path for path in tmp_path.rglob("*") if path.is_file()}
    assert made.keys() == {name.replace("\\", "/") for name in FILES}
    untouched = made["icons/idle-18Template.png"].stat().st_mtime_ns
    made["icons/idle.argb.z"].write_bytes(b"damaged")
    (tmp_path / "icons" / "old.png").touch()
    render.main()
    assert all(file.is_current() for file in render.files())
    assert render.surplus() == []
    assert made["icons/idle-18Template.png"].stat().st_mtime_ns == untouched


def contents(file: File) -> object:
    match file:
        case PngFile(_, image):
            return image.tobytes()
        case IcoFile(_, images) | IcnsFile(_, images):
            return [image.tobytes() for image in images]
        case PackedFile(_, artwork):
            return artwork
        case TextFile(_, text):
            return text
        case _:
            raise AssertionError(file)


def colours(icon: Image.Image) -> set[tuple[int, int, int]]:
    """The colours of the pixels that nothing shines through."""
    pixels = struct.iter_unpack("4B", icon.convert("RGBA").tobytes())
    return {(red, green, blue) for red, green, blue, alpha in pixels if alpha == 255}
