"""The notifications of planned stops: pure functions from what happened to a `Notification`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tray.model import commands as c
from tray.model.arns import name_in
from tray.model.notification import Notification
from tray.model.notification_kinds import NotificationKind
from tray.model.stop_plans import GIVE_UP_SECONDS, WARN_SECONDS, Came, StopPlan, StopResult, Trigger, due_at
from tray.texts import leaving as leaving_texts
from tray.texts import left_running as left_running_texts
from tray.texts import power as power_texts
from tray.texts import stop_plans as texts
from tray.texts.lengths import session_length

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tray.model.leaving import NotStopped

ABOUT_SOON = "stop-plans/soon"
"""What the warning before planned stops is about."""

ABOUT_LEFT = "stop-plans/left"
"""What the notification of what was not stopped when the user left is about."""

_MOST_NAMED = 5


def stops_soon(plans: tuple[StopPlan, ...], now: float, clock: Callable[[float], str]) -> Notification:
    """Return that notebook instances will be stopped, with a button that keeps them running.

    :param clock: returns a time in words, of seconds since the epoch
    """
    plans = tuple(sorted({each.arn: each for each in sorted(plans, key=due_at, reverse=True)}.values(), key=due_at))
    first, arns = plans[0], tuple(each.arn for each in plans)
    time = clock(due_at(first))
    if len(plans) == 1:
        idle = session_length(int(first.idle_seconds)) if first.trigger is Trigger.IDLE else ""
        minutes = max(1, math.ceil((due_at(first) - now) / 60))
        words, keep = texts.stops(name_in(first.arn), time, minutes, idle), texts.keep_running()
    else:
        words, keep = texts.several_stop(len(plans), *_named(plans), time), texts.keep_all_running()
    return Notification(
        NotificationKind.STOP_PLAN,
        *words,
        about=ABOUT_SOON,
        actions=((keep, c.KeepRunningOnce(arns)),),
        where=texts.keep_in_the_menu(),
        click_acts=False,
    )


def stop_results(results: tuple[StopResult, ...], clock: Callable[[float], str]) -> Iterator[Notification]:
    """Yield what came of plans: one notification for all of which the same came.

    :param clock: returns a time in words, of seconds since the epoch
    """
    for came in Came:
        if those := tuple({each.plan.arn: each for each in results if each.came is came}.values()):
            yield _result(those[0], clock) if len(those) == 1 else _several(those)


def left(those: tuple[NotStopped, ...], time: str, most_to_stop: int) -> Notification:
    """Return what was not stopped when the user left, with a button that leads to the question whether to stop it.

    :param time: when the user left, in words; empty if it isn't known
    :param most_to_stop: so many can be asked about in one question; of more, the button shows the list
    """
    button = power_texts.stop()
    if len(those) == 1:
        (one,) = those
        words = leaving_texts.left(name_in(one.arn), time, leaving_texts.reason(one.why.value))
        stop: c.Command = c.AskToStop(one.profile, one.arn)
        where = leaving_texts.stop_in_the_menu(name_in(one.arn))
    else:
        names = [name_in(each.arn) for each in those[:_MOST_NAMED]]
        whys = [leaving_texts.reason(each.why.value) for each in those[:_MOST_NAMED]]
        words = leaving_texts.several_left(len(those), names, whys, len(those) - len(names))
        stop = c.AskToStopAll(tuple((each.profile, each.arn) for each in those))
        if len(those) > most_to_stop:
            button, stop = left_running_texts.show(), c.ShowNotebooks()
        where = leaving_texts.stop_each_in_the_menu()
    return Notification(
        NotificationKind.STOP_PLAN,
        *words,
        about=ABOUT_LEFT,
        actions=((button, stop),),
        where=where,
    )


def _result(result: StopResult, clock: Callable[[float], str]) -> Notification:
    plan = result.plan
    name = name_in(plan.arn)
    reason = texts.reason(plan.why.value if plan.why is not None else "")
    actions: tuple[tuple[str, c.Command], ...] = ((texts.stop_anyway(), c.AskToStop(plan.profile, plan.arn)),)
    match result.came:
        case Came.STOPPED:
            words, actions = texts.stopped(name), ()
        case Came.NOT_YET if plan.trigger is Trigger.AT:
            until = max(plan.at, (plan.warned or 0.0) + WARN_SECONDS) + GIVE_UP_SECONDS
            words = texts.not_stopped(name, reason, clock(until))
        case Came.NOT_YET | Came.GIVEN_UP:
            words = texts.not_stopped(name, reason, "")
        case Came.MISSED:
            words = texts.missed(name, clock(plan.at))
        case Came.FAILED:
            problem = result.problem
            title, said = (problem.title, f"{problem.message} {problem.remedy}") if problem is not None else ("", "")
            words = texts.failed(name, title, said)
    return Notification(
        NotificationKind.STOP_PLAN,
        *words,
        about=f"stop-plans/{plan.arn}",
        actions=actions,
        where="",
        click_acts=False,
        failure=result.came is Came.FAILED,
    )


def _several(results: tuple[StopResult, ...]) -> Notification:
    plans = tuple(each.plan for each in results)
    named = len(plans), *_named(plans)
    match results[0].came:
        case Came.STOPPED:
            words = texts.several_stopped(*named)
        case Came.MISSED:
            words = texts.several_missed(*named)
        case came:
            again = came is Came.NOT_YET and all(each.trigger is Trigger.AT for each in plans)
            words = texts.several_not_stopped(*named, again)
    return Notification(
        NotificationKind.STOP_PLAN,
        *words,
        about=f"stop-plans/several/{results[0].came.name}",
        click_acts=False,
        failure=results[0].came is Came.FAILED,
    )


def _named(plans: tuple[StopPlan, ...]) -> tuple[list[str], int]:
    """Return the names of the first few, and how many more there are."""
    names = [name_in(each.arn) for each in plans[:_MOST_NAMED]]
    return names, len(plans) - len(names)
