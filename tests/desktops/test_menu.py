"""The tray's menu, looked at and clicked in every desktop."""

from __future__ import annotations

from tests.support.desktops.user import User
from tests.support.running_icon import RunningIcon
from tests.support.sample_icon import Sample
from tests.support.waiting import wait_until
from tray.desktop.icon.artwork import Artwork

FIRST = ["3 of 5 running", "forecast", "old_model", None, "listed", "Session length", "Break", "Quit"]


def test_the_icon_is_there_as_it_was_drawn(run: RunningIcon, user: User, artwork: Artwork) -> None:
    user.wait_for_icon(artwork)
    user.keep_picture("icon")


def test_the_menu_is_what_was_published(run: RunningIcon, user: User, artwork: Artwork) -> None:
    menu = user.open_menu(user.wait_for_icon(artwork))
    user.keep_picture("menu")
    assert menu.outline() == FIRST
    assert [row.label for row in menu.rows if not row.enabled and row.kind != "separator"] == ["3 of 5 running"]
    assert [row.label for row in menu.rows if row.checked] == ["listed"]
    assert [row.label for row in menu.rows if row.kind == "submenu"] == ["forecast", "Session length"]
    assert all(row.whole for row in menu.rows)
    tops = [row.box.top for row in menu.rows if row.box]
    assert tops == sorted(tops)


def test_a_submenu_has_its_rows_and_the_radio_its_choice(run: RunningIcon, user: User, artwork: Artwork) -> None:
    user.open_menu(user.wait_for_icon(artwork))
    length = user.open_submenu("Session length")
    user.keep_picture("submenu")
    assert [(row.label, row.checked, row.enabled) for row in length.rows] == [
        ("30 min", False, True),
        ("1 h", True, True),
    ]


def test_a_choice_reaches_the_program(run: RunningIcon, sample: Sample, user: User, artwork: Artwork) -> None:
    user.open_menu(user.wait_for_icon(artwork))
    user.choose("old_model")
    wait_until(lambda: sample.calls == ["old_model"], "the choice")
    user.open_menu(user.wait_for_icon(artwork))
    user.choose("forecast", "Copy link")
    wait_until(lambda: sample.calls == ["old_model", "forecast link"], "the choice in the submenu")


def test_the_keyboard_alone_chooses(run: RunningIcon, sample: Sample, user: User, artwork: Artwork) -> None:
    user.open_menu(user.wait_for_icon(artwork))
    user.choose_by_keys("forecast", "Copy link")
    wait_until(lambda: sample.calls == ["forecast link"], "the choice")
