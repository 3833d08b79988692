"""What comes next for a start, and why one failed: for the tray, which follows starts, and commands, which wait."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from tray.fleet.opening.hand_off import through_any
from tray.model.arns import region_of
from tray.model.commands import notebook_name_of
from tray.model.notebooks import Notebook, NotebookStatus
from tray.model.problems import Kind, Problem, TrayError
from tray.model.start_failures import cause_in, cause_of
from tray.model.transitions import START_STUCK_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tray.aws.cloud import Cloud
    from tray.fleet.snapshot import Listing, ScopeState
    from tray.model.commands import StartNotebook
    from tray.model.power import Start

log = logging.getLogger(__name__)

# A change of the instance type takes some seconds, and is asked after so often.
_CHANGE_SECONDS, _CHANGING_SECONDS = 300.0, 3.0
# Nobody waits any more for what was asked so long ago.
FORGOTTEN_SECONDS = 24 * 3600.0
# The list may show the status before the start for some seconds more.
SETTLING_SECONDS = 60.0
# The end of a start is seen within this time, unless the computer slept or had no network: if the user is away, a start
# is looked at once a minute.
_LONGEST_GAP_SECONDS = 90.0
# Failures that may be over a moment later.
PASSING = frozenset({Kind.UNREACHABLE, Kind.THROTTLED})
_OVER = (NotebookStatus.STOPPED, NotebookStatus.STOPPING, NotebookStatus.DELETING)


class Step(Enum):
    """What comes next for a start."""

    WAIT = auto()
    RUNS = auto()
    FAILED = auto()
    ENDED = auto()  # stopped again, or removed
    GONE = auto()  # so old that nobody waits for it
    STUCK = auto()


def next_step(start: Start, notebook: Notebook | None, listed_at: float | None, asked_at: float | None) -> Step:
    """Return what comes next for a start, by what was listed last: pure.

    Only what was listed counts, and not what time it is: a computer that slept, or whose clock was set, has not looked.

    :param notebook: None if the notebook instance is not listed
    :param listed_at: the time of the list, in seconds since the epoch; None if there is none
    :param asked_at: the time at which AWS was last asked for a list, also without success
    """
    age = listed_at - start.since if listed_at is not None else 0.0
    settled = age >= SETTLING_SECONDS
    status = notebook.status if notebook is not None else None
    if status == NotebookStatus.IN_SERVICE:
        return Step.WAIT if start.answering else Step.RUNS
    if start.pending or start.answering or settled:
        if status == NotebookStatus.FAILED:
            return Step.FAILED
        if status in _OVER:
            return Step.ENDED
    if notebook is None and settled:
        return Step.ENDED
    if start.answering:
        return Step.WAIT
    if asked_at is not None and asked_at - start.since >= FORGOTTEN_SECONDS:
        return Step.GONE
    stuck = status == NotebookStatus.PENDING and age >= START_STUCK_SECONDS
    return Step.STUCK if stuck and not start.stuck else Step.WAIT


def latest(listing: Listing, start: Start) -> tuple[Notebook | None, ScopeState | None]:
    """Return the notebook instance as it was listed last, and by which list: pure.

    If its profile can't list it now, another's list counts once it is newer, so that a sign-in that ends ends no start.
    """
    command = start.command
    found, own = listing.find(command.profile, command.arn), listing.scope_of(command.profile, command.arn)
    known_at = max(start.since, own.listed_at or 0.0) if own is not None else start.since
    for notebook, state in others(listing, command):
        if state.listed_at is not None and state.listed_at > known_at:
            return notebook, state
    return found, own


def others(listing: Listing, command: StartNotebook) -> Iterator[tuple[Notebook, ScopeState]]:
    """Yield a notebook instance as other profiles list it, if its own profile can't list it now. Pure."""
    own = listing.scope_of(command.profile, command.arn)
    if own is not None and own.problem is None:
        return
    for notebook in listing.seen(command.arn):
        state = listing.scope_of(notebook.scope.profile, command.arn)
        if state is not None and state.problem is None:
            yield notebook, state


