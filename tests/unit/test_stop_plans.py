"""Planned stops: over sleep, restarts, set clocks, busy kernels, and what is never stopped."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.later_stops import DAY, HOUR, MINUTE, RETIRED, START, Computer, Machine
from tests.support.samples import failure, notebook, problem
from tray.fleet.planned_stops.plans_file import NotedPlans, StopPlansFile
from tray.fleet.snapshot import Listing, Phase, Profile, ScopeState
from tray.model.activity import Reason
from tray.model.commands import AskToStop, KeepRunningOnce, PlanStop, StopEvenIfBusy
from tray.model.notebooks import Scope
from tray.model.signer import AwsProfile
from tray.model.stop_plans import MOST_PLANS, StopPlan, Trigger
from tray.texts.clock import use_twelve_hours


@pytest.fixture(autouse=True)
def _utc() -> Iterator[None]:
    use_twelve_hours(False)
    before = os.environ.get("TZ")
    set_zone("UTC0")
    yield
    set_zone(before)
    use_twelve_hours(None)


def set_zone(zone: str | None) -> None:
    if sys.platform == "win32":
        return
    os.environ.pop("TZ", None)
    if zone is not None:
        os.environ["TZ"] = zone
    time.tzset()


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    computer = Computer(tmp_path)
    computer.refresh()
    return computer


def habits(computer: Computer, **habit: object) -> None:
    computer.profile = replace(computer.profile, **habit)  # type: ignore[arg-type]
    computer.refresh()


# At a time.


def test_it_is_told_10_minutes_ahead_and_stopped_at_the_time(computer: Computer) -> None:
    computer.plan_at("a", 3 * HOUR)
    computer.wait(DAY)
    assert computer.told() == [(170, "a stops"), (180, "a was stopped as planned")]
    assert computer.stopped() == [(180, "a")]
    (_, warning), (_, last) = computer.screen.history
    assert warning.title == "a stops at 15:00"
    assert warning.text == "That is in 10 minutes, as planned. What is in memory is lost; files stay."
    assert warning.actions == (("Keep running", KeepRunningOnce((notebook("a").arn,))),)
    assert not warning.click_acts
    assert list(computer.screen.shown.values()) == [last], "the warning is withdrawn"
    assert computer.state.snapshot.stop_plans == () == computer.stored()
    assert len(computer.aws.looks) == 1


def test_an_idle_tray_wakes_for_nothing_else(computer: Computer) -> None:
    computer.plan_at("a", 3 * HOUR)
    computer.wait(2 * HOUR)
    assert computer.wakes == 0
    assert computer.aws.looks == []


def test_keep_running_cancels_it(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.wait(55 * MINUTE)
    computer.press("Keep running")
    assert computer.screen.shown == {}
    computer.wait(DAY)
    assert (computer.stopped(), computer.stored()) == ([], ())
    assert computer.told() == [(50, "a stops")]


def test_several_that_are_due_together_are_told_in_one(computer: Computer) -> None:
    for name in "abc":
        computer.plan_at(name, HOUR)
    computer.wait(DAY)
    assert computer.told() == [
        (50, "3 notebook instances stop soon"),
        (60, "3 notebook instances were stopped as planned"),
    ]
    assert computer.stopped() == [(60, "a"), (60, "b"), (60, "c")]
    assert computer.screen.history[0][1].text.startswith("a, b, c, the first at 13:00.")


def test_keep_them_running_cancels_all_of_them(computer: Computer) -> None:
    for name in "abc":
        computer.plan_at(name, HOUR)
    computer.wait(55 * MINUTE)
    computer.press("Keep them running")
    computer.wait(DAY)
    assert computer.stopped() == []


def test_whoever_plans_it_within_the_next_minutes_needs_no_warning(computer: Computer) -> None:
    computer.plan_at("a", 5 * MINUTE)
    computer.wait(HOUR)
    assert computer.told() == [(5, "a was stopped as planned")]


def test_a_busy_kernel_is_said_once_and_stopped_when_it_is_done(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.machines["a"].busy = True
    computer.wait(95 * MINUTE)
    assert computer.told() == [(50, "a stops"), (60, "a was not stopped")]
    assert computer.screen.history[1][1].text == ("A kernel is busy. It is tried again every 10 minutes until 17:00.")
    assert computer.screen.history[1][1].actions == (("Stop it anyway…", AskToStop("research", notebook("a").arn)),)
    computer.machines["a"].busy = False
    computer.wait(HOUR)
    assert computer.stopped() == [(100, "a")]
    assert computer.told()[2:] == [(100, "a was stopped as planned")]


@pytest.mark.parametrize("reason", [Reason.UNREACHABLE, Reason.NOT_JUPYTER, None])
def test_what_is_busy_or_cannot_be_told_is_given_up_after_four_hours(computer: Computer, reason: Reason | None) -> None:
    computer.plan_at("a", HOUR)
    computer.machines["a"].busy = reason is None
    computer.machines["a"].unknown = reason
    computer.wait(DAY)
    assert computer.stopped() == []
    assert computer.told() == [(50, "a stops"), (60, "a was not stopped"), (300, "a was not stopped")]
    assert computer.screen.history[2][1].text.endswith("It goes on running, and costs.")
    times = [at for at, _ in computer.aws.looks]
    assert min(after - before for before, after in pairwise(times)) >= 600
    assert computer.stored() == ()


def test_a_busy_kernel_is_stopped_where_the_user_has_said_so(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.machines["a"].busy = True
    computer.do(StopEvenIfBusy(notebook("a").arn, on=True))
    computer.wait(DAY)
    assert computer.stopped() == [(60, "a")]
    assert computer.aws.looks == []


def test_what_the_user_has_just_opened_is_not_stopped(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.wait(55 * MINUTE)
    computer.open("a")
    computer.wait(9 * MINUTE)
    assert computer.told() == [(50, "a stops"), (60, "a was not stopped")]
    assert computer.screen.history[1][1].text.startswith("You have just opened it.")
    computer.wait(HOUR)
    assert computer.stopped() == [(70, "a")]


def test_a_look_some_minutes_ago_is_not_enough_and_none_is_made_within_ten_minutes(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.wait(55 * MINUTE)
    computer.stopping.found(computer.state.snapshot.listing.notebooks[0])
    computer.machines["a"].busy = True
    computer.wait(20 * MINUTE)
    assert computer.stopped() == []
    assert [round((at - START) / 60) for at, _ in computer.aws.looks] == [55, 65, 75]


@pytest.mark.parametrize("status", ["Stopping", "Stopped", "Failed", "Deleting", ""])
def test_a_plan_ends_without_a_word_when_anybody_stops_it(computer: Computer, status: str) -> None:
    computer.plan_at("a", HOUR)
    computer.plan_leaving("a")
    computer.plan_idle("a")
    computer.wait(52 * MINUTE)
    computer.machines["a"].status = status
    computer.machines["a"].changed = computer.true
    computer.wait(5 * MINUTE)
    assert computer.state.snapshot.stop_plans == () == computer.stored()
    assert computer.screen.shown == {}
    computer.machines["a"].status = "InService"
    computer.wait(DAY)
    assert computer.stopped() == []


def test_one_that_was_stopped_and_started_while_the_tray_was_off_has_no_plan(computer: Computer) -> None:
    computer.plan_at("a", 6 * HOUR)
    computer.true += 3 * HOUR
    computer.machines["a"].changed = computer.true - HOUR
    computer.start_tray()
    computer.refresh()
    assert computer.stored() == ()


def test_another_one_of_the_same_name_has_no_plan(computer: Computer) -> None:
    computer.plan_at("a", 7 * HOUR)
    computer.true += 40 * MINUTE
    computer.machines["a"].changed = computer.machines["a"].created = computer.true - 20 * MINUTE
    computer.refresh()
    assert computer.stored() == ()


def test_a_refusal_is_told_in_its_words_and_not_tried_again(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.aws.refuses = failure("Access denied", "You may not.", "Ask.")
    computer.wait(DAY)
    assert computer.told() == [(50, "a stops"), (60, "a was not stopped: Access denied")]
    assert computer.screen.history[1][1].text == "You may not. Ask."
    assert computer.stored() == ()


def test_what_aws_cannot_list_now_is_tried_again(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.problem = problem()
    computer.wait(75 * MINUTE)
    assert computer.screen.history[1][1].text.startswith("AWS can't be asked at the moment whether it runs.")
    computer.problem = None
    computer.wait(HOUR)
    assert computer.stopped() == [(80, "a")]


# Retired platforms.


def test_none_is_planned_for_what_may_never_start_again(computer: Computer) -> None:
    computer.machines["a"].platform = RETIRED
    computer.machines["b"].platform = None
    for name in "ab":
        computer.plan_at(name, HOUR)
        computer.plan_idle(name)
        computer.plan_leaving(name, even_if_busy=True)
    assert [refused.code for _, refused in computer.failures] == [
        *["stop-plan-retired"] * 3,
        *["stop-plan-platform-unknown"] * 3,
    ]
    assert computer.stored() == ()


@pytest.mark.parametrize("trigger", [Trigger.AT, Trigger.IDLE])
def test_what_is_found_retired_at_the_time_is_never_stopped(computer: Computer, trigger: Trigger) -> None:
    at, minutes = (START + HOUR, 0) if trigger is Trigger.AT else (0.0, 60 * (trigger is Trigger.IDLE))
    plan = StopPlan("research", notebook("a").arn, trigger, START, at, minutes, trigger is not Trigger.IDLE)
    StopPlansFile(computer.path).change(lambda _: NotedPlans((plan,)))
    computer.machines["a"].platform = RETIRED
    computer.plans.load()
    computer.wait(3 * HOUR)
    computer.wait(DAY)
    assert computer.stopped() == []
    assert "AWS may not start it again" in computer.screen.history[-1][1].text


# Sleep, restarts and set clocks.


def test_after_a_sleep_it_is_told_and_stopped_ten_minutes_later(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.sleep(4 * HOUR)
    computer.wait(HOUR)
    assert computer.told() == [(240, "a stops"), (250, "a was stopped as planned")]
    assert computer.stopped() == [(250, "a")]


def test_a_sleep_after_the_warning_has_it_told_again(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.wait(55 * MINUTE)
    computer.sleep(4 * HOUR)
    computer.wait(HOUR)
    assert computer.told() == [(50, "a stops"), (295, "a stops"), (305, "a was stopped as planned")]


def test_after_more_than_twelve_hours_it_is_said_that_it_did_not_happen(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.plan_at("b", HOUR)
    computer.sleep(14 * HOUR)
    computer.wait(DAY)
    assert computer.told() == [(840, "2 planned stops didn't happen")]
    assert (computer.stopped(), computer.stored()) == ([], ())


def test_what_was_stopped_in_a_sleep_is_not_told(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.machines["a"].status = "Stopped"
    computer.sleep(4 * HOUR)
    computer.wait(DAY)
    assert computer.told() == []


def test_a_killed_tray_goes_on_where_it_was(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.wait(55 * MINUTE)
    computer.start_tray()
    computer.true += 10
    computer.refresh()
    computer.wait(HOUR)
    assert computer.told() == [(50, "a stops"), (60, "a was stopped as planned")]


def test_nothing_happens_before_the_first_list(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.wait(59.5 * MINUTE)
    computer.start_tray()
    computer.wait(100, refresh_every=DAY)
    assert computer.stopped() == []
    computer.refresh()
    computer.wait(MINUTE)
    assert len(computer.stopped()) == 1


@pytest.mark.parametrize("ahead", [-2 * HOUR, -20 * MINUTE, 20 * MINUTE, 5 * HOUR])
def test_a_clock_that_is_set_leaves_ten_minutes_after_a_warning(computer: Computer, ahead: float) -> None:
    computer.plan_at("a", HOUR)
    computer.wait(55 * MINUTE)
    computer.ahead = ahead
    computer.refresh()
    computer.wait(DAY)
    ((stopped, _),) = computer.stopped()
    warned = [at for at, title in computer.told() if title == "a stops"]
    assert stopped >= warned[-1] + 10
    assert len(warned) == (1 if ahead == -20 * MINUTE else 2), "after two hours more, what was told is old"
    assert stopped - warned[-1] < 35


def test_a_clock_that_is_set_back_after_the_warning_has_it_taken_back_and_told_anew(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.wait(55 * MINUTE)
    computer.ahead = -DAY
    computer.refresh()
    computer.look()
    assert computer.screen.shown == {}
    computer.wait(DAY + HOUR)
    assert computer.told() == [(50, "a stops"), (50 + 24 * 60, "a stops"), (60 + 24 * 60, "a was stopped as planned")]


def test_an_idle_time_counts_from_now_if_the_clock_is_set_back(computer: Computer) -> None:
    computer.plan_idle("a")
    computer.ahead = -DAY
    computer.refresh()
    computer.wait(3 * HOUR)
    assert computer.stopped() == [(70, "a")]


def test_what_was_made_while_the_clock_was_ahead_ends_with_the_stop(computer: Computer) -> None:
    computer.ahead = 400 * DAY
    computer.refresh()
    computer.plan_leaving("a")
    computer.plan_at("b", HOUR)
    computer.wait(61 * MINUTE)
    assert computer.stopped() == [(60, "b")]
    computer.ahead = 0
    computer.machines["a"].status = "Stopped"
    computer.wait(10 * MINUTE)
    assert computer.stored() == ()


def test_a_clock_that_is_set_ahead_in_the_ten_minutes_shortens_them_not(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.wait(52 * MINUTE)
    computer.ahead = 4 * MINUTE
    computer.wait(DAY)
    assert computer.stopped() == [(60, "a")]


def test_a_stop_that_was_called_and_did_not_happen_is_told_once_and_not_tried_again(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.wait(59 * MINUTE)
    plan = replace(computer.stored()[0], begun=computer.wall)
    StopPlansFile(computer.path).change(lambda _: NotedPlans((plan,)))
    computer.start_tray()
    assert computer.state.snapshot.stop_plans == ()
    computer.wait(DAY)
    assert computer.stopped() == []
    assert computer.told()[1:] == [(64, "a was not stopped")]
    assert computer.screen.history[-1][1].text.startswith("The stop was asked for, but it still runs.")


def test_a_stop_that_was_called_and_happened_is_over_without_a_word(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.wait(59 * MINUTE)
    plan = replace(computer.stored()[0], begun=computer.wall)
    StopPlansFile(computer.path).change(lambda _: NotedPlans((plan,)))
    computer.machines["a"].changed = computer.wall + 60  # and somebody has started it again
    computer.start_tray()
    computer.wait(DAY)
    assert computer.told() == [(50, "a stops")]
    assert computer.stored() == ()


# When idle.


def test_it_is_looked_at_when_it_may_be_idle_and_told_before(computer: Computer) -> None:
    computer.machines["a"].worked = START + 30 * MINUTE
    computer.plan_idle("a")
    computer.wait(DAY)
    assert [round((at - START) / 60) for at, _ in computer.aws.looks] == [60, 90, 100]
    assert computer.told() == [(90, "a stops"), (100, "a was stopped as planned")]
    assert computer.screen.history[0][1].text == (
        "There has been no sign of work for 1 h. It stops in 10 minutes, unless there is one."
    )


def test_what_was_before_the_plan_does_not_count(computer: Computer) -> None:
    computer.machines["a"].worked = START - DAY
    computer.plan_idle("a")
    computer.wait(59 * MINUTE)
    assert computer.told() == []
    computer.wait(HOUR)
    assert computer.stopped() == [(70, "a")]


def test_where_nothing_is_there_that_could_work_it_counts_from_the_first_look(computer: Computer) -> None:
    computer.machines["a"].worked = None
    computer.plan_idle("a")
    computer.wait(DAY)
    assert computer.stopped() == [(130, "a")]


def test_work_after_the_warning_has_it_counted_anew(computer: Computer) -> None:
    computer.plan_idle("a")
    computer.wait(65 * MINUTE)
    computer.machines["a"].worked = computer.true
    computer.wait(10 * MINUTE)
    assert computer.screen.shown == {}
    computer.wait(DAY)
    assert computer.told() == [(60, "a stops"), (125, "a stops"), (135, "a was stopped as planned")]


@pytest.mark.parametrize("sign", ["busy", "unknown", "terminals", "on_screen"])
def test_it_is_never_idle_when_anything_speaks_for_work(computer: Computer, sign: str) -> None:
    value = {"busy": True, "unknown": Reason.SLOW, "terminals": 1, "on_screen": True}[sign]
    setattr(computer.machines["a"], sign, value)
    computer.plan_idle("a")
    computer.wait(2 * DAY)
    assert computer.stopped() == []
    assert computer.told() == ([(90, "a was not stopped")] if sign == "unknown" else []), "once"
    times = [at for at, _ in computer.aws.looks]
    assert min(after - before for before, after in pairwise(times)) >= 600
    assert len(times) <= 48 * (2 if sign == "unknown" else 1)


def test_a_look_that_fails_once_is_not_told(computer: Computer) -> None:
    computer.machines["a"].unknown = Reason.SLOW
    computer.plan_idle("a")
    computer.wait(65 * MINUTE)
    computer.machines["a"].unknown = None
    computer.wait(DAY)
    assert [title for _, title in computer.told()] == ["a stops", "a was stopped as planned"]


def test_a_habit_for_what_cannot_be_described_any_more_says_so_once(computer: Computer) -> None:
    computer.machines["a"].platform = None
    habits(computer, stop_when_idle_hours=1)
    computer.machines["b"].busy = computer.machines["c"].busy = True
    computer.wait(2 * DAY)
    assert [title for _, title in computer.told()] == ["a was not stopped"]
    assert "DescribeNotebookInstance" in computer.screen.history[-1][1].text


def test_an_opening_is_a_sign_of_work(computer: Computer) -> None:
    computer.plan_idle("a")
    computer.wait(55 * MINUTE)
    computer.open("a")
    computer.wait(30 * MINUTE)
    assert computer.told() == []


def test_keep_running_has_the_idle_time_counted_anew(computer: Computer) -> None:
    computer.plan_idle("a")
    computer.wait(65 * MINUTE)
    computer.press("Keep running")
    computer.wait(59 * MINUTE)
    assert computer.stopped() == []
    computer.wait(30 * MINUTE)
    assert computer.stopped() == [(135, "a")]


def test_after_a_sleep_idleness_is_looked_at_and_told_anew(computer: Computer) -> None:
    computer.plan_idle("a")
    computer.wait(65 * MINUTE)
    computer.sleep(10 * HOUR)
    computer.wait(HOUR)
    assert computer.told() == [(60, "a stops"), (665, "a stops"), (675, "a was stopped as planned")]


# Looks that are off.


def test_without_looks_only_what_the_user_stops_even_if_busy_is_planned(computer: Computer) -> None:
    computer.state.looks_off.set(True)
    computer.plan_at("a", HOUR)
    computer.plan_idle("a")
    computer.plan_leaving("a")
    assert [refused.code for _, refused in computer.failures] == ["stop-plan-needs-looks"] * 3
    computer.plan_at("a", HOUR, even_if_busy=True)
    computer.wait(DAY)
    assert computer.stopped() == [(60, "a")]
    assert computer.aws.looks == []


def test_looks_that_are_turned_off_meanwhile_leave_it_running(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.plan_idle("b")
    computer.plan_leaving("c")
    computer.state.looks_off.set(True)
    computer.wait(6 * HOUR)
    assert (computer.stopped(), computer.aws.looks) == ([], [])
    assert [title for _, title in computer.told()] == [
        "a stops",
        "2 notebook instances were not stopped",
        "a was not stopped",
    ]


# Habits.


def test_a_habit_stops_what_runs_each_day(computer: Computer) -> None:
    habits(computer, stop_at="19:00")
    computer.machines["b"].status = "Stopped"
    computer.machines["b"].changed = computer.true
    computer.wait(HOUR)
    assert [each.at for each in computer.state.snapshot.stop_plans] == [START + 7 * HOUR] * 2
    computer.wait(12 * HOUR)
    assert computer.stopped() == [(420, "a"), (420, "c")]
    computer.machines["a"].status, computer.machines["a"].changed = "InService", computer.true
    computer.wait(DAY)
    assert computer.stopped()[2:] == [(420 + 24 * 60, "a")]


@pytest.mark.parametrize("how", ["cancel", "press"])
def test_a_habit_that_is_cancelled_for_today_comes_back_tomorrow(computer: Computer, how: str) -> None:
    habits(computer, stop_at="19:00")
    computer.machines["b"].status = computer.machines["c"].status = "Stopped"
    computer.wait(6 * HOUR + 55 * MINUTE)
    if how == "cancel":
        computer.cancel("a")
    else:
        computer.press("Keep running")
    computer.wait(2 * HOUR)
    computer.start_tray()
    computer.wait(12 * HOUR)
    assert computer.stopped() == []
    computer.wait(12 * HOUR)
    assert computer.stopped() == [(420 + 24 * 60, "a")]


@pytest.mark.parametrize("ahead", [20 * HOUR, 2 * DAY, 400 * DAY])
@pytest.mark.parametrize("cancelled", [False, True])
def test_a_clock_that_was_ahead_for_a_moment_ends_no_habit(computer: Computer, ahead: float, cancelled: bool) -> None:
    habits(computer, stop_at="19:00", stop_when_idle_hours=100, stop_at_logout=True)
    computer.ahead = ahead
    computer.refresh()
    computer.wait(20)
    computer.refresh()
    if cancelled:
        for trigger in Trigger:
            computer.cancel("a", trigger)
    computer.ahead = 0
    computer.refresh()
    computer.wait(8 * HOUR)
    assert {"b", "c"} <= {name for _, name in computer.stopped()} <= {"a", "b", "c"}
    computer.wait(4 * DAY)
    assert "a" in {name for _, name in computer.stopped()}


@pytest.mark.parametrize(
    ("trigger", "habit"), [(Trigger.IDLE, {"stop_when_idle_hours": 2}), (Trigger.LEAVING, {"stop_at_logout": True})]
)
def test_other_habits_that_are_cancelled_come_back_at_midnight(
    computer: Computer, trigger: Trigger, habit: dict[str, object]
) -> None:
    habits(computer, **habit)
    assert len(computer.stored()) == 3
    computer.cancel("a", trigger)
    computer.machines["a"].busy = True
    computer.wait(11 * HOUR)
    assert notebook("a").arn not in {each.arn for each in computer.stored()}
    computer.wait(2 * HOUR)
    assert notebook("a").arn in {each.arn for each in computer.stored()}


def test_a_choice_stands_in_place_of_a_habit(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    habits(computer, stop_at="19:00")
    assert {each.arn: each.at for each in computer.stored()}[notebook("a").arn] == START + HOUR


def test_a_habit_that_is_changed_or_ended_is_followed(computer: Computer) -> None:
    habits(computer, stop_at="19:00")
    habits(computer, stop_at="20:00")
    assert {each.at for each in computer.stored()} == {START + 8 * HOUR}
    habits(computer, stop_at="")
    assert computer.stored() == ()


def test_habits_learn_once_what_may_never_start_again(computer: Computer) -> None:
    computer.machines["a"].platform = RETIRED
    computer.machines["b"].platform = None
    habits(computer, stop_at="19:00", stop_at_logout=True)
    assert {each.arn for each in computer.stored()} == {notebook("b").arn, notebook("c").arn}
    computer.refresh()
    computer.wait(6 * HOUR)
    assert sorted(computer.aws.described) == ["a", "b", "c"]
    assert computer.told() == []


def test_habits_leave_out_what_may_never_start_again(computer: Computer) -> None:
    computer.state.platforms.set({notebook("a").arn: RETIRED})
    habits(computer, stop_at="19:00", stop_at_logout=True, stop_when_idle_hours=1)
    assert {each.arn for each in computer.stored()} == {notebook("b").arn, notebook("c").arn}


def test_a_habit_of_more_than_there_is_room_for_displaces_nothing(computer: Computer) -> None:
    computer.plan_idle("a", 90)
    computer.machines.update((f"n{each}", Machine(busy=True)) for each in range(MOST_PLANS))
    habits(computer, stop_at="19:00")
    computer.plan_at("b", HOUR)
    before = computer.stored()
    assert len(before) == MOST_PLANS
    assert [(each.arn, each.trigger) for each in before if not each.of_habit] == [
        (notebook("a").arn, Trigger.IDLE),
        (notebook("b").arn, Trigger.AT),
    ]
    computer.refresh()
    computer.refresh()
    assert computer.stored() == before, "no list brings others"


@pytest.mark.skipif(sys.platform == "win32", reason="its C library has the zone of the start alone")
def test_a_habit_goes_by_the_time_zone_of_the_day_and_a_choice_by_that_of_its_making(computer: Computer) -> None:
    computer.plan_at("a", 7 * HOUR)
    habits(computer, stop_at="19:00")
    set_zone("EST5")
    computer.wait(8 * HOUR)
    assert computer.stopped() == [(420, "a"), (420, "b"), (420, "c")], "as shown before the journey"
    for machine in computer.machines.values():
        machine.status, machine.changed = "InService", computer.true
    computer.refresh()
    assert {each.at for each in computer.stored()} == {START + 12 * HOUR}


# Profiles that get another name, or go.


def test_a_plan_outlives_the_name_of_its_profile(computer: Computer) -> None:
    computer.plan_at("a", HOUR)
    computer.plan_leaving("b")
    computer.profile = replace(computer.profile, name="lab")
    computer.refresh()
    assert {each.profile for each in computer.stored()} == {"lab"}
    computer.wait(2 * HOUR)
    computer.leave()
    assert [name for _, name in computer.stopped()] == ["a", "b"]
    assert computer.told() == [(50, "a stops"), (60, "a was stopped as planned")]


@pytest.mark.parametrize("how", ["hidden", "signed out"])
def test_another_profile_that_sees_it_stands_in_for_the_one_that_planned(computer: Computer, how: str) -> None:
    """Signed out at 18:00 is no reason to pay for the night, if another profile may stop it at 19:00."""
    computer.plan_at("a", HOUR)
    computer.plan_leaving("b")
    computer.plan_idle("c")
    mine = computer.state.snapshot.listing.scopes[0]
    lab = Scope("lab", "eu-west-1", AwsProfile("lab"))

    def refresh() -> None:
        of_lab = ScopeState(lab, tuple(replace(each, scope=lab) for each in mine.notebooks), computer.wall)
        failed = replace(mine, problem=problem())
        mine_now, other = (computer.profile,), (Profile("lab", "lab"),)
        found = Listing(phase=Phase.RESTING, scopes=(failed, of_lab), profiles=(*mine_now, *other), keyring_read=True)
        if how == "hidden":
            found = replace(found, scopes=(of_lab,), profiles=other, unchecked=mine_now)
        computer.state.listing.set(found)
        computer.run()

    computer.refresh = refresh  # type: ignore[method-assign]
    refresh()
    computer.wait(71 * MINUTE)
    assert [name for _, name in computer.stopped()] == ["a", "c"]
    computer.leave()
    assert [name for _, name in computer.stopped()] == ["a", "c", "b"]


def test_what_no_profile_sees_any_more_is_planned_no_longer(computer: Computer) -> None:
    """No line of a menu could cancel it, and each logout would be told to have left it running."""
    computer.plan_idle("a")
    computer.plan_leaving("b")
    of_others = ScopeState(Scope("lab", "eu-west-1", AwsProfile("lab")), (), None)
    gone = Listing(phase=Phase.RESTING, profiles=(Profile("lab", "lab"),), scopes=(of_others,), keyring_read=True)
    for unknown in (
        gone,  # the profile may have got this name, and is not listed yet
        replace(gone, scopes=(replace(of_others, listed_at=computer.wall, problem=problem()),)),
        replace(gone, scopes=(), keyring_read=False),
        replace(gone, scopes=(), problems=(("research", problem()),)),
        replace(gone, scopes=(), unchecked=(computer.profile,)),
    ):
        computer.state.listing.set(unknown)
        computer.run()
        assert len(computer.stored()) == 2
    computer.state.listing.set(replace(gone, scopes=(replace(of_others, listed_at=computer.wall),)))
    computer.run()
    assert computer.stored() == ()


# A sleep at the worst moment.


@pytest.mark.parametrize("hours", [1, 14])
@pytest.mark.parametrize("trigger", [Trigger.AT, Trigger.IDLE])
def test_a_sleep_between_the_look_and_the_stop_is_one_like_another(
    computer: Computer, trigger: Trigger, hours: int
) -> None:
    if trigger is Trigger.AT:
        computer.plan_at("a", HOUR, even_if_busy=True)
        computer.wait(59 * MINUTE)
    else:
        computer.plan_idle("a")
        computer.wait(69 * MINUTE)

    def sleep(_name: str) -> None:
        computer.aws.at_describe = lambda _: None
        computer.true += hours * HOUR

    computer.aws.at_describe = sleep
    computer.wait(2 * MINUTE)
    assert computer.stopped() == [], "nothing is stopped hours later without a new warning"
    computer.refresh()
    computer.wait(HOUR)
    told = [title for _, title in computer.told()]
    if trigger is Trigger.AT and hours > 12:
        assert (told, computer.stopped()) == (["a stops", "a was not stopped"], [])
    else:
        assert told == ["a stops", "a stops", "a was stopped as planned"]
        assert len(computer.stopped()) == 1


# The file.


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"plans": 1, "off": []}',
        b'{"plans": [{}], "off": [1]}',
        b'{"plans": [{"profile": "p", "arn": "x"}], "off": []}',
        b"\xff",
    ],
)
def test_a_file_of_something_else_has_no_plans(computer: Computer, content: bytes) -> None:
    computer.path.write_bytes(content)
    computer.start_tray()
    assert computer.state.snapshot.stop_plans == ()
    computer.refresh()
    computer.plan_at("a", HOUR)
    assert len(computer.stored()) == 1


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("at", float("inf")),
        ("at", -1),
        ("at", 0),
        ("at", 1e300),
        ("since", "now"),
        ("idle_minutes", 5),
        ("arn", "arn"),
        ("trigger", "never"),
        ("habit", 1),
        ("profile", "x" * 300),
        ("begun", float("nan")),
    ],
)
def test_a_plan_that_cannot_be_right_is_none(computer: Computer, member: str, value: object) -> None:
    computer.plan_at("a", HOUR)
    computer.plan_at("b", HOUR)
    stored = json.loads(computer.path.read_text("utf-8"))
    stored["plans"][0][member] = value
    computer.path.write_text(json.dumps(stored), "utf-8")
    assert [each.arn for each in computer.stored()] == [notebook("b").arn]


def test_what_is_stored_is_read_again(computer: Computer) -> None:
    computer.plan_at("a", HOUR, even_if_busy=True)
    computer.plan_idle("b", 90)
    computer.plan_leaving("c")
    habits(computer, stop_at="19:00")
    computer.cancel("b")
    before = computer.stored()
    assert len(before) == 5, "that of the habit is tomorrow's"
    computer.start_tray()
    computer.refresh()
    assert computer.stored() == before
    assert computer.state.snapshot.stop_plans == before


def test_the_plans_are_bounded(computer: Computer) -> None:
    plan = StopPlan("research", notebook("a").arn, Trigger.AT, START, START + HOUR)
    many = tuple(replace(plan, arn=notebook(f"n{at}").arn) for at in range(MOST_PLANS + 10))
    StopPlansFile(computer.path).change(lambda _: NotedPlans(many))
    assert computer.stored() == many[-MOST_PLANS:]


def test_as_many_as_there_may_be_are_read_again_with_the_longest_names(computer: Computer) -> None:
    plan = StopPlan("\u00fc" * 256, notebook("a").arn, Trigger.AT, START, START + HOUR)
    many = tuple(replace(plan, arn=notebook(f"{'n' * 59}{at}").arn) for at in range(MOST_PLANS))
    StopPlansFile(computer.path).change(lambda _: NotedPlans(many))
    assert computer.stored() == many


@pytest.mark.parametrize("seconds", [-60.0, 0.0, 8 * DAY])
def test_a_time_has_to_be_within_a_week(computer: Computer, seconds: float) -> None:
    computer.plan_at("a", seconds)
    assert [refused.code for _, refused in computer.failures] == ["stop-plan-time"]


@pytest.mark.parametrize(
    ("minutes", "given"), [(1, "1m"), (9, "9m"), (168 * 60 + 1, "168h1m"), (400 * 60, "400h"), (0, "0m")]
)
def test_an_idle_time_has_bounds(computer: Computer, minutes: int, given: str) -> None:
    computer.plan_idle("a", minutes)
    ((_, refused),) = computer.failures
    assert refused.code == "stop-plan-idle"
    assert refused.message.startswith(f"“{given}” ")


def test_what_does_not_run_is_not_planned(computer: Computer) -> None:
    computer.machines["a"].status = "Stopped"
    computer.refresh()
    computer.plan_at("a", HOUR)
    computer.do(PlanStop("other", notebook("a").arn, Trigger.LEAVING))
    assert [refused.code for _, refused in computer.failures] == ["cannot-stop-now", "no-longer-there"]
