"""When the program starts anew after an upgrade: what it looks at, and what it waits for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from tray.fleet.snapshot import Task, Tasks
from tray.fleet.state import State
from tray.fleet.upkeep.upgrade import UpgradeWatch
from tray.model.commands import Refresh
from tray.model.presence import Presence


@dataclass
class Files:
    """A copy of the program, whose files an installer replaces."""

    found: object = "older"
    version: str = "0.2.0"
    asked: int = 0
    started_from: object = field(default="older", init=False)

    def now(self) -> object:
        return self.found

    def installed_version(self) -> str:
        self.asked += 1
        return self.version


class World:
    """A clock, the snapshot, and the watch on them."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.files = Files()
        self.state = State()
        self.page_is_open = False
        self.begun: list[float] = []
        self.watch = UpgradeWatch(
            self.state,
            self.files,
            pages_open=lambda: self.page_is_open,
            start_anew=lambda _: self.begun.append(self.time),
            clock=lambda: self.time,
        )

    def passes(self, seconds: float, each: Callable[[], object] = lambda: None) -> None:
        """Let time pass, with what the agenda does meanwhile."""
        until = self.time + seconds
        while (due := self.watch.due_in(Presence())) + self.time <= until:
            assert due > 0 or self.time > 1000
            self.time += max(due, 0)
            each()
            self.watch.look()
        self.time = until


@pytest.fixture
def world() -> World:
    return World()


def test_nothing_begins_while_the_files_stay(world: World) -> None:
    world.passes(86_400)
    assert (world.begun, world.files.asked) == ([], 0)


def test_an_upgrade_is_followed_within_two_minutes_and_once(world: World) -> None:
    world.passes(600)
    world.files.found = "newer"
    world.passes(120)
    assert len(world.begun) == 1
    world.passes(600)
    assert len(world.begun) == 1


def test_an_installer_at_work_is_waited_for(world: World) -> None:
    steps = iter(range(100))

    def changes() -> None:
        world.files.found = f"half {next(steps)}"

    world.passes(300, changes)
    assert (world.begun, world.files.asked) == ([], 0)
    world.files.found = None  # removed, to be installed again
    world.passes(300)
    assert (world.begun, world.files.asked) == ([], 0)
    world.files.found = "newer"
    world.passes(120)
    assert len(world.begun) == 1


def test_what_does_not_run_is_not_started(world: World) -> None:
    world.files.found, world.files.version = "broken", ""
    world.passes(3600)
    assert world.begun == []
    assert 30 <= world.files.asked <= 60
    world.files.found, world.files.version = "mended", "0.2.1"
    world.passes(130)
    assert len(world.begun) == 1


def test_files_that_come_back_are_no_upgrade(world: World) -> None:
    world.files.found = "newer"
    world.passes(60)
    world.files.found = "older"
    world.passes(3600)
    assert world.begun == []


def test_the_user_is_not_interrupted(world: World) -> None:
    world.files.found = "newer"
    world.state.tasks.set(Tasks((Task(Refresh(), 0.0),)))
    world.passes(7200)
    assert world.begun == [], "what the user has asked for is finished, however long it takes"
    world.state.tasks.set(Tasks())
    world.watch.menu_opened()
    world.passes(55)
    assert world.begun == [], "the menu may be open"
    world.passes(10)
    assert len(world.begun) == 1


def test_a_page_is_waited_for_but_not_for_ever(world: World) -> None:
    world.page_is_open = True
    world.files.found = "newer"
    world.passes(3600)
    assert world.begun == []
    world.passes(200)
    assert len(world.begun) == 1


def test_without_files_nothing_is_ever_due() -> None:
    watch: UpgradeWatch[Files] = UpgradeWatch(State(), None, pages_open=bool, start_anew=lambda _: None)
    assert watch.due_in(replace(Presence())) == float("inf")
