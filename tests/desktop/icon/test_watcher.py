"""Trays that come late, go, come back, are replaced, have no host, or refuse."""

from __future__ import annotations

import threading
import time
from xml.etree import ElementTree

import pytest
from jeepney import DBusAddress, Message, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import unwrap_msg

from tests.support.bus_peer import ALLOW_QUEUE, Answer
from tests.support.menu_client import menu_client
from tests.support.running_icon import running
from tests.support.sample_icon import Sample
from tests.support.stub_watcher import Refusal, StubWatcher
from tests.support.waiting import PATIENCE_SECONDS, wait_until
from tray.desktop.icon import HostState
from tray.desktop.icon.linux import watcher as watcher_module

PRESENT, NO_WATCHER, NO_HOST, REFUSED = (
    HostState.PRESENT,
    HostState.NO_WATCHER,
    HostState.NO_HOST,
    HostState.REFUSED,
)


def items_below(connection: DBusConnection, service: str, path: str = "/") -> list[str]:
    """Return the paths of a program's tray items, from `path` down."""
    address = DBusAddress(path, service, "org.freedesktop.DBus.Introspectable")
    (xml,) = unwrap_msg(connection.send_and_get_reply(new_method_call(address, "Introspect")))
    node = ElementTree.fromstring(xml)  # noqa: S314 - our own program's
    here = [path] if node.find("interface[@name='org.kde.StatusNotifierItem']") is not None else []
    below = (f"{path.rstrip('/')}/{child.get('name')}" for child in node.findall("node"))
    return here + [item for each in below for item in items_below(connection, service, each)]


def wait_for_hosts(sample: Sample, *states: HostState) -> None:
    """Wait until the icon has told exactly these states since its start."""
    wait_until(lambda: len(sample.hosts) >= len(states), lambda: f"{states}; it told {sample.hosts}")
    assert sample.hosts == list(states)


def test_a_watcher_that_is_there_is_given_the_object_path(bus: str, sample: Sample) -> None:
    with StubWatcher(bus) as watcher, running(sample.icon):
        service, path = watcher.wait_for_item()
        wait_for_hosts(sample, PRESENT)
        assert service.startswith(":"), "the sender's unique name: nothing of org.kde.* is owned"
        assert path.startswith("/org/ayatana/NotificationItem/"), "else Cinnamon opens no menu on a left click"
        assert watcher.items == ((service, path),)


def test_a_watcher_that_comes_late(bus: str, sample: Sample) -> None:
    with running(sample.icon):
        wait_for_hosts(sample, NO_WATCHER)
        with StubWatcher(bus), menu_client(bus) as client:
            assert client.layout().find("old_model").enabled
            wait_for_hosts(sample, NO_WATCHER, PRESENT)


def test_a_watcher_that_goes_and_comes_back(bus: str, sample: Sample) -> None:
    with running(sample.icon):
        for turn in range(3):
            with StubWatcher(bus), menu_client(bus) as client:
                client.click("old_model")
                wait_until(lambda turn=turn: len(sample.calls) == turn + 1, "the click")
            wait_until(lambda: sample.hosts[-1] is NO_WATCHER, "the icon to notice")
    assert [state for state in sample.hosts if state is PRESENT] == [PRESENT] * 3
    assert sample.hosts[-1] is NO_WATCHER


def test_a_watcher_that_is_replaced_by_the_next_in_the_queue(bus: str, sample: Sample) -> None:
    with StubWatcher(bus, flags=ALLOW_QUEUE) as first, StubWatcher(bus, flags=ALLOW_QUEUE) as second:
        with running(sample.icon):
            first.wait_for_item()
            assert second.items == ()
            first.release_name()
            second.wait_for_item()
            with menu_client(bus) as client:
                client.click("old_model")
                wait_until(lambda: sample.calls, "the click through the second watcher")
        assert sample.hosts == [PRESENT], "a tray that is handed over is no tray that went"


def test_a_watcher_that_restarts_on_the_same_connection(bus: str, sample: Sample) -> None:
    with StubWatcher(bus) as watcher, running(sample.icon):
        watcher.wait_for_item()
        watcher.release_name()
        wait_for_hosts(sample, PRESENT, NO_WATCHER)
        watcher.request_name()
        wait_until(lambda: len(watcher.items) == 2, "a second registration")
        wait_for_hosts(sample, PRESENT, NO_WATCHER, PRESENT)


