"""Which toasts are shown, and what a click on one sends. A stand-in has the part of Windows, which Wine lacks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import pytest

from tests.support.notes import note
from tests.support.waiting import wait_until
from tray.desktop.icon.base import NotificationStyle
from tray.desktop.icon.windows import toasts as windows_toasts
from tray.desktop.icon.windows.toasts import Center, Handlers, NoToastsError, Toasts
from tray.model import commands as c
from tray.model.lengths import View

OPEN = c.OpenNotebook("research", "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/m", View.LAB, 3600)
READY = (("Open", OPEN), ("Copy link", c.Refresh()))


class Given:
    """A toast as Windows was given it."""

    def __init__(self, xml: str, tag: str, handlers: Handlers) -> None:
        toast = ElementTree.fromstring(xml)  # noqa: S314 - our own
        self.words = tuple(text.text or "" for text in toast.iterfind("visual/binding/text"))
        self.launch = toast.get("launch", "")
        self.tokens = {
            str(each.get("content")): str(each.get("arguments")) for each in toast.iterfind("actions/action")
        }
        self.tag = tag
        self.handlers = handlers

    def click(self, label: str = "") -> None:
        """Click as Windows tells of it: on a thread of its own."""
        token = self.tokens[label] if label else self.launch
        thread = threading.Thread(target=self.handlers.chosen, args=[token])
        thread.start()
        thread.join()


class StandIn:
    """Windows' notification platform: a toast takes the place of one with the same tag; it remembers what is shown."""

    def __init__(self) -> None:
        self.style_now = NotificationStyle.BUTTONS
        self.given: list[Given] = []
        self.on_screen: dict[str, Given] = {}
        self.threads: set[str] = set()
        self.refuses = False
        self.hangs: threading.Event | None = None
        self.asked = 0

    def style(self) -> NotificationStyle:
        self.threads.add(threading.current_thread().name)
        answer = self.style_now
        self.asked += 1
        return answer

    def show(self, xml: str, tag: str, handlers: Handlers, /) -> object:
        self.threads.add(threading.current_thread().name)
        assert len(tag) <= 16
        if self.hangs is not None:
            self.hangs.wait(60)
        if self.refuses:
            raise NoToastsError("no")
        self.given.append(Given(xml, tag, handlers))
        self.on_screen[tag] = self.given[-1]
        return self.given[-1]

    def remove(self, tag: str, /) -> None:
        self.threads.add(threading.current_thread().name)
        self.on_screen.pop(tag, None)


class Desk:
    """The toasts, and what they hand on."""

    def __init__(self, make_center: Callable[[], Center]) -> None:
        self.chosen: list[c.Command] = []
        self.balloons: list[str] = []
        self.taken_back: list[str] = []
        self.toasts = Toasts(
            choose=self.chosen.append,
            instead=lambda notification: self.balloons.append(notification.text),
            withdraw_instead=self.taken_back.append,
            make_center=make_center,
        )


@pytest.fixture
def windows() -> StandIn:
    return StandIn()


@pytest.fixture
def desk(windows: StandIn) -> Iterator[Desk]:
    desk = Desk(lambda: windows)
    yield desk
    desk.toasts.close()


def given(windows: StandIn, number: int) -> Given:
    return wait_until(lambda: windows.given[number - 1 :], f"toast number {number}")[0]


def test_a_button_sends_its_command_once(windows: StandIn, desk: Desk) -> None:
    desk.toasts.show(note("It can be opened.", "m is ready", actions=READY, where="In the menu."))
    toast = given(windows, 1)
    assert toast.words == ("m is ready", "It can be opened.")
    toast.click("Copy link")
    toast.click("Copy link")
    toast.click("Open")
    assert desk.chosen == [c.Refresh()]
    wait_until(lambda: not windows.on_screen, "the toast to go")


def test_a_click_beside_the_buttons_sends_the_first(windows: StandIn, desk: Desk) -> None:
    desk.toasts.show(note("ready", actions=READY))
    given(windows, 1).click()
    assert desk.chosen == [OPEN]


def test_a_click_on_a_question_itself_sends_nothing(windows: StandIn, desk: Desk) -> None:
    desk.toasts.show(note("Stop it?", actions=(("Keep", c.Refresh()), ("Stop", c.Quit())), click_acts=False))
    toast = given(windows, 1)
    toast.click()
    assert desk.chosen == []
    toast.click("Stop")
    assert desk.chosen == [c.Quit()]


def test_a_newer_one_takes_the_older_ones_place_and_its_tokens_are_void(windows: StandIn, desk: Desk) -> None:
    desk.toasts.show(note("one", about="it", actions=READY))
    older = given(windows, 1)
    desk.toasts.show(note("two", about="it", actions=READY))
    newer = given(windows, 2)
    assert list(windows.on_screen.values()) == [newer]
    assert set(older.tokens.values()).isdisjoint(newer.tokens.values())
    newer.handlers.chosen(older.tokens["Open"])
    older.handlers.gone()  # what Windows may tell of the one that was replaced
    assert desk.chosen == []
    newer.click("Open")
    assert desk.chosen == [OPEN]


def test_only_what_is_withdrawn_goes(windows: StandIn, desk: Desk) -> None:
    desk.toasts.show(note("one", about="one", actions=READY))
    desk.toasts.show(note("two", about="two"))
    kept = given(windows, 2)
    desk.toasts.withdraw("one")
    desk.toasts.withdraw("another")
    wait_until(lambda: list(windows.on_screen.values()) == [kept], "the first to go")


