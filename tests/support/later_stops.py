"""A computer on which the tray stops notebook instances as planned: its clocks, its sleep, and what AWS says.

AWS and Jupyter are stand-ins that keep the time that passes; everything else is the program's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from tests.support.samples import notebook
from tests.support.waiting import wait_until
from tray.fleet.opening.sessions import SessionEnds
from tray.fleet.planned_stops.leaving import Leaving
from tray.fleet.planned_stops.plans import StopPlans
from tray.fleet.planned_stops.plans_file import FILE_NAME, StopPlansFile
from tray.fleet.power.stopping import Stopping
from tray.fleet.snapshot import Listing, Notebook, Phase, Profile, ScopeState
from tray.fleet.state import State
from tray.fleet.tasks import TaskRunner
from tray.fleet.telling.notifier import Notifier
from tray.model.activity import Activity, Reason
from tray.model.commands import CancelStopPlan, Command, KeepRunningOnce, PlanStop, StopEvenIfBusy
from tray.model.lengths import View
from tray.model.notification import Notification
from tray.model.notification_kinds import NotificationKind
from tray.model.open_sessions import begun
from tray.model.power import Details
from tray.model.presence import Presence
from tray.model.problems import Problem, TrayError
from tray.model.stop_plans import StopPlan, Trigger
from tray.runtime.workers import Workers
from tray.wiring.telling import Telling

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
START = 1_800_014_400.0  # Friday 15 January 2027, 12:00 UTC
NEW, RETIRED = "notebook-al2023-v2", "notebook-al2-v2"


class Later(Workers):
    """Does what it is given when the test says so, in order."""

    def __init__(self) -> None:
        super().__init__("later", 1)
        self.jobs: list[Callable[[], object]] = []

    def start(self, job: Callable[[], object]) -> None:
        self.jobs.append(job)

    def run(self) -> bool:
        ran = bool(self.jobs)
        while self.jobs:
            self.jobs.pop(0)()
        return ran


class KilledError(BaseException):
    """The tray is killed at this moment."""


@dataclass
class Screen:
    """What is shown, and what was: with the true time, which no clock shows."""

    now: Callable[[], float]
    there: bool = True
    shown: dict[str, Notification] = field(default_factory=dict)
    history: list[tuple[float, Notification]] = field(default_factory=list)

    def show(self, notification: Notification) -> None:
        self.history.append((self.now(), notification))
        if self.there:
            self.shown[notification.about] = notification

    def withdraw(self, about: str) -> None:
        self.shown.pop(about, None)

    def titles(self) -> list[str]:
        return [each.title for _, each in self.history]


@dataclass
class Machine:
    """A notebook instance as it is in AWS. Times are true ones."""

    status: str = "InService"
    changed: float = START - DAY
    created: float = START - 30 * DAY
    platform: str | None = NEW
    busy: bool = False
    worked: float | None = START - HOUR
    unknown: Reason | None = None
    terminals: int = 0
    on_screen: bool = False


class Aws:
    """What the tray asks AWS and Jupyter for."""

    def __init__(self, now: Callable[[], float], machines: dict[str, Machine]) -> None:
        self.now = now
        self.machines = machines
        self.stops: list[tuple[float, str]] = []
        self.looks: list[tuple[float, str]] = []
        self.described: list[str] = []
        self.refuses: TrayError | None = None
        self.at_stop: Callable[[str], object] = lambda _: None
        self.at_describe: Callable[[str], object] = lambda _: None

    def stop(self, it: Notebook) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.stops.append((self.now(), it.name))
        self.at_stop(it.name)
        machine = self.machines[it.name]
        if machine.status != "InService":
            places: dict[str, Any] = {"name": it.name, "region": "eu-west-1", "profile": "research"}
            raise TrayError("cannot-stop-now", state=machine.status, **places)
        machine.status, machine.changed = "Stopped", self.now()

    def describe(self, it: Notebook) -> Details:
        self.described.append(it.name)
        self.at_describe(it.name)
        platform = self.machines[it.name].platform
        if platform is None:
            raise TrayError("access-denied")
        return Details(platform)

    def look(self, it: Notebook) -> Activity:
        self.looks.append((self.now(), it.name))
        machine = self.machines[it.name]
        if machine.unknown is not None:
            return Activity(unknown=machine.unknown)
        at = datetime.fromtimestamp(self.now(), UTC)
        if machine.busy:
            return Activity(at, busy=1, busy_since=at, last_sign=at)
        sign = datetime.fromtimestamp(machine.worked, UTC) if machine.worked is not None else None
        return Activity(at, last_sign=sign, terminals=machine.terminals, open_on_screen=machine.on_screen)


class Session:
    """The end of a session as no system tells it: a test does."""

    def __init__(self, *_told: object) -> None:
        self.held = ""

    def hold(self, words: str) -> None:
        self.held = words

    def release(self) -> None:
        self.held = ""

    def is_ending(self) -> bool:
        return False


class Computer:
    """A computer on which the tray runs: `true` is the time that passes, by which AWS goes, too."""

    def __init__(self, folder: Path, names: Iterable[str] = ("a", "b", "c"), profile: Profile | None = None) -> None:
        self.true = START
        self.ahead = 0.0
        self.folder = folder
        self.path = folder / FILE_NAME
        self.screen = Screen(lambda: self.true)
        self.machines = {name: Machine() for name in names}
        self.aws = Aws(lambda: self.true, self.machines)
        self.profile = profile or Profile("research", "research")
        self.problem: Problem | None = None
        self.looks_off = False
        self.wakes = 0
        self.off: frozenset[NotificationKind] = frozenset()
        self.failures: list[tuple[Command, Problem]] = []
        self.started = 0
        self.start_tray()

    @property
    def wall(self) -> float:
        return self.true + self.ahead

    def start_tray(self) -> None:
        """Start it, again after it was killed: what it knew is in its files alone."""
        self.started += 1
        self.state = State()
        self.workers, self.lookers = Later(), Later()
        self.notifier = Notifier(
            lambda: self.off, show=self.screen.show, withdraw=self.screen.withdraw, clock=lambda: self.true
        )
        self.telling = Telling(self.notifier, self.state, quiet_once=False)
        self.tasks = TaskRunner(self.state.tasks, self._ended)
        stand_in = cast("Any", self.aws)
        self.stopping = Stopping(
            self.state,
            self.tasks,
            stand_in,
            cast("Any", self),
            workers=self.workers,
            lookers=self.lookers,
            look=self.aws.look,
            describe=self.aws.describe,
            tell_asked=lambda _: None,
            on_stop=lambda _: None,
            clock=lambda: self.wall,
        )
        self.plans = StopPlans(
            self.state,
            self.tasks,
            self.stopping,
            workers=self.workers,
            lookers=self.lookers,
            path=self.path,
            tell=self.telling,
            look=lambda: None,
            clock=lambda: self.wall,
            steady=lambda: self.true - START + 500,
        )
        self.sessions = SessionEnds(
            self.state,
            workers=self.workers,
            path=self.folder / "sessions.json",
            tell=self.telling,
            look=lambda: None,
            clock=lambda: self.wall,
            steady=lambda: self.true - START + 500,
        )
        self.leaving = Leaving(
            self.state,
            self.stopping,
            workers=Workers("leaving", 4),
            stoppers=Workers("last stops", 8),
            lookers=Workers("last looks", 8),
            path=self.folder / "leaving.json",
            make_watch=cast("Any", Session),
            session_id=lambda: str(self.started),
            carry_out=self.stopping.carry_out,
            tell=self.telling.left,
            look=lambda: None,
            clock=lambda: self.wall,
            steady=lambda: self.true - START + 500,
        )
        self.state.looks_off.set(self.looks_off)
        self.state.listen(self.sessions.follow)
        self.state.listen(self.plans.follow)
        self.state.listen(self.leaving.follow)
        self.leaving.load()
        wait_until(lambda: self.leaving._left is not None, "what was not stopped")
        self.sessions.load()
        self.plans.load()
        self.run()
        self.screen.shown.clear()

    def _ended(self, task: Any, _outcome: object, problem: Problem | None) -> None:
        if problem is not None:
            self.failures.append((task.command, problem))

    def list_now(self, _scope: object) -> None:
        """Be the refresher: the list that follows a stop is made by the test."""

    def run(self) -> None:
        """Have the workers do what waits."""
        while self.workers.run() or self.lookers.run():
            pass

    # What the user does.

    def do(self, command: PlanStop | CancelStopPlan | KeepRunningOnce | StopEvenIfBusy) -> None:
        match command:
            case PlanStop():
                self.plans.plan(command)
            case CancelStopPlan():
                self.plans.cancel(command)
            case KeepRunningOnce():
                self.plans.keep_running(command)
            case StopEvenIfBusy():
                self.plans.even_if_busy(command)
        self.run()

    def plan_at(self, name: str, seconds: float, *, even_if_busy: bool = False) -> None:
        """Plan a stop in so many seconds."""
        at = self.wall + seconds
        self.do(PlanStop("research", notebook(name).arn, Trigger.AT, at, even_if_busy=even_if_busy))

    def plan_idle(self, name: str, minutes: int = 60) -> None:
        self.do(PlanStop("research", notebook(name).arn, Trigger.IDLE, idle_minutes=minutes))

    def leave(self) -> None:
        """Log out: wait until what is to be stopped is, or not."""
        self.leaving.leave()
        self.leaving.finish(by_user=True)

    def plan_leaving(self, name: str, *, even_if_busy: bool = False) -> None:
        self.do(PlanStop("research", notebook(name).arn, Trigger.LEAVING, even_if_busy=even_if_busy))

    def cancel(self, name: str, trigger: Trigger = Trigger.AT) -> None:
        self.do(CancelStopPlan(notebook(name).arn, trigger))

    def open(self, name: str, seconds: int = 14400) -> None:
        arn = notebook(name).arn
        self.sessions.begin(begun("research", arn, View.LAB, seconds, since=self.wall, signed_until=None))

    def press(self, label: str) -> None:
        """Press the button of a notification that is shown."""
        command = next(
            command for each in self.screen.shown.values() for text, command in each.actions if text == label
        )
        self.do(cast("Any", command))

    # What passes.

    def refresh(self) -> None:
        """Have a refresh list everything."""
        where = replace(notebook("a").scope, profile=self.profile.name)
        found = tuple(
            replace(
                notebook(name, each.status),
                scope=where,
                modified=datetime.fromtimestamp(each.changed, UTC),
                created=datetime.fromtimestamp(each.created, UTC),
            )
            for name, each in self.machines.items()
            if each.status
        )
        scope = ScopeState(where, found, self.wall, self.problem)
        self.state.listing.set(
            Listing(phase=Phase.RESTING, profiles=(self.profile,), scopes=(scope,), keyring_read=True)
        )
        self.run()

    def look(self) -> None:
        """Do what is due, as the agenda does."""
        while self._due_in() <= 0:
            self.wakes += 1
            assert self.wakes < 20_000, "it never rests"
            if self.plans.due_in(Presence()) <= 0:
                self.plans.act()
            if self.sessions.due_in(Presence()) <= 0:
                self.sessions.act()
            if self.leaving.due_in(Presence()) <= 0:
                self.leaving.act()
            self.notifier.show_due()
            self.run()

    def _due_in(self) -> float:
        services = (self.plans, self.sessions, self.leaving)
        return min(*(each.due_in(Presence()) for each in services), self.notifier.due_in())

    def wait(self, seconds: float, *, refresh_every: float = 300.0) -> None:
        """Let time pass while the tray runs, and lists everything from time to time."""
        until, refreshed = self.true + seconds, self.true
        self.look()
        while True:
            step = min(self._due_in(), until - self.true, refreshed + refresh_every - self.true)
            self.true += max(step, 0.0)
            if self.true >= refreshed + refresh_every:
                refreshed = self.true
                self.refresh()
            self.look()
            if self.true >= until:
                return

    def sleep(self, seconds: float) -> None:
        """Let the computer sleep. Its waits stand still; when it wakes, everything is listed."""
        self.true += seconds
        self.look()
        self.true += 4
        self.refresh()
        self.look()

    # What has come of it.

    def told(self) -> list[tuple[int, str]]:
        """What was told: the minute since the start, and the title, without clock times."""
        return [
            (math.floor((at - START) / 60 + 0.5), each.title.rpartition(" at ")[0] or each.title)
            for at, each in self.screen.history
            if each.kind is NotificationKind.STOP_PLAN
        ]

    def stopped(self) -> list[tuple[int, str]]:
        """What was stopped, and in which minute since the start."""
        return [(math.floor((at - START) / 60 + 0.5), name) for at, name in self.aws.stops]

    def stored(self) -> tuple[StopPlan, ...]:
        return StopPlansFile(self.path).load().plans
