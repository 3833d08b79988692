"""Joins the service that stops notebook instances as planned to the state and the agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.fleet.planned_stops.later_stops import LaterStops
from tray.fleet.planned_stops.plans_file import FILE_NAME as STOP_PLANS

if TYPE_CHECKING:
    from tray.fleet.planned_stops.plans import StopPlans, TellOfStops
    from tray.fleet.power.stopping import Stopping
    from tray.wiring.parts import Parts

# Looks and stops at one time: each takes some seconds, and a minute at most.
_MOST_AT_ONCE = 8


def follow_stop_plans(parts: Parts, stopping: Stopping, tell: TellOfStops) -> LaterStops:
    """Return the service, which is called when something is due."""
    path = parts.kept(STOP_PLANS)

    def made() -> StopPlans:
        from tray.fleet.planned_stops.plans import StopPlans  # few runs have plans

        return StopPlans(
            parts.state,
            parts.tasks,
            stopping,
            workers=parts.workers("stop plans", 1),
            lookers=parts.workers("planned stops", _MOST_AT_ONCE),
            path=path,
            tell=tell,
            look=parts.agenda.look,
        )

    plans = LaterStops(parts.state, made, path)
    parts.agenda.add("stop as planned", plans.due_in, plans.act)
    parts.state.listen(plans.follow)
    return plans
