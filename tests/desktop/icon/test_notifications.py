"""Desktop notifications, as a notification server gets them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from tests.support.running_icon import running
from tests.support.stub_notifications import StubNotifications
from tests.support.waiting import wait_until
from tray.desktop.icon.artwork import Artwork

if TYPE_CHECKING:
    from tests.support.sample_icon import Sample


def test_title_and_body(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon):
        sample.icon.notify("Sign in again. <b>Role</b> & account", "Signing in needed")
        wait_until(lambda: server.shown, "the notification")
        shown = server.shown[0]
        assert (shown.title, shown.body) == ("Signing in needed", "Sign in again. <b>Role</b> & account")
        assert (shown.program, shown.hints["desktop-entry"]) == ("Notebook Tray", ("s", "notebook-tray"))


def test_a_body_is_escaped_for_a_server_that_reads_markup(bus: str, sample: Sample) -> None:
    with StubNotifications(bus, capabilities=("body", "body-markup")) as server, running(sample.icon):
        sample.icon.notify("<b>Role</b> & account", "<i>")
        wait_until(lambda: server.shown, "the notification")
        assert (server.shown[0].title, server.shown[0].body) == ("<i>", "&lt;b&gt;Role&lt;/b&gt; &amp; account")


def test_without_a_title_it_is_the_icons(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon):
        sample.icon.notify("text")
        wait_until(lambda: server.shown, "the notification")
        assert server.shown[0].title == "Notebook Tray"


def test_the_name_stays_when_the_title_says_how_things_stand(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon):
        sample.icon.title = "3 of 5 running"
        sample.icon.notify("text", "Signed in")
        wait_until(lambda: server.shown, "the notification")
        assert server.shown[0].program == "Notebook Tray"


def test_only_a_failure_has_the_picture_with_the_mark(bus: str, sample: Sample) -> None:
    sample.icon.icon = Artwork.load("attention")
    sample.icon.attention = True
    with StubNotifications(bus) as server, running(sample.icon):
        sample.icon.notify("You are signed in.")
        sample.icon.notify("Access denied.", failure=True)
        wait_until(lambda: len(server.shown) == 2, "both")
        for shown, state in zip(server.shown, ("idle", "attention"), strict=True):
            _, (width, height, row, alpha, bits, channels, data) = shown.hints["image-data"]
            assert (width, height, row, alpha, bits, channels) == (48, 48, 192, True, 8, 4)
            assert data == Artwork.load(state).image(48).tobytes()


def test_they_come_in_order_also_from_before_run(bus: str, sample: Sample) -> None:
    sample.icon.notify("0")
    with StubNotifications(bus) as server, running(sample.icon):
        for number in range(1, 10):
            sample.icon.notify(str(number))
        wait_until(lambda: len(server.shown) == 10, "the notifications")
        assert [shown.body for shown in server.shown] == [str(number) for number in range(10)]


def test_the_same_text_twice_is_two(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon):
        sample.icon.notify("again")
        sample.icon.notify("again")
        wait_until(lambda: len(server.shown) == 2, "both")


def test_removing_closes_what_was_shown(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon):
        sample.icon.notify("one")
        sample.icon.notify("two")
        sample.icon.remove_notification()
        wait_until(lambda: server.closed == [1, 2], "both to be closed")
        sample.icon.notify("three")
        sample.icon.remove_notification()
        wait_until(lambda: server.closed == [1, 2, 3], "the third alone")


def test_what_is_about_one_thing_is_taken_back_alone(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon):
        sample.icon.notify("one")
        sample.icon.notify("two", about="the tray")
        sample.icon.notify("three")
        sample.icon.remove_notification("the tray")
        wait_until(lambda: server.closed == [2], "the second to be closed")
        sample.icon.remove_notification()
        wait_until(lambda: server.closed == [2, 1, 3], "the others")


def test_another_server_is_not_asked_to_close_its_own(bus: str, sample: Sample) -> None:
    with running(sample.icon):
        with StubNotifications(bus) as first:
            sample.icon.notify("one")
            wait_until(lambda: first.shown, "the notification")
        with StubNotifications(bus) as second:
            sample.icon.remove_notification()
            sample.icon.notify("two")
            wait_until(lambda: second.shown, "the next one")
            assert second.closed == []


@pytest.mark.parametrize("failing", [True, False])
def test_a_desktop_that_shows_none_is_logged_and_no_error(
    bus: str, sample: Sample, caplog: pytest.LogCaptureFixture, failing: bool
) -> None:
    caplog.set_level(logging.INFO, "tray")
    with running(sample.icon) as run:
        if failing:
            with StubNotifications(bus, failing=True):
                sample.icon.notify("text")
                wait_until(lambda: "shows no notification" in caplog.text, "the log")
        else:
            sample.icon.notify("text")
            wait_until(lambda: "shows no notification" in caplog.text, "the log")
        assert run.thread.is_alive()
    assert sample.errors == []
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


def test_what_no_dbus_string_can_hold_does_not_end_the_connection(bus: str, sample: Sample) -> None:
    with StubNotifications(bus) as server, running(sample.icon) as run:
        sample.icon.title = "a\0b"
        sample.state = "lone \ud800"
        sample.icon.update_menu()
        sample.icon.notify("c\0d \udfff", "e\0f")
        wait_until(lambda: server.shown, "the notification")
        assert (server.shown[0].title, server.shown[0].body) == ("ef", "cd ?")
        assert run.thread.is_alive()