@pytest.mark.parametrize("written", ["{name}{path}", "{name}", "{name}@{path}"])
def test_a_watcher_that_drops_the_item_has_it_again(
    bus: str, sample: Sample, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setattr(watcher_module, "_FIRST_PAUSE_SECONDS", 0.01)
    with StubWatcher(bus) as watcher, running(sample.icon):
        name, path = watcher.wait_for_item()
        watcher.drop(f"{name}0{path}")
        watcher.drop("another")
        watcher.drop(written.format(name=name, path=path))
        wait_until(lambda: len(watcher.items) == 2, "a second registration")
        with menu_client(bus) as client:
            client.click("old_model")
            wait_until(lambda: sample.calls, "the click")
        assert watcher.items == ((name, path),) * 2, "one for the item that was dropped, and none for the others"
        assert sample.hosts == [PRESENT]


def test_a_watcher_that_drops_the_item_each_time_is_not_asked_without_end(
    bus: str, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher_module, "_FIRST_PAUSE_SECONDS", 0.01)
    with StubWatcher(bus) as watcher, running(sample.icon):
        name, path = watcher.wait_for_item()
        register = watcher._handlers["RegisterStatusNotifierItem"]

        def drop_at_once(message: Message) -> Answer:
            answer = register(message)
            watcher.drop(f"{name}{path}")
            return answer

        monkeypatch.setitem(watcher._handlers, "RegisterStatusNotifierItem", drop_at_once)
        began = time.monotonic()
        watcher.drop(f"{name}{path}")
        wait_until(lambda: len(watcher.items) >= 6, "some tries")
        # Five pauses, each twice as long as the one before: 0.01 + 0.02 + 0.04 + 0.08 + 0.16.
        assert time.monotonic() - began >= 0.3


def test_a_watcher_without_a_host(bus: str, sample: Sample) -> None:
    with StubWatcher(bus, host=False) as watcher, running(sample.icon):
        wait_for_hosts(sample, NO_HOST)
        watcher.set_host(True)
        wait_for_hosts(sample, NO_HOST, PRESENT)
        watcher.set_host(False)
        wait_for_hosts(sample, NO_HOST, PRESENT, NO_HOST)
        assert len(watcher.items) == 1, "it is registered once"


def test_a_refusal_is_told_and_tried_again(bus: str, sample: Sample) -> None:
    with StubWatcher(bus, refusal=Refusal.ALL) as watcher, running(sample.icon):
        wait_for_hosts(sample, REFUSED)
        watcher.refusal = Refusal.NONE
        watcher.wait_for_item()
        wait_for_hosts(sample, REFUSED, PRESENT)


def test_a_watcher_that_takes_no_paths_is_given_the_bus_name(bus: str, sample: Sample) -> None:
    with StubWatcher(bus, refusal=Refusal.PATHS) as watcher, running(sample.icon):
        wait_for_hosts(sample, PRESENT)
        assert watcher.refused == 1
        with menu_client(bus) as client:
            assert client.item_property("Id") == "notebook-tray"
            sample.icon.title = "3 of 5 running"
            client.wait_for_signal("NewTitle")
            client.click("old_model")
            wait_until(lambda: sample.calls, "the click")


def test_there_is_one_item_for_a_watcher_that_looks_at_all_paths(bus: str, sample: Sample) -> None:
    # As GNOME's extension does, which shows each that it finds.
    with StubWatcher(bus) as watcher, running(sample.icon):
        service, path = watcher.wait_for_item()
        with open_dbus_connection(bus=bus) as connection:
            assert items_below(connection, service) == [path]


def test_an_icon_that_is_not_shown_does_not_register(bus: str, sample: Sample) -> None:
    ready = threading.Event()
    with StubWatcher(bus) as watcher, running(sample.icon, setup=lambda _icon: ready.set()):
        assert ready.wait(PATIENCE_SECONDS)
        # Another icon, started later, is registered by the time that this one would have been.
        with running(Sample().icon):
            watcher.wait_for_item()
        assert (sample.hosts, len(watcher.items)) == ([], 1)
        sample.icon.visible = True
        wait_for_hosts(sample, PRESENT)


class BusyWatcher(StubWatcher):
    """Answers nothing until `at_rest`, then all of it."""

    def __init__(self, bus_address: str) -> None:
        super().__init__(bus_address)
        self.at_rest = threading.Event()
        self._handlers["RegisterStatusNotifierItem"] = self._register_late

    def _register_late(self, message: Message) -> Answer:
        self.at_rest.wait(PATIENCE_SECONDS)
        return self._register(message)


def test_a_watcher_that_answers_late_finds_the_item_where_it_was_told_first(
    bus: str, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher_module, "_REGISTER_SECONDS", 0.2)
    with BusyWatcher(bus) as watcher, running(sample.icon), open_dbus_connection(bus=bus) as connection:
        wait_for_hosts(sample, REFUSED)
        monkeypatch.setattr(watcher_module, "_REGISTER_SECONDS", PATIENCE_SECONDS)
        watcher.at_rest.set()
        wait_for_hosts(sample, REFUSED, PRESENT)
        ((service, path),) = set(watcher.items)
        assert items_below(connection, service) == [path]


class OddWatcher(StubWatcher):
    """Tells whether it has a host in an answer of another form."""

    def __init__(self, bus_address: str, *answer: object) -> None:
        super().__init__(bus_address)
        self._handlers["Get"] = lambda _: (str(answer[0]), answer[1:])


@pytest.mark.parametrize("answer", [("",), ("b", True), ("as", ["yes"])])
def test_a_watcher_that_answers_in_another_form_is_followed_by_the_next(
    bus: str, sample: Sample, answer: tuple[object, ...]
) -> None:
    with running(sample.icon):
        with OddWatcher(bus, *answer) as odd:
            odd.wait_for_item()
            wait_until(lambda: sample.hosts[-1:] == [PRESENT], "the host")
        wait_until(lambda: sample.hosts[-1] is NO_WATCHER, "the icon to notice")
        with StubWatcher(bus) as watcher:
            watcher.wait_for_item()
