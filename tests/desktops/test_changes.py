"""What changes while the tray is shown: words, states, the icon, and the desktop's shell itself."""

from __future__ import annotations

import threading

import pytest

from tests.support.desktops.accessibility import State
from tests.support.desktops.base import RealDesktop
from tests.support.desktops.overheard import overheard
from tests.support.desktops.user import LEFT, User
from tests.support.notes import note
from tests.support.running_icon import RunningIcon
from tests.support.sample_icon import Sample
from tests.support.waiting import PATIENCE_SECONDS, wait_until
from tray.desktop.icon.artwork import Artwork


def test_the_radio_moves_to_the_choice(run: RunningIcon, sample: Sample, user: User, artwork: Artwork) -> None:
    user.open_menu(user.wait_for_icon(artwork))
    user.choose("Session length", "30 min")
    wait_until(lambda: sample.length == "30 min", "the choice")
    user.open_menu(user.wait_for_icon(artwork))
    rows = user.open_submenu("Session length").rows
    assert [(row.label, row.checked) for row in rows] == [("30 min", True), ("1 h", False)]


def test_changes_while_the_menu_is_closed(run: RunningIcon, sample: Sample, user: User, artwork: Artwork) -> None:
    icon = user.wait_for_icon(artwork)
    user.open_menu(icon)
    user.close_menus()
    sample.state, sample.stopped, sample.can_open = "4 of 5 running", ["old_model", "new_model"], False
    sample.icon.update_menu()
    menu = user.open_menu(icon)
    assert menu.outline()[:4] == ["4 of 5 running", "forecast", "old_model", "new_model"]
    lab = user.open_submenu("forecast").rows[0]
    assert (lab.label, lab.enabled) == ("Open JupyterLab", False)


def test_changes_while_the_menu_is_open(run: RunningIcon, sample: Sample, user: User, artwork: Artwork) -> None:
    user.open_menu(user.wait_for_icon(artwork))
    sample.state = "4 of 5 running"
    sample.icon.update_menu()
    user.wait_for_row("4 of 5 running")
    user.choose("old_model")
    wait_until(lambda: sample.calls == ["old_model"], "the choice")


# LXQt's panel closes an open menu whose structure changes.
@pytest.mark.desktops("gnome-x11", "gnome-wayland", "plasma-x11", "plasma-wayland", "mate", "cinnamon")
def test_new_rows_while_the_menu_is_open(run: RunningIcon, sample: Sample, user: User, artwork: Artwork) -> None:
    user.open_menu(user.wait_for_icon(artwork))
    sample.stopped = ["old_model", "new_model"]
    sample.icon.update_menu()
    user.wait_for_row("new_model")
    user.keep_picture("changed")
    user.choose("new_model")
    wait_until(lambda: sample.calls == ["new_model"], "the choice")


def test_a_click_on_what_has_moved_reaches_what_was_meant(
    run: RunningIcon, desktop: RealDesktop, sample: Sample, user: User, artwork: Artwork
) -> None:
    """The host has not drawn the change when the button is pressed; the program has made it when it hears of that."""
    user.open_menu(user.wait_for_icon(artwork))
    user.point_at("old_model")
    service = sample.icon._menu_service
    (known,) = (node.id for node in service.tree.root.children if node.label == "old_model")
    held, go_on = threading.Event(), threading.Event()

    def publish_late() -> None:
        held.set()
        go_on.wait(PATIENCE_SECONDS)
        sample.icon._publish_menu()

    with overheard(desktop.bus_address) as heard:
        assert sample.icon._loop
        sample.icon._loop.call_soon_threadsafe(publish_late)
        try:
            wait_until(held.is_set, "the icon's thread")
            user.press(LEFT)
            # Nothing is asked of the screen: MATE's panel stands still until the icon has answered, or 25 s, first when
            # it tells that the menu is closed, then when it tells of the click (`activate_cb` in its sn-dbus-menu.c).
            told = ("closed", 0) if desktop.name == "mate" else ("clicked", known)
            wait_until(lambda: told in heard.events(), f"the host to tell {told}")
            # Another takes its place.
            sample.stopped = ["new_model", "old_model", "newer_model"]
        finally:
            go_on.set()
        wait_until(lambda: ("clicked", known) in heard.events(), "the host to tell of the click")
    wait_until(lambda: sample.calls, "the choice")
    assert sample.calls == ["old_model"]
    assert service.tree.find(known) is None, "it has another id since it moved"


def test_the_icon_changes_with_the_state(run: RunningIcon, sample: Sample, user: User, artwork: Artwork) -> None:
    user.wait_for_icon(artwork)
    calling = Artwork.load("attention")
    sample.icon.icon = calling
    sample.icon.attention = True
    user.wait_for_icon(calling)
    user.keep_picture("attention")
    sample.icon.icon = artwork
    sample.icon.attention = False
    user.wait_for_icon(artwork)


# The others name their icons to nobody.
@pytest.mark.desktops("gnome-x11", "gnome-wayland", "plasma-x11", "plasma-wayland")
def test_the_title_is_the_accessible_name(run: RunningIcon, sample: Sample, user: User, artwork: Artwork) -> None:
    user.wait_for_icon(artwork)
    user.wait_for_words("Notebook Tray")
    sample.icon.title = "Notebook Tray: 3 running"
    user.wait_for_words("Notebook Tray: 3 running")


# GNOME's extension shows no tool tip; MATE's panel shows one of which no screen reader is told.
@pytest.mark.desktops("plasma-x11", "plasma-wayland", "lxqt", "cinnamon")
def test_the_title_is_the_tool_tip(run: RunningIcon, sample: Sample, user: User, artwork: Artwork) -> None:
    icon = user.wait_for_icon(artwork)
    sample.icon.title = "Notebook Tray: 3 running"
    before = {seen.reference for seen in user.seen() if seen.has(State.SHOWING)}
    user.move(*icon.middle)

    def tip() -> bool:
        return any(seen.reference not in before for seen in user.reads("Notebook Tray: 3 running"))

    wait_until(tip, "the tool tip", seconds=20)
    user.keep_picture("tool-tip")


@pytest.mark.desktops("gnome-x11", "gnome-wayland", "plasma-x11", "plasma-wayland", "cinnamon")
def test_a_notification_is_shown(run: RunningIcon, sample: Sample, user: User, artwork: Artwork) -> None:
    user.wait_for_icon(artwork)
    sample.icon.notify(note("It is ready in your browser.", "churn-model opened", about="churn-model"))
    user.wait_for_words("churn-model opened")
    user.wait_for_words("It is ready in your browser.")
    user.keep_picture("notification")
    sample.icon.withdraw("churn-model")


def test_the_icon_comes_back_with_the_shell(
    run: RunningIcon, desktop: RealDesktop, user: User, artwork: Artwork
) -> None:
    user.wait_for_icon(artwork)
    desktop.kill_shell()
    desktop.start_shell()
    user.wait_for_icon(artwork)


def test_quit_takes_the_icon_away(run: RunningIcon, user: User, artwork: Artwork) -> None:
    user.open_menu(user.wait_for_icon(artwork))
    user.choose("Quit")
    run.wait_for_end()
    user.wait_for_no_icon(artwork)
