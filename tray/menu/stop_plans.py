"""The menu's lines about stopping notebook instances later, and the words for what is planned: pure."""

from __future__ import annotations

import math
import time
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from tray.menu.entries import Entry, text
from tray.model.commands import CancelStopPlan, PlanStop, ShowNotebooks, StopEvenIfBusy
from tray.model.power import is_retired
from tray.model.stop_plans import Trigger, next_time, stops_at
from tray.texts import cloud_schedules as cloud_texts
from tray.texts import sessions as session_texts
from tray.texts import stop_plans as texts
from tray.texts.clock import follow_time_zone, time_of_day
from tray.texts.lengths import session_length

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tray.fleet.snapshot import Notebook, Snapshot
    from tray.model.commands import Command
    from tray.model.open_sessions import OpenSession
    from tray.model.stop_plans import StopPlan

# What is offered: the ends of working days, and the next full hours, as far as they are not too near.
_EVENING_HOURS = (18, 19, 20, 22)
_NEXT_HOURS = 2
_NEAREST_SECONDS = 20 * 60.0
_MOST_TIMES = 6
_IDLE_MINUTES = 60
_DAY_SECONDS = 86_400.0

NONE_IN_AWS: Mapping[str, float] = MappingProxyType({})
"""That AWS stops nothing."""

Times = tuple[tuple[float, str], ...]
"""Times that are offered, in seconds since the epoch, with the lines that plan a stop then."""

_Planned = tuple["StopPlan", str] | None
"""A plan with its line; None where there is none."""


def offered_times(now: float) -> Times:
    """Return the times for which a stop is offered: the next full hours, and those of this evening.

    :param now: seconds since the epoch
    """
    follow_time_zone()
    here = time.localtime(now)
    soonest = now + _NEAREST_SECONDS
    # Full hours by the local clock, which may be half an hour apart from those of others.
    first = float(math.floor(now)) - here.tm_min * 60 - here.tm_sec + 3600
    first += 3600 * max(0, math.ceil((soonest - first) / 3600))
    evening = (next_time(hour, 0, now) for hour in _EVENING_HOURS)
    found = {first + 3600 * each for each in range(_NEXT_HOURS)}
    found |= {at for at in evening if at >= soonest and _is_today(at, now)}
    return tuple((at, _at_words(at, now)) for at in sorted(found)[:_MOST_TIMES])


class StopChoices(NamedTuple):
    """What a list of plans is made from: quickly compared, as the menus of thousands are made anew again and again.

    `plans` have their lines; `retired` says that it may never start again. `aws` is when AWS stops it if this computer
    is off by then, in words; empty where it won't.
    """

    plans: tuple[tuple[StopPlan, str], ...]
    times: Times
    looks_off: bool
    retired: bool
    aws: str = ""


def stop_choices(
    notebook: Notebook,
    plans: Sequence[StopPlan],
    times: Times,
    *,
    looks_off: bool,
    platform: str,
    now: float,
    aws_at: float | None = None,
) -> StopChoices | None:
    """Return what can be planned for a notebook instance; None for one that doesn't run.

    :param aws_at: when AWS stops it, in seconds since the epoch; None if it won't
    """
    if not notebook.running:
        return None
    labelled = tuple((each, _plan_words(each, now)) for each in plans)
    aws = time_of_day(aws_at, now) if aws_at is not None else ""
    return StopChoices(labelled, times, looks_off, is_retired(platform), aws)


def planned_lines(
    notebook: Notebook, plans: Sequence[StopPlan], now: float, *, key: str = "", name: str = ""
) -> tuple[Entry, ...]:
    """Return a line for each plan of a notebook instance, which cancels it, for a menu without a list for them.

    :param name: its name as it is told from others, for a list of several
    """
    if not notebook.running:
        return ()
    return tuple(
        Entry(
            f"stop-plan/{each.trigger.value}{key}",
            _habit(each, _named_words(each, name, now) if name else _plan_words(each, now)),
            CancelStopPlan(each.arn, each.trigger),
            checked=True,
        )
        for each in plans
    )


def stop_later_elsewhere(profiles: Iterable[str]) -> Entry:
    """Return the line that leads to the page on which stops can be planned."""
    return Entry("stop-later", texts.stop_later_on_the_page(), ShowNotebooks(tuple(profiles)))


def plans_by_arn(snapshot: Snapshot) -> Mapping[str, tuple[StopPlan, ...]]:
    """Return the plans for each notebook instance, in the order in which their lines stand."""
    found: dict[str, tuple[StopPlan, ...]] = {}
    for each in sorted(snapshot.stop_plans, key=lambda plan: list(Trigger).index(plan.trigger)):
        found[each.arn] = (*found.get(each.arn, ()), each)
    return found


def stops_in_aws(snapshot: Snapshot) -> Mapping[str, float]:
    """Return when AWS stops notebook instances if this computer doesn't, by ARN, in seconds since the epoch."""
    return {each.arn: each.at for each in snapshot.cloud_schedules}


def running_words(
    notebooks: Iterable[Notebook],
    sessions: Iterable[OpenSession],
    plans: Iterable[StopPlan],
    now: float,
    aws: Mapping[str, float] = NONE_IN_AWS,
) -> Mapping[str, str]:
    """Return by ARN the status of running notebook instances in which a session is open, or that are to be stopped.

    A time says more than what else a stop waits for. What is planned no longer is said to be stopped by AWS until its
    schedule there is gone.

    :param now: seconds since the epoch
    :param aws: when AWS stops notebook instances, by ARN, as `now`
    """
    ends = {each.arn: each.ends for each in sessions if each.ends > now}
    of: dict[str, list[StopPlan]] = {}
    for each in plans:
        of.setdefault(each.arn, []).append(each)
    if not ends and not of and not aws:
        return {}
    follow_time_zone()
    return {
        each.arn: words
        for each in notebooks
        if each.running and (words := _status(ends.get(each.arn), of.get(each.arn, ()), now, aws.get(each.arn)))
    }


