"""Presence on Linux, against services on a private system bus that come, change and go."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from jeepney import DBusAddress, HeaderFields, new_signal

from tests.support.bus_peer import BusPeer
from tests.support.private_bus import private_bus
from tests.support.stub_system import LOGIN_PATH, MANAGER, SESSION_ID, StubLogind, StubUPower
from tests.support.waiting import wait_until
from tray.desktop.presence import presence_watch
from tray.model.presence import Presence

pytestmark = pytest.mark.only_on("linux")

ORDINARY = Presence()
ANNOUNCED = Presence(announced=True)


class Watched:
    """A running watch, and what it has told."""

    def __init__(self, power_supplies: Path) -> None:
        from tray.desktop.presence.linux import LinuxPresence

        self.watch = LinuxPresence(power_supplies)
        self.changes: list[Presence] = []
        self.woke = 0

    def start(self) -> None:
        self.watch.start(lambda: self.changes.append(self.watch.now()), self._wake)

    def wait_for(self, presence: Presence) -> None:
        wait_until(lambda: self.watch.now() == presence, lambda: f"{presence}; it is {self.watch.now()}")

    def _wake(self) -> None:
        self.woke += 1


def listening() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "presence"]


@pytest.fixture
def battery(tmp_path: Path) -> Path:
    """Where the kernel tells of a battery, which is not drained."""
    folder = tmp_path / "power" / "BAT0"
    folder.mkdir(parents=True)
    (folder / "type").write_text("Battery\n")
    (folder / "status").write_text("Full\n")
    return folder


@pytest.fixture
def watched(battery: Path) -> Iterator[Watched]:
    """A watch that is yet to start."""
    watched = Watched(battery.parent)
    yield watched
    watched.watch.stop()
    wait_until(lambda: not listening(), "the thread to end")


@pytest.fixture
def bus(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with private_bus(tmp_path_factory.mktemp("bus")) as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        monkeypatch.delenv("XDG_SESSION_ID", raising=False)
        yield address


def test_it_follows_the_session_and_the_power(bus: str, watched: Watched) -> None:
    with StubLogind(bus) as logind, StubUPower(bus) as upower:
        watched.start()
        watched.wait_for(ANNOUNCED)
        logind.set_hint("IdleHint", True)
        watched.wait_for(Presence(idle=True, announced=True))
        upower.plug(on_battery=True)
        watched.wait_for(Presence(True, True, True))
        logind.set_hint("IdleHint", False)
        watched.wait_for(Presence(on_battery=True, announced=True))
        logind.set_hint("LockedHint", True)
        watched.wait_for(Presence(True, True, True))
        logind.set_hint("LockedHint", False)
        upower.plug(on_battery=False)
        watched.wait_for(ANNOUNCED)
        assert watched.woke == 0
        assert watched.changes[-1] == ANNOUNCED, "a change is told after it can be seen"


def test_how_things_stand_at_the_start_is_known(bus: str, watched: Watched) -> None:
    with StubLogind(bus, idle=True), StubUPower(bus, on_battery=True):
        watched.start()
        watched.wait_for(Presence(True, True, True))


def test_waking_is_told_and_falling_asleep_is_not(bus: str, watched: Watched) -> None:
    with StubLogind(bus) as logind:
        watched.start()
        watched.wait_for(ANNOUNCED)
        for turn in range(1, 4):
            logind.sleep()
            logind.wake()
            wait_until(lambda turn=turn: watched.woke == turn, "it to wake")
        logind.set_hint("IdleHint", True)
        watched.wait_for(Presence(idle=True, announced=True))
        assert watched.woke == 3


def test_that_somebody_else_says_so_is_no_waking(bus: str, watched: Watched) -> None:
    with StubLogind(bus) as logind, BusPeer(bus, "org.example.Other") as other:
        watched.start()
        watched.wait_for(ANNOUNCED)
        other.emit(LOGIN_PATH, MANAGER, "PrepareForSleep", "b", False)
        for number in range(20):  # to it alone, which no match rule keeps away
            signal = new_signal(DBusAddress(LOGIN_PATH, interface=MANAGER), "PrepareForSleep", "b", (False,))
            signal.header.fields[HeaderFields.destination] = f":1.{number}"
            other._send(signal)
        logind.set_hint("IdleHint", True)
        watched.wait_for(Presence(idle=True, announced=True))
        logind.wake()
        wait_until(lambda: watched.woke, "it to wake")
        assert watched.woke == 1


def test_services_may_come_late_go_and_come_back(bus: str, watched: Watched, battery: Path) -> None:
    watched.start()
    for turn in range(1, 3):
        with StubLogind(bus, idle=True) as logind, StubUPower(bus, on_battery=True):
            watched.wait_for(Presence(True, True, True))
            logind.wake()
            wait_until(lambda turn=turn: watched.woke == turn, "it to wake")
        watched.wait_for(ORDINARY)
    (battery / "status").write_text("Discharging\n")
    assert watched.watch.now() == Presence(on_battery=True), "without UPower, the kernel is asked"


def test_a_service_that_is_killed_does_not_keep_it_waiting(bus: str, watched: Watched) -> None:
    with StubUPower(bus, on_battery=True):
        watched.start()
        logind = StubLogind(bus, idle=True)
        logind.start()
        watched.wait_for(Presence(True, True, True))
        logind.close()
        watched.wait_for(Presence(on_battery=True))


def test_before_systemd_243_the_session_is_found_by_its_name(
    bus: str, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_SESSION_ID", SESSION_ID)
    with StubLogind(bus, auto=False, idle=True):
        watched.start()
        watched.wait_for(Presence(idle=True, announced=True))


@pytest.mark.parametrize("identity", [None, "c999"])
def test_without_a_session_of_its_own_waking_is_told_all_the_same(
    bus: str, watched: Watched, monkeypatch: pytest.MonkeyPatch, identity: str | None
) -> None:
    if identity:
        monkeypatch.setenv("XDG_SESSION_ID", identity)
    with StubLogind(bus, auto=False, idle=True) as logind:
        watched.start()
        watched.wait_for(ANNOUNCED)
        logind.wake()
        wait_until(lambda: watched.woke, "it to wake")


def test_a_bus_that_goes_is_survived_silently(
    watched: Watched,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    with private_bus(tmp_path_factory.mktemp("bus")) as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        logind = StubLogind(address, idle=True)
        logind.start()
        watched.start()
        watched.wait_for(Presence(idle=True, announced=True))
    wait_until(lambda: not listening(), "the thread to end")
    logind.close()
    assert watched.watch.now() == ORDINARY
    assert watched.changes[-1] == ORDINARY
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


@pytest.mark.parametrize(
    "address", ["unix:path=/nowhere/at/all", "tcp:host=127.0.0.1,port=1", "nonsense", "unix:path=/dev/null"]
)
def test_no_bus_at_all_is_survived_silently(
    address: str,
    watched: Watched,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    watched.start()
    wait_until(lambda: not listening(), "the thread to end")
    assert watched.watch.now() == ORDINARY
    assert [record.levelname for record in caplog.records if record.name.startswith("tray.")] == ["INFO"]
    assert capfd.readouterr() == ("", "")


def test_one_that_is_stopped_before_it_could_begin_ends(bus: str, watched: Watched) -> None:
    watched.watch.stop()
    watched.start()
    wait_until(lambda: not listening(), "the thread to end")
    watched.watch.stop()
    assert watched.changes == []


def test_each_systems_watch_is_found_on_its_own_system() -> None:
    assert presence_watch().__module__ == {
        "linux": "tray.desktop.presence.linux",
        "win32": "tray.desktop.presence.windows",
        "darwin": "tray.desktop.presence.macos",
    }.get(sys.platform)
