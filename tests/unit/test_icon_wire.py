from __future__ import annotations

import pytest

from tray.desktop.icon.wire import dbus_text, menu_label, notification_body


@pytest.mark.parametrize(
    ("text", "expected"),
    [("plain", "plain"), ("a\0b", "ab"), ("lone \ud800", "lone ?"), ("Zürich → 日本 🗒", "Zürich → 日本 🗒")],
)
def test_dbus_text_is_what_a_dbus_string_may_hold(text: str, expected: str) -> None:
    assert dbus_text(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("a_b", "a__b"), ("__", "____"), ("&x", "&x")])
def test_menu_label_doubles_the_mnemonics_mark(text: str, expected: str) -> None:
    assert menu_label(text) == expected


def test_a_notification_body_is_escaped_only_where_it_is_read_as_markup() -> None:
    text = 'role <none> & "x"'
    assert notification_body(text, markup=True) == 'role &lt;none&gt; &amp; "x"'
    assert notification_body(text, markup=False) == text
