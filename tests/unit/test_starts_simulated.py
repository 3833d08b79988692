"""Two hundred simulated starts: slow ones, failures, sleeps, kills of the tray, lost networks and changed clocks."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.samples import NOW, notebook
from tray.fleet.power.start_notes import StartNotes
from tray.fleet.power.start_times import StartTimes
from tray.fleet.power.starting import FRESH_SECONDS, Starting
from tray.fleet.schedule import follow, follow_seconds
from tray.fleet.snapshot import Listing, Notebook, Outcome, Profile, ScopeState, Task
from tray.fleet.state import State
from tray.fleet.tasks import TaskRunner
from tray.model.commands import OpenNotebook, StartNotebook
from tray.model.lengths import View
from tray.model.power import Details, Start
from tray.model.presence import Presence
from tray.model.problems import Problem

AT_ONCE = 4


class Inline:
    """Workers that do each job before they return, so that a simulation is the same every time."""

    def start(self, job: Any) -> None:
        job()

    def submit(self, job: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(job())
        return future


@dataclass
class Instance:
    """A notebook instance at AWS: what becomes of its start, and when, by the world's own clock."""

    name: str
    status: str = "Stopped"
    ends_at: float = 0.0
    fails: bool = False
    started: int = 0


@dataclass
class World:
    """AWS, the user and the time. `clock` is what the computer's clock says, which may be changed."""

    dice: random.Random
    folder: Path
    now: float = NOW
    shift: float = 0.0
    online: bool = True
    idle: bool = False
    instances: dict[str, Instance] = field(default_factory=dict)
    opened: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    stuck: Counter[str] = field(default_factory=Counter)
    lag: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now + self.shift

    def settle(self) -> None:
        for each in self.instances.values():
            if each.status == "Pending" and self.now >= each.ends_at:
                each.status = "Failed" if each.fails else "InService"

    def start(self, seen: Notebook) -> None:
        each = self.instances[seen.name]
        assert each.status in ("Stopped", "Failed")
        each.status, each.started = "Pending", each.started + 1
        each.ends_at = self.now + self.dice.uniform(60, 330)
        each.fails = self.dice.random() < 0.15


