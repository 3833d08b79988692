"""What is told of sessions, and when: over sleep, restarts, set clocks, stops, and a fortnight of all of it."""

from __future__ import annotations

import math
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.later_stops import Later, Screen
from tests.support.samples import notebook
from tray.fleet.opening.sessions import SessionEnds
from tray.fleet.opening.sessions_file import SessionsFile
from tray.fleet.snapshot import Listing, ScopeState
from tray.fleet.state import State
from tray.fleet.telling.notifier import Notifier
from tray.menu.sessions import until_words
from tray.menu.stop_plans import running_words
from tray.model.commands import OpenNotebook, QuietSession
from tray.model.lengths import View
from tray.model.notification_kinds import NotificationKind
from tray.model.open_sessions import begun
from tray.model.presence import Presence
from tray.texts.clock import use_twelve_hours
from tray.wiring.telling import Telling

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
START = 1_800_000_000.0
ZONES = ("UTC0", "EST5EDT,M3.2.0,M11.1.0", "CET-1CEST,M3.5.0,M10.5.0/3", "NZST-12NZDT,M9.5.0,M4.1.0/3", "IST-5:30")
NAMES = tuple(f"n{at}" for at in range(6))


class Computer:
    """A computer on which the tray runs: `true` is the time that passes, by which AWS goes, too."""

    def __init__(self, folder: Path) -> None:
        self.true = START
        self.ahead = 0.0
        self.path = folder / "sessions.json"
        self.screen = Screen(lambda: self.true)
        self.statuses = dict.fromkeys(NAMES, "InService")
        self.changed = dict.fromkeys(NAMES, START - DAY)
        self.wakes = 0
        self.off: frozenset[NotificationKind] = frozenset()
        self.start_tray()

    @property
    def wall(self) -> float:
        return self.true + self.ahead

    def start_tray(self) -> None:
        """Start it, again after it was killed: what it knew is in its file alone."""
        self.state = State()
        self.workers = Later()
        self.notifier = Notifier(
            lambda: self.off, show=self.screen.show, withdraw=self.screen.withdraw, clock=lambda: self.true
        )
        self.telling = Telling(self.notifier, self.state, quiet_once=False)
        self.sessions = SessionEnds(
            self.state,
            workers=self.workers,
            path=self.path,
            tell=self.telling,
            look=lambda: None,
            clock=lambda: self.wall,
            steady=lambda: self.true - START + 500,
        )
        self.state.listen(self.sessions.follow)
        self.sessions.load()
        self.workers.run()
        self.screen.shown.clear()

    def open(self, name: str, seconds: int = 14400, signed_for: float | None = None) -> None:
        signed_until = None if signed_for is None else self.wall + signed_for
        arn = notebook(name).arn
        self.sessions.begin(begun("research", arn, View.LAB, seconds, since=self.wall, signed_until=signed_until))

    def quiet(self, name: str) -> None:
        self.sessions.quiet(QuietSession(notebook(name).arn))
        self.workers.run()

    def refresh(self) -> None:
        """Have a refresh list everything."""
        found = tuple(
            replace(notebook(name, status), modified=datetime.fromtimestamp(self.changed[name], UTC))
            for name, status in self.statuses.items()
            if status
        )
        self.state.listing.set(Listing(scopes=(ScopeState(notebook("a").scope, found, self.wall),)))
        self.workers.run()

    def look(self) -> None:
        """Do what is due, as the agenda does."""
        while self.sessions.due_in(Presence()) <= 0 or self.notifier.due_in() <= 0:
            self.wakes += 1
            assert self.wakes < 3000, "it never rests"
            if self.sessions.due_in(Presence()) <= 0:
                self.sessions.act()
            self.notifier.show_due()
            self.workers.run()

    def wait(self, seconds: float) -> None:
        """Let time pass while the tray runs."""
        until = self.true + seconds
        self.look()
        while (step := min(self.sessions.due_in(Presence()), self.notifier.due_in(), until - self.true)) >= 0:
            self.true += step
            if self.true >= until:
                break
            self.look()
        self.look()

    def sleep(self, seconds: float) -> None:
        """Let the computer sleep. Its waits stand still; when it wakes, everything is listed."""
        self.true += seconds
        self.look()
        self.true += 4
        self.refresh()
        self.look()

    def told(self) -> list[tuple[int, str]]:
        """What was told: the minute since the start, and the title, without clock times."""
        return [
            (round((at - START) / 60), each.title.rpartition(" at ")[0] or each.title)
            for at, each in self.screen.history
        ]


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[Computer]:
    use_twelve_hours(False)
    zone = os.environ.get("TZ")
    yield Computer(tmp_path)
    use_twelve_hours(None)
    if sys.platform != "win32":
        os.environ.pop("TZ", None)
        if zone is not None:
            os.environ["TZ"] = zone
        time.tzset()


