"""Foreign text as a terminal and a menu get it."""

from __future__ import annotations

import pytest

from tray.menu.entries import Entry
from tray.model.notification import Notification
from tray.model.notification_kinds import NotificationKind
from tray.texts.visible import visible
from tray.wiring.items import MenuItems


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;pwned\x07", "\\x1b]0;pwned\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\r\nb\tc", "a\\x0d\\x0ab\\x09c"),
        ("lab\u202egnp.exe", "lab\\u202egnp.exe"),
        ("\u2066a\u2069\u200f", "\\u2066a\\u2069\\u200f"),
        ("a\u2028b", "a\\u2028b"),
        ("\ud83d", "\\ud83d"),
        ("res\u200bearch", "res\\u200bearch"),
        ("re\u2060search\ufeff", "re\\u2060search\\ufeff"),
        ("lab\U000e0061", "lab\\U000e0061"),
        ("\u3164", "\\u3164"),
        ("München, 東京, کتاب\u200cها, 👩\u200d🔬, نص", "München, 東京, کتاب\u200cها, 👩\u200d🔬, نص"),
    ],
)
def test_what_steers_or_hides_is_escaped_and_no_language_is(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_what_is_to_stay_stays() -> None:
    assert visible("a\nb\x1b", keep="\n") == "a\nb\\x1b"


def test_no_name_steers_the_menu_or_a_notification() -> None:
    (item,) = MenuItems(lambda _: None).of((Entry("a", "lab\u202egnp — Running"),))
    assert item.text == "lab\\u202egnp — Running"
    told = Notification(next(iter(NotificationKind)), "res\u200bearch", "one\ntwo\x1b", "about", where="\u2066x")
    assert (told.title, told.text, told.where) == ("res\\u200bearch", "one\ntwo\\x1b", "\\u2066x")
