"""What the real hosts ask of an icon, held against what the replayed ones of `host_habits.py` do in the same places."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.desktop import missing_programs, virtual_desktop
from tests.support.desktops.overheard import Heard, Overheard, overheard
from tests.support.desktops.user import LEFT, User
from tests.support.host_habits import CINNAMON, GNOME, LXQT, MATE, PLASMA, PLASMA_WAYLAND, XFCE, Habits, ReplayedHost
from tests.support.menu_client import menu_client
from tests.support.private_bus import private_bus
from tests.support.running_icon import running
from tests.support.sample_icon import Sample
from tests.support.screen import Screen, screen_of
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from tests.support.desktops.base import RealDesktop
    from tray.desktop.icon.artwork import Artwork

ROWS = {
    "gnome-x11": GNOME,
    "gnome-wayland": GNOME,
    "plasma-x11": PLASMA,
    "plasma-wayland": PLASMA_WAYLAND,
    "mate": MATE,
    "lxqt": LXQT,
    "cinnamon": CINNAMON,
}
_READING = ("GetLayout", "GetGroupProperties")


class Hand(ABC):
    """Who sits before a host, and has it do these things."""

    @abstractmethod
    def left_click(self) -> None:
        """Click the icon, and close what opens."""

    @abstractmethod
    def open(self) -> None:
        """Open the menu."""

    @abstractmethod
    def open_submenu(self) -> None:
        """Open `forecast`."""

    @abstractmethod
    def choose(self) -> None:
        """Choose its `Copy link`."""

    def changed(self) -> None:
        """Take in that the menu, which is closed, has changed."""
        return


class _User(Hand):
    def __init__(self, user: User, artwork: Artwork, habits: Habits) -> None:
        self._user, self._habits = user, habits
        self._icon = user.wait_for_icon(artwork)

    def left_click(self) -> None:
        self._user.click(self._icon, LEFT)
        if self._habits.left_opens:
            self._user.wait_for_menu()
            self._user.close_menus()

    def open(self) -> None:
        self._user.open_menu(self._icon)

    def open_submenu(self) -> None:
        self._user.open_submenu("forecast")

    def choose(self) -> None:
        self._user.choose("forecast", "Copy link")


class _Screen(Hand):
    """Before xfce4-panel, which is not asked by AT-SPI."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        screen.tray_icon()

    def left_click(self) -> None:
        self._screen.open_tray_menu()
        self._screen.close_menus()

    def open(self) -> None:
        self._menu = self._screen.open_tray_menu()

    def open_submenu(self) -> None:
        self._menu = self._screen.open_submenu(self._menu, 0)

    def choose(self) -> None:
        self._screen.choose(self._menu, 1)


class _Replayed(Hand):
    def __init__(self, host: ReplayedHost) -> None:
        self._host = host
        host.follow()

    def left_click(self) -> None:
        if self._host.left_click():
            self._host.close()

    def open(self) -> None:
        self._host.open()

    def open_submenu(self) -> None:
        self._host.open("forecast")

    def choose(self) -> None:
        self._host.click("forecast", "Copy link")

    def changed(self) -> None:
        self._host.follow()


def test_the_host_asks_what_its_row_says(
    desktop: RealDesktop,
    sample: Sample,
    user: User,
    artwork: Artwork,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    habits = ROWS[desktop.name]
    with overheard(desktop.bus_address) as heard, running(sample.icon):
        _compare(heard, lambda: _User(user, artwork, habits), sample, _replay(habits, tmp_path, monkeypatch))
    user.wait_for_no_icon(artwork)


def test_xfces_panel_asks_what_its_row_says(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing := missing_programs(keyring=False, browser=False):
        pytest.skip(reason=f"not installed: {', '.join(missing)}")
    replayed = _replay(XFCE, tmp_path, monkeypatch)
    with ExitStack() as stack:
        desktop = stack.enter_context(virtual_desktop(tmp_path_factory.mktemp("x"), keyring=False, browser=False))
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.bus_address)
        screen = stack.enter_context(screen_of(desktop.env))
        heard = stack.enter_context(overheard(desktop.bus_address))
        sample = Sample()
        stack.enter_context(running(sample.icon))
        _compare(heard, lambda: _Screen(screen), sample, replayed)


def _compare(heard: Overheard, hand: Callable[[], Hand], sample: Sample, expected: list[list[str]]) -> None:
    """Do the same before the host as before the replayed one; each step has to have it ask the same."""
    wanted = iter(expected)
    for step in _steps(hand, sample):
        asked = next(wanted)
        wait_until(
            lambda step=step, asked=asked: step(heard) == asked,
            lambda step=step, asked=asked: f"the host to ask {asked}; it asked {step(heard)}",
            seconds=10.0,
        )
        heard.forget()


def _replay(habits: Habits, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return what the replayed host asks in each step."""
    with ExitStack() as stack:
        bus = stack.enter_context(private_bus(folder / "replay"))
        within = stack.enter_context(pytest.MonkeyPatch.context())
        within.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
        watcher = stack.enter_context(StubWatcher(bus, more_names=habits.bus_names))
        heard = stack.enter_context(overheard(bus))
        sample = Sample()
        stack.enter_context(running(sample.icon))
        watcher.wait_for_item()
        client = stack.enter_context(menu_client(bus))
        asked = []
        for step in _steps(lambda: _Replayed(ReplayedHost(client, habits)), sample):
            asked.append(step(heard))
            heard.forget()
        return asked


def _steps(hand: Callable[[], Hand], sample: Sample) -> Iterator[Callable[[Overheard], list[str]]]:
    """Have everything done in turn; give for each how what was heard is told."""
    before = hand()
    yield _read
    before.left_click()
    yield _told
    before.open()
    yield _told
    before.open_submenu()
    yield _told
    before.choose()
    wait_until(lambda: sample.calls == ["forecast link"], "the choice")
    yield _told
    _change(sample, lambda: setattr(sample, "stopped", ["old_model", "new_model"]))
    before.changed()
    yield _read
    _change(sample, lambda: setattr(sample, "lengths", ("30 min", "1 h", "2 h")))
    before.changed()
    yield _read


def _change(sample: Sample, change: Callable[[], None]) -> None:
    change()
    evaluations = sample.evaluations
    sample.icon.update_menu()
    wait_until(lambda: sample.evaluations > evaluations, "the menu's evaluation")


def _read(heard: Overheard) -> list[str]:
    """Return what was read, in no order that matters, and each once: a signal may have had it read anew."""
    return sorted({told for each in heard.all() if each.member in _READING for told in _tell(each)})


def _told(heard: Overheard) -> list[str]:
    """Return what was called in a step in which nothing has to be read."""
    return [told for each in heard.all() for told in _tell(each)]


def _tell(heard: Heard) -> Iterator[str]:
    values = heard.values
    match heard.member:
        case "GetLayout":
            yield f"GetLayout of {values[0]}, {values[1]} levels: {', '.join(values[2])}"
        case "GetGroupProperties":
            yield f"GetGroupProperties of {sorted(values[0])}"
        case "AboutToShow" | "Activate":
            yield heard.member if heard.member == "Activate" else f"AboutToShow of {values[0]}"
        case "AboutToShowGroup":
            yield f"AboutToShowGroup of {values[0]}"
        case "Event" if values[1] != "closed":
            yield f"{values[1]} {values[0]}"
        case "EventGroup":
            yield from (f"{kind} {identity} in a group" for identity, kind, _data, _time in values[0])
        case "ProvideXdgActivationToken" if values[0]:
            yield "a token"
