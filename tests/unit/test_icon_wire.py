from __future__ import annotations

import re

import pytest

from tray.desktop.icon.linux.wire import dbus_text, menu_label, notification_body


@pytest.mark.parametrize(
    ("text", "expected"),
    [("plain", "plain"), ("a\0b", "ab"), ("lone \ud800", "lone ?"), ("Zürich → 日本 🗒", "Zürich → 日本 🗒")],
)
def test_dbus_text_is_what_a_dbus_string_may_hold(text: str, expected: str) -> None:
    assert dbus_text(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("a_b", "a__b"), ("__", "____"), ("&x", "&x")])
def test_menu_label_doubles_the_mnemonics_mark(text: str, expected: str) -> None:
    assert menu_label(text) == expected


@pytest.mark.parametrize(
    "text", ["my_data_prod", "_x", "x_", "a__b", "__", "_", "a_", "___a_b", "plain", "a__", "my_data__prod_"]
)
def test_a_host_that_takes_the_first_mark_away_alone_shows_the_text(text: str) -> None:
    # What GNOME's extension does with a label, in its dbusMenu.js (version 46).
    assert re.sub("_([^_])", r"\1", menu_label(text, first_alone=True), count=1) == text


def test_a_notification_body_is_escaped_only_where_it_is_read_as_markup() -> None:
    text = 'role <none> & "x"'
    assert notification_body(text, markup=True) == 'role &lt;none&gt; &amp; "x"'
    assert notification_body(text, markup=False) == text
