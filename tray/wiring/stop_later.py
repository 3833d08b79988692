"""Joins the service that stops notebook instances as planned to the state and the agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.fleet.later_stops import LaterStops
from tray.fleet.stop_plans_file import FILE_NAME as STOP_PLANS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.fleet.refresh import Refresher
    from tray.fleet.state import State
    from tray.fleet.stop_plans import StopPlans, Tell
    from tray.fleet.stopping import Stopping
    from tray.fleet.tasks import TaskRunner
    from tray.runtime.workers import Workers

# Looks and stops at one time: each takes some seconds, and a minute at most.
_MOST_AT_ONCE = 8


def follow_stop_plans(
    state: State,
    tasks: TaskRunner,
    stopping: Stopping,
    refresher: Refresher,
    tell: Tell,
    *,
    workers: Callable[[str, int], Workers],
    kept: Callable[[str], Path | None],
) -> LaterStops:
    """Return the service, which is called when something is due.

    :param workers: makes workers of a name and a number
    :param kept: returns where a file of this name is kept; None to keep it in memory alone
    """
    path = kept(STOP_PLANS)

    def made() -> StopPlans:
        from tray.fleet.stop_plans import StopPlans  # few runs have plans

        return StopPlans(
            state,
            tasks,
            stopping,
            workers=workers("stop plans", 1),
            lookers=workers("planned stops", _MOST_AT_ONCE),
            path=path,
            tell=tell,
            look=refresher.agenda.look,
        )

    plans = LaterStops(state, made, path)
    refresher.agenda.add("stop as planned", plans.due_in, plans.act)
    state.listen(plans.follow)
    return plans
