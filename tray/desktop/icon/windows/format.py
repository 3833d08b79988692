"""Texts and pictures in the form that Windows' notification area takes: pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.desktop.icon.artwork import Pixmap

# What fits into szTip, szInfo and szInfoTitle, in UTF-16 units and without the closing NUL:
# https://learn.microsoft.com/windows/win32/api/shellapi/ns-shellapi-notifyicondataw
TOOLTIP_UNITS = 127
MESSAGE_UNITS = 255
TITLE_UNITS = 63

_ELLIPSIS = "…"
# A text that is cut to less says nothing.
_LEAST_UNITS = 40


def cut(text: str, units: int) -> str:
    """Return `text` in at most `units` UTF-16 units, with a “…” where something was cut off, and without NULs.

    No character is cut in half, though one outside the Basic Multilingual Plane takes two units. Half characters that
    were in `text` before are left out.
    """
    encoded = text.replace("\0", "").encode("utf-16-le", "surrogatepass")
    if len(encoded) <= 2 * units:
        return encoded.decode("utf-16-le", "ignore")
    return encoded[: 2 * (units - len(_ELLIPSIS))].decode("utf-16-le", "ignore").rstrip() + _ELLIPSIS


def balloon(text: str, where: str) -> str:
    """Return what a balloon has room for of a notification's text and of the sentence that says where else to do it."""
    return with_where(text, where, MESSAGE_UNITS)


def with_where(text: str, where: str, units: int) -> str:
    """Return a notification's text and, where there is room, the whole sentence that says where else to do it."""
    if not where:
        return cut(text, units)
    where = cut(where, units)
    room = units - _units(where) - 1
    return f"{cut(text, room)} {where}" if room > _LEAST_UNITS else cut(f"{text} {where}", units)


def tooltip(title: str, name: str) -> str:
    """Return the icon's tooltip: `title`, or `name` where that is blank.

    The tooltip is never empty, as it is all that a screen reader can say of the icon.
    """
    return cut(title, TOOLTIP_UNITS).strip() or cut(name, TOOLTIP_UNITS)


def menu_label(text: str) -> str:
    """Return `text` as a menu item's label: a single ampersand would mark a mnemonic, and two show an ampersand.

    A tab would put the rest of the label in the column of shortcuts, and a NUL would end the label:
    https://learn.microsoft.com/windows/win32/menurc/about-menus
    """
    return text.replace("&", "&&").replace("\t", " ").replace("\0", "")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def icon_resource(pixmap: Pixmap) -> bytes:
    """Return a picture as an icon resource: a BITMAPINFOHEADER, the pixels, and a mask that nothing uses.

    Each pixel is blue, green, red, alpha, and the last row comes first. The header's height includes the mask:
    https://devblogs.microsoft.com/oldnewthing/20101019-00/?p=12503
    """
    width, height, argb = pixmap.width, pixmap.height, pixmap.argb
    bgra = bytearray(len(argb))
    for channel in range(4):
        bgra[channel::4] = argb[3 - channel :: 4]
    rows = [bytes(bgra[4 * width * row : 4 * width * (row + 1)]) for row in reversed(range(height))]
    mask_row = (width + 31) // 32 * 4  # one bit a pixel, in whole 32-bit words
    header = b"".join(
        number.to_bytes(size, "little")
        for number, size in ((40, 4), (width, 4), (2 * height, 4), (1, 2), (32, 2), (0, 4), (len(argb), 4), (0, 16))
    )
    return header + b"".join(rows) + bytes(mask_row * height)
