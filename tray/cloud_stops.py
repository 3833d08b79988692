"""Joins the service that has EventBridge Scheduler stop what is planned to the state and the agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.fleet.cloud_schedules import CloudSchedules
from tray.fleet.cloud_schedules_file import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.aws.cloud import Cloud
    from tray.fleet.cloud_schedules import Tell
    from tray.fleet.later_stops import LaterStops
    from tray.fleet.refresh import Refresher
    from tray.fleet.state import State
    from tray.runtime.workers import Workers


def follow_plans(
    state: State,
    cloud: Cloud,
    refresher: Refresher,
    tell: Tell,
    plans: LaterStops,
    workers: Callable[[str, int], Workers],
    kept: Callable[[str], Path | None],
) -> CloudSchedules:
    """Return the service, which follows the plans by itself.

    :param workers: makes workers of a name and a number
    :param kept: returns where a file of this name is kept; None to keep it in memory alone
    """
    schedules = CloudSchedules(
        state,
        lambda: cloud.schedules,
        workers=workers("schedules", 1),
        path=kept(FILE_NAME),
        tell=tell,
        plans=lambda: plans.noted,
        look=refresher.agenda.look,
    )
    refresher.agenda.add("ask for schedules", schedules.due_in, schedules.act)
    state.listen(schedules.follow)
    return schedules
