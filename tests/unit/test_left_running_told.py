"""When it is told that something is left running: over sleep, restarts, set clocks, sessions, and a fortnight of it."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support.left_running import PLATFORM, UNKNOWN, LeftWatch, busy, listing, question, quiet
from tests.support.samples import notebook, problem
from tray.fleet.left_running import reminder_notes as notes
from tray.fleet.left_running.reminders import AT_ONCE, DAY_SECONDS
from tray.fleet.left_running.reminders_file import LeftRunningFile
from tray.fleet.snapshot import Notebook
from tray.fleet.state import State
from tray.fleet.telling.notifier import Notifier
from tray.model import commands as c
from tray.model.activity import Activity
from tray.model.left_running import is_at_work, is_idle
from tray.model.lengths import View
from tray.model.notification import Notification
from tray.model.notification_kinds import NotificationKind
from tray.model.open_sessions import begun
from tray.model.power import StopQuestion
from tray.model.presence import Presence
from tray.model.prices import Price
from tray.model.stop_plans import StopPlan, Trigger, Why
from tray.texts.clock import use_twelve_hours
from tray.wiring.left_running_notices import LeftRunningNotices, WhenLeftRunning, _followed

MINUTE, HOUR = 60.0, 3600.0
START = 1_800_000_000.0  # a Friday, 08:00 UTC
AWAY = Presence(idle=True)
A = notebook("a").arn


class Computer:
    """A computer on which the tray runs: `true` is the time that passes, by which AWS goes, too."""

    def __init__(self, folder: Path) -> None:
        self.true = START
        self.ahead = 0.0
        self.path = folder / "left-running.json"
        self.running: dict[str, float] = {"a": START - 26 * HOUR}
        self.limit = 10
        self.activity: Callable[[str], Activity | None] = lambda _: quiet(self.true, 20)
        self.platform = PLATFORM
        self.off = False
        self.kinds_off: frozenset[NotificationKind] = frozenset()
        self.shown: dict[str, Notification] = {}
        self.history: list[tuple[float, Notification]] = []
        self.watch = LeftWatch(
            self.path,
            wall=lambda: self.wall,
            steady=lambda: self.true - START + 500,
            found=self.find,
            tell=self.tell,
            list_now=self.list_now,
        )
        self.listed: list[float] = []
        self.presence = Presence()
        self.start_tray()

    @property
    def wall(self) -> float:
        return self.true + self.ahead

    def find(self, seen: Notebook) -> StopQuestion:
        return question(seen, self.activity(seen.name), self.wall, platform=self.platform, off=self.off)

    def tell(self, state: State) -> LeftRunningNotices:
        self.notifier = Notifier(
            lambda: self.kinds_off, show=self.show, withdraw=self.withdraw, clock=lambda: self.true - START
        )
        return LeftRunningNotices(self.notifier, state)

    def show(self, notification: Notification) -> None:
        self.history.append((self.true, notification))
        self.shown[notification.about] = notification

    def withdraw(self, about: str) -> None:
        self.shown.pop(about, None)

    def start_tray(self) -> None:
        self.shown.clear()
        self.watch.start_tray(State())
        self.refresh()

    def list_now(self, _scope: object) -> None:
        self.listed.append(self.true)
        self.refresh()

    def refresh(self) -> None:
        found = listing(self.running.items(), self.wall, limit=self.limit)
        self.watch.state.listing.set(found)
        if self.kinds_off != self.watch.state.snapshot.notifications_off:
            self.watch.state.notifications_off.set(self.kinds_off)

    def open(self, name: str, seconds: int = 14400) -> None:
        new = begun("research", notebook(name).arn, View.LAB, seconds, since=self.wall, signed_until=None)
        self.watch.state.sessions.set((*self.watch.state.snapshot.sessions, new))

    def close(self) -> None:
        self.watch.state.sessions.set(())

    def wait(self, seconds: float) -> None:
        """Let time pass, with a list every five minutes."""
        until = self.true + seconds
        while self.true < until:
            self.true = min(until, self.true + 5 * MINUTE)
            over = [each for each in self.watch.state.snapshot.sessions if each.ends <= self.wall]
            if over:
                left = tuple(each for each in self.watch.state.snapshot.sessions if each not in over)
                self.watch.state.sessions.set(left)
            self.refresh()
            self.watch.look(self.presence)

    def sleep(self, seconds: float) -> None:
        """Let the computer sleep; some seconds after it wakes, everything is listed."""
        self.true += seconds
        self.watch.look(self.presence)
        self.true += 4
        self.refresh()
        self.watch.look(self.presence)

    def titles(self) -> list[str]:
        return [each.title for _, each in self.history]

    def hours(self) -> list[float]:
        """When something was told, in hours since the start."""
        return [round((at - START) / HOUR, 1) for at, _ in self.history]


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[Computer]:
    use_twelve_hours(False)
    yield Computer(tmp_path)
    use_twelve_hours(None)


def test_it_is_told_once_a_day_with_two_buttons(computer: Computer) -> None:
    computer.wait(3 * 24 * HOUR - HOUR)
    assert computer.hours() == [0.1, 24.1, 48.1], "not at once: the sessions have first to be read"
    (_, first), *_ = computer.history
    assert first.title == "a has been running for 26 hours"
    assert first.text.startswith("No sign of work since ")
    assert first.actions == (
        ("Stop", c.StopIfIdle("research", A)),
        ("Leave it", c.LeaveRunning((A,))),
    )
    assert not first.click_acts, "nobody stops it by clicking a notification away"
    assert first.kind is NotificationKind.LEFT_RUNNING
    assert first.where == "Choose “a” in the menu to stop it."
    assert computer.titles()[1:] == ["a has been running for 2 days", "a has been running for 3 days"]


def test_it_is_told_when_its_limit_is_over(computer: Computer) -> None:
    computer.running = {"a": START - HOUR}
    computer.wait(24 * HOUR)
    assert computer.hours() == [9.1]
    assert computer.titles() == ["a has been running for 10 hours"]


@pytest.mark.parametrize("limit", [0, 168])
def test_each_profile_has_its_limit_and_may_have_none(computer: Computer, limit: int) -> None:
    computer.limit = limit
    computer.wait(24 * HOUR)
    assert computer.history == []
    assert computer.watch.looks == []


def test_what_costs_something_says_how_much(computer: Computer) -> None:
    price = Price(0.05, datetime(2026, 10, 1, tzinfo=UTC).date())
    computer.watch.state.prices.set({("eu-west-1", "ml.t3.medium"): price})
    computer.wait(HOUR)
    assert "about $1.30 (list price)." in computer.history[0][1].text


def test_a_session_of_ours_keeps_it_from_being_told_for_an_hour_longer(computer: Computer) -> None:
    computer.open("a", 7200)
    computer.wait(2 * HOUR)
    assert computer.watch.looks == []
    computer.wait(22 * HOUR)
    assert computer.hours() == [3.0]


@pytest.mark.parametrize(("trigger", "told"), [(Trigger.AT, 0), (Trigger.IDLE, 0), (Trigger.LEAVING, 1)])
def test_what_is_to_be_stopped_is_not_forgotten(computer: Computer, trigger: Trigger, told: int) -> None:
    plan = StopPlan("research", A, trigger, START, at=START + DAY_SECONDS, idle_minutes=60)
    computer.watch.state.stop_plans.set((plan,))
    computer.wait(HOUR)
    assert len(computer.history) == told
    computer.watch.state.stop_plans.set(())
    computer.wait(HOUR)
    assert len(computer.history) == 1


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ({}, 0),  # not looked at yet
        ({"again": START, "quiet_since": START}, 0),
        ({"again": START, "quiet_since": START, "warned": START}, 0),
        ({"again": START}, 1),  # a terminal, or a page on a screen: it will not be stopped
        ({"again": START, "why": Why.UNKNOWN, "told": True}, 1),
        ({"again": START, "why": Why.NO_LOOKS, "told": True}, 1),
    ],
)
def test_what_waits_for_idleness_that_no_look_sees_is_forgotten(
    computer: Computer, state: dict[str, Any], told: int
) -> None:
    plan = StopPlan("research", A, Trigger.IDLE, START, idle_minutes=60, **state)
    computer.watch.state.stop_plans.set((plan,))
    computer.wait(HOUR)
    assert len(computer.history) == told


def test_while_a_kernel_is_busy_it_is_looked_at_once_an_hour_and_not_told(computer: Computer) -> None:
    computer.activity = lambda _: busy(computer.true)
    computer.wait(5 * HOUR)
    assert computer.history == []
    assert len(computer.watch.looks) == 5
    computer.activity = lambda _: quiet(computer.true, 2)
    computer.wait(HOUR)
    assert len(computer.history) == 1


@pytest.mark.parametrize(
    ("off", "activity", "platform", "words"),
    [
        (False, UNKNOWN, PLATFORM, "Whether anyone works there can't be told from here: Jupyter can't be reached."),
        (True, None, PLATFORM, "Not looked whether anyone works there: you turned that off."),
        (False, None, PLATFORM, "Whether anyone works there can't be told from here."),
        (False, quiet(START + 300, 20), "notebook-al2-v2", "No sign of work since"),
        (False, quiet(START + 300, 20), "", "No sign of work since"),
        (False, replace(quiet(START + 300, 20), terminals=1), PLATFORM, "; jobs in terminals can't be seen."),
        (False, replace(quiet(START + 300, 20), open_on_screen=True), PLATFORM, "Jupyter is open on a screen; no"),
    ],
)
def test_what_is_not_known_to_be_idle_is_told_and_asked_about_before_a_stop(
    computer: Computer, off: bool, activity: Activity | None, platform: str, words: str
) -> None:
    computer.off, computer.activity, computer.platform = off, lambda _: activity, platform
    computer.wait(HOUR)
    ((_, told),) = computer.history
    assert words in told.text
    assert told.actions[0] == ("Stop…", c.AskToStop("research", A))


def test_leave_it_holds_for_a_day_from_then_on_also_when_the_tray_is_killed(computer: Computer) -> None:
    computer.wait(3 * HOUR)
    computer.watch.service.leave(c.LeaveRunning((A,)))
    assert computer.shown == {}, "it is taken back"
    computer.wait(HOUR)
    computer.start_tray()
    computer.wait(36 * HOUR)
    assert computer.hours() == [0.1, 27.0]


def test_nothing_is_told_twice_after_a_restart(computer: Computer) -> None:
    computer.wait(HOUR)
    for _ in range(3):
        computer.start_tray()
        computer.wait(HOUR)
    assert computer.hours() == [0.1]
    stored = json.loads(computer.path.read_text())
    assert list(stored) == ["rests"]
    assert list(stored["rests"]) == [A]


def test_it_was_stored_before_it_is_told(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_: Notification) -> None:
        raise SystemExit  # as kill -9: nothing after it is done

    monkeypatch.setattr(computer.notifier, "show", killed)
    with pytest.raises(SystemExit):
        computer.wait(HOUR)
    assert list(LeftRunningFile(computer.path).load()) == [A]
    computer.start_tray()
    computer.wait(23 * HOUR)
    assert computer.history == []


def test_a_file_that_cannot_be_written_keeps_it_from_being_told_more_than_once_a_day(
    computer: Computer, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    computer.watch.path = tmp_path / "file" / "left-running.json"
    computer.start_tray()
    computer.wait(47 * HOUR)
    assert len(computer.history) == 2


@pytest.mark.parametrize("change", ["stopped", "opened", "no limit", "gone"])
def test_what_is_no_longer_true_is_taken_back(computer: Computer, change: str) -> None:
    computer.wait(HOUR)
    assert list(computer.shown) == [notes.about_one(A)]
    match change:
        case "stopped" | "gone":
            computer.running = {"b": START} if change == "gone" else {}
        case "opened":
            computer.open("a")
        case _:
            computer.limit = 0
    computer.refresh()
    assert computer.shown == {}


def test_a_list_that_fails_takes_nothing_back(computer: Computer) -> None:
    computer.wait(HOUR)
    found = computer.watch.state.snapshot.listing
    failed = replace(found, scopes=(replace(found.scopes[0], notebooks=(), problem=problem()),))
    computer.watch.state.listing.set(failed)
    assert list(computer.shown) == [notes.about_one(A)]


def test_several_are_one_notification_and_each_is_taken_back_with_the_last(computer: Computer) -> None:
    computer.running = {f"n{at}": START - (20 + at) * HOUR for at in range(7)}
    computer.wait(HOUR)
    ((_, told),) = computer.history
    assert told.title == "7 notebook instances are left running"
    assert told.text.splitlines()[0].startswith("n0: Running for 20 h; No sign of work since")
    assert told.text.splitlines()[-1] == "… and 2 more"
    show, stop, leave = told.actions
    assert show == ("Show them", c.ShowNotebooks())
    assert (stop[0], type(stop[1])) == ("Stop all…", c.AskToStopAll)
    assert leave == ("Leave them", c.LeaveRunning(tuple(notebook(name).arn for name in computer.running)))
    del computer.running["n0"]
    computer.refresh()
    assert list(computer.shown) == [notes.ABOUT_SEVERAL]
    computer.running = {}
    computer.refresh()
    assert computer.shown == {}


def test_more_than_one_question_has_room_for_are_shown_on_the_page(computer: Computer) -> None:
    computer.running = {f"n{at}": START - 20 * HOUR for at in range(40)}
    computer.wait(HOUR)
    ((_, told),) = computer.history
    assert [label for label, _ in told.actions] == ["Show them", "Leave them"]


def test_many_are_looked_at_with_pauses(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[int] = []
    monkeypatch.setattr(computer.watch.service, "_pause", lambda _: paused.append(len(computer.watch.looks)))
    computer.running = {f"n{at}": START - 20 * HOUR for at in range(30)}
    computer.wait(HOUR)
    assert paused == [AT_ONCE, 2 * AT_ONCE, 3 * AT_ONCE]


def test_what_is_stopped_while_others_are_looked_at_is_not_told(computer: Computer) -> None:
    def stopped(name: str) -> Activity:
        if name == "n0":
            del computer.running["n0"]
            computer.refresh()
        return quiet(computer.true, 5)

    computer.running = {f"n{at}": START - 20 * HOUR for at in range(2)}
    computer.activity = stopped
    computer.wait(HOUR)
    assert computer.titles() == ["n1 has been running for 20 hours"]


def test_nothing_is_told_while_nobody_is_there(computer: Computer) -> None:
    computer.presence = AWAY
    computer.wait(12 * HOUR)
    assert computer.watch.looks == []
    computer.presence = Presence()
    computer.wait(HOUR)
    assert computer.hours() == [12.1]


def test_a_kind_that_is_turned_off_makes_no_look(computer: Computer) -> None:
    computer.kinds_off = frozenset({NotificationKind.LEFT_RUNNING})
    computer.wait(30 * HOUR)
    assert computer.watch.looks == []


def test_after_a_sleep_nothing_is_told_of_what_was_stopped_meanwhile(computer: Computer) -> None:
    computer.running = {"a": START - 5 * HOUR, "b": START - 5 * HOUR}
    computer.wait(HOUR)
    del computer.running["a"]
    computer.sleep(12 * HOUR)
    assert computer.titles() == ["b has been running for 18 hours"]


def test_what_was_stopped_since_the_last_list_is_not_told(computer: Computer) -> None:
    computer.running = {"a": START - 10 * HOUR + 20 * MINUTE, "b": START - 10 * HOUR + 20 * MINUTE}
    computer.wait(17 * MINUTE)
    del computer.running["a"]
    computer.true += 4 * MINUTE
    computer.watch.look()
    assert computer.titles() == ["b has been running for 10 hours"]
    assert computer.listed == [computer.true]


def test_a_list_that_does_not_come_is_asked_for_once_in_ten_minutes(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computer.watch.service, "_list_now", lambda _: computer.listed.append(computer.true))
    computer.wait(MINUTE)
    for _ in range(30):
        computer.true += MINUTE
        computer.watch.look()
        computer.watch.service._reckon()
    assert len(computer.listed) == 3
    assert computer.history == []


def test_what_cannot_be_listed_is_neither_told_nor_asked_for(computer: Computer) -> None:
    found = computer.watch.state.snapshot.listing
    computer.true += HOUR
    computer.watch.state.listing.set(replace(found, scopes=(replace(found.scopes[0], problem=problem()),)))
    computer.watch.look()
    assert (computer.history, computer.listed) == ([], [])


@pytest.mark.parametrize("by", [-30 * HOUR, -HOUR, 30 * HOUR])
def test_a_clock_that_is_set_makes_no_second_one_on_a_day(computer: Computer, by: float) -> None:
    computer.wait(HOUR)
    computer.ahead = by
    computer.wait(HOUR)
    computer.ahead = 0.0
    computer.wait(21 * HOUR)
    assert len(computer.history) == 1
    computer.wait(3 * HOUR)
    assert len(computer.history) == 2


def test_a_clock_that_was_set_back_while_the_tray_was_killed_delays_it_by_a_day_at_most(computer: Computer) -> None:
    computer.wait(HOUR)
    computer.ahead = -300 * HOUR
    computer.running = {"a": START - 1000 * HOUR}
    computer.start_tray()
    computer.wait(23 * HOUR)
    assert len(computer.history) == 1
    computer.wait(3 * HOUR)
    assert len(computer.history) == 2


@pytest.mark.parametrize(
    ("activity", "working", "idle"),
    [
        (None, False, False),
        (UNKNOWN, False, False),
        (replace(UNKNOWN, busy=1), True, False),
        (busy(START), True, False),
        (quiet(START, 0.9), True, False),
        (quiet(START, 1), False, True),
        (quiet(START, 400), False, True),
        (replace(quiet(START, 5), starting=1), True, False),
        (replace(quiet(START, 5), terminals=1), False, False),
        (replace(quiet(START, 0.5), terminals=1), True, False),
        (replace(quiet(START, 5), open_on_screen=True), False, False),
        (Activity(datetime.fromtimestamp(START, UTC), open_on_screen=True), False, False),
    ],
)
def test_what_a_look_says(activity: Activity | None, working: bool, idle: bool) -> None:
    assert is_at_work(activity) is working
    assert is_idle(question(notebook("a"), activity, START)) is idle
    for platform in ("notebook-al2-v2", ""):
        assert not is_idle(question(notebook("a"), activity, START, platform=platform))


@pytest.mark.parametrize("seed", range(4))
def test_a_fortnight(computer: Computer, seed: int) -> None:
    """None is told twice within a day, none while somebody works or has it open, and each that is left running is."""
    chance = random.Random(seed)
    working: set[str] = set()
    computer.running = {f"n{at}": START - at * HOUR for at in range(6)}
    computer.activity = lambda name: busy(computer.true) if name in working else quiet(computer.true, 3)
    while computer.true < START + 14 * DAY_SECONDS:
        name = chance.choice(list(computer.running) or ["n0"])
        match chance.randrange(8):
            case 0:
                computer.sleep(chance.uniform(MINUTE, 14 * HOUR))
            case 1:
                computer.true += chance.uniform(0, 10 * HOUR)
                computer.start_tray()
            case 2:
                computer.running.pop(name, None)
            case 3:
                computer.running[f"n{chance.randrange(6)}"] = computer.true
            case 4:
                working ^= {name}
            case 5:
                computer.ahead = chance.uniform(-3 * HOUR, 0)
                computer.wait(chance.uniform(0, 5 * HOUR))
                computer.ahead = 0.0
            case 6:
                computer.open(name, chance.choice((1800, 14400)))
            case 7:
                computer.presence = AWAY if computer.presence == Presence() else Presence()
        before = len(computer.history)
        computer.wait(chance.uniform(0, 3 * HOUR))
        for _, note in computer.history[before:]:
            assert not [each for each in working if f"{each} has" in note.title or f"{each}:" in note.text]
    told: dict[str, list[float]] = {}
    for at, note in computer.history:
        for arn in next(command.arns for _, command in note.actions if isinstance(command, c.LeaveRunning)):
            told.setdefault(arn, []).append(at)
    assert len(told) > 3
    for times in told.values():
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert all(gap >= DAY_SECONDS - 1 for gap in gaps), gaps
    assert len(computer.watch.looks) < 14 * 24 * 6


def test_it_is_no_more_than_a_look_a_day_for_what_is_left(computer: Computer) -> None:
    computer.wait(14 * DAY_SECONDS)
    assert len(computer.watch.looks) == 14
    assert computer.hours() == [pytest.approx(24 * day + 0.1, abs=0.2) for day in range(14)]


def test_the_service_is_made_once_something_is_left_running() -> None:
    state, made = State(), []

    class Service:
        def __init__(self) -> None:
            made.append(self)
            self.did: list[str] = []

        def __getattr__(self, name: str) -> Callable[..., float]:
            return lambda *_: self.did.append(name) or 5.0

    left = WhenLeftRunning(state, Service, clock=lambda: START)  # type: ignore[arg-type]
    state.listen(left.follow)
    assert left.due_in(Presence()) == math.inf
    state.listing.set(listing([("a", START - 9 * HOUR)], START))
    state.listing.set(listing([("a", START - 99 * HOUR)], START, limit=0))
    assert made == []
    state.listing.set(listing([("a", START - 11 * HOUR)], START))
    state.listing.set(listing([("a", START)], START))
    assert left.due_in(Presence()) == 5.0
    (service,) = made
    assert service.did == ["load", "follow", "follow", "due_in"]


def test_an_idle_tray_has_not_imported_it() -> None:
    code = "import sys, tray.program; sys.exit('tray.fleet.left_running.reminders' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_that_its_notifications_are_on_again_is_followed() -> None:
    """The agenda looks anew what is due then, and not at the next refresh."""
    state = State()
    before = _followed(state.snapshot)
    state.notifications_off.set(frozenset({NotificationKind.LEFT_RUNNING}))
    assert any(new is not old for new, old in zip(_followed(state.snapshot), before, strict=True))
