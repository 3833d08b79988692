"""Notifications in macOS's Notification Center, on a stand-in for it: the buttons, and who refuses them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.appkit import stand_in
from tests.support.notes import note
from tests.support.waiting import wait_until
from tray.model import commands as c
from tray.model.lengths import View
from tray.model.notification import Notification

# A real Mac has the real frameworks, which are not to be shadowed.
pytestmark = pytest.mark.only_on("linux")

OPEN = c.OpenNotebook("research", "arn:aws:sagemaker:eu-west-1:1:notebook-instance/m", View.LAB, 3600)
READY = (("Open", OPEN), ("Copy details", c.CopyDetails("x")))


class Desk:
    """The center, and what came of what it was given."""

    def __init__(self) -> None:
        from UserNotifications import UNUserNotificationCenter

        from tray.desktop.icon.macos.center import Center

        self.mac: Any = UNUserNotificationCenter.currentNotificationCenter()
        self.chosen: list[c.Command] = []
        self.instead: list[Notification] = []
        self.center = Center(choose=self.chosen.append, instead=self.instead.append)

    def show(self, notification: Notification) -> Any:
        """Show a notification; return what is on the screen of it."""
        self.center.show(notification)
        shown = wait_until(lambda: self.mac.shown.get(notification.about), "the notification")
        return shown.values["content"]


@pytest.fixture
def desk() -> Iterator[Desk]:
    with stand_in():
        yield Desk()


def test_it_has_its_words_and_buttons_and_no_command_leaves_the_process(desk: Desk) -> None:
    ready = note("It can be opened.", "m is ready", about="m", actions=READY, where="In the menu.")
    content = desk.show(ready)
    assert (content.title, content.body) == ("m is ready", "It can be opened.")
    assert desk.mac.buttons("m") == ["Open", "Copy details"]
    tokens = [each.values["identifier"] for each in desk.mac.categories[content.category].values["actions"]]
    assert all(token.isdecimal() for token in tokens)


def test_without_buttons_it_says_where_the_same_can_be_done(desk: Desk) -> None:
    content = desk.show(note("It can be opened.", where="Choose it in the menu."))
    assert content.body == "It can be opened. Choose it in the menu."


def test_a_button_sends_its_command_once(desk: Desk) -> None:
    desk.show(note("ready", about="m", actions=READY))
    desk.mac.press("m", "Copy details")
    assert desk.chosen == [c.CopyDetails("x")]
    desk.center.chosen("m", "1")
    assert len(desk.chosen) == 1


def test_a_click_beside_the_buttons_sends_the_first_but_none_on_a_question(desk: Desk) -> None:
    desk.show(note("ready", about="m", actions=READY))
    desk.mac.click("m")
    assert desk.chosen == [OPEN]
    desk.show(note("Stop it?", about="q", actions=(("Stop", c.Quit()),), click_acts=False))
    desk.mac.click("q")
    assert desk.chosen == [OPEN]


def test_a_dismissal_sends_nothing(desk: Desk) -> None:
    from UserNotifications import UNNotificationDismissActionIdentifier  # type: ignore[attr-defined]

    desk.show(note("ready", about="m", actions=READY))
    desk.mac.click("m", UNNotificationDismissActionIdentifier)
    assert desk.chosen == []


def test_a_newer_one_takes_the_older_ones_place_and_its_buttons_are_void(desk: Desk) -> None:
    desk.show(note("one", about="m", actions=READY))
    (old, *_) = [each.values["identifier"] for each in desk.mac.categories["m"].values["actions"]]
    desk.center.show(note("two", about="m", actions=READY))
    wait_until(lambda: desk.mac.shown["m"].values["content"].body == "two", "the newer one")
    desk.center.chosen("m", old)
    assert desk.chosen == []


def test_several_matters_keep_their_own_buttons(desk: Desk) -> None:
    desk.show(note("one", about="a", actions=READY))
    desk.show(note("two", about="b", actions=(("Sign in", c.Refresh()),)))
    assert desk.mac.buttons("a") == ["Open", "Copy details"]
    assert desk.mac.buttons("b") == ["Sign in"]
    desk.mac.press("a", "Open")
    assert desk.chosen == [OPEN]


def test_what_is_over_goes_and_so_does_all_at_the_end(desk: Desk) -> None:
    for about in ("a", "b", "c"):
        desk.show(note(about, about=about, actions=READY))
    desk.center.withdraw("b")
    desk.center.withdraw("never there")
    assert sorted(desk.mac.shown) == ["a", "c"]
    desk.center.close()
    assert not desk.mac.shown


def test_what_was_withdrawn_while_the_user_was_asked_is_not_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Callable[[], object]] = []
    monkeypatch.setattr(desk.mac, "_later", answers.append)
    desk.center.show(note("ready", about="m", actions=READY))
    desk.center.withdraw("m")
    for answer in answers:
        answer()
    assert not desk.mac.shown


def test_only_so_many_are_kept(desk: Desk) -> None:
    for number in range(20):
        desk.show(note("ready", about=f"m{number}", actions=READY))
    assert len(desk.mac.categories) == 16
    desk.mac.press("m19", "Open")
    assert desk.chosen == [OPEN]


@pytest.mark.parametrize("error", [None, "UNErrorDomain 1"])
def test_if_the_user_wants_none_nothing_is_shown(desk: Desk, error: object) -> None:
    from UserNotifications import UNAuthorizationStatusDenied

    desk.mac.grants, desk.mac.error, desk.mac.status = False, error, UNAuthorizationStatusDenied
    desk.center.show(note("one"))
    desk.mac.grants, desk.mac.error = True, None  # in the system's settings, meanwhile
    wait_until(lambda: len(desk.mac.asked) == 1, "the first")
    desk.show(note("two"))
    assert [each.values["content"].body for each in desk.mac.shown.values()] == ["two"]
    assert desk.instead == []


def test_if_macos_trusts_the_signature_not_it_is_shown_without_buttons(desk: Desk) -> None:
    desk.mac.error = "UNErrorDomain 1"
    told = note("ready", about="m", actions=READY)
    desk.center.show(told)
    wait_until(lambda: desk.instead == [told], "the other way")
    assert not desk.mac.shown


def test_only_a_frozen_program_in_a_signed_bundle_may_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with stand_in():
        from tray.desktop.icon.macos.center import is_signed_bundle

        assert not is_signed_bundle()
        program = tmp_path / "Notebook Tray.app" / "Contents" / "MacOS" / "notebook-tray"
        program.parent.mkdir(parents=True)
        program.touch()
        monkeypatch.setattr(sys, "executable", str(program))
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        assert not is_signed_bundle()
        signature = program.parent.parent / "_CodeSignature"
        signature.mkdir()
        (signature / "CodeResources").touch()
        assert is_signed_bundle()
        monkeypatch.delattr(sys, "frozen")
        assert not is_signed_bundle()
