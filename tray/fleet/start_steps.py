"""What comes next for a start, and why one failed: for the tray, which follows starts, and commands, which wait."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from tray.fleet.opening import through_any
from tray.model.notebooks import Notebook, NotebookStatus
from tray.model.problems import Problem, TrayError
from tray.model.start_failures import cause_in, cause_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.aws.cloud import Cloud
    from tray.model.power import Start

log = logging.getLogger(__name__)

# Starts take 2 to 5 minutes.
START_STUCK_SECONDS = 1800.0
# A change of the instance type takes some seconds, and is asked after so often.
_CHANGE_SECONDS, _CHANGING_SECONDS = 300.0, 3.0
_FORGOTTEN_SECONDS = 24 * 3600.0
# The list may show the status before the start for some seconds more.
_SETTLING_SECONDS = 60.0
_OVER = (NotebookStatus.STOPPED, NotebookStatus.STOPPING, NotebookStatus.DELETING)


class Step(Enum):
    """What comes next for a start."""

    WAIT = auto()
    RUNS = auto()
    FAILED = auto()
    ENDED = auto()  # stopped again
    GONE = auto()  # not there any more, or so old that nobody waits for it
    STUCK = auto()


def next_step(start: Start, notebook: Notebook | None, listed_at: float | None, now: float) -> Step:
    """Return what comes next for a start, by what was listed last: pure.

    :param notebook: None if the notebook instance is not listed
    :param listed_at: the time of the list, in seconds since the epoch; None if there is none
    """
    settled = listed_at is not None and listed_at - start.since >= _SETTLING_SECONDS
    if now - start.since >= _FORGOTTEN_SECONDS or (notebook is None and settled):
        return Step.GONE
    status = notebook.status if notebook is not None else None
    if status == NotebookStatus.IN_SERVICE:
        return Step.RUNS
    if status == NotebookStatus.PENDING:
        return Step.STUCK if not start.stuck and now - start.since >= START_STUCK_SECONDS else Step.WAIT
    if start.pending or settled:
        if status == NotebookStatus.FAILED:
            return Step.FAILED
        if status in _OVER:
            return Step.ENDED
    return Step.WAIT


def change_type(cloud: Cloud, seen: Sequence[Notebook], instance_type: str) -> None:
    """Give a stopped notebook instance another instance type, and wait until that is done. Blocks.

    :param seen: the notebook instance as each profile sees it
    :raises TrayError: AWS can't be reached or refuses, or it takes longer than 5 minutes
    """

    def change(notebook: Notebook) -> Notebook:
        cloud.change_type(notebook, instance_type)
        return notebook

    notebook = through_any(seen, change)
    give_up = time.monotonic() + _CHANGE_SECONDS
    while time.monotonic() < give_up:
        time.sleep(_CHANGING_SECONDS)
        found = cloud.find_notebooks(notebook.scope, notebook.name)
        if not any(each.status == NotebookStatus.UPDATING for each in found):
            return
    raise TrayError.of(start_problem("cannot-start-now", notebook, state=NotebookStatus.UPDATING.value))


def explained(cloud: Cloud, notebook: Notebook) -> TrayError:
    """Return the error for a notebook instance that did not start, with AWS's reason if the profile may read it."""
    try:
        reason = cloud.describe(notebook).failure_reason
    except TrayError as error:
        log.info("%s: why it did not start can't be read: %s", notebook.name, error)
        reason = ""
    cause = cause_of(reason)
    lines = _log_of(cloud, notebook) if cause.startswith("lifecycle") else ()
    places = {"instance_type": notebook.instance_type, "said": reason, "in_log": cause_in(lines)}
    return TrayError.of(replace(start_problem("start-failed", notebook, cause=cause, **places), lines=lines))


def _log_of(cloud: Cloud, notebook: Notebook) -> tuple[str, ...]:
    try:
        return cloud.start_log(notebook)
    except TrayError as error:
        log.info("%s: what its lifecycle script printed can't be read: %s", notebook.name, error)
        return ()


def start_problem(code: str, notebook: Notebook, **more: object) -> Problem:
    """Return the problem of a start, with the places that all of them have."""
    places = {"name": notebook.name, "region": notebook.scope.region, "profile": notebook.scope.profile, **more}
    return Problem(code, tuple(places.items()))
