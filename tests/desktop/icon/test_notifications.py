"""Desktop notifications, as a notification server gets them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.notes import note
from tests.support.running_icon import running
from tests.support.stub_notifications import StubNotifications
from tests.support.waiting import wait_until
from tray.desktop.icon.artwork import Artwork

if TYPE_CHECKING:
    from tests.support.sample_icon import Sample


def test_title_and_body(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon):
        sample.icon.notify(note("Sign in again. <b>Role</b> & account", "Signing in needed"))
        wait_until(lambda: server.shown, "the notification")
        shown = server.shown[0]
        assert (shown.title, shown.body) == ("Signing in needed", "Sign in again. <b>Role</b> & account")
        assert (shown.program, shown.hints["desktop-entry"]) == ("Notebook Tray", ("s", "notebook-tray"))


def test_a_body_is_escaped_for_a_server_that_reads_markup(bus: str, sample: Sample) -> None:
    with StubNotifications(bus, capabilities=("body", "body-markup")) as server, running(sample.icon):
        sample.icon.notify(note("<b>Role</b> & account", "<i>"))
        wait_until(lambda: server.shown, "the notification")
        assert (server.shown[0].title, server.shown[0].body) == ("<i>", "&lt;b&gt;Role&lt;/b&gt; &amp; account")


def test_a_server_that_shows_titles_alone_gets_all_in_the_title(bus: str, sample: Sample) -> None:
    with StubNotifications(bus, capabilities=("actions",)) as server, running(sample.icon):
        sample.icon.notify(note("research stops at 18:00.", "Stops in 10 minutes"))
        wait_until(lambda: server.shown, "the notification")
        assert (server.shown[0].title, server.shown[0].body) == ("Stops in 10 minutes: research stops at 18:00.", "")


def test_the_name_stays_when_the_title_says_how_things_stand(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon):
        sample.icon.title = "3 of 5 running"
        sample.icon.notify(note("text", "Signed in"))
        wait_until(lambda: server.shown, "the notification")
        assert server.shown[0].program == "Notebook Tray"


def test_only_a_failure_has_the_picture_with_the_mark(bus: str, sample: Sample) -> None:
    sample.icon.icon = Artwork.load("attention")
    sample.icon.attention = True
    with StubNotifications(bus) as server, running(sample.icon):
        sample.icon.notify(note("You are signed in."))
        sample.icon.notify(note("Access denied.", failure=True))
        wait_until(lambda: len(server.shown) == 2, "both")
        for shown, state in zip(server.shown, ("idle", "attention"), strict=True):
            _, (width, height, row, alpha, bits, channels, data) = shown.hints["image-data"]
            assert (width, height, row, alpha, bits, channels) == (48, 48, 192, True, 8, 4)
            assert data == Artwork.load(state).image(48).tobytes()


def test_they_come_in_order_also_from_before_run(bus: str, sample: Sample) -> None:
    sample.icon.notify(note("0"))
    with StubNotifications(bus) as server, running(sample.icon):
        for number in range(1, 10):
            sample.icon.notify(note(str(number)))
        wait_until(lambda: len(server.shown) == 10, "the notifications")
        assert [shown.body for shown in server.shown] == [str(number) for number in range(10)]


def test_the_same_text_twice_is_two(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon):
        sample.icon.notify(note("again"))
        sample.icon.notify(note("again"))
        wait_until(lambda: len(server.shown) == 2, "both")


def test_what_is_withdrawn_is_closed_and_nothing_else(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon):
        sample.icon.notify(note("one"))
        sample.icon.notify(note("two", about="the tray"))
        sample.icon.notify(note("three"))
        wait_until(lambda: len(server.shown) == 3, "all three")
        sample.icon.withdraw("the tray")
        wait_until(lambda: server.closed == [2], "the second to be closed")
        sample.icon.withdraw("the tray")
        sample.icon.notify(note("four", about="the tray"))
        wait_until(lambda: len(server.shown) == 4, "the next about the tray")
        assert server.shown[3].replaces == 0
        sample.icon.withdraw("the tray")
        wait_until(lambda: server.closed == [2, 4], "it to be closed, and no other")


def test_a_newer_one_about_the_same_takes_the_place_of_the_older(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon):
        for text in ("starting", "still starting", "ready"):
            sample.icon.notify(note(text, about="churn-model"))
        sample.icon.notify(note("other"))
        wait_until(lambda: [shown.body for shown in server.shown][-2:] == ["ready", "other"], "them")
        assert (server.shown[0].id, server.shown[0].replaces) == (1, 0)
        assert {(shown.id, shown.replaces) for shown in server.shown[1:-1]} == {(1, 1)}
        assert server.shown[-1].id == 2
        sample.icon.withdraw("churn-model")
        wait_until(lambda: server.closed == [1], "it to be closed")


def test_one_that_the_user_has_closed_is_not_replaced(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon):
        sample.icon.notify(note("one", about="it"))
        (shown,) = wait_until(lambda: server.shown, "the first")
        server.dismiss(shown)
        sample.icon.notify(note("two", about="it"))
        wait_until(lambda: len(server.shown) == 2, "the second")
        assert server.shown[1].replaces == 0


def test_one_that_the_server_closes_at_once_is_over(bus: str, sample: Sample) -> None:
    matters = [f"m{number}" for number in range(8)]
    with StubNotifications(bus, closes_at_once=True) as server, running(sample.icon):
        for already in (0, len(matters)):
            for matter in matters:
                sample.icon.notify(note(matter, about=matter))
            wait_until(lambda already=already: len(server.shown) == already + len(matters), "them")
        assert {shown.replaces for shown in server.shown} == {0}


def test_only_what_is_urgent_says_so(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon):
        sample.icon.notify(note("one"))
        sample.icon.notify(note("two", urgent=True))
        wait_until(lambda: len(server.shown) == 2, "both")
        assert "urgency" not in server.shown[0].hints
        assert server.shown[1].hints["urgency"] == ("y", 2)


def test_another_server_is_not_asked_to_close_its_own(bus: str, sample: Sample) -> None:
    with running(sample.icon):
        with StubNotifications(bus) as first:
            sample.icon.notify(note("one", about="it"))
            sample.icon.notify(note("two", about="other"))
            wait_until(lambda: len(first.shown) == 2, "the notifications")
        with StubNotifications(bus) as second:
            sample.icon.withdraw("it")
            sample.icon.notify(note("three", about="other"))
            wait_until(lambda: second.shown, "the next one")
            assert (second.closed, second.shown[0].replaces) == ([], 0)


@pytest.mark.parametrize(
    ("member", "answer"),
    [
        ("GetCapabilities", ("u", 7)),
        ("GetCapabilities", ("",)),
        ("Notify", ("x", -1)),
        ("Notify", ("s", "1")),
        ("Notify", ("",)),
    ],
)
def test_a_server_that_answers_in_another_form_keeps_no_other_from_showing(
    bus: str, sample: Sample, caplog: pytest.LogCaptureFixture, member: str, answer: tuple[Any, ...]
) -> None:
    caplog.set_level(logging.INFO, "tray")
    with running(sample.icon):
        with StubNotifications(bus) as odd:
            odd._handlers[member] = lambda _: (answer[0], answer[1:])
            sample.icon.notify(note("text"))
            wait_until(lambda: "shows no notification" in caplog.text, "the log")
            sample.icon.withdraw(note("text").about)
        with StubNotifications(bus) as server:
            sample.icon.notify(note("next"))
            wait_until(lambda: [shown.body for shown in server.shown] == ["next"], "the next one")
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


@pytest.mark.parametrize("failing", [True, False])
def test_a_desktop_that_shows_none_is_logged_and_no_error(
    bus: str, sample: Sample, caplog: pytest.LogCaptureFixture, failing: bool
) -> None:
    caplog.set_level(logging.INFO, "tray")
    with running(sample.icon) as run:
        if failing:
            with StubNotifications(bus, failing=True):
                sample.icon.notify(note("text"))
                wait_until(lambda: "shows no notification" in caplog.text, "the log")
        else:
            sample.icon.notify(note("text"))
            wait_until(lambda: "shows no notification" in caplog.text, "the log")
        assert run.thread.is_alive()
    assert sample.errors == []
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


def test_what_no_dbus_string_can_hold_does_not_end_the_connection(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon) as run:
        sample.icon.title = "a\0b"
        sample.state = "lone \ud800"
        sample.icon.update_menu()
        sample.icon.notify(note("c\0d \udfff", "e\0f"))
        wait_until(lambda: server.shown, "the notification")
        assert (server.shown[0].title, server.shown[0].body) == ("e\\x00f", "c\\x00d \\udfff")
        assert run.thread.is_alive()
