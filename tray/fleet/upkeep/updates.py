"""Looks once a day whether there is a newer release, and says so in the menu's Help. It never installs anything.

The address is that of `Updates` in `pyproject.toml`, which answers as PyPI does: `{"info": {"version": "0.2.0"}}`
(https://docs.pypi.org/api/json/). Nothing of the user's is sent, and what fails is silent: it is tried the next day.
"""

from __future__ import annotations

import json
import logging
import math
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tray.about import __version__, address, origin
from tray.fleet.files.state_file import StateFile
from tray.fleet.schedule import elapsed_seconds
from tray.model.problems import TrayError
from tray.runtime.steady import steady_seconds

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.state import State
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.commands import SetUpdateCheck
    from tray.model.presence import Presence
    from tray.runtime.workers import Workers

log = logging.getLogger(__name__)

CHOICE_FILE_NAME = "update-check.json"
FILE_NAME = "updates.json"

EVERY_SECONDS = 24 * 3600.0
# Not while a user waits for the first list, and not in a run of a minute.
FIRST_SECONDS = 600.0
# PyPI's answer names each file of each release.
MOST_BYTES = 2 * 1024 * 1024
# Only releases that everybody is to have: no 0.2.0rc1.
_RELEASE = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,3}", re.ASCII)


def update_check_is_off(path: Path | None) -> bool:
    """Return whether the user has turned it off. A file that can't be read counts as missing. Reads a file."""
    match _choice(path).stored():
        case {"off": bool(off)}:
            return off
    return False


def store_update_check(path: Path | None, *, on: bool) -> None:
    """Store whether it is on. Writes a file.

    :raises TrayError: it can't be stored
    """
    _choice(path).store({"off": not on}, "updates-not-kept")


def _choice(path: Path | None) -> StateFile:
    return StateFile(path, "whether newer releases are looked for")


def newest_release() -> str:
    """Return the version of the newest release. Blocks for the network, within the limits of `setup_link.fetch`.

    :raises TrayError: it can't be fetched
    :raises ValueError: the answer has no release
    """
    from tray.settings.setup_link import fetch

    return release_in(fetch(address("Updates"), most_bytes=MOST_BYTES))


def release_in(answer: bytes) -> str:
    """Return the version that an answer names.

    :raises ValueError: it names none
    """
    try:
        match json.loads(answer):
            case {"info": {"version": str(version)}} if _RELEASE.fullmatch(version):
                return version
    except RecursionError:
        pass
    raise ValueError("no release")


def is_newer(version: str, than: str) -> bool:
    """Whether a release is newer than another version, of which what follows its numbers doesn't count."""
    known = _RELEASE.match(than)
    return bool(_RELEASE.fullmatch(version)) and known is not None and _numbers(version) > _numbers(known[0])


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(each) for each in version.split(".")]
    return (*numbers, *[0] * (4 - len(numbers)))


class UpdateCheck:
    """Owns the snapshot's slices of the newer release, and of whether one is looked for.

    A copy that runs from a checkout looks for none: its user has what is newer than any release.

    :param workers: one separate worker, which may block for the network, and writes what changes in its order
    :param kept: returns where a file of this name is kept; None to keep it in memory alone
    :param look: called to compute anew what is due
    :param ask: returns the version of the newest release; may block, and raises TrayError or ValueError
    :param clock: the wall clock, in seconds since the epoch
    :param steady: a clock that nobody sets and that goes on in a sleep, in seconds
    """

    def __init__(
        self,
        state: State,
        tasks: TaskRunner,
        *,
        workers: Workers,
        kept: Callable[[str], Path | None],
        look: Callable[[], object],
        ask: Callable[[], str] = newest_release,
        comes_from: Callable[[], str] = origin,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = steady_seconds,
    ) -> None:
        self._state = state
        self._tasks = tasks
        self._workers = workers
        self._choice_path = kept(CHOICE_FILE_NAME)
        self._choice = _choice(self._choice_path)
        path = kept(FILE_NAME)
        self._file = StateFile(path, "which release is the newest")
        # Without a file to keep the time in, each start would ask.
        self._possible = path is not None and comes_from() != "checkout"
        self._look = look
        self._ask = ask
        self._clock = clock
        self._steady = steady
        self._asked_at: float | None = None
        # By the steady clock: a wall clock that is set has nobody asked more often.
        self._not_before = steady() + FIRST_SECONDS
        self._newest = ""

    def load(self) -> None:
        """Read what earlier runs have stored. Reads files."""
        match self._file.stored():
            case {"asked": int() | float() as asked, "newest": str(newest)} if 0 <= asked < 1e11:
                self._asked_at, self._newest = float(asked), newest
        self._load_choice()

    def follow(self) -> None:
        """Take what another program has stored; returns at once."""
        if self._choice_path is not None:
            self._workers.start(self._load_choice)

    def set(self, command: SetUpdateCheck) -> None:
        """Turn it on or off, and store that; returns at once."""
        self._state.update_check_off.set(not command.on)
        self._show()

        def act(_: Cancelling) -> None:
            self._choice.store({"off": self._state.update_check_off.now}, "updates-not-kept")

        self._tasks.begin(command, act, workers=self._workers, again=True)
        self._look()

    def follow_policy(self) -> None:
        """Show, or no longer show, what is known, as the policy has it now. Quick: a listener of the state."""
        self._show()

    def due_in(self, presence: Presence) -> float:
        """Return the seconds until it is asked; infinite while it is off, or nobody is there. Quick."""
        if not self._possible or not self._is_on or presence.idle or presence.on_battery:
            return math.inf
        # If the wall clock was set back, it is not known when it was asked; then the steady clock alone counts.
        wait = EVERY_SECONDS - elapsed_seconds(self._asked_at, self._clock())
        return max(0.0, wait, self._not_before - self._steady())

    def begin(self) -> None:
        """Ask on the worker; returns at once."""
        self._asked_at, self._not_before = self._clock(), self._steady() + EVERY_SECONDS
        self._workers.start(self._find)

    @property
    def _is_on(self) -> bool:
        snapshot = self._state.snapshot
        return snapshot.policy.limits.update_check and not snapshot.update_check_off

    def _find(self) -> None:
        # Before the answer: a program that ends meanwhile has asked, too.
        self._keep()
        try:
            self._newest = self._ask()
        except (TrayError, ValueError) as error:
            log.info("whether there is a newer release is not known: %s", error)
            return
        log.info("the newest release is %s", self._newest)
        self._keep()
        self._show()

    def _keep(self) -> None:
        stored: dict[str, Any] = {"asked": self._asked_at, "newest": self._newest}
        self._file.keep(stored)

    def _load_choice(self) -> None:
        self._state.update_check_off.set(update_check_is_off(self._choice_path))
        self._show()
        self._look()

    def _show(self) -> None:
        newer = self._newest if self._possible and self._is_on and is_newer(self._newest, __version__) else ""
        if self._state.newer.now != newer:
            self._state.newer.set(newer)
