"""Starts a notebook instance and waits until its Jupyter answers: for a command, which has no tray that follows it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.fleet.opening.hand_off import check_running
from tray.fleet.opening.jupyter_asking import wait_for_jupyter
from tray.fleet.power.power_calls import start_it
from tray.fleet.power.start_steps import (
    PASSING,
    Step,
    explained,
    is_measured,
    next_step,
    start_problem,
)
from tray.fleet.schedule import LATER_SECONDS, TRANSITION_SECONDS, UNUSUAL_SECONDS
from tray.model.commands import StartNotebook
from tray.model.notebooks import STARTABLE, Notebook, NotebookStatus
from tray.model.power import Start
from tray.model.problems import TrayError
from tray.model.transitions import START_STUCK_SECONDS, stuck_seconds

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.power.start_times import StartTimes

log = logging.getLogger(__name__)


def bring_up(
    cloud: Cloud,
    seen: Sequence[Notebook],
    times: StartTimes,
    told: Callable[[Start], object],
) -> Notebook:
    """Return a notebook instance as it runs, and its Jupyter answers; start it if it is stopped. Blocks.

    A network that goes for a while ends nothing.

    :param seen: the notebook instance as each profile sees it
    :param told: called with each step of the start

    :raises TrayError: it can't be started, did not start, or has been starting for half an hour
    """
    notebook, begun = seen[0], False
    if notebook.status in STARTABLE:
        notebook, begun = start_it(cloud, seen)
    elif notebook.status != NotebookStatus.PENDING:
        return check_running(notebook)
    command = StartNotebook(notebook.scope.profile, notebook.arn)
    expected = times.expected_seconds(notebook.arn, notebook.instance_type)
    start = Start(command, time.time(), expected, measured=begun)
    pending_at: float | None = None
    told(start)
    while True:
        time.sleep(TRANSITION_SECONDS if time.time() - start.since < UNUSUAL_SECONDS else LATER_SECONDS)
        now = time.time()
        try:
            latest = _looked(cloud, notebook)
        except TrayError as error:
            if error.problem.kind not in PASSING or now - start.since >= START_STUCK_SECONDS:
                raise
            log.info("%s: not asked: %s", notebook.name, error)
            continue
        if latest is not None and latest.status == NotebookStatus.PENDING:
            start, pending_at = replace(start, pending=True), now
            told(start)
        match next_step(start, latest, now, now):
            case Step.FAILED:
                raise explained(cloud, notebook)
            case Step.ENDED | Step.GONE:
                raise TrayError.of(start_problem("start-ended", notebook))
            case Step.STUCK:
                raise TrayError.of(start_problem("start-stuck", notebook, seconds=now - start.since))
            case Step.RUNS if latest is not None:
                if is_measured(start, pending_at, now):
                    times.learn(latest.arn, latest.instance_type, now - start.since)
                told(replace(start, answering=True))
                wait_for_jupyter(cloud, latest)
                return latest
        if now - start.since >= START_STUCK_SECONDS:
            state = latest.status if latest is not None else ""
            stuck = stuck_seconds(latest, now) if latest is not None else 0.0
            raise TrayError.of(start_problem("cannot-start-now", notebook, state=state, stuck_seconds=stuck))


def _looked(cloud: Cloud, notebook: Notebook) -> Notebook | None:
    return next(iter(cloud.find_notebooks(notebook.scope, notebook.name)), None)
