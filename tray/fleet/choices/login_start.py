"""Keeps whether the system starts the program at login, and changes it when the user chooses so."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.fleet.files.state_file import StateFile
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.state import Slice
    from tray.fleet.tasks import TaskRunner
    from tray.model.commands import SetAutostart
    from tray.runtime.workers import Workers

log = logging.getLogger(__name__)

FILE_NAME = "start-at-login.json"
# Until the system has done what a policy wants, nobody has chosen.
_CHOOSING = {"chosen": False}


def note_choice(path: Path | None) -> None:
    """Note that the user has chosen whether the program starts at login: no policy chooses for them. Writes a file."""
    _note(path).keep({"chosen": True})


def _note(path: Path | None) -> StateFile:
    return StateFile(path, "that the start at login was chosen")


class LoginStart:
    """Owns the snapshot's slice for the start at login. Both methods return at once.

    `starts` asks the system whether it starts the program at login (None: this isn't possible here), and `set_starts`
    changes it. Both may block and raise TrayError. `workers` is one separate worker, because the keyring may wait for
    the user. `kept` returns where a file of this name is kept; the file says that the user has chosen.
    """

    def __init__(
        self,
        known: Slice[bool | None],
        tasks: TaskRunner,
        *,
        workers: Workers,
        starts: Callable[[], bool | None],
        set_starts: Callable[[bool], None],
        kept: Callable[[str], Path | None] = lambda _: None,
    ) -> None:
        self._known = known
        self._tasks = tasks
        self._workers = workers
        self._starts = starts
        self._set_starts = set_starts
        self._path = kept(FILE_NAME)
        self._reading = False

    def begin(self, default: bool | None) -> None:
        """Ask the system; until the user has chosen, have it start as an administrator wants. Returns at once."""
        self.read()
        if default and self._path is not None:
            self._workers.start(self._apply)

    def _apply(self) -> None:
        note = _note(self._path)
        try:
            # A note that can't be read is of a choice, too: nobody knows of which.
            if note.read() not in (None, _CHOOSING):
                return
            # First: what the user turns off could not be noted either, and each start would turn it on again.
            note.write(_CHOOSING)
        except (OSError, ValueError) as error:
            log.info("start at login: the policy's is not set, as it can't be noted: %s", type(error).__name__)
            return
        try:
            if self._starts() is False:
                self._set_starts(True)
        except TrayError as error:
            log.warning("start at login, as the policy has it: %s", error)  # tried again at the next start
            return
        note_choice(self._path)
        self._read()

    def read(self) -> None:
        """Ask the system again, because the user may have changed the setting elsewhere."""
        if not self._reading:
            self._reading = True
            self._workers.start(self._read)

    def set(self, command: SetAutostart) -> None:
        """Have the program started at login, or not, and then ask the system for the result."""

        def act(_: object) -> None:
            self._set_starts(command.on)
            note_choice(self._path)

        self._tasks.begin(
            command,
            act,
            workers=self._workers,
            again=True,
            then=lambda _: self._read(),
        )

    def _read(self) -> None:
        # Reset before the system is asked, so that a change from here on leads to another reading.
        self._reading = False
        try:
            starts = self._starts()
        except TrayError as error:
            log.warning("start at login: %s", error)
            starts = None
        except Exception:
            log.exception("start at login can't be read")
            starts = None
        self._known.set(starts)
