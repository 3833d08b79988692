"""`notebook-tray stop NAME --at 19:00` and the like: what the running tray is to stop later."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import click

from tray.cli.before_stop import described
from tray.cli.finding import find
from tray.cli.output import iso_utc, notebook_json, print_json, say
from tray.cli.refresh import tell_choices_changed
from tray.cli.waiting import wait_for
from tray.menu.sessions import until_words
from tray.model.lengths import parse_span
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.model.stop_plans import StopPlan, Trigger, next_time, planned, stops_at
from tray.model.times_of_day import hour_and_minute, parse_time_of_day
from tray.runtime.workers import Workers
from tray.texts import power as power_texts
from tray.texts import stop_plans as texts
from tray.texts.lengths import session_length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.aws.cloud import Cloud
    from tray.fleet.planned_stops.plans_file import StopPlansFile
    from tray.model.notebooks import Notebook
    from tray.model.power import Details


class Later(NamedTuple):
    """What the options of `notebook-tray stop` say about a later stop."""

    at: str | None
    when_idle: str | None
    at_logout: bool
    cancel: bool
    even_if_busy: bool

    @property
    def asked(self) -> bool:
        """Whether any of them is given."""
        return any((self.at is not None, self.when_idle is not None, self.at_logout, self.cancel, self.even_if_busy))


def stop_later(
    name: str, profile: str | None, region: str | None, later: Later, *, as_json: bool, looks_off: bool
) -> None:
    """Plan a stop, or give up what is planned.

    :raises click.UsageError: the options exclude each other
    :raises TrayError: no tray runs here, or the stop can't be planned, or what is planned can't be stored
    """
    chosen = [later.at is not None, later.when_idle is not None, later.at_logout, later.cancel]
    if chosen.count(True) != 1 or (later.even_if_busy and (later.cancel or later.when_idle is not None)):
        raise click.UsageError(texts.one_of_them())
    time_of_day = parse_time_of_day(later.at) if later.at is not None else ""
    if later.at is not None and not time_of_day:
        raise TrayError("no-time-of-day", kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, given=later.at)
    idle_minutes = parse_span(later.when_idle) // 60 if later.when_idle is not None else 0
    _check_tray()
    cloud, _, seen = find(name, profile, region)
    if later.cancel:
        told = _cancel(seen[0])
    else:
        trigger = Trigger.LEAVING if later.at_logout else Trigger.IDLE if idle_minutes else Trigger.AT
        at = next_time(*hour_and_minute(time_of_day), time.time()) if time_of_day else 0.0
        told = _plan(cloud, seen[0], trigger, at, idle_minutes, even_if_busy=later.even_if_busy, looks_off=looks_off)
    tell_choices_changed()
    if as_json:
        plans = plans_file().load().plans
        print_json({"notebook": notebook_json(seen), "found": None, "stop_plans": plans_json(plans, seen[0].arn)})
    else:
        say(told)


def plans_file() -> StopPlansFile:
    """Return the file of what is to be stopped later."""
    from tray.fleet.files.state_file import state_folder
    from tray.fleet.planned_stops.plans_file import FILE_NAME, StopPlansFile

    return StopPlansFile(state_folder() / FILE_NAME)


def plans_json(plans: Sequence[StopPlan], arn: str) -> list[dict[str, object]]:
    """Return the plans for a notebook instance for JSON."""
    return [
        {
            "trigger": each.trigger.value,
            "at": iso_utc(datetime.fromtimestamp(each.at, UTC)) if each.at else None,
            "idle_minutes": each.idle_minutes or None,
            "even_if_busy": each.even_if_busy,
            "of_habit": each.of_habit,
        }
        for each in plans
        if each.arn == arn and each.begun is None
    ]


def plan_words(plans: Sequence[StopPlan], arn: str, now: float) -> str:
    """Return in a few words what is planned for a notebook instance; nothing if nothing is."""
    mine = [each for each in plans if each.arn == arn and each.begun is None]
    timed = [at for each in mine if (at := stops_at(each)) < float("inf")]
    if timed:
        return until_words(min(timed), now)
    idle = next((each for each in mine if each.trigger is Trigger.IDLE), None)
    if idle is not None:
        return texts.column_idle(session_length(idle.idle_minutes * 60))
    return texts.column_leaving() if mine else ""


def _check_tray() -> None:
    """Raise TrayError if no tray runs here: nothing would be stopped."""
    from tray.desktop.single_instance.client import ask_all
    from tray.desktop.single_instance.messages import InstanceRequest

    if not ask_all(InstanceRequest.CHOICES_CHANGED):
        raise TrayError("not-running-here", asked="other", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP)


def _plan(
    cloud: Cloud,
    notebook: Notebook,
    trigger: Trigger,
    at: float,
    idle_minutes: int,
    *,
    even_if_busy: bool,
    looks_off: bool,
) -> str:
    from tray.fleet.opening.hand_off import check_running
    from tray.fleet.planned_stops.checks import plan_of
    from tray.model.commands import PlanStop

    check_running(notebook)
    command = PlanStop(notebook.scope.profile, notebook.arn, trigger, at, idle_minutes, even_if_busy)
    new = plan_of(command, notebook, _details(cloud, notebook), looks_off=looks_off, now=time.time())

    plans_file().store(lambda noted: noted.wanted_again(new.key).with_plans(planned(noted.plans, new)))
    match trigger:
        case Trigger.AT:
            return texts.planned_at(notebook.name, until_words(at, time.time()))
        case Trigger.IDLE:
            return texts.planned_when_idle(notebook.name, session_length(idle_minutes * 60))
        case Trigger.LEAVING:
            return texts.planned_at_logout(notebook.name)


def _cancel(notebook: Notebook) -> str:
    file, now = plans_file(), time.time()
    mine = [each for each in file.load().plans if each.arn == notebook.arn and each.begun is None]
    if not mine:
        return texts.nothing_planned(notebook.name)
    file.store(lambda noted: noted.given_up(mine, now))
    return texts.cancelled(notebook.name)


def _details(cloud: Cloud, notebook: Notebook) -> Details | None:
    workers = Workers("describe", 1)
    job = workers.submit(lambda: described(cloud, notebook, doubted=False))
    (details,) = wait_for([job], lambda *_: power_texts.looking(notebook.name))
    return details
