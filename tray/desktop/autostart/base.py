"""What the program relies on in every system's way of starting it at login.

`tests/contract/test_autostart.py` tests what each of them must do.
"""

from __future__ import annotations

import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from tray.desktop.autostart.command import login_command
from tray.model.problems import ExitStatus, Kind, TrayError


class AutostartState(Enum):
    """What happens at the next login, as far as the system tells."""

    ON = "on"
    OFF = "off"
    DISABLED = "disabled"  # there is an entry, and the user or an administrator switched it off elsewhere
    GONE = "gone"  # there is an entry, and the program that it starts is no longer there
    OTHER = "other"  # the entry under our name starts another program, most likely another copy of Notebook Tray


@dataclass(frozen=True, slots=True)
class AutostartStatus:
    """What the system says of the entry.

    `place` is where the entry is or would be, as the system's own tools write it: a path or a registry key. `command`
    is what the entry starts, empty if there is no entry. `disabled_by` is what switched the entry off: a setting and
    its place, or a name that `texts.commands.switched_off_by` knows. With `for_everyone`, the entry is an
    administrator's, for everyone on the computer, and `off` can't remove it: on Linux it hides it from this user.
    """

    state: AutostartState
    place: str
    command: tuple[str, ...] = ()
    disabled_by: tuple[str, ...] = ()
    for_everyone: bool = False

    @property
    def starts(self) -> bool:
        """Whether a Notebook Tray, this copy or another, is started at the next login."""
        return self.state in (AutostartState.ON, AutostartState.OTHER)


class Autostart(ABC):
    """Starting the program at login, for this user alone.

    Each method asks the system anew and may block on the disk or another program, so the icon's thread calls none of
    them. Each raises TrayError (desktop) when the system does not let it read or write what it needs.

    :param command: returns the command that an entry is to start, or raises TrayError (desktop) where this copy of the
        program will not last
    """

    def __init__(self, command: Callable[[], tuple[str, ...]] = login_command) -> None:
        self._command = command

    @abstractmethod
    def on(self) -> None:
        """Have this copy of the program started at login, also where another copy is or where the entry is disabled.

        :raises TrayError: (desktop) also when this copy will not be there at the next login
        """

    @abstractmethod
    def off(self) -> None:
        """Have nothing started at login any more. The running copy goes on.

        :raises TrayError: (desktop) also when an administrator has the program started for everyone
        """

    @abstractmethod
    def status(self) -> AutostartStatus:
        """Return what the system will do at the next login."""

    def _state(self, command: tuple[str, ...], disabled: bool) -> AutostartState:
        """Return the state of an entry that is there and starts `command`."""
        if disabled:
            return AutostartState.DISABLED
        if not command or shutil.which(command[0]) is None:
            return AutostartState.GONE
        try:
            ours = self._command()
        except TrayError:
            return AutostartState.OTHER
        return AutostartState.ON if self._is_ours(command, ours) else AutostartState.OTHER

    def _is_ours(self, command: tuple[str, ...], ours: tuple[str, ...]) -> bool:
        """Whether `command` starts what `ours` does."""
        return command[1:] == ours[1:] and os.path.realpath(_found(command[0])) == os.path.realpath(_found(ours[0]))


def refused(what: Literal["read", "written"], place: str, error: Exception) -> TrayError:
    """Return the error for an entry at `place` that the system does not let us read or write."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    code = "autostart-not-read" if what == "read" else "autostart-not-written"
    return TrayError(code, kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP, place=place, reason=reason)


def _found(program: str) -> str:
    return shutil.which(program) or program
