"""Joins the service that has EventBridge Scheduler stop what is planned to the state and the agenda."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tray.runtime.made_once import MadeOnce

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.fleet.planned_stops.cloud_schedules import CloudSchedules, TellOfSchedules
    from tray.fleet.planned_stops.later_stops import LaterStops
    from tray.fleet.state import State
    from tray.model.presence import Presence
    from tray.wiring.parts import Parts

# As `fleet.planned_stops.cloud_schedules_file` has it, which is imported once there is something to do.
FILE_NAME = "cloud-schedules.json"


class CloudStops:
    """Is `CloudSchedules`, from when a profile names a role or there is a file: few runs of the program have either.

    :param make: makes the service
    :param path: where it is kept what was made; None to keep it in memory alone
    """

    def __init__(self, state: State, make: Callable[[], CloudSchedules], path: Path | None) -> None:
        self._state = state
        self._service = MadeOnce(make)
        self._path = path
        self._followed: object = None

    def load(self) -> None:
        """Read anew which schedules there are, as commands change them too; returns at once."""
        if self._service.now is not None or self._is_kept():
            self._service().load()

    def follow(self) -> None:
        """Make and take away what the plans ask for, soon. Quick: a listener of the state."""
        if (service := self._service.now) is not None:
            service.follow()
            return
        listing = self._state.snapshot.listing
        if listing is self._followed:
            return
        self._followed = listing
        if any(each.schedule_role for each in listing.profiles) or self._is_kept():
            self._service().follow()

    def due_in(self, presence: Presence) -> float:
        """Return the seconds until something is to be asked without a change; infinite if nothing is. Quick."""
        return service.due_in(presence) if (service := self._service.now) is not None else math.inf

    def act(self) -> None:
        """Ask what is due, on a worker; returns at once."""
        if (service := self._service.now) is not None:
            service.act()

    def release(self, profile: str) -> None:
        """Take away all schedules of a profile that is about to be removed. Blocks.

        :raises TrayError: not all could be taken away
        """
        if self._service.now is not None or self._is_kept():
            self._service().release(profile)

    def _is_kept(self) -> bool:
        return self._path is not None and self._path.exists()


def follow_cloud_stops(parts: Parts, tell: TellOfSchedules, plans: LaterStops) -> CloudStops:
    """Return the service, which follows the plans by itself."""
    path = parts.kept(FILE_NAME)

    def made() -> CloudSchedules:
        from tray.fleet.planned_stops.cloud_schedules import CloudSchedules

        return CloudSchedules(
            parts.state,
            lambda: parts.cloud.schedules,
            workers=parts.workers("schedules", 1),
            path=path,
            tell=tell,
            plans=lambda: plans.noted,
            look=parts.agenda.look,
        )

    schedules = CloudStops(parts.state, made, path)
    parts.agenda.add("ask for schedules", schedules.due_in, schedules.act)
    parts.state.listen(schedules.follow)
    return schedules