def is_left(listing: Listing, command: StartNotebook) -> bool:
    """Return whether the user lists no longer where something starts: its profile or region was taken away. Pure.

    Asked only if `latest` finds nothing. A profile with a problem may come back.
    """
    return listing.keyring_read and all(subject != command.profile for subject, _ in listing.all_problems)


def is_measured(start: Start, pending_at: float | None, runs_at: float) -> bool:
    """Return whether it is known how long a start took: from its beginning, and to within a poll or two. Pure.

    :param pending_at: when it was last seen starting, in seconds since the epoch; None if it never was
    :param runs_at: when it was seen running
    """
    return start.measured and pending_at is not None and 0 <= runs_at - pending_at <= _LONGEST_GAP_SECONDS


def kept_closed(start: Start) -> Start:
    """Return a start that isn't to be opened any more: pure."""
    return replace(start, command=replace(start.command, opens=None), kept_closed=True)


def by_clock(start: Start, now: float) -> Start:
    """Return a start by the clock as it is: if it was set back, the time begins again. Pure."""
    return start if start.since <= now else replace(start, since=now, asked=start.asked_at, measured=False)


def is_as_wanted(command: StartNotebook, under_way: StartNotebook) -> bool:
    """Whether a start that is under way is of the instance type that another command wants: pure."""
    return command.instance_type in ("", under_way.instance_type)


def change_type(cloud: Cloud, seen: Sequence[Notebook], instance_type: str) -> None:
    """Give a stopped notebook instance another instance type, and wait until that is done. Blocks.

    A network that goes for a while, and a list that is still the one before the change, end nothing.

    :param seen: the notebook instance as each profile sees it
    :raises TrayError: AWS can't be reached or refuses, the change failed, or it takes longer than 5 minutes
    """

    def change(notebook: Notebook) -> None:
        cloud.change_type(notebook, instance_type)

    updated(
        cloud,
        seen,
        change,
        is_done=lambda it: it.instance_type == instance_type,
        late=lambda it: start_problem("cannot-start-now", it, state=NotebookStatus.UPDATING.value),
    )


def updated(
    cloud: Cloud,
    seen: Sequence[Notebook],
    change: Callable[[Notebook], object],
    *,
    is_done: Callable[[Notebook], bool],
    late: Callable[[Notebook], Problem],
) -> Notebook:
    """Have AWS change a stopped notebook instance, wait until that is done, and return it as the profile that may.

    :param seen: the notebook instance as each profile sees it
    :param change: begins the change; raises TrayError
    :param is_done: whether what is listed is no longer from before the change; may block, and raises TrayError
    :param late: the problem if it takes longer than 5 minutes
    :raises TrayError: AWS can't be reached or refuses, or it takes longer than 5 minutes
    """

    def begin(notebook: Notebook) -> Notebook:
        change(notebook)
        return notebook

    notebook = through_any(seen, begin)
    give_up = time.monotonic() + _CHANGE_SECONDS
    missed: TrayError | None = None
    while time.monotonic() < give_up:
        time.sleep(_CHANGING_SECONDS)
        try:
            found = next(iter(cloud.find_notebooks(notebook.scope, notebook.name)), None)
            done = found is None or (found.status != NotebookStatus.UPDATING and is_done(found))
        except TrayError as error:
            if error.problem.kind not in PASSING:
                raise
            log.info("%s: whether it has changed can't be told: %s", notebook.name, error)
            missed = error
            continue
        missed = None
        if found is not None and found.status == NotebookStatus.FAILED != notebook.status:
            raise explained(cloud, found)
        if done:
            return notebook
    raise missed or TrayError.of(late(notebook))


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
    return _problem(code, notebook.name, notebook.scope.region, notebook.scope.profile, **more)


def ended_problem(command: StartNotebook) -> Problem:
    """Return that a notebook instance is stopped again, or was removed."""
    return _problem("start-ended", notebook_name_of(command), region_of(command.arn), command.profile)


def _problem(code: str, name: str, region: str, profile: str, **more: object) -> Problem:
    return Problem(code, tuple({"name": name, "region": region, "profile": profile, **more}.items()))
