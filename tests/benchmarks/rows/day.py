"""A day of use in some minutes: the waits are left out, the work is not."""

from __future__ import annotations

import re
import signal
import sys
import time
from dataclasses import dataclass

from tests.benchmarks import proc
from tests.benchmarks.arrivals import VISIT
from tests.benchmarks.bench import START_SECONDS, Bench, Tray, settled_line, tray
from tests.benchmarks.figures import Row, Samples, Unit
from tests.benchmarks.rows.fleet import refresh
from tests.benchmarks.stage import Stage
from tests.benchmarks.world import FLEET, Size, notebook_name

_HOURS = 24
_HOURS_QUICKLY = 3
_REFRESHES_AN_HOUR = 12
_OPENS_A_DAY = 200
_SLEEPS_A_DAY = 20
_QUICK_SIZE = Size(10, 2, 2)
# How many kept connections are found closed after a sleep.
_DEAD_CONNECTIONS = 8
# The first group, which is of one profile or of the first few, and the notebook instance in it.
WAY_TO_A_NOTEBOOK = (
    re.compile("^team-000 "),
    re.compile(rf"^{re.escape(notebook_name(0, 0, 0))}(?: \(team-000\))? — Running"),
)
OPEN = re.compile("^Open JupyterLab")


@dataclass(frozen=True)
class Doing:
    """What happens in one interval between two refreshes."""

    opens: int
    sleeps: bool


def plan(hours: int) -> list[Doing]:
    """Return a day's doings, or those of its first hours: opens and sleeps spread evenly over all refreshes."""
    slots = _HOURS * _REFRESHES_AN_HOUR
    return [
        Doing(
            opens=(at + 1) * _OPENS_A_DAY // slots - at * _OPENS_A_DAY // slots,
            sleeps=(at + 1) * _SLEEPS_A_DAY // slots > at * _SLEEPS_A_DAY // slots,
        )
        for at in range(hours * _REFRESHES_AN_HOUR)
    ]


def rows(bench: Bench) -> list[Row]:
    """Have the program refresh, open and sleep as on a day; see how much it has grown after its first hour."""
    hours = _HOURS_QUICKLY if bench.quick else _HOURS
    stage = bench.stage(_QUICK_SIZE if bench.quick else FLEET)
    doings = plan(hours)
    days = [_day(stage, doings) for _ in range(bench.repeat)]
    opens, sleeps = sum(doing.opens for doing in doings), sum(doing.sleeps for doing in doings)
    paths = "; ".join(" ".join(f"{held / (1 << 20):.1f}" for held in by_hour) for by_hour in days)
    return [
        Row(
            "day",
            f"{hours} h simulated: RSS after the last less after the first",
            Unit.MEBIBYTES,
            Samples(tuple(by_hour[-1] - by_hour[0] for by_hour in days)),
            2.0 * (1 << 20),
            "",
            (),
            f"{len(doings)} refreshes with a change in each, {opens} opens, {sleeps} sleeps, "
            f"{stage.size.places} places; MiB by the hour: {paths}",
        )
    ]


def _day(stage: Stage, doings: list[Doing]) -> list[int]:
    """Return what a new program holds in memory after each hour of a day, in bytes."""
    by_hour = []
    with tray(stage) as running:
        running.host.wait_until_settled(settled_line(stage.size), START_SECONDS)
        running.host.open()
        running.host.close()
        for at, doing in enumerate(doings):
            _interval(stage, running, doing, change=(at + 1) % 2)
            if (at + 1) % _REFRESHES_AN_HOUR == 0:
                time.sleep(0.2)
                by_hour.append(proc.memory(running.pid).resident)
    stage.set_running(0, 0, stage.size.notebooks - 1, running=False)
    return by_hour


def _interval(stage: Stage, running: Tray, doing: Doing, change: int) -> None:
    """Sleep, refresh and open, as is due; `change` is how many more are running than at the start."""
    if doing.sleeps:
        _sleep(stage, running)
    stage.set_running(0, 0, stage.size.notebooks - 1, running=bool(change))
    refresh(stage, running, change)
    for _ in range(doing.opens):
        running.host.open()
        identity = running.host.layout().find(*WAY_TO_A_NOTEBOOK, OPEN).id
        stage.endpoint.forget()
        at = running.host.click_id(identity)
        running.host.close()
        stage.endpoint.wait_for(VISIT, at)
        running.host.wait_until_settled(settled_line(stage.size, change))


def _sleep(stage: Stage, running: Tray) -> None:
    """Stop the process as a sleeping computer does, and close connections meanwhile."""
    if sys.platform == "win32":
        raise NotImplementedError("signals that stop a process")
    running.process.send_signal(signal.SIGSTOP)
    stage.endpoint.control("fault", trouble="drop", times=_DEAD_CONNECTIONS)
    time.sleep(0.2)
    running.process.send_signal(signal.SIGCONT)
