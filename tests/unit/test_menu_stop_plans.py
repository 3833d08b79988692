"""What the menu, the page and notifications say of planned stops, at all times of the day and in every form of it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone

import pytest

from tests.support.samples import notebook, snapshot
from tray.app_pages.notebooks.choices import read
from tray.app_pages.notebooks.rows import around
from tray.fleet.snapshot import Profile
from tray.fleet.telling.stop_notifications import stop_results, stops_soon
from tray.menu import entries as e
from tray.menu.layout import menu
from tray.menu.notebooks import notebook_actions
from tray.menu.sessions import until_words
from tray.menu.stop_plans import offered_times, running_words
from tray.model import commands as c
from tray.model.lengths import View, parse_stop_when_idle_hours
from tray.model.open_sessions import begun
from tray.model.power import Denial, Power
from tray.model.problems import Problem, TrayError
from tray.model.stop_plans import Came, StopPlan, StopResult, Trigger, Why, midnight_after, next_time
from tray.model.times_of_day import parse_time_of_day
from tray.texts.clock import use_twelve_hours, written

A = notebook("a")
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="its C library has the zone of the start alone")


@pytest.fixture(autouse=True)
def _berlin() -> Iterator[None]:
    before = os.environ.get("TZ")
    if sys.platform != "win32":
        os.environ["TZ"] = "CET-1CEST,M3.5.0,M10.5.0/3"
        time.tzset()
    use_twelve_hours(False)
    yield
    use_twelve_hours(None)
    if sys.platform != "win32":
        os.environ.pop("TZ", None)
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


def at(text: str, fold: int = 0) -> float:
    """A time as Berlin's clocks show it. Reckoned here: Windows has no files of time zones."""
    local = datetime.fromisoformat(text)
    summer = last_sunday(local.year, 3) + timedelta(hours=2) <= local < last_sunday(local.year, 10) + timedelta(hours=3)
    if fold and last_sunday(local.year, 10) + timedelta(hours=2) <= local:
        summer = False
    return local.replace(tzinfo=timezone(timedelta(hours=1 + summer))).timestamp()


def last_sunday(year: int, month: int) -> datetime:
    end = datetime(year, month, 31)
    return end - timedelta(days=(end.weekday() + 1) % 7)


def plan(trigger: Trigger = Trigger.AT, when: float = 0.0, minutes: int = 0, **members: object) -> StopPlan:
    members = {"profile": "research", "arn": A.arn, "since": 0.0, **members}
    return StopPlan(trigger=trigger, at=when, idle_minutes=minutes, **members)  # type: ignore[arg-type]


def later(now: float, *plans: StopPlan, **known: object) -> tuple[e.Entry, ...]:
    """The list of plans in the menu."""
    shown = notebook_actions(snapshot(A, stop_plans=plans, **known), now, "research", A.arn)  # type: ignore[arg-type]
    return next(each for each in shown if each.key == "stop-later").children


# Times that are offered.


@posix_only
@pytest.mark.parametrize(
    ("now", "twelve", "labels"),
    [
        ("2026-11-27 09:10", False, ["10:00", "11:00", "18:00", "19:00", "20:00", "22:00"]),
        ("2026-11-27 09:41", False, ["11:00", "12:00", "18:00", "19:00", "20:00", "22:00"]),
        ("2026-11-27 17:20", False, ["18:00", "19:00", "20:00", "22:00"]),
        ("2026-11-27 17:20", True, ["6:00 PM", "7:00 PM", "8:00 PM", "10:00 PM"]),
        ("2026-11-27 19:00", False, ["20:00", "21:00", "22:00"]),
        ("2026-11-27 21:50", False, ["23:00", "Sat 00:00"]),
        ("2026-11-27 22:59", True, ["Sat 12:00 AM", "Sat 1:00 AM"]),
        ("2026-11-28 00:00", False, ["01:00", "02:00", "18:00", "19:00", "20:00", "22:00"]),
        # Summer time begins: there is no 02:00. And ends: 02:00 comes twice.
        ("2027-03-28 00:30", False, ["01:00", "03:00", "18:00", "19:00", "20:00", "22:00"]),
        ("2026-10-25 01:30", False, ["02:00 (CEST)", "02:00 (CET)", "18:00", "19:00", "20:00", "22:00"]),
    ],
)
def test_the_times_that_are_offered(now: str, twelve: bool, labels: list[str]) -> None:
    use_twelve_hours(twelve)
    found = [label for _, label in offered_times(at(now))]
    assert found == [f"Stop at {each}" if each.startswith("Sat") else f"Stop at {each} today" for each in labels]


