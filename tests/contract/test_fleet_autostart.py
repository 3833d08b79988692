"""What the board shows of starting at login, over the autostart folder or the Run key of a person of the test's own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.contract.autostart_systems import RegistrySystem, System, XdgSystem, command_of, recorder
from tests.support import registry
from tests.support.waiting import wait_until
from tray.aws.cloud import Cloud
from tray.errors import TrayError
from tray.fleet.actions import Actions
from tray.fleet.board import Board
from tray.fleet.refresh import Refresher
from tray.fleet.values import Notice
from tray.profiles.memory import MemoryKeyring
from tray.profiles.store import ProfileStore
from tray.workers import Workers


@dataclass
class Tray:
    """The board and the actions, with what they tell recorded. `asked` counts how often the system was."""

    folder: Path
    system: System
    command: tuple[str, ...]
    told: list[Notice] = field(default_factory=list)
    asked: int = 0
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()
        self.autostart = self.system.autostart(self._command)
        self.board = Board()
        store, cloud = ProfileStore(MemoryKeyring(), self.folder / "lock"), Cloud()
        self.actions = Actions(
            self.board,
            store,
            cloud,
            Refresher(self.board, store, cloud, aws=Workers("aws", 1)),
            opening=Workers("opening", 1),
            hand_off=lambda _url, _activation: None,
            copy=lambda _: None,
            on_failure=self.told.append,
            on_copied=lambda _: None,
            starts_at_login=self._starts,
            set_autostart=lambda on: self.autostart.on() if on else self.autostart.off(),
        )

    def _command(self) -> tuple[str, ...]:
        if not self.command:
            raise TrayError("Can't be started at login", "It is in a temporary folder.", "Install it.")
        return self.command

    def _starts(self) -> bool:
        self.asked += 1
        assert self.gate.wait(30)
        return self.autostart.status().starts

    def shows(self, value: bool | None) -> None:
        wait_until(lambda: self.board.snapshot.starts_at_login is value, f"the board to show {value}")


@pytest.fixture
def system(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[System]:
    if sys.platform == "win32":
        with registry.private_registry():
            yield RegistrySystem()
    else:
        monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "etc"))
        yield XdgSystem(home)


@pytest.fixture
def tray(system: System, tmp_path: Path) -> Tray:
    return Tray(tmp_path, system, command_of(recorder(tmp_path / "programs")))


pytestmark = pytest.mark.only_on("linux", "win32", reason="a Mac's launchctl is the person's own")


def test_it_is_not_known_before_it_is_asked_for(tray: Tray) -> None:
    assert tray.board.snapshot.starts_at_login is None
    assert tray.asked == 0


def test_on_and_off(tray: Tray, system: System) -> None:
    tray.actions.read_autostart()
    tray.shows(False)
    tray.actions.set_autostart(True)
    tray.shows(True)
    assert system.would_start() == tray.command
    tray.actions.set_autostart(False)
    tray.shows(False)
    assert system.would_start() is None
    assert tray.told == []


def test_what_was_changed_elsewhere_is_seen_when_it_is_asked_again(tray: Tray, system: System) -> None:
    tray.actions.set_autostart(True)
    tray.shows(True)
    system.switch_off()
    tray.actions.read_autostart()
    tray.shows(False)
    tray.actions.set_autostart(True)
    tray.shows(True)


def test_a_refusal_is_told_and_the_truth_is_shown(tray: Tray) -> None:
    tray.command = ()
    tray.actions.set_autostart(True)
    tray.shows(False)
    assert [notice.subject for notice in tray.told] == ["Start at login"]
    assert tray.board.snapshot.notice == tray.told[0]
    assert tray.told[0].problem.remedy == "Install it."


@pytest.mark.only_on("linux", reason="a value in the registry is there whole, or not at all")
@pytest.mark.parametrize(
    "damage", [lambda entry: entry.mkdir(parents=True), lambda entry: entry.parent.symlink_to(entry.parent)]
)
def test_what_can_t_be_read_is_not_shown(tray: Tray, system: XdgSystem, damage: Callable[[Path], None]) -> None:
    tray.actions.read_autostart()
    tray.shows(False)
    damage(system.file)
    tray.actions.read_autostart()
    tray.shows(None)
    assert tray.told == [], "nobody has asked for it"


def test_menus_that_open_in_quick_succession_ask_once(tray: Tray) -> None:
    tray.gate.clear()
    for _ in range(50):
        tray.actions.read_autostart()
    wait_until(lambda: tray.asked, "the first")
    for _ in range(50):
        tray.actions.read_autostart()  # may be about a change that the first did not see
    tray.gate.set()
    tray.actions.set_autostart(True)
    tray.shows(True)
    assert tray.asked <= 3
