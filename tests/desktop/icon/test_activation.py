"""The tokens that a host gives with clicks: whose they are, and when the host hears that one is over."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import pytest

from tests.support.host_habits import GNOME
from tests.support.menu_client import Later, MenuClient, menu_client
from tests.support.running_icon import running
from tests.support.sample_icon import Sample
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import wait_until
from tray.desktop.icon import KeyedItem, Menu
from tray.desktop.icon.linux import activations
from tray.model.activation import Activation

OVER = "org.freedesktop.DBus.Error.Failed"
TO_COME = ""


class Taking:
    """A menu with items that take the token of their click and one that doesn't; notes what they were given."""

    def __init__(self, sample: Sample) -> None:
        self.taken: list[Activation | None] = []
        self._icon = sample.icon
        sample.icon.menu = Menu(
            KeyedItem("open", "Open", self._take),
            KeyedItem("twice", "Open twice", lambda: (self._take(), self._take())),
            KeyedItem("fail", "Fail", self._fail),
            KeyedItem("refresh", "Refresh", sample.note("refresh")),
            KeyedItem("quit", "Quit", sample.icon.stop),
        )

    def wait_for(self, count: int) -> list[Activation | None]:
        return wait_until(lambda: len(self.taken) >= count and self.taken, "the items to be chosen")

    def token(self) -> Activation:
        """Return the first that was given, which must be a token."""
        first = self.wait_for(1)[0]
        assert first is not None
        return first

    def _take(self) -> None:
        self.taken.append(self._icon.take_activation())

    def _fail(self) -> None:
        self._take()
        raise ZeroDivisionError("of the test")


@pytest.fixture
def menu(bus: str, sample: Sample) -> Iterator[MenuClient]:
    """Run the sample in GNOME's tray; give a host that has fetched its menu."""
    with StubWatcher(bus, more_names=GNOME.bus_names) as watcher, running(sample.icon) as run:
        watcher.wait_for_item()
        wait_until(lambda: sample.icon.inline_submenus, "the icon to know its host")
        with menu_client(bus) as client:
            client.layout()
            client.settle()
            yield client
        assert run.error is None


@pytest.fixture
def taking(menu: MenuClient, sample: Sample) -> Taking:
    taking = Taking(sample)
    menu.wait_for_entry("Refresh")
    return taking


def give(menu: MenuClient, text: str = "host-1_TIME5") -> Later:
    return menu.call_item_later("ProvideXdgActivationToken", "s", text)


def is_unanswered(menu: MenuClient, call: Later) -> bool:
    menu.settle()
    return call.answer() is None


def test_the_token_is_the_clicks_and_is_over_when_the_program_says_so(menu: MenuClient, taking: Taking) -> None:
    given = give(menu)
    menu.click("Open")
    activation = taking.token()
    assert activation.token == "host-1_TIME5"
    activation.used()
    assert activation.token == ""
    assert is_unanswered(menu, given)
    activation.end()
    assert given.wait_for_answer() == OVER


def test_one_that_no_program_was_started_with_is_over_too(
    menu: MenuClient, taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activations, "LATEST_SECONDS", 3600)
    begun = time.monotonic()
    given = give(menu)
    menu.click("Open")
    activation = taking.token()
    # Until nothing but its end would wake the icon's thread.
    wait_until(lambda: time.monotonic() > begun + 1.5 * activations.EARLIEST_SECONDS, "the time to pass")
    assert is_unanswered(menu, given)
    activation.end()
    assert given.wait_for_answer() == OVER


def test_a_choice_that_opens_nothing_ends_its_token(menu: MenuClient, taking: Taking, sample: Sample) -> None:
    given = give(menu)
    menu.click("Refresh")
    assert given.wait_for_answer() == OVER
    assert sample.calls == ["refresh"]
    menu.click("Open")
    assert taking.wait_for(1) == [None]


def test_the_host_hears_it_no_sooner_than_it_can_make_use_of_it(
    menu: MenuClient, taking: Taking, sample: Sample
) -> None:
    begun = time.monotonic()
    given = give(menu)
    menu.click("Refresh")
    wait_until(lambda: sample.calls, "the choice, which ended the token")
    given.wait_for_answer()
    assert taking.taken == []
    # A lower bound, which a slow machine doesn't break: GNOME Shell ends nothing by an error that comes at once.
    assert time.monotonic() - begun >= activations.EARLIEST_SECONDS


def test_the_menu_goes_on_meanwhile(menu: MenuClient, taking: Taking, sample: Sample) -> None:
    given = give(menu)
    menu.click("Open")
    menu.click("Refresh")
    menu.wait_for_entry("Open")
    wait_until(lambda: sample.calls, "the other choice")
    assert given.answer() is None
    assert sample.threads == {"icon"}


