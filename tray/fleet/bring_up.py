"""Starts a notebook instance and waits until its Jupyter answers: for a command, which has no tray that follows it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tray.fleet.jupyter_asking import wait_for_jupyter
from tray.fleet.opening import check_running, through_any
from tray.fleet.starting import STUCK_SECONDS, Step, explained, next_step, start_problem
from tray.model.commands import StartNotebook
from tray.model.notebooks import Notebook, NotebookStatus
from tray.model.power import Start
from tray.model.problems import Kind, TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.start_notes import StartNotes

log = logging.getLogger(__name__)

# A start takes 2 to 5 minutes: its end is seen within 5 s at first, and within 20 s later.
_FIRST_SECONDS, _FIRST_UNTIL_SECONDS = 5.0, 240.0
_LATER_SECONDS = 20.0
_STARTABLE = (NotebookStatus.STOPPED, NotebookStatus.FAILED)
_PASSING = frozenset({Kind.UNREACHABLE, Kind.THROTTLED})


def bring_up(
    cloud: Cloud,
    seen: Sequence[Notebook],
    notes: StartNotes,
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
    if notebook.status in _STARTABLE:
        notebook = through_any(seen, lambda each: _started(cloud, each))
    elif notebook.status != NotebookStatus.PENDING:
        return check_running(notebook)
    _, took = notes.load()
    command = StartNotebook(notebook.scope.profile, notebook.arn)
    start = Start(command, clock(), took.expected_seconds(notebook.arn, notebook.instance_type))
    told(start)
    while True:
        pause(_FIRST_SECONDS if clock() - start.since < _FIRST_UNTIL_SECONDS else _LATER_SECONDS)
        now = clock()
        found = _looked(cloud, notebook)
        if found is None:
            if now - start.since >= STUCK_SECONDS:
                raise TrayError.of(start_problem("start-stuck", notebook, seconds=now - start.since))
            continue
        (latest,) = found or (None,)
        step = next_step(start, latest, now, now)
        if latest is not None and latest.status == NotebookStatus.PENDING:
            start = Start(command, start.since, start.expected_seconds, pending=True)
            told(start)
        if step is Step.FAILED:
            raise explained(cloud, notebook)
        if step is Step.ENDED:
            raise TrayError.of(start_problem("start-ended", notebook))
        if step is Step.STUCK:
            raise TrayError.of(start_problem("start-stuck", notebook, seconds=now - start.since))
        if step is Step.RUNS and latest is not None:
            _learn(notes, latest, now - start.since)
            told(Start(command, start.since, start.expected_seconds, pending=True, answering=True))
            wait_for_jupyter(cloud, latest, lambda: True)
            return latest


def _started(cloud: Cloud, notebook: Notebook) -> Notebook:
    cloud.start(notebook)
    return notebook


def _looked(cloud: Cloud, notebook: Notebook) -> tuple[Notebook, ...] | None:
    """Return the notebook instance as it is now, in a tuple of none or one; None if AWS can't be asked for now."""
    try:
        return cloud.find_notebooks(notebook.scope, notebook.name)
    except TrayError as error:
        if error.problem.kind not in _PASSING:
            raise
        log.info("%s: not asked: %s", notebook.name, error)
        return None


def _learn(notes: StartNotes, notebook: Notebook, seconds: float) -> None:
    # Read anew: the tray may have noted something meanwhile.
    starts, took = notes.load()
    notes.keep(starts, took.and_also(notebook.arn, notebook.instance_type, seconds))
