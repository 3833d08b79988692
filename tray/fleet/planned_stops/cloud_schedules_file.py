"""Stores which schedules were made in EventBridge Scheduler, so that each is taken away: no secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tray.fleet.files.shared_state import SharedState
from tray.model.arns import is_notebook_arn
from tray.model.cloud_schedules import CloudSchedule, Standing, is_own_name
from tray.model.schedule_role import account_of
from tray.model.stop_plans import MOST_PLANS

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "cloud-schedules.json"
# All plans have room, beside some that can't be taken away at the moment.
MOST_SCHEDULES = MOST_PLANS + 100
# With as many as that, and the longest names and roles.
_MOST_BYTES = 2 * 1024 * 1024
_LONGEST_PROFILE = 256
_LATEST = 1e11  # the year 5138
_STANDINGS = {each.value: each for each in Standing}

CloudSchedules = tuple[CloudSchedule, ...]


class CloudSchedulesFile:
    """Stores names of profiles, ARNs and times. The tray and the command line share it. A bad file counts as missing.

    :param path: None to keep it in memory alone
    """

    def __init__(self, path: Path | None) -> None:
        self._state = SharedState(path, "which schedules AWS has", read=_read, stored=_stored, most_bytes=_MOST_BYTES)

    def load(self) -> CloudSchedules:
        """Return the schedules. Reads a file."""
        return self._state.load()

    def change(self, change: Callable[[CloudSchedules], CloudSchedules]) -> CloudSchedules:
        """Change the schedules, store them, and return them. Reads and writes a file.

        :param change: quick; called again if the result can't be stored
        """
        return self._state.change(change)

    def put(self, schedule: CloudSchedule) -> CloudSchedules:
        """Store a schedule in place of the one of the same name."""
        return self.change(lambda now: (*(each for each in now if each.name != schedule.name), schedule))

    def drop(self, *names: str) -> CloudSchedules:
        """Forget the schedules of these names."""
        return self.change(lambda now: tuple(each for each in now if each.name not in names))


def _read(stored: Any) -> CloudSchedules:
    match stored:
        case {"schedules": [*each]}:
            found = {one.name: one for one in filter(None, map(_schedule, each[-MOST_SCHEDULES:]))}
            return tuple(found.values())
    return ()


def _schedule(noted: Any) -> CloudSchedule | None:
    """Return a noted schedule; None for anything else."""
    match noted:
        case {
            "profile": str(profile),
            "arn": str(arn),
            "name": str(name),
            "role": str(role),
            "at": int() | float() as at,
            "standing": str(standing),
        } if (
            is_notebook_arn(arn)
            and len(profile) <= _LONGEST_PROFILE
            and is_own_name(name)
            and account_of(role)[1]
            and standing in _STANDINGS
            # Compared before anything is computed: NaN, infinity and numbers beyond all floats are JSON to Python.
            and 0 <= at <= _LATEST
            and not isinstance(at, bool)
        ):
            return CloudSchedule(profile, arn, name, role, float(at), _STANDINGS[standing])
    return None


def _stored(schedules: CloudSchedules) -> object:
    return {
        "schedules": [
            {
                "profile": each.profile,
                "arn": each.arn,
                "name": each.name,
                "role": each.role,
                "at": each.at,
                "standing": each.standing.value,
            }
            for each in schedules[-MOST_SCHEDULES:]
        ]
    }