def ends(name: str) -> str:
    return f"Your session in {name} ends"


def ended(name: str) -> str:
    return f"Your session in {name} has ended"


def test_it_is_told_15_and_5_minutes_ahead_and_at_the_end(computer: Computer) -> None:
    computer.open("n0")
    computer.wait(DAY)
    assert computer.told() == [(225, ends("n0")), (235, ends("n0")), (240, ended("n0"))]
    (_, first), (_, second), (_, last) = computer.screen.history
    assert first.text.startswith("That is in 15 minutes.")
    assert second.text.startswith("That is in 5 minutes.")
    assert "Kernels go on as long as it runs, though Jupyter may say that they died." in last.text
    opens = OpenNotebook("research", notebook("n0").arn, View.LAB, 14400)
    assert first.actions == second.actions
    assert first.actions == (("Renew for 4 h", opens), ("Not now", QuietSession(notebook("n0").arn)))
    assert last.actions == (("Open again", opens),)
    assert list(computer.screen.shown.values()) == [last], "the warnings are withdrawn"
    assert computer.wakes == 3
    assert computer.state.snapshot.sessions == ()


def test_one_that_ends_with_the_credentials_says_so(computer: Computer) -> None:
    computer.open("n0", signed_for=HOUR)
    computer.wait(2 * HOUR)
    assert computer.told() == [(45, ends("n0")), (55, ends("n0")), (60, ended("n0"))]
    assert "The AWS credentials that opened it end in 15 minutes." in computer.screen.history[0][1].text


def test_where_no_other_credentials_come_before_nothing_is_offered_that_would_not_help(computer: Computer) -> None:
    computer.open("n0", signed_for=10 * MINUTE)
    computer.wait(HOUR)
    (_, warning), (_, last) = computer.screen.history
    assert [label for label, _ in warning.actions] == ["Not now"]
    assert not warning.click_acts
    assert "end in 5 minutes, and there are no others before." in warning.text
    assert [label for label, _ in last.actions] == ["Open again"]


def test_the_line_says_until_when(computer: Computer) -> None:
    computer.refresh()
    computer.open("n0", 1800)

    def words() -> dict[str, str]:
        return dict(
            running_words(
                computer.state.snapshot.listing.notebooks, computer.state.snapshot.sessions, (), computer.wall
            )
        )

    until = until_words(START + 1800, START)
    assert words() == {notebook("n0").arn: f"Running, open until {until}"}
    computer.true += 1800
    assert words() == {}, "also before it is told"


def test_not_now_is_for_this_session_alone(computer: Computer) -> None:
    computer.open("n0")
    computer.wait(226 * MINUTE)
    computer.quiet("n0")
    assert computer.screen.shown == {}
    computer.wait(20 * MINUTE)
    computer.open("n0")
    computer.wait(226 * MINUTE)
    assert computer.told() == [(225, ends("n0")), (240, ended("n0")), (471, ends("n0"))]


def test_not_now_lasts_when_the_tray_is_killed(computer: Computer) -> None:
    computer.open("n0")
    computer.wait(226 * MINUTE)
    computer.quiet("n0")
    computer.start_tray()
    computer.wait(13 * MINUTE)
    assert len(computer.screen.history) == 1


def test_a_renewed_one_begins_anew(computer: Computer) -> None:
    computer.open("n0")
    computer.wait(226 * MINUTE)
    computer.open("n0")
    assert computer.screen.shown == {}, "the warning is withdrawn"
    computer.wait(5 * HOUR)
    assert [at for at, _ in computer.told()] == [225, 226 + 225, 226 + 235, 226 + 240]


