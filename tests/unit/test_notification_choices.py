from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.services import Services
from tests.support.waiting import wait_until
from tray.fleet.choices.notification_choices import KindsFile
from tray.fleet.files import state_file
from tray.fleet.snapshot import Outcome
from tray.menu.entries import SEPARATOR, Entry
from tray.menu.layout import menu
from tray.model.commands import SetAutostart, SetNotifications, ShowNotebooks, ShowSettings
from tray.model.notification_kinds import NotificationKind
from tray.model.problems import TrayError
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.store import ProfileStore

DONE, FAILED = NotificationKind.DONE, NotificationKind.FAILED


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "notifications.json"


@pytest.fixture
def start(tmp_path: Path, path: Path) -> Callable[[], Services]:
    def started() -> Services:
        services = Services(ProfileStore(MemoryKeyring(), tmp_path / "lock"), choices_path=path)
        services.notifications.load()
        return services

    return started


def off(services: Services) -> set[NotificationKind]:
    return set(services.snapshot.notifications_off)


def test_a_choice_holds_at_once_and_lasts_from_one_run_to_the_next(start: Callable[[], Services], path: Path) -> None:
    first = start()
    assert off(first) == set()
    for kind, on in ((DONE, False), (FAILED, False), (DONE, True)):
        first.do(SetNotifications(kind, on))
    assert off(first) == {FAILED}
    wait_until(lambda: len(first.done()) == 3, "the choices to be stored")
    assert off(start()) == {FAILED}
    assert json.loads(path.read_text()) == {"off": ["failed"]}
    assert {each.name for each in path.parent.iterdir()} <= {path.name, "notifications.lock"}


def test_a_file_that_cannot_be_read_just_now_loses_no_choice(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = KindsFile(path)
    file.change(FAILED, on=False)

    def failing(path: Path, most_bytes: int) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(state_file, "read_beginning", failing)
    with pytest.raises(TrayError) as refused:
        file.change(DONE, on=False)
    assert refused.value.problem.code == "notifications-not-kept"
    monkeypatch.undo()
    assert file.load() == {FAILED}


@pytest.mark.only_on("linux", "darwin", reason="Windows keeps no modes")
def test_nobody_else_can_read_it(start: Callable[[], Services], path: Path) -> None:
    services = start()
    services.do(SetNotifications(DONE, on=False))
    wait_until(services.done, "the choice to be stored")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_kind_of_a_later_release_stays_off(start: Callable[[], Services], path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"off": ["reminder", "done", 7]}')
    services = start()
    assert off(services) == {DONE}
    services.do(SetNotifications(DONE, on=True))
    wait_until(services.done, "the choice to be stored")
    assert json.loads(path.read_text()) == {"off": ["reminder"]}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b'{"off": 1}', b'{"off": {"done": 1}}', b"\xff", b"[" * 4000, b"1" * 9000]
)
def test_with_a_file_that_cannot_be_used_all_kinds_are_on(
    start: Callable[[], Services], path: Path, content: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    services = start()
    assert off(services) == set()
    services.do(SetNotifications(DONE, on=False))
    wait_until(services.done, "the choice to be stored")
    assert off(start()) == {DONE}


def test_a_choice_that_cannot_be_stored_holds_and_is_told(start: Callable[[], Services], path: Path) -> None:
    path.parent.write_text("a file where the folder should be")
    services = start()
    services.do(SetNotifications(DONE, on=False))
    wait_until(lambda: services.told, "the failure")
    ((subject, problem),) = services.told
    assert (subject, problem.title) == ("Notifications", "Your choice can't be kept")
    assert (off(services), services.ended) == ({DONE}, [(SetNotifications(DONE, on=False), Outcome.FAILED)])


@pytest.mark.parametrize("inline", [False, True])
def test_the_menu_has_a_line_for_each_kind(start: Callable[[], Services], inline: bool) -> None:
    services = start()
    services.do(SetNotifications(DONE, on=False))
    services.state.starts_at_login.set(True)
    shown = menu(services.snapshot, services.now, inline=inline)
    entries = next(entry for entry in shown if entry.key == ("help" if inline else "notifications")).children
    if inline:
        # GNOME gives a list inside a list no height: the lines follow a heading.
        place = next(at for at, entry in enumerate(entries) if entry.key == "notifications")
        first = [entries[at].command for at in (0, 1, 3)]
        assert first == [ShowNotebooks(), ShowSettings(), SetAutostart(False)]
        assert (entries[place - 1], entries[place].label, entries[place].enabled) == (SEPARATOR, "Notifications", False)
        entries = entries[place + 1 :]
    entries = entries[: len(NotificationKind)]
    assert [(line.command, line.checked) for line in entries] == [
        (SetNotifications(kind, kind is DONE), kind is not DONE) for kind in NotificationKind
    ]
    assert all(line.children == () for line in entries)
    assert len({line.label for line in entries}) == len(NotificationKind)


def test_the_lines_are_read_as_they_are(start: Callable[[], Services]) -> None:
    shown = menu(start().snapshot, 0.0)
    lines: tuple[Entry, ...] = next(entry for entry in shown if entry.key == "notifications").children
    assert [line.label for line in lines if line is not SEPARATOR] == [
        "A notebook instance is ready",
        "Something that I chose failed",
        "A question before something is stopped",
        "A session in the browser that ends",
        "A stop that was planned",
        "A notebook instance that is left running",
        "Something that I chose is done",
        "Signing in",
        "Other problems",
        "Where the icon is",
        "Look whether anyone works there before a stop",
    ]
