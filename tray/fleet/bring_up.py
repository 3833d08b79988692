"""Starts a notebook instance and waits until its Jupyter answers: for a command, which has no tray that follows it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.fleet.jupyter_asking import wait_for_jupyter
from tray.fleet.opening import check_running, through_any
from tray.fleet.schedule import LATER_SECONDS, TRANSITION_SECONDS, UNUSUAL_SECONDS
from tray.fleet.start_steps import START_STUCK_SECONDS, Step, explained, next_step, start_problem
from tray.model.commands import StartNotebook
from tray.model.notebooks import STARTABLE, Notebook, NotebookStatus
from tray.model.power import Start
from tray.model.problems import Kind, TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.start_times import StartTimes

log = logging.getLogger(__name__)

_PASSING = frozenset({Kind.UNREACHABLE, Kind.THROTTLED})


def bring_up(
    cloud: Cloud,
    seen: Sequence[Notebook],
    times: StartTimes,
    told: Callable[[Start], object],
    *,
    pause: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.time,
) -> Notebook:
    """Return a notebook instance as it runs, and its Jupyter answers; start it if it is stopped. Blocks.

    A network that goes for a while ends nothing.

    :param seen: the notebook instance as each profile sees it
    :param told: called with each step of the start

    :raises TrayError: it can't be started, did not start, or has been starting for half an hour
    """
    notebook = seen[0]
    if notebook.status in STARTABLE:
        notebook = through_any(seen, lambda each: _started(cloud, each))
    elif notebook.status != NotebookStatus.PENDING:
        return check_running(notebook)
    command = StartNotebook(notebook.scope.profile, notebook.arn)
    start = Start(command, clock(), times.expected_seconds(notebook.arn, notebook.instance_type))
    told(start)
    while True:
        pause(TRANSITION_SECONDS if clock() - start.since < UNUSUAL_SECONDS else LATER_SECONDS)
        now = clock()
        latest, listed_at = _looked(cloud, notebook, now)
        if latest is not None and latest.status == NotebookStatus.PENDING:
            start = replace(start, pending=True)
            told(start)
        match next_step(start, latest, listed_at, now):
            case Step.FAILED:
                raise explained(cloud, notebook)
            case Step.ENDED | Step.GONE:
                raise TrayError.of(start_problem("start-ended", notebook))
            case Step.RUNS if latest is not None:
                times.learn(latest.arn, latest.instance_type, now - start.since)
                told(replace(start, answering=True))
                wait_for_jupyter(cloud, latest)
                return latest
        if now - start.since >= START_STUCK_SECONDS:
            raise TrayError.of(start_problem("start-stuck", notebook, seconds=now - start.since))


def _started(cloud: Cloud, notebook: Notebook) -> Notebook:
    cloud.start(notebook)
    return notebook


def _looked(cloud: Cloud, notebook: Notebook, now: float) -> tuple[Notebook | None, float | None]:
    """Return the notebook instance as it is now, None if it is gone, and the time: None if AWS can't be asked."""
    try:
        found = cloud.find_notebooks(notebook.scope, notebook.name)
    except TrayError as error:
        if error.problem.kind not in _PASSING:
            raise
        log.info("%s: not asked: %s", notebook.name, error)
        return None, None
    return next(iter(found), None), now