@posix_only
@pytest.mark.parametrize("minute", range(0, 1440, 7))
def test_what_is_offered_is_ahead_and_what_it_says(minute: int) -> None:
    for day in ("2026-11-27", "2027-03-27", "2027-03-28", "2026-10-24", "2026-10-25"):
        now = at(f"{day} 00:00") + 60 * minute + 0.4  # as clocks are
        times = offered_times(now)
        assert 2 <= len(times) <= 6
        assert all(now + 1200 <= each < now + 86_400 and until_words(each, now) in label for each, label in times)
        assert len({label for _, label in times}) == len(times)


@posix_only
@pytest.mark.parametrize(
    ("hour", "minute", "after", "found"),
    [
        (19, 0, "2026-11-27 12:00", at("2026-11-27 19:00")),
        (19, 0, "2026-11-27 19:00", at("2026-11-28 19:00")),
        (0, 0, "2026-11-27 23:59", at("2026-11-28 00:00")),
        (0, 30, "2026-12-31 23:59", at("2027-01-01 00:30")),
        (2, 30, "2027-03-28 00:00", at("2027-03-28 03:30")),  # left out
        (2, 30, "2026-10-25 00:00", at("2026-10-25 02:30")),  # the first of two
        (19, 0, "2026-10-24 20:00", at("2026-10-25 19:00")),  # 25 h long
        (19, 0, "2027-03-27 20:00", at("2027-03-28 19:00")),
    ],
)
def test_the_next_time_that_the_clock_shows(hour: int, minute: int, after: str, found: float) -> None:
    assert next_time(hour, minute, at(after)) == found


@posix_only
def test_the_end_of_the_day() -> None:
    assert midnight_after(at("2026-10-25 00:00")) == at("2026-10-25 00:00") + 25 * 3600
    assert midnight_after(at("2026-12-31 23:59")) == at("2027-01-01 00:00")


# The list in the menu.


@posix_only
def test_the_list_plans_and_cancels() -> None:
    now = at("2026-11-27 17:20")
    lines = later(now)
    assert [(each.label, each.checked) for each in lines] == [
        ("Stop at 18:00 today", False),
        ("Stop at 19:00 today", False),
        ("Stop at 20:00 today", False),
        ("Stop at 22:00 today", False),
        ("Stop when idle for 1 h", False),
        ("Stop when I log out or shut down", False),
        ("Notebook Tray has to be running then, and the computer awake", None),
    ]
    assert lines[1].command == c.PlanStop("research", A.arn, Trigger.AT, at("2026-11-27 19:00"))
    assert lines[4].command == c.PlanStop("research", A.arn, Trigger.IDLE, idle_minutes=60)
    assert lines[5].command == c.PlanStop("research", A.arn, Trigger.LEAVING)
    planned = later(now, plan(when=at("2026-11-27 19:00")), plan(Trigger.LEAVING))
    assert [(each.label, each.checked) for each in planned] == [
        ("Stop at 18:00 today", False),
        ("Stop at 19:00 today", True),
        ("Stop at 20:00 today", False),
        ("Stop at 22:00 today", False),
        ("Stop when idle for 1 h", False),
        ("Stop when I log out or shut down", True),
        ("Notebook Tray can't do this when the lid is closed or the power is cut", None),
        ("Even if a kernel is busy", False),
        ("Notebook Tray has to be running then, and the computer awake", None),
    ]
    assert planned[1].command == c.CancelStopPlan(A.arn, Trigger.AT)
    assert planned[5].command == c.CancelStopPlan(A.arn, Trigger.LEAVING)
    assert planned[7].command == c.StopEvenIfBusy(A.arn, on=True)