def test_without_a_click_it_is_over_for_the_host_and_kept_for_a_late_click(menu: MenuClient, taking: Taking) -> None:
    # Plasma gives one when the menu is opened, and makes nothing of the answer.
    given = give(menu)
    assert given.wait_for_answer() == OVER
    menu.click("Open")
    menu.click("Open")
    first, second = taking.wait_for(2)
    assert first is not None
    assert first.token == "host-1_TIME5"
    assert second is None


def test_only_the_latest_is_kept(menu: MenuClient, taking: Taking) -> None:
    older, newer = give(menu, "older"), give(menu, "newer")
    assert older.wait_for_answer() == OVER
    menu.click("Open")
    assert taking.token().token == "newer"
    taking.token().end()
    assert newer.wait_for_answer() == OVER


def test_each_click_has_its_own(menu: MenuClient, taking: Taking) -> None:
    for token in ("one", "two"):
        give(menu, token)
        menu.click("Open")
    assert [activation and activation.token for activation in taking.wait_for(2)] == ["one", "two"]


def test_it_is_given_out_once(menu: MenuClient, taking: Taking) -> None:
    give(menu)
    menu.click("Open twice")
    assert taking.wait_for(2)[1] is None


def test_what_fails_after_it_took_the_token_still_has_to_end_it(menu: MenuClient, taking: Taking) -> None:
    given = give(menu)
    menu.click("Fail")
    activation = taking.token()
    assert is_unanswered(menu, given)
    activation.end()
    assert given.wait_for_answer() == OVER


@pytest.mark.parametrize("token", ["x" * 1025, "a\nb", "ä", "a\tb"])
def test_what_is_no_token_is_refused(menu: MenuClient, taking: Taking, token: str) -> None:
    # And not as an unknown method: GNOME's extension would give no other.
    assert give(menu, token).wait_for_answer() == "org.freedesktop.DBus.Error.InvalidArgs"
    menu.click("Open")
    assert taking.wait_for(1) == [None]


def test_an_empty_one_is_none(menu: MenuClient, taking: Taking) -> None:
    give(menu, "older")
    assert give(menu, "").wait_for_answer() == TO_COME  # Plasma's on X11
    menu.click("Open")
    assert taking.wait_for(1) == [None]


def test_what_takes_longer_than_a_host_waits_is_answered_and_goes_on(
    menu: MenuClient, taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activations, "LATEST_SECONDS", activations.EARLIEST_SECONDS)
    given = give(menu)
    menu.click("Open")
    assert given.wait_for_answer() == TO_COME
    assert taking.token().token == "host-1_TIME5"
    taking.token().end()


def test_the_hosts_limit_is_kept() -> None:
    assert activations.LATEST_SECONDS < 25


def test_quitting_answers_what_is_unanswered(
    menu: MenuClient, taking: Taking, sample: Sample, caplog: pytest.LogCaptureFixture
) -> None:
    opening = give(menu)
    menu.click("Open")
    quitting = give(menu)
    menu.click("Quit")
    assert (opening.wait_for_answer(), quitting.wait_for_answer()) == (OVER, OVER)
    wait_until(lambda: not menu.is_there(), "the icon to end")
    taking.token().end()  # on a thread whose icon is gone
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_no_log_has_it(menu: MenuClient, taking: Taking, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        given = give(menu, "a-token-to-look-for")
        menu.click("Open")
        taking.token().end()
        given.wait_for_answer()
        assert "a-token-to-look-for" not in repr(taking.token())
    assert "a-token-to-look-for" not in caplog.text


def test_a_host_that_wants_no_answer_fills_no_log(
    menu: MenuClient, taking: Taking, caplog: pytest.LogCaptureFixture
) -> None:
    menu.tell_item("ProvideXdgActivationToken", "s", "host-1_TIME5")
    menu.click("Refresh")
    give(menu, "host-2_TIME6").wait_for_answer()  # later than that of the first
    menu.settle()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_another_host_is_answered_at_once(bus: str, sample: Sample) -> None:
    """COSMIC's sends the click once it has the answer."""
    with StubWatcher(bus) as watcher, running(sample.icon):
        watcher.wait_for_item()
        with menu_client(bus) as client:
            client.layout()
            taking = Taking(sample)
            client.call_item("ProvideXdgActivationToken", "s", "cosmic-1")
            client.wait_for_entry("Open")
            client.click("Open")
            (activation,) = taking.wait_for(1)
            assert activation is not None
            assert activation.token == "cosmic-1"
            activation.end()
