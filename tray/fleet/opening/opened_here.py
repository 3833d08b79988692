"""Keeps which notebook instances the user opened or started here, from one run of the program to the next."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tray.fleet.files.shared_state import SharedState
from tray.fleet.opened import over_of
from tray.fleet.snapshot import Outcome
from tray.model.arns import is_notebook_arn
from tray.model.commands import OpenNotebook
from tray.model.power import Opened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from tray.fleet.snapshot import Task
    from tray.fleet.state import State
    from tray.model.commands import StartNotebook
    from tray.model.problems import Problem
    from tray.runtime.workers import Workers

FILE_NAME = "opened.json"
_MOST = 150
_LATEST = 1e11  # the year 5138


class OpenedFile:
    """Stores profiles' names, ARNs and times, which are no secrets. A file that fails counts as missing.

    :param path: None to keep it in memory alone
    """

    def __init__(self, path: Path | None) -> None:
        self._state = SharedState(path, "what was opened here", read=_read, stored=_stored)

    def load(self) -> tuple[Opened, ...]:
        """Return what was opened or started, the latest last. Reads a file."""
        return self._state.load()

    def change(self, added: Opened | None = None, without: Collection[Opened] = ()) -> tuple[Opened, ...]:
        """Add one, take others away, store that, and return the result. Reads and writes a file."""
        return self._state.change(lambda opened: _changed(opened, added, without))


def _read(stored: Any) -> tuple[Opened, ...]:
    match stored:
        case {"opened": [*each]}:
            return tuple(filter(None, map(_opened, each[-_MOST:])))
    return ()


def _stored(opened: tuple[Opened, ...]) -> object:
    return {"opened": [{"profile": each.profile, "arn": each.arn, "since": each.since} for each in opened]}


def _changed(opened: Iterable[Opened], added: Opened | None, without: Collection[Opened]) -> tuple[Opened, ...]:
    kept = (each for each in opened if each not in without and not (added and each.arn == added.arn))
    return (*kept, *([added] if added else []))[-_MOST:]


def _opened(noted: Any) -> Opened | None:
    """Return a noted one; None for anything else."""
    match noted:
        # Compared before anything is computed: NaN, infinity and numbers beyond all floats are valid JSON to Python.
        case {"profile": str(profile), "arn": str(arn), "since": int() | float() as since}:
            if is_notebook_arn(arn) and 0 <= since <= _LATEST:
                return Opened(profile, arn, float(since))
    return None


class OpenedHere:
    """Owns the snapshot's slice of what was opened or started here. Safe to use from many threads.

    :param workers: one separate worker, so that changes are stored in their order
    """

    def __init__(
        self, state: State, *, workers: Workers, file: OpenedFile, clock: Callable[[], float] = time.time
    ) -> None:
        self._state = state
        self._workers = workers
        self._file = file
        self._clock = clock
        self._followed: tuple[object, object] = (None, None)

    def load(self) -> None:
        """Read what was opened or started, by commands too; returns at once."""
        self._workers.start(lambda: self._state.opened.set(self._file.load()))

    def ended(self, task: Task, outcome: Outcome, _problem: Problem | None) -> None:
        """Note what was opened; returns at once."""
        if outcome is Outcome.DONE and isinstance(task.command, OpenNotebook):
            self._note(task.command.profile, task.command.arn)

    def started(self, command: StartNotebook) -> None:
        """Note what AWS has begun to start; returns at once."""
        self._note(command.profile, command.arn)

    def follow(self) -> None:
        """Forget what is stopped or gone. Quick: a listener of the state."""
        snapshot = self._state.snapshot
        # Most changes of the state concern neither: thousands of notebook instances are gone through for these alone.
        if snapshot.listing is self._followed[0] and snapshot.opened is self._followed[1]:
            return
        self._followed = (snapshot.listing, snapshot.opened)
        if over := over_of(snapshot.opened, snapshot.listing):
            self._state.opened.update(lambda now: tuple(each for each in now if each not in over))
            self._workers.start(lambda: self._state.opened.set(self._file.change(without=over)))

    def _note(self, profile: str, arn: str) -> None:
        new = Opened(profile, arn, self._clock())
        self._state.opened.update(lambda now: (*(each for each in now if each.arn != arn), new)[-_MOST:])
        # The slice follows the file, whose changes have one order: an older list that is just read can't stay.
        self._workers.start(lambda: self._state.opened.set(self._file.change(new)))