class Run:
    """One run of the tray."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.state = state = State()
        self.published_at = world.clock()
        self.alive = True
        workers: Any = Inline()
        tasks = TaskRunner(state.tasks, self._ended, world.clock)
        cloud: Any = self
        refresher: Any = self
        opener: Any = self
        self.starting = Starting(
            state,
            tasks,
            cloud,
            refresher,
            opener,
            workers=workers,
            waiters=workers,
            notes=StartNotes(world.folder / "starts.json"),
            times=StartTimes(world.folder / "start-times.json"),
            wait_for_jupyter=lambda *_: None,
            presence=lambda: Presence(idle=world.idle),
            tell_ready=self._ready,
            tell_stuck=lambda start, _: world.stuck.update([start.command.arn]),
            clock=world.clock,
        )
        state.listen(self.starting.follow)
        self.publish()
        self.starting.resume()

    # What the service asks of the others.

    def start(self, seen: Notebook) -> None:
        self.world.start(seen)

    def describe(self, seen: Notebook) -> Details:
        return Details(failure_reason=f"{seen.name}: Insufficient capacity.")

    def list_now(self, _scope: object) -> None:
        # As AWS may: the list that follows a start at once still has the status before it.
        if self.world.dice.random() < 0.5:
            self.publish()

    def open(self, command: OpenNotebook) -> None:
        assert not self.world.idle, "a window comes up while nobody is there"
        each = self.world.instances[command.arn.rpartition("/")[2]]
        self.world.opened[command.arn] += 1
        self.world.lag.append(self.world.now - each.ends_at)

    def publish(self) -> None:
        """List everything, as the refresher does."""
        if not self.world.online or not self.alive:
            return
        self.world.settle()
        self.published_at = self.world.clock()
        seen = tuple(notebook(each.name, each.status) for each in self.world.instances.values())
        scope = seen[0].scope
        profiles = (Profile(scope.profile, scope.profile),)
        self.state.listing.set(Listing(profiles=profiles, scopes=(ScopeState(scope, seen, self.published_at),)))

    def _ended(self, task: Task, outcome: Outcome, problem: Problem | None) -> None:
        if problem is not None and isinstance(task.command, StartNotebook):
            assert outcome is Outcome.FAILED
            self.world.told[task.command.arn] += 1

    def _ready(self, start: Start) -> None:
        self.world.told[start.command.arn] += 1


@pytest.mark.parametrize("seed", range(10))
def test_each_start_is_opened_once_or_told_why(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    world = World(dice, tmp_path)
    world.instances = {f"n{at}": Instance(f"n{at}", "Failed" if at % 3 else "Stopped") for at in range(20)}
    left, run = list(world.instances), Run(world)
    transitions: Any = {}
    while left or run.state.snapshot.starts:
        while left and len(run.state.snapshot.starts) < AT_ONCE and world.online:
            seen = run.state.snapshot.listing.seen(notebook(left[0]).arn)[0]
            opens = OpenNotebook("research", seen.arn, View.LAB, 3600)
            run.starting.start(StartNotebook("research", seen.arn, opens))
            left.pop(0)
        transitions = follow(transitions, run.state.snapshot.listing.notebooks, world.clock())
        seconds = min(follow_seconds(transitions, Presence(idle=world.idle), world.clock()), 300.0)
        world.now += seconds
        match dice.random():
            case chance if chance < 0.02:
                world.now += dice.uniform(60, 3000)  # the computer sleeps
            case chance if chance < 0.04:
                run.alive = False
                run = Run(world)  # killed, and started again
            case chance if chance < 0.06:
                # The clock is set: by an exchange of times, by hand, or to another day.
                world.shift += dice.choice((dice.uniform(-90, 90), -7200, 7200, -2 * 86400, 4 * 3600))
            case chance if chance < 0.10:
                world.online = not world.online
            case chance if chance < 0.13:
                world.idle = not world.idle
            case chance if chance < 0.15:
                world.online = True
        run.publish()
        assert world.now < NOW + 10 * 86400, "it never ends"
    for name, instance in world.instances.items():
        arn = notebook(name).arn
        assert instance.started == 1, name
        assert world.opened[arn] + world.told[arn] == 1, (name, world.opened[arn], world.told[arn])
        assert not (instance.fails and world.opened[arn])


def test_what_runs_undisturbed_is_opened_within_one_poll(tmp_path: Path) -> None:
    world = World(random.Random(1), tmp_path)
    world.instances = {f"n{at}": Instance(f"n{at}") for at in range(50)}
    run = Run(world)
    for name in world.instances:
        seen = run.state.snapshot.listing.seen(notebook(name).arn)[0]
        run.starting.start(StartNotebook("research", seen.arn, OpenNotebook("research", seen.arn, View.LAB, 3600)))
        transitions: Any = {}
        while run.state.snapshot.starts:
            transitions = follow(transitions, run.state.snapshot.listing.notebooks, world.clock())
            seconds = follow_seconds(transitions, Presence(), world.clock())
            world.now += seconds if seconds < FRESH_SECONDS else 5.0
            run.publish()
    fails = sum(instance.fails for instance in world.instances.values())
    assert sum(world.opened.values()) == 50 - fails
    assert max(world.lag) <= 20


@pytest.mark.parametrize("seed", range(5))
def test_after_five_starts_the_time_is_known_within_a_quarter(tmp_path: Path, seed: int) -> None:
    """Starts of one notebook instance differ by a tenth or so; the tray sees their ends within a poll."""
    dice = random.Random(seed)
    world = World(dice, tmp_path)
    usual = dice.uniform(90, 300)
    world.instances = {"n": Instance("n")}
    run = Run(world)
    arn = notebook("n").arn
    for number in range(6):
        seen = run.state.snapshot.listing.seen(arn)[0]
        run.starting.start(StartNotebook("research", arn, OpenNotebook("research", arn, View.LAB, 3600)))
        each = world.instances["n"]
        each.ends_at, each.fails = world.now + usual * dice.uniform(0.9, 1.1), False
        (start,) = run.state.snapshot.starts
        if number == 5:
            assert start.expected_seconds == pytest.approx(each.ends_at - world.now, rel=0.25)
        while run.state.snapshot.starts:
            world.now += 5
            run.publish()
        assert seen.arn == arn
        each.status = "Stopped"
        world.now += 600
        run = Run(world)  # the next day: what was learnt is kept


def test_the_world_of_these_tests_would_show_a_start_that_is_lost(tmp_path: Path) -> None:
    world = World(random.Random(3), tmp_path)
    world.instances = {"n": Instance("n")}
    run = Run(world)
    arn = notebook("n").arn
    run.starting.start(StartNotebook("research", arn, OpenNotebook("research", arn, View.LAB, 3600)))
    (tmp_path / "starts.json").unlink()
    run.alive = False
    again = Run(world)
    world.instances["n"] = replace(world.instances["n"], ends_at=world.now)
    again.publish()
    assert world.opened[arn] == 0