@posix_only
def test_a_plan_of_another_time_and_a_habit_have_lines_of_their_own() -> None:
    now = at("2026-11-27 17:20")
    lines = later(now, plan(when=at("2026-11-28 07:45")), plan(Trigger.IDLE, minutes=90, habit="90"))
    assert [(each.label, each.checked) for each in lines if each.checked] == [
        ("Stop at Sat 07:45", True),
        ("Stop when idle for 1 h 30 min (setting of the profile)", True),
    ]
    habit = later(now, plan(when=at("2026-11-27 19:00"), habit="19:00"))
    assert habit[0].label == "Stop at 19:00 today (setting of the profile)"


def test_without_looks_the_lines_say_what_that_means() -> None:
    lines = later(at("2026-11-27 17:20"), looks_off=True)
    assert "Looks before a stop are off: it is stopped even if a kernel is busy" in [each.label for each in lines]
    plans = [each.command for each in lines if isinstance(each.command, c.PlanStop)]
    assert plans
    assert all(each.even_if_busy and each.trigger is not Trigger.IDLE for each in plans)


def test_on_a_retired_platform_nothing_is_offered() -> None:
    (line,) = later(at("2026-11-27 17:20"), platforms={A.arn: "notebook-al2-v2"})
    assert (line.label, line.enabled) == ("AWS may not start it again, so it is never stopped unasked", False)


@pytest.mark.parametrize("status", ["Stopped", "Pending", "Stopping", "Failed", "Updating"])
def test_what_does_not_run_has_no_such_list(status: str) -> None:
    known = snapshot(notebook("a", status))
    assert "stop-later" not in [each.key for each in notebook_actions(known, 0.0, "research", A.arn)]


def test_where_a_stop_is_denied_there_is_no_such_list() -> None:
    now = at("2026-11-27 17:20")
    known = snapshot(A, denials=(Denial(A.arn, Power.STOP, now),))
    assert "stop-later" not in [each.key for each in notebook_actions(known, now, "research", A.arn)]


@posix_only
def test_where_lists_open_inside_the_menu_plans_can_be_cancelled_and_made_on_the_page() -> None:
    now = at("2026-11-27 17:20")
    known = snapshot(
        *(notebook(f"n{number}") for number in range(4)),
        stop_plans=(plan(when=at("2026-11-27 19:00"), arn=notebook("n2").arn),),
    )
    shown = next(each for each in menu(known, now, inline=True) if each.key == "actions").children
    line = next(each for each in shown if each.checked and each.key.startswith("stop-plan"))
    assert (line.label, line.command) == ("Stop n2 at 19:00", c.CancelStopPlan(notebook("n2").arn, Trigger.AT))
    assert c.ShowNotebooks() in [each.command for each in shown]


# The line of a notebook instance.


@posix_only
@pytest.mark.parametrize(
    ("plans", "opened", "said"),
    [
        ((), False, ""),
        ((), True, "Running, open until 21:20"),
        ((plan(when=at("2026-11-27 19:00")),), False, "Running, stops at 19:00"),
        ((plan(when=at("2026-11-28 00:30")),), False, "Running, stops at Sat 00:30"),
        ((plan(when=at("2026-11-27 19:00")),), True, "Running, open until 21:20, stops at 19:00"),
        ((plan(Trigger.IDLE, minutes=60),), False, "Running, stops when idle for 1 h"),
        ((plan(Trigger.IDLE, minutes=60),), True, "Running, open until 21:20"),
        ((plan(Trigger.IDLE, minutes=60, warned=at("2026-11-27 17:15")),), False, "Running, stops at 17:25"),
        ((plan(Trigger.LEAVING),), False, "Running, stops when you log out"),
        ((plan(Trigger.LEAVING), plan(when=at("2026-11-27 18:00"))), False, "Running, stops at 18:00"),
    ],
)
def test_the_line_says_when_it_stops(plans: tuple[StopPlan, ...], opened: bool, said: str) -> None:
    now = at("2026-11-27 17:20")
    sessions = (begun("research", A.arn, View.LAB, 14400, since=now, signed_until=None),) if opened else ()
    assert running_words([A], sessions, plans, now) == ({A.arn: said} if said else {})
    assert running_words([notebook("a", "Stopped")], sessions, plans, now) == {}
    known = snapshot(A, sessions=sessions, stop_plans=plans)
    assert any(each.label == f"a — {said or 'Running'}" for each in menu(known, now))
    assert around(known, now)["inPlaceOfStatus"] == ({A.arn: said} if said else {})


