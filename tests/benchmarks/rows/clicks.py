"""From a click in the menu to the call on the wire, and to the browser asking for the page."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from tests.benchmarks.arrivals import PRESIGN, VISIT
from tests.benchmarks.asking import ask, peer, read_line
from tests.benchmarks.bench import Bench, settled_line, tray
from tests.benchmarks.figures import Anchor, Row, Samples, Unit
from tests.benchmarks.stage import ROUND_TRIP_SECONDS, Stage
from tests.benchmarks.world import ONE, notebook_name, profile_name
from tests.support.processes import end_process

_OPEN = re.compile("^Open JupyterLab")
_RUNNING = re.compile("— Running")
# The look-up of the browser and the first connection are the first click's.
_WARMING_CLICKS = 2


def rows(bench: Bench) -> list[Row]:
    """Measure clicks one after the other, each when the one before has ended."""
    stage = bench.stage(ONE)
    times = 2 * bench.repeat
    page, named, default = stage.endpoint.page, stage.environment, stage.by_the_desktop
    calls, by_variable, alone = _clicks(stage, named, [str(stage.browser), page], times)
    _, by_default, xdg_open = _clicks(stage, default, ["xdg-open", page], times)
    with _warm_client(stage) as warm:
        boto3 = Samples(tuple(warm() for _ in range(times)))
    browser_limit = 0.06
    what = "click to the browser asking for the page, less the round trip"
    return [
        Row(
            "click",
            "click to CreatePresigned on the wire, connection warm",
            Unit.MILLISECONDS,
            calls,
            0.02,
            "",
            (Anchor("boto3 client", boto3),),
        ),
        Row(
            "browser",
            f"{what}: BROWSER names it",
            Unit.MILLISECONDS,
            by_variable,
            browser_limit,
            "",
            (Anchor("the browser alone", alone),),
        ),
        Row(
            "browser-default",
            f"{what}: the desktop's default browser",
            Unit.MILLISECONDS,
            by_default,
            browser_limit,
            "",
            (Anchor("xdg-open alone", xdg_open),),
            "the browser is a stand-in that starts at once; it is in both figures",
        ),
    ]


def _clicks(
    stage: Stage, environment: Mapping[str, str], command: Sequence[str], times: int
) -> tuple[Samples, Samples, Samples]:
    """Return how long after a click the call arrived, and the visit, less the round trip.

    In turn with the clicks `command` opens the browser by itself; the third is how long after its start that takes.
    """
    calls, visits, alone = list[float](), list[float](), list[float]()
    with tray(stage, environment=environment) as running:
        line = settled_line(stage.size)
        running.host.wait_until_settled(line)
        identity = running.host.layout().find(_RUNNING, _OPEN).id
        for _ in range(_WARMING_CLICKS + times):
            stage.endpoint.forget()
            at = running.host.click_id(identity)
            visits.append(stage.endpoint.wait_for(VISIT, at).at - at - ROUND_TRIP_SECONDS)
            calls.append(stage.endpoint.wait_for(PRESIGN, at).at - at)
            running.host.wait_until_settled(line)
            alone.append(_start_to_visit(stage, command, environment))
    warm = slice(_WARMING_CLICKS, None)
    return Samples(tuple(calls[warm])), Samples(tuple(visits[warm])), Samples(tuple(alone[warm]))


def _start_to_visit(stage: Stage, command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Return how long after its start a command's browser asked for the page."""
    stage.endpoint.forget()
    at = time.monotonic()
    process = subprocess.Popen(list(command), env=dict(environment))
    try:
        seconds = stage.endpoint.wait_for(VISIT, at).at - at
        process.wait(30)
    finally:
        end_process(process)
    return seconds


@contextmanager
def _warm_client(stage: Stage) -> Iterator[Callable[[], float]]:
    """Give a function that has a client ready make the call, and returns how long after that it arrived."""
    arguments = (profile_name(0), stage.size.region_names[0], notebook_name(0, 0, 0))
    with peer("warm_client", *arguments, environment=stage.environment) as process:
        read_line(process)  # it is ready

        def call() -> float:
            stage.endpoint.forget()
            began = float(ask(process))
            return stage.endpoint.wait_for(PRESIGN, began).at - began

        yield call
