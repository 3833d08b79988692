"""The buttons of notifications: what a server is given, and which command arrives when one is chosen."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest

from tests.support.notes import note
from tests.support.running_icon import running
from tests.support.stub_notifications import WITH_ACTIONS, Shown, StubNotifications
from tests.support.waiting import wait_until
from tray.desktop.icon.linux import notifications as linux_notifications
from tray.model import commands as c
from tray.model.lengths import View

if TYPE_CHECKING:
    from tests.support.sample_icon import Sample
    from tray.model.activation import Activation
    from tray.model.notification import Notification

OPEN = c.OpenNotebook("research", "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/m", View.LAB, 3600)
READY = (("Open", OPEN), ("Copy link", c.Refresh()))


class Chosen:
    """What the icon says was chosen."""

    def __init__(self, sample: Sample) -> None:
        self.commands: list[c.Command] = []
        self.tokens: list[str | None] = []
        self.threads: list[str] = []
        sample.icon._on_action = self._note

    def _note(self, command: c.Command, activation: Activation | None) -> None:
        self.commands.append(command)
        self.tokens.append(activation.token if activation else None)
        self.threads.append(threading.current_thread().name)


@pytest.fixture
def chosen(sample: Sample) -> Chosen:
    return Chosen(sample)


def shown_by(server: StubNotifications, sample: Sample, notification: Notification) -> Shown:
    before = len(server.shown)
    sample.icon.notify(notification)
    return wait_until(lambda: server.shown[before:], "the notification")[0]


def key_of(shown: Shown, label: str) -> str:
    return next(key for key, of in shown.buttons.items() if of == label and key != "default")


def settle(server: StubNotifications, sample: Sample, chosen: Chosen) -> None:
    """Wait until the icon has heard all that the server has told so far."""
    before = len(chosen.commands)
    shown = shown_by(server, sample, note("later", actions=(("Quit", c.Quit()),)))
    server.choose(shown, "default")
    wait_until(lambda: c.Quit() in chosen.commands[before:], "what was chosen last")
    chosen.commands.remove(c.Quit())


def test_a_button_sends_its_command_on_the_icons_thread(bus: str, sample: Sample, chosen: Chosen) -> None:
    with StubNotifications(bus, capabilities=WITH_ACTIONS) as server, running(sample.icon):
        shown = shown_by(server, sample, note("It can be opened.", actions=READY, where="In the menu."))
        assert shown.body == "It can be opened."
        assert list(shown.buttons.values()) == ["Open", "Open", "Copy link"]
        server.choose(shown, key_of(shown, "Copy link"))
        wait_until(lambda: chosen.commands == [c.Refresh()], "the command")
        assert (chosen.tokens, chosen.threads) == ([None], ["icon"])


def test_a_click_on_the_notification_itself_sends_the_first(bus: str, sample: Sample, chosen: Chosen) -> None:
    with StubNotifications(bus, capabilities=WITH_ACTIONS) as server, running(sample.icon):
        server.choose(shown_by(server, sample, note("ready", actions=READY)), "default")
        wait_until(lambda: chosen.commands == [OPEN], "the command")


def test_a_click_beside_the_answers_to_a_question_is_no_answer(bus: str, sample: Sample, chosen: Chosen) -> None:
    with StubNotifications(bus, capabilities=WITH_ACTIONS) as server, running(sample.icon):
        shown = shown_by(server, sample, note("Stop it?", actions=READY, click_acts=False))
        assert list(shown.buttons.values()) == ["Open", "Copy link"]
        server.choose(shown, "default")
        settle(server, sample, chosen)
        assert chosen.commands == []


def test_the_token_that_came_with_it_is_handed_on(bus: str, sample: Sample, chosen: Chosen) -> None:
    with StubNotifications(bus, capabilities=WITH_ACTIONS) as server, running(sample.icon):
        other = shown_by(server, sample, note("other", actions=READY))
        for token in ("kwin-7", "", "a\nb", "x" * 2000):
            server.choose(shown_by(server, sample, note("ready", actions=READY)), "default", token)
        wait_until(lambda: len(chosen.tokens) == 4, "the commands")
        server.emit(linux_notifications.PATH, linux_notifications.SERVICE, "ActivationToken", "us", other.id, "its own")
        server.choose(shown_by(server, sample, note("ready", actions=READY)), "default")
        wait_until(lambda: len(chosen.tokens) == 5, "the last command")
        assert chosen.tokens == ["kwin-7", None, None, None, None]


def test_without_buttons_the_text_says_where_in_the_menu(bus: str, sample: Sample, chosen: Chosen) -> None:
    with StubNotifications(bus, capabilities=("body", "body-markup")) as server, running(sample.icon):
        shown = shown_by(server, sample, note("ready & so on", actions=READY, where="Choose <m> in the menu."))
        assert (shown.body, shown.buttons) == ("ready &amp; so on Choose &lt;m&gt; in the menu.", {})


def test_one_click_is_one_command_and_leaves_no_dead_buttons(bus: str, sample: Sample, chosen: Chosen) -> None:
    """GNOME Shell 43 tells of a click on a notification as often as it was replaced."""
    with StubNotifications(bus, capabilities=WITH_ACTIONS) as server, running(sample.icon):
        shown = shown_by(server, sample, note("ready", actions=READY))
        for _ in range(3):
            server.emit(
                linux_notifications.PATH, linux_notifications.SERVICE, "ActionInvoked", "us", shown.id, "default"
            )
        wait_until(lambda: server.closed == [shown.id], "it to be closed")
        settle(server, sample, chosen)
        assert chosen.commands == [OPEN]


def test_what_is_not_ours_and_what_is_over_does_nothing(bus: str, sample: Sample, chosen: Chosen) -> None:
    with StubNotifications(bus, capabilities=WITH_ACTIONS) as server, running(sample.icon):
        closed = shown_by(server, sample, note("one", actions=READY))
        server.dismiss(closed)
        server.choose(closed, "default")
        kept = shown_by(server, sample, note("two", actions=READY))
        path, name = linux_notifications.PATH, linux_notifications.SERVICE
        server.emit(path, name, "ActionInvoked", "us", 4711, "default")
        server.emit(path, name, "ActionInvoked", "us", kept.id, "no such button")
        server.emit(path, name, "ActionInvoked", "s", "odd")
        server.emit(path, name, "ActionInvoked")
        server.emit(path, name, "NotificationClosed", "s", "odd")
        settle(server, sample, chosen)
        assert (chosen.commands, sample.errors) == ([], [])


def test_the_same_id_of_another_server_is_not_ours(bus: str, sample: Sample, chosen: Chosen) -> None:
    with running(sample.icon):
        with StubNotifications(bus, capabilities=WITH_ACTIONS) as first:
            ours = shown_by(first, sample, note("one", actions=READY))
        with StubNotifications(bus, capabilities=WITH_ACTIONS) as second:
            second._ids = 7
            second.choose(ours, "default")
            settle(second, sample, chosen)
        assert chosen.commands == []


def test_a_button_of_the_older_one_is_not_taken_for_one_of_the_newer(bus: str, sample: Sample, chosen: Chosen) -> None:
    with StubNotifications(bus, capabilities=WITH_ACTIONS) as server, running(sample.icon):
        older = shown_by(server, sample, note("failed", about="m", actions=(("Try again", c.Refresh()),)))
        newer = shown_by(server, sample, note("ready", about="m", actions=READY))
        assert older.id == newer.id
        server.emit(
            linux_notifications.PATH,
            linux_notifications.SERVICE,
            "ActionInvoked",
            "us",
            older.id,
            key_of(older, "Try again"),
        )
        settle(server, sample, chosen)
        assert chosen.commands == []
        server.choose(newer, key_of(newer, "Open"))
        wait_until(lambda: chosen.commands == [OPEN], "the command")


def test_one_with_buttons_is_not_put_in_the_place_of_one_without(bus: str, sample: Sample, chosen: Chosen) -> None:
    """GNOME Shell 43 would tell of no click on it."""
    with StubNotifications(bus, capabilities=WITH_ACTIONS) as server, running(sample.icon):
        shown_by(server, sample, note("starting", about="m"))
        ready = shown_by(server, sample, note("ready", about="m", actions=READY))
        assert (server.closed, ready.id, ready.replaces) == ([1], 2, 0)
        server.choose(ready, "default")
        wait_until(lambda: chosen.commands == [OPEN], "the command")


@pytest.mark.parametrize("call", ["GetCapabilities", "Notify"])
def test_a_server_that_never_answers_holds_up_neither_the_icon_nor_the_next_server(
    bus: str,
    sample: Sample,
    chosen: Chosen,
    call: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(linux_notifications, "_START_SECONDS", 0.2)
    monkeypatch.setattr(linux_notifications, "_ANSWER_SECONDS", 0.2)
    caplog.set_level(logging.INFO, "tray")
    with running(sample.icon):
        with StubNotifications(bus, capabilities=WITH_ACTIONS, silent=(call,)) as silent:
            for number in range(100):
                sample.icon.notify(note(str(number), actions=READY))
            wait_until(lambda: call in silent.asked, "it to be asked")
            if call == "Notify":
                silent.choose(silent.shown[0], "default")
        with StubNotifications(bus, capabilities=WITH_ACTIONS) as server:
            # Those that waited may all have been refused before this server was there.
            sample.icon.notify(note("newest", actions=READY))
            wait_until(lambda: any(shown.body == "newest" for shown in server.shown), "the newest")
            assert len(server.shown) <= 17, "of the others, only the latest have waited"
            settle(server, sample, chosen)
    assert "shows no notification" in caplog.text
    assert (chosen.commands, sample.errors) == ([], [])


def test_a_command_that_fails_is_told_and_the_icon_goes_on(bus: str, sample: Sample, chosen: Chosen) -> None:
    def fail(_command: object, _activation: object) -> None:
        raise ZeroDivisionError("of the test")

    sample.icon._on_action = fail
    with StubNotifications(bus, capabilities=WITH_ACTIONS) as server, running(sample.icon):
        server.choose(shown_by(server, sample, note("ready", actions=READY)), "default")
        wait_until(lambda: sample.errors, "the error")
        shown_by(server, sample, note("the next"))
