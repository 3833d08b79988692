"""Render `notebook-tray.svg` to what each system wants; the files are committed (`make icons`).

`icons/` is what the program itself reads, and part of the wheel:

- `STATE.argb.z`, the pixels of all sizes as the Linux tray sends them;
- `STATE-light.ico` and `STATE-dark.ico`, for a light and for a dark Windows taskbar;
- `application-toast.png`, `idle-toast.png` and `attention-toast.png`, for notifications on Windows;
- `STATE-POINTSTemplate.png` and `STATE-POINTSTemplate@2x.png`, for the macOS menu bar. AppKit takes a file by such a
  name for a template image, and for the double resolution of its neighbour
  (https://developer.apple.com/documentation/appkit/nsimage/imagenamed(_:)).

`application/` is what installers show: a hicolor theme for Linux, an ICO for Windows, an ICNS for macOS.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from assets.drawing import (
    ASSETS,
    ON_DARK,
    ON_LIGHT,
    SYMBOLIC,
    TEMPLATE,
    application,
    inked,
    pixels,
    standalone,
    tray_icon,
)
from assets.files import ICNS_SIZES, File, IcnsFile, IcoFile, PackedFile, PngFile, TextFile
from tray.desktop.icon.artwork import PACKED, SIZES, STATES, TEMPLATE_POINTS, Artwork

ICONS: Final = ASSETS / "icons"
APPLICATION: Final = ASSETS / "application"

# A tray icon on Windows is 16 pixels at 100 %, and so 20, 24, 32, 40 and 48 at 125 to 300 %.
ICO_SIZES: Final = (16, 20, 24, 32, 40, 48, 64, 128, 256)
# A toast shows its picture 48 points wide, so 96 pixels at 200 %:
# https://learn.microsoft.com/windows/apps/design/shell/tiles-and-notifications/adaptive-interactive-toasts
TOAST_SIZE: Final = 128
# https://specifications.freedesktop.org/icon-theme-spec/latest/#directory_layout
HICOLOR_SIZES: Final = (16, 22, 24, 32, 48, 64, 128, 256)


def files() -> Iterator[File]:
    """Every file there is to be, with what it is to hold."""
    for state in STATES:
        yield from _tray_files(state)
    for picture in ("idle", "attention"):
        yield PngFile(ICONS / f"{picture}-toast.png", tray_icon(picture, TOAST_SIZE))
    yield PngFile(ICONS / "application-toast.png", application(TOAST_SIZE))
    yield from _application_files()


def _tray_files(state: str) -> Iterator[File]:
    yield PackedFile(ICONS / f"{state}{PACKED}", Artwork.of(*(tray_icon(state, size) for size in SIZES)))
    for taskbar, ink in (("light", ON_LIGHT), ("dark", ON_DARK)):
        pictures = tuple(tray_icon(state, size, ink) for size in ICO_SIZES)
        yield IcoFile(ICONS / f"{state}-{taskbar}.ico", pictures)
    for points in TEMPLATE_POINTS:
        for scale, suffix in ((1, ""), (2, "@2x")):
            picture = tray_icon(state, points * scale, TEMPLATE)
            yield PngFile(ICONS / f"{state}-{points}Template{suffix}.png", picture.convert("LA"))


def _application_files() -> Iterator[File]:
    theme = APPLICATION / "hicolor"
    for size in HICOLOR_SIZES:
        yield PngFile(theme / f"{size}x{size}" / "apps" / "notebook-tray.png", application(size))
    yield TextFile(theme / "scalable" / "apps" / "notebook-tray.svg", standalone("application", "Notebook Tray"))
    yield TextFile(theme / "symbolic" / "apps" / "notebook-tray-symbolic.svg", inked("idle-16", SYMBOLIC))
    yield IcoFile(APPLICATION / "notebook-tray.ico", tuple(application(size) for size in ICO_SIZES))
    on_macos = standalone("application-macos")
    widths = sorted(set(ICNS_SIZES.values()))
    yield IcnsFile(APPLICATION / "notebook-tray.icns", tuple(pixels(on_macos, width) for width in widths))


def surplus() -> list[Path]:
    """Files that lie where the rendered ones do, and are none of them."""
    wanted = {file.path for file in files()}
    return sorted(
        path for folder in (ICONS, APPLICATION) for path in folder.rglob("*") if path.is_file() and path not in wanted
    )


def main() -> None:
    """Write what is not as it should be, and delete what should not be."""
    for file in files():
        if not file.is_current():
            file.path.parent.mkdir(parents=True, exist_ok=True)
            file.write()
    for path in surplus():
        path.unlink()


if __name__ == "__main__":
    main()