def _status(ends: float | None, plans: Sequence[StopPlan], now: float, aws_at: float | None) -> str:
    stops = min(map(stops_at, plans), default=math.inf)
    until = time_of_day(ends, now) if ends is not None else ""
    if stops < math.inf:
        at = time_of_day(max(stops, now), now)
        return texts.running_open_until(until, at) if until else texts.running_until(at)
    if aws_at is not None and aws_at > now:
        return cloud_texts.running_until(time_of_day(aws_at, now))
    if until:
        return session_texts.running_until(until)
    idle = next((each for each in plans if each.trigger is Trigger.IDLE), None)
    if idle is not None:
        return texts.running_until_idle(_idle(idle))
    return texts.running_until_leaving() if plans else ""


def stop_later_group(profile: str, arn: str, choices: StopChoices) -> Entry:
    """Return the line with the list of what can be planned for a notebook instance."""
    if choices.retired and not choices.plans:
        return Entry("stop-later", texts.stop_later(), children=(text("never", texts.never_unasked()),))
    planned = {plan.trigger: (plan, label) for plan, label in choices.plans}
    lines = (
        *_time_lines(profile, arn, choices, planned.get(Trigger.AT)),
        *_idle_lines(profile, arn, choices, planned.get(Trigger.IDLE)),
        *_leaving_lines(profile, arn, choices, planned.get(Trigger.LEAVING)),
        *_lines_about(arn, choices),
    )
    return Entry("stop-later", texts.stop_later(), children=lines)


def _time_lines(profile: str, arn: str, choices: StopChoices, planned: _Planned) -> list[Entry]:
    """Return a line for each time that is offered, and one before them for a plan that has another time."""
    lines: list[Entry] = []
    chosen_at: float | None = None
    if planned is not None:
        plan, _ = planned
        if plan.of_habit or plan.at not in [each for each, _ in choices.times]:
            lines.append(_cancels("at", *planned))
        else:
            chosen_at = plan.at
    for number, (at, label) in enumerate(choices.times):
        chosen = at == chosen_at
        plans_it: Command = PlanStop(profile, arn, Trigger.AT, at, even_if_busy=choices.looks_off)
        command = CancelStopPlan(arn, Trigger.AT) if chosen else plans_it
        lines.append(Entry(f"at/{number}", label, command, checked=chosen))
    return lines


def _idle_lines(profile: str, arn: str, choices: StopChoices, planned: _Planned) -> tuple[Entry, ...]:
    if planned is not None:
        return (_cancels("idle", *planned),)
    if choices.looks_off:
        return ()
    label = texts.stop_when_idle(session_length(_IDLE_MINUTES * 60))
    return (Entry("idle", label, PlanStop(profile, arn, Trigger.IDLE, idle_minutes=_IDLE_MINUTES), checked=False),)


def _leaving_lines(profile: str, arn: str, choices: StopChoices, planned: _Planned) -> tuple[Entry, ...]:
    if planned is not None:
        return _cancels("leaving", *planned), text("not-everywhere", texts.not_everywhere())
    leaves = PlanStop(profile, arn, Trigger.LEAVING, even_if_busy=choices.looks_off)
    return (Entry("leaving", texts.stop_when_leaving(), leaves, checked=False),)


def _lines_about(arn: str, choices: StopChoices) -> list[Entry]:
    """Return what holds for all plans: whether a busy kernel keeps it running, and what has to be on at the time."""
    plans = [plan for plan, _ in choices.plans]
    timed = [plan for plan in plans if plan.trigger is not Trigger.IDLE]
    lines: list[Entry] = []
    if choices.looks_off:
        lines.append(text("looks", texts.looks_are_off()))
    elif timed:
        every = all(each.even_if_busy for each in timed)
        lines.append(Entry("even-if-busy", texts.even_if_busy(), StopEvenIfBusy(arn, not every), checked=every))
    if choices.aws:
        lines.append(text("aws", cloud_texts.also_when_off(choices.aws)))
    if not choices.aws or {plan.trigger for plan in plans} - {Trigger.AT}:
        lines.append(text("needs", texts.has_to_run()))
    return lines


def _cancels(key: str, plan: StopPlan, label: str) -> Entry:
    return Entry(key, _habit(plan, label), CancelStopPlan(plan.arn, plan.trigger), checked=True)


def _habit(plan: StopPlan, label: str) -> str:
    return texts.every_day(label) if plan.of_habit else label


def _plan_words(plan: StopPlan, now: float) -> str:
    match plan.trigger:
        case Trigger.AT:
            return _at_words(plan.at, now)
        case Trigger.IDLE:
            return texts.stop_when_idle(_idle(plan))
        case Trigger.LEAVING:
            return texts.stop_when_leaving()


def _named_words(plan: StopPlan, name: str, now: float) -> str:
    match plan.trigger:
        case Trigger.AT:
            return texts.stop_at_named(name, time_of_day(plan.at, now))
        case Trigger.IDLE:
            return texts.stop_when_idle_named(name, _idle(plan))
        case Trigger.LEAVING:
            return texts.stop_when_leaving_named(name)


def _at_words(at: float, now: float) -> str:
    clock = time_of_day(at, now)
    return texts.stop_at_today(clock) if _is_today(at, now) else texts.stop_at(clock)


def _is_today(at: float, now: float) -> bool:
    return abs(at - now) < 2 * _DAY_SECONDS and time.localtime(at)[:3] == time.localtime(now)[:3]


def _idle(plan: StopPlan) -> str:
    return session_length(plan.idle_minutes * 60)