@posix_only
def test_the_page_has_the_same_list() -> None:
    now = at("2026-11-27 17:20")
    body = f'{{"kind":"choose","profile":"research","arn":"{A.arn}","path":["stop-later","at/1"]}}'.encode()
    assert read(body, snapshot(A), now) == c.PlanStop("research", A.arn, Trigger.AT, at("2026-11-27 19:00"))


# Notifications.


@posix_only
def test_what_is_told_before() -> None:
    now = at("2026-11-27 18:50")
    told = stops_soon((plan(when=at("2026-11-27 19:00"), warned=now),), now, lambda when: until_words(when, now))
    assert (told.title, told.click_acts) == ("a stops at 19:00", False)
    several = stops_soon(
        tuple(plan(when=at("2026-11-27 19:00"), warned=now, arn=notebook(f"n{each}").arn) for each in range(8)),
        now,
        lambda when: until_words(when, now),
    )
    assert several.title == "8 notebook instances stop soon"
    assert several.text.startswith("n0, n1, n2, n3, n4 and 3 more, the first at 19:00.")
    assert isinstance(several.actions[0][1], c.KeepRunningOnce)
    assert len(several.actions[0][1].arns) == 8


@pytest.mark.parametrize("came", Came)
@pytest.mark.parametrize("why", [None, *Why])
@pytest.mark.parametrize("number", [1, 3])
def test_whatever_comes_of_plans_is_told_in_one_notification_of_each_kind(
    came: Came, why: Why | None, number: int
) -> None:
    plans = [plan(when=at("2026-11-27 19:00"), arn=notebook(f"n{each}").arn, why=why) for each in range(number)]
    results = tuple(StopResult(each, came, Problem.of("own-error")) for each in plans)
    (told,) = stop_results(results, lambda when: until_words(when, when))
    assert told.title
    assert told.text


# What users write.


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("19:00", "19:00"),
        ("7:05", "07:05"),
        (" 7 pm ", "19:00"),
        ("7PM", "19:00"),
        ("12:30 a.m.", "00:30"),
        ("12pm", "12:00"),
        ("0:00", "00:00"),
        ("19.30", "19:30"),
        ("", ""),
        ("never", ""),
    ],
)
def test_times_of_the_day(text: str, time: str) -> None:
    assert parse_time_of_day(text) == time
    assert parse_time_of_day(written(time)) == time
    use_twelve_hours(True)
    assert parse_time_of_day(written(time)) == time


@pytest.mark.parametrize("text", ["19", "24:00", "12:60", "13 pm", "0am", "7:5", "soon", "19:00:00", "١٩:٠٠", "m"])
def test_what_is_no_time_of_the_day(text: str) -> None:
    with pytest.raises(TrayError) as refused:
        parse_time_of_day(text)
    assert refused.value.problem.code == "no-time-of-day"
    with pytest.raises(TrayError):
        Profile("a", "a", stop_at=text)


@pytest.mark.parametrize("text", ["-1", "169", "1.5", "x", ""])
def test_what_is_no_number_of_hours(text: str) -> None:
    with pytest.raises(TrayError) as refused:
        parse_stop_when_idle_hours(text)
    assert refused.value.problem.code == "stop-when-idle-refused"


@posix_only
def test_where_many_run_what_is_new_is_planned_on_the_page() -> None:
    now = at("2026-11-27 17:20")
    many = [notebook(f"n{number}") for number in range(41)]
    planned = plan(when=at("2026-11-27 19:00"), arn=many[1].arn)

    def every(entries: Iterable[e.Entry]) -> Iterator[e.Entry]:
        for each in entries:
            yield each
            yield from every(each.children)

    found = [each for each in every(menu(snapshot(*many, stop_plans=(planned,)), now)) if each.key == "stop-later"]
    assert {each.command for each in found if not each.children} == {c.ShowNotebooks()}
    (changed,) = (each for each in found if each.children)
    assert [each.label for each in changed.children if each.checked] == ["Stop at 19:00 today"]
