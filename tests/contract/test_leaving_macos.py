"""The end of the session on macOS, on a stand-in for AppKit: announced, and never held up here."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.appkit import run_loop, stand_in
from tray.desktop.leaving import macos
from tray.desktop.leaving.session_macos import session_id

if TYPE_CHECKING:
    from tray.desktop.leaving.macos import MacLeaving

# A real Mac has the real AppKit, which is not to be shadowed, and Windows has no pthread_sigmask for the stand-in.
pytestmark = pytest.mark.only_on("linux")


class Mac:
    """A Mac that is about to end its session, and what a watch has told."""

    def __init__(self) -> None:
        kit: Any = importlib.import_module("AppKit")
        foundation: Any = importlib.import_module("Foundation")
        self.asked = self.left = 0
        self.center = kit.NSWorkspace.sharedWorkspace().notificationCenter()
        self.process = foundation.NSProcessInfo.processInfo()
        self.watch: MacLeaving = macos.MacLeaving(self._asked, self._leaving)

    def announce(self, name: str) -> None:
        self.center._post(name)

    def _asked(self) -> None:
        self.asked += 1

    def _leaving(self) -> None:
        self.left += 1


@pytest.fixture
def mac() -> Iterator[Mac]:
    with stand_in():
        run_loop.current.become_main()
        yield Mac()


def test_a_logout_is_announced_to_one_who_holds(mac: Mac, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(macos, "steady_seconds", lambda: now)
    mac.watch.hold("Stopping")
    mac.watch.hold("Stopping")
    assert not mac.watch.is_ending()
    mac.announce("NSWorkspaceWillPowerOffNotification")
    assert (mac.asked, mac.left) == (1, 0)
    assert mac.watch.is_ending()
    now += macos.ANNOUNCED_SECONDS
    assert not mac.watch.is_ending(), "the user has stayed"


def test_a_program_with_something_to_do_is_not_killed_suddenly(mac: Mac) -> None:
    mac.watch.release()
    assert mac.process.kept_alive == 0
    mac.watch.hold("Stopping")
    mac.watch.hold("Stopping")
    assert mac.process.kept_alive == 1
    mac.watch.release()
    mac.watch.release()
    assert mac.process.kept_alive == 0


def test_one_who_doesnt_hold_hears_nothing(mac: Mac) -> None:
    mac.announce("NSWorkspaceWillPowerOffNotification")
    mac.watch.hold("Stopping")
    mac.watch.release()
    mac.announce("NSWorkspaceWillPowerOffNotification")
    assert mac.asked == 0
    assert not mac.watch.is_ending()


def test_a_sleep_is_no_leaving(mac: Mac) -> None:
    mac.watch.hold("Stopping")
    mac.announce("NSWorkspaceWillSleepNotification")
    assert mac.asked == 0
    assert not mac.watch.is_ending()


def test_without_appkit_nothing_is_said_and_nothing_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "AppKit", None)
    watch = macos.MacLeaving(lambda: None, lambda: None)
    watch.hold("Stopping")
    assert not watch.is_ending()
    watch.release()


def test_without_macos_frameworks_a_session_has_no_name() -> None:
    assert session_id() == ""