@pytest.mark.parametrize("status", ["Stopping", "Stopped", "Failed", "Deleting", ""])
def test_one_in_what_is_stopped_or_gone_is_over_without_a_word(computer: Computer, status: str) -> None:
    computer.open("n0")
    computer.open("n1")
    computer.wait(226 * MINUTE)
    computer.statuses["n0"] = status
    computer.refresh()
    assert [each.arn for each in computer.state.snapshot.sessions] == [notebook("n1").arn]
    assert list(computer.screen.shown) == [f"session/{notebook('n1').arn}"]
    computer.start_tray()
    computer.wait(DAY)
    assert ended("n0") not in computer.screen.titles()


def test_one_that_is_read_after_the_list_that_shows_it_stopped_is_over(computer: Computer) -> None:
    old = begun("research", notebook("n0").arn, View.LAB, 1800, since=computer.wall - 600, signed_until=None)
    computer.statuses["n0"] = "Stopped"
    computer.refresh()
    SessionsFile(computer.path).change(lambda _: (old,))
    computer.sessions.load()
    computer.workers.run()
    assert computer.state.snapshot.sessions == ()
    assert SessionsFile(computer.path).load() == ()


def test_what_a_command_has_stopped_or_opened_again_is_no_longer_told(computer: Computer) -> None:
    computer.open("n0")
    computer.open("n1")
    computer.wait(226 * MINUTE)
    assert len(computer.screen.shown) == 2
    new = begun("research", notebook("n1").arn, View.LAB, 1800, since=computer.wall, signed_until=None)
    SessionsFile(computer.path).change(lambda _: (new,))
    computer.sessions.load()
    computer.workers.run()
    assert computer.screen.shown == {}
    computer.wait(HOUR)
    assert [at for at, _ in computer.told()] == [225, 225, 241, 251, 256]


def test_what_ended_in_a_sleep_is_said_once_together(computer: Computer) -> None:
    for name in ("n0", "n1", "n2"):
        computer.open(name)
    computer.sleep(8 * HOUR)
    computer.wait(DAY)
    assert computer.screen.titles() == ["3 sessions ended while the computer slept"]
    assert "They were in n0, n1, n2." in computer.screen.history[0][1].text


def test_what_was_stopped_in_a_sleep_is_not_said(computer: Computer) -> None:
    for name in ("n0", "n1"):
        computer.open(name)
    computer.statuses["n0"] = "Stopped"
    computer.sleep(8 * HOUR)
    computer.wait(DAY)
    assert computer.screen.titles() == [ended("n1")]
    assert f"It ended at {until_words(START + 14400, computer.wall - DAY)}." in computer.screen.history[0][1].text


def test_what_ended_in_a_sleep_is_said_without_a_list_after_two_minutes(computer: Computer) -> None:
    computer.open("n0")
    computer.true += 8 * HOUR
    computer.wait(119)
    assert computer.screen.history == []
    computer.wait(2)
    assert computer.screen.titles() == [ended("n0")]


def test_what_ended_while_the_tray_was_not_running_is_said_once(computer: Computer) -> None:
    for name in ("n0", "n1"):
        computer.open(name)
    computer.true += 8 * HOUR
    computer.start_tray()
    computer.refresh()
    computer.wait(DAY)
    computer.start_tray()
    computer.wait(DAY)
    assert computer.screen.titles() == ["2 sessions ended while Notebook Tray was not running"]


def test_at_its_start_nothing_is_told_before_a_button_can_open_it(computer: Computer) -> None:
    for lists in (True, False):
        computer.screen.history.clear()
        computer.open("n0")
        computer.true += 226 * MINUTE
        computer.start_tray()
        computer.wait(119)
        assert computer.screen.history == []
        if lists:
            computer.refresh()
        else:
            computer.wait(1)
        computer.look()
        assert len(computer.screen.history) == 1


def test_a_sleep_over_a_warning_brings_the_later_one_alone(computer: Computer) -> None:
    computer.open("n0")
    computer.sleep(237 * MINUTE)
    computer.wait(HOUR)
    assert computer.told() == [(237, ends("n0")), (240, ended("n0"))]
    assert computer.screen.history[0][1].text.startswith("That is in 3 minutes.")


def test_many_that_end_soon_after_a_sleep_are_one_notification(computer: Computer) -> None:
    for name in NAMES:
        computer.open(name)
    computer.sleep(230 * MINUTE)
    assert computer.screen.titles() == ["6 sessions end soon"]
    assert computer.screen.history[0][1].text.startswith("n0, n1, n2, n3, n4 and 1 more, the first at ")


