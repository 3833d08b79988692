"""Texts in the form that D-Bus peers take: pure functions."""

from __future__ import annotations

import re

# Not xml.sax.saxutils.escape: its module imports urllib.request, which takes a tenth of the icon's time to appear.
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})

# What a host that removes only the first mark takes for a mark.
_FIRST_MARK = re.compile("_(?=[^_])")


def dbus_text(text: str) -> str:
    """Return `text` without what a D-Bus string must not hold: NULs, and surrogates that form no character.

    A single one of these would make the bus close the connection
    (https://dbus.freedesktop.org/doc/dbus-specification.html#basic-types).
    """
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def menu_label(text: str, *, first_alone: bool = False) -> str:
    """Return `text` as a dbusmenu label: a single underscore would mark a mnemonic, and two show an underscore.

    https://github.com/AyatanaIndicators/libdbusmenu/blob/master/libdbusmenu-glib/dbus-menu.xml, "label"

    :param first_alone: whether the host removes only the first mark and shows all other underscores as they are, as
        GNOME's extension does (`label.replace(/_([^_])/, '$1')` in its dbusMenu.js, version 46)
    """
    text = dbus_text(text)
    return _FIRST_MARK.sub("__", text, count=1) if first_alone else text.replace("_", "__")


def notification_body(text: str, *, markup: bool) -> str:
    """Return `text` as a notification's body; with `markup` the server reads it as XML.

    https://specifications.freedesktop.org/notification-spec/latest/markup.html
    """
    return dbus_text(text).translate(_MARKUP) if markup else dbus_text(text)