def test_nothing_begins_before_the_first_notification(windows: StandIn, desk: Desk) -> None:
    desk.toasts.withdraw("one")
    assert desk.toasts._thread is None


def test_one_thread_asks_windows(windows: StandIn, desk: Desk) -> None:
    desk.toasts.show(note("one", about="it"))
    given(windows, 1)
    desk.toasts.withdraw("it")
    wait_until(lambda: not windows.on_screen, "the toast to go")
    assert windows.threads == {"toasts"}


def test_what_the_user_closed_is_forgotten(windows: StandIn, desk: Desk) -> None:
    desk.toasts.show(note("one", actions=READY))
    given(windows, 1).handlers.gone()
    assert desk.toasts._shown == {}


def test_of_many_matters_the_oldest_go(windows: StandIn, desk: Desk) -> None:
    for number in range(40):
        desk.toasts.show(note(str(number)))
        given(windows, number + 1)
    wait_until(lambda: len(windows.on_screen) == 16, "the oldest to go")
    assert [toast.words[1] for toast in windows.on_screen.values()] == [str(number) for number in range(24, 40)]


def test_all_are_taken_back_at_the_end(windows: StandIn, desk: Desk) -> None:
    desk.toasts.show(note("one", actions=READY))
    desk.toasts.show(note("two"))
    toast = given(windows, 2)
    given(windows, 1)
    desk.toasts.close()
    assert windows.on_screen == {}
    assert desk.toasts._thread is not None
    assert not desk.toasts._thread.is_alive()
    desk.toasts.show(note("three"))
    desk.toasts.withdraw("it")
    windows.given[0].click("Open")
    toast.handlers.failed()
    assert (desk.chosen, desk.balloons, len(windows.given)) == ([], [], 2)


def test_without_toasts_all_are_balloons_in_order_and_it_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    may_fail = threading.Event()

    def none_here() -> Center:
        may_fail.wait(60)
        raise NoToastsError("no WinRT")

    desk = Desk(none_here)
    desk.toasts.show(note("one", about="it"))
    desk.toasts.show(note("two"))
    desk.toasts.withdraw("it")
    may_fail.set()
    wait_until(lambda: desk.taken_back == ["it"], "the balloons")
    desk.toasts.show(note("three"))
    assert desk.balloons == ["two", "three"]
    assert caplog.text.count("balloons, without buttons: no WinRT") == 1
    desk.toasts.close()


def test_where_the_user_wants_none_there_is_no_balloon_either(
    windows: StandIn, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    desk.toasts.show(note("one", about="it"))
    given(windows, 1)
    windows.style_now = NotificationStyle.OFF
    desk.toasts.show(note("two", about="it"))
    desk.toasts.show(note("three"))
    wait_until(lambda: windows.asked == 3, "the third")
    assert windows.on_screen == {}
    windows.style_now = NotificationStyle.BUTTONS
    desk.toasts.show(note("four"))
    assert given(windows, 2).words[1] == "four"
    assert desk.balloons == []
    assert caplog.text.count("turned off in Windows' settings") == 1


def test_where_a_policy_forbids_toasts_balloons_are_shown(windows: StandIn, desk: Desk) -> None:
    windows.style_now = NotificationStyle.BALLOONS
    desk.toasts.show(note("one", about="it"))
    wait_until(lambda: desk.balloons == ["one"], "the balloon")
    windows.style_now = NotificationStyle.BUTTONS
    desk.toasts.show(note("two", about="it"))
    given(windows, 1)
    assert desk.taken_back[-1] == "it"


def test_one_that_windows_refuses_is_a_balloon(windows: StandIn, desk: Desk) -> None:
    windows.refuses = True
    desk.toasts.show(note("one"))
    wait_until(lambda: desk.balloons == ["one"], "the balloon")
    windows.refuses = False
    desk.toasts.show(note("two"))
    given(windows, 1).handlers.failed()
    given(windows, 1).handlers.failed()
    assert desk.balloons == ["one", "two"]


def test_one_that_windows_refuses_leaves_no_outdated_one(windows: StandIn, desk: Desk) -> None:
    desk.toasts.show(note("one", about="it", actions=READY))
    given(windows, 1)
    windows.refuses = True
    desk.toasts.show(note("two", about="it"))
    wait_until(lambda: desk.balloons == ["two"], "the balloon")
    assert windows.on_screen == {}


def test_without_a_thread_left_balloons_are_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:  # pytest's own threads start before and after
        patch.setattr(threading.Thread, "start", none_left)
        desk.toasts.show(note("one"))
        desk.toasts.show(note("two"))
    assert desk.balloons == ["one", "two"]


def test_a_service_that_hangs_is_not_waited_for(windows: StandIn, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    windows.hangs = threading.Event()
    desk.toasts.show(note("one"))
    wait_until(lambda: windows.threads, "the hang")
    desk.toasts.show(note("two"))
    monkeypatch.setattr(windows_toasts, "_PATIENCE_SECONDS", 0.0)
    desk.toasts.show(note("three"))
    assert desk.balloons == ["two", "three"]
    windows.hangs.set()
    wait_until(lambda: windows.given and not windows.on_screen, "what came late to go")