def test_what_is_told_of_many_is_taken_back_once_it_is_true_of_none(computer: Computer) -> None:
    computer.refresh()
    for name in NAMES:
        computer.open(name)
    computer.sleep(226 * MINUTE)
    assert [each.title for each in computer.screen.shown.values()] == ["6 sessions end soon"]
    for name in NAMES[1:]:
        computer.open(name)
    assert len(computer.screen.shown) == 1
    computer.statuses[NAMES[0]] = "Stopped"
    computer.true += HOUR
    computer.refresh()
    assert computer.screen.shown == {}
    computer.sleep(5 * HOUR)
    assert [each.title for each in computer.screen.shown.values()] == ["5 sessions ended while the computer slept"]
    for name in NAMES[1:]:
        computer.open(name)
    assert computer.screen.shown == {}


def test_its_button_opens_it_through_a_profile_that_there_is(computer: Computer) -> None:
    """The profile that opened it may have another name, or be hidden."""
    computer.open("n0")
    scope = replace(notebook("a").scope, profile="lab")
    found = (replace(notebook("n0"), scope=scope),)
    computer.state.listing.set(Listing(scopes=(ScopeState(scope, found, computer.wall),)))
    computer.wait(5 * HOUR)
    profiles = [each.actions[0][1].profile for _, each in computer.screen.history]  # type: ignore[union-attr]
    assert profiles == ["lab"] * 3


@pytest.mark.parametrize("by", [-12 * HOUR, -HOUR, -2 * MINUTE])
def test_a_clock_that_is_set_back_moves_the_end_with_it(computer: Computer, by: float) -> None:
    computer.refresh()
    computer.open("n0")
    computer.wait(HOUR)
    computer.ahead = by
    computer.look()
    (session,) = computer.state.snapshot.sessions
    assert session.ends == pytest.approx(START + 4 * HOUR + by)
    computer.wait(2 * HOUR)
    computer.ahead = 0.0
    computer.look()
    (session,) = computer.state.snapshot.sessions
    assert session.ends == START + 4 * HOUR, "set right again"
    computer.wait(DAY)
    assert [at for at, _ in computer.told()] == [225, 235, 240]


def test_a_clock_that_was_set_back_while_the_tray_was_killed_adds_nothing(computer: Computer) -> None:
    computer.open("n0")
    computer.ahead = -12 * HOUR
    computer.start_tray()
    computer.wait(DAY)
    assert [at for at, _ in computer.told()] == [225, 235, 240]


def test_a_clock_that_is_set_ahead_counts_as_time(computer: Computer) -> None:
    computer.open("n0")
    computer.wait(HOUR)
    computer.ahead = 2 * HOUR
    computer.wait(DAY)
    assert [at for at, _ in computer.told()] == [105, 115, 120]


def test_small_steps_of_the_clock_are_none(computer: Computer) -> None:
    computer.open("n0")
    for ahead in (1, -20, 25, -29, 0):
        computer.ahead = ahead
        assert computer.sessions.due_in(Presence()) > 0
    assert computer.wakes == 0


def test_without_a_notification_server_nothing_is_told_twice(computer: Computer) -> None:
    computer.screen.there = False
    computer.open("n0")
    computer.wait(226 * MINUTE)
    computer.screen.there = True
    computer.wait(DAY)
    assert [at for at, _ in computer.told()] == [225, 235, 240]


def test_a_kind_that_is_turned_off_tells_nothing_and_nothing_later(computer: Computer) -> None:
    computer.off = frozenset({NotificationKind.SESSION})
    computer.open("n0")
    computer.wait(226 * MINUTE)
    computer.off = frozenset()
    computer.wait(DAY)
    assert [at for at, _ in computer.told()] == [235, 240]


def test_20_sessions_wake_it_for_what_is_said_alone(computer: Computer) -> None:
    for at in range(20):
        computer.statuses[f"m{at}"] = "InService"
        computer.open(f"m{at}", 43200)
        computer.wait(MINUTE)
    computer.wait(HOUR)
    assert computer.wakes == 0


def test_a_file_that_cannot_be_written_keeps_none_from_being_told_once(computer: Computer, tmp_path: Path) -> None:
    computer.path = tmp_path / "sessions.json" / "under a file"
    (tmp_path / "sessions.json").write_text("no folder")
    computer.start_tray()
    computer.open("n0")
    computer.wait(DAY)
    assert [at for at, _ in computer.told()] == [225, 235, 240]


