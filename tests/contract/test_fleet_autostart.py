"""What the board shows of starting at login, over the autostart folder or the Run key of a person of the test's own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.autostart_systems import RegistrySystem, System, XdgSystem, command_of, recorder
from tests.support import registry
from tests.support.samples import failure
from tests.support.services import Services
from tests.support.waiting import wait_until
from tray.fleet.choices.login_start import FILE_NAME, LoginStart
from tray.fleet.snapshot import Notice
from tray.model.commands import SetAutostart
from tray.runtime.workers import Workers
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.store import ProfileStore


class Tray(Services):
    """Services over an autostart of the test's own. `asked` counts how often the system was."""

    def __init__(self, folder: Path, system: System, command: tuple[str, ...]) -> None:
        self.command = command
        self.asked = 0
        self.autostart = autostart = system.autostart(self._command)
        super().__init__(
            ProfileStore(MemoryKeyring(), folder / "lock"),
            starts=lambda: self._starts(),
            set_starts=lambda on: autostart.on() if on else autostart.off(),
        )

    def _command(self) -> tuple[str, ...]:
        if not self.command:
            raise failure("Can't be started at login", "It is in a temporary folder.", "Install it.")
        return self.command

    def _starts(self) -> bool:
        self.asked += 1
        assert self.gate.wait(30)
        return self.autostart.status().starts

    def shows(self, value: bool | None) -> None:
        wait_until(lambda: self.snapshot.starts_at_login is value, f"the board to show {value}")


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
    assert tray.snapshot.starts_at_login is None
    assert tray.asked == 0


def test_on_and_off(tray: Tray, system: System) -> None:
    tray.login_start.read()
    tray.shows(False)
    tray.do(SetAutostart(True))
    tray.shows(True)
    assert system.would_start() == tray.command
    tray.do(SetAutostart(False))
    tray.shows(False)
    assert system.would_start() is None
    assert tray.told == []


def test_what_was_changed_elsewhere_is_seen_when_it_is_asked_again(tray: Tray, system: System) -> None:
    tray.do(SetAutostart(True))
    tray.shows(True)
    system.switch_off()
    tray.login_start.read()
    tray.shows(False)
    tray.do(SetAutostart(True))
    tray.shows(True)


def test_a_refusal_is_told_and_the_truth_is_shown(tray: Tray) -> None:
    tray.command = ()
    tray.do(SetAutostart(True))
    tray.shows(False)
    assert [subject for subject, _ in tray.told] == ["Start at login"]
    assert tray.snapshot.tasks.notice == Notice(SetAutostart(True), tray.told[0][1])
    assert tray.told[0][1].remedy == "Install it."


@pytest.mark.only_on("linux", reason="a value in the registry is there whole, or not at all")
@pytest.mark.parametrize(
    "damage", [lambda entry: entry.mkdir(parents=True), lambda entry: entry.parent.symlink_to(entry.parent)]
)
def test_what_can_t_be_read_is_not_shown(tray: Tray, system: XdgSystem, damage: Callable[[Path], None]) -> None:
    tray.login_start.read()
    tray.shows(False)
    damage(system.file)
    tray.login_start.read()
    tray.shows(None)
    assert tray.told == [], "nobody has asked for it"


def test_menus_that_open_in_quick_succession_ask_once(tray: Tray) -> None:
    tray.gate.clear()
    for _ in range(50):
        tray.login_start.read()
    wait_until(lambda: tray.asked, "the first")
    for _ in range(50):
        tray.login_start.read()  # may be about a change that the first did not see
    tray.gate.set()
    tray.do(SetAutostart(True))
    tray.shows(True)
    assert tray.asked <= 3


class AtFirst:
    """The start at login as an administrator wants it at first."""

    def __init__(self, tray: Tray, path: Path) -> None:
        self.workers = Workers("autostart", 1)
        self.path = path
        self.start = LoginStart(
            tray.state.starts_at_login,
            tray.tasks,
            workers=self.workers,
            starts=lambda: tray.autostart.status().starts,
            set_starts=lambda on: tray.autostart.on() if on else tray.autostart.off(),
            kept=path.with_name,
        )

    def begin_as(self, default: bool | None) -> None:
        self.start.begin(default)
        self.workers.submit(lambda: None).result(30)


def test_an_administrators_default_holds_once_and_until_the_user_has_chosen(tray: Tray, tmp_path: Path) -> None:
    first = AtFirst(tray, tmp_path / FILE_NAME)
    for nothing in (None, False):
        first.begin_as(nothing)
        assert not tray.autostart.status().starts
        assert not first.path.exists()
    first.begin_as(True)
    assert tray.autostart.status().starts
    tray.shows(True)
    tray.autostart.off()
    AtFirst(tray, first.path).begin_as(True)
    assert not tray.autostart.status().starts, "the user has turned it off since"


def test_who_has_chosen_before_is_not_overruled(tray: Tray, tmp_path: Path) -> None:
    first = AtFirst(tray, tmp_path / FILE_NAME)
    first.start.set(SetAutostart(False))
    wait_until(first.path.exists, "the choice to be noted")
    first.begin_as(True)
    assert not tray.autostart.status().starts


@pytest.mark.parametrize("note", ["", "no JSON"])
def test_where_no_choice_can_be_noted_an_administrators_default_is_not_set(
    tray: Tray, tmp_path: Path, note: str
) -> None:
    folder = tmp_path / "state"
    if note:
        (folder / FILE_NAME).parent.mkdir()
        (folder / FILE_NAME).write_text(note)
    else:
        folder.write_text("a file in the folder's place")
    AtFirst(tray, folder / FILE_NAME).begin_as(True)
    assert not tray.autostart.status().starts
    assert tray.told == []


def test_a_default_that_cannot_be_set_is_tried_at_the_next_start(tray: Tray, tmp_path: Path) -> None:
    command, tray.command = tray.command, ()
    AtFirst(tray, tmp_path / FILE_NAME).begin_as(True)
    assert tray.told == []
    tray.command = command
    AtFirst(tray, tmp_path / FILE_NAME).begin_as(True)
    assert tray.autostart.status().starts