@dataclass
class Diary:
    """What the user did to a session, and what must be told of it."""

    name: str
    since: float
    ends: float
    closed: float = math.inf  # renewed, or stopped
    quiet: float = math.inf


@pytest.mark.parametrize("seed", range(6))
def test_a_fortnight(computer: Computer, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each warning is given once and in time, each end once, and none of what is stopped, renewed or quiet."""
    chance = random.Random(seed)
    entries: list[Diary] = []
    present: dict[str, Diary] = {}
    away: list[tuple[float, float]] = []
    computer.refresh()
    while computer.true < START + 14 * DAY:
        name = chance.choice(NAMES)
        match chance.choices(range(8), (6, 2, 1, 2, 1, 1, 1, 4))[0]:
            case 0 if computer.statuses[name] == "InService":
                lasts = chance.choice((1800, 3600, 14400, 43200))
                signed = chance.choice((None, None, 200.0, 880.0, 3600.0))
                if (before := present.get(name)) is not None:
                    before.closed = min(before.closed, computer.true)
                computer.open(name, lasts, signed)
                present[name] = Diary(name, computer.true, computer.true + min(lasts, signed or math.inf))
                entries.append(present[name])
            case 1:
                begins = computer.true
                computer.sleep(chance.uniform(MINUTE, 14 * HOUR))
                away.append((begins, computer.true))
            case 2:
                begins = computer.true
                computer.true += chance.uniform(0, 10 * HOUR)
                computer.start_tray()
                computer.refresh()
                computer.look()
                away.append((begins, computer.true))
            case 3:
                stopped = computer.statuses[name] == "InService"
                computer.wait(2 * MINUTE)  # a list may show the status from before an opening
                computer.statuses[name] = "Stopped" if stopped else "InService"
                computer.changed[name] = computer.true
                if stopped and name in present:
                    present[name].closed = min(present[name].closed, computer.true)
                computer.refresh()
            case 4:
                # Set back, and right again after a while.
                computer.ahead = chance.uniform(-3 * HOUR, 0)
                computer.wait(chance.uniform(0, 5 * HOUR))
                computer.ahead = 0.0
            case 5:
                computer.screen.there = not computer.screen.there
                monkeypatch.setenv("TZ", chance.choice(ZONES))  # travels
            case 6 if name in present:
                computer.quiet(name)
                present[name].quiet = min(present[name].quiet, computer.true)
        computer.wait(chance.uniform(0, 2 * HOUR))
        computer.refresh()
    computer.wait(DAY)
    check(computer, entries, away)


def check(computer: Computer, entries: list[Diary], away: list[tuple[float, float]]) -> None:
    def awake(at: float) -> bool:
        return not any(begins <= at <= ends for begins, ends in away)

    shown = computer.screen.history
    said = {note.title.rpartition(" at ")[2] for _, note in shown if " ends at " in note.title}
    # Windows names zones in words: “W. Europe Standard Time”.
    form = re.compile(r"((Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?[012]\d:[0-5]\d( \([^()]+\))?")
    assert all(map(form.fullmatch, said)), said
    assert computer.wakes < 4 * len(entries) + 2 * len(away) + 100
    for each in entries:
        over = min(each.ends, each.closed)
        mine = [
            (at, note.title)
            for at, note in shown
            if note.about == f"session/{notebook(each.name).arn}" and each.since <= at <= max(over, each.since)
        ]
        warnings = [at for at, title in mine if title.startswith("Your session in ") and " ends at " in title]
        for before, least in ((900, 300), (300, 0)):
            due = each.ends - before
            window = [at for at in warnings if due - 1 <= at < each.ends - least - 1]
            assert len(window) <= 1, (each, mine)
            if each.since < due < min(each.closed, each.quiet) and awake(due):
                assert window, (each, before, mine)
                assert abs(window[0] - due) < 2
        assert not [at for at in warnings if at > each.quiet], (each, mine)
        assert not [at for at in warnings if at < each.ends - 901], (each, mine)
    told_ends = Counter(
        name
        for _, note in shown
        for name in NAMES
        if note.title == ended(name) or ("They were in" in note.text and name in note.text)
    )
    must = Counter(each.name for each in entries if each.ends < each.closed)
    assert not told_ends - must, "none that was stopped or renewed, and none twice"
    sure = Counter(each.name for each in entries if each.ends < each.closed and awake(each.ends))
    assert not sure - told_ends, "each that ended while the tray was there"
