"""Whether a notebook instance may be stopped without anybody there: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.model.problems import ExitStatus, Kind, TrayError
from tray.model.stop_plans import LONGEST_IDLE_MINUTES, WARN_SECONDS, StopPlan, Trigger, Why

if TYPE_CHECKING:
    from tray.model.activity import Activity
    from tray.model.commands import PlanStop
    from tray.model.notebooks import Notebook
    from tray.model.power import Details

# A plan is for today or tomorrow: a week is beyond what anybody remembers.
LONGEST_AHEAD_SECONDS = 7 * 86_400.0
# It is looked at most once in 10 minutes.
LEAST_IDLE_MINUTES = 10


def plan_of(command: PlanStop, notebook: Notebook, details: Details | None, *, looks_off: bool, now: float) -> StopPlan:
    """Return the plan that a user asks for.

    :param details: what AWS tells of the notebook instance; None if it can't be told
    :raises TrayError: it may never start again, nobody can tell, or it could never be carried out
    """
    if details is None or not details.platform:
        raise TrayError("stop-plan-platform-unknown", status=ExitStatus.REFUSED, name=notebook.name)
    if details.retired:
        raise TrayError("stop-plan-retired", status=ExitStatus.REFUSED, name=notebook.name, identifier=details.platform)
    if looks_off and (command.trigger is Trigger.IDLE or not command.even_if_busy):
        raise _usage("stop-plan-needs-looks", name=notebook.name, idle=command.trigger is Trigger.IDLE)
    if command.trigger is Trigger.AT and not now < command.at <= now + LONGEST_AHEAD_SECONDS:
        raise _usage("stop-plan-time", name=notebook.name)
    if command.trigger is Trigger.IDLE and not LEAST_IDLE_MINUTES <= command.idle_minutes <= LONGEST_IDLE_MINUTES:
        # As it is typed and chosen: in whole hours where it is some.
        hours, minutes = divmod(command.idle_minutes, 60)
        given = f"{minutes}m" if not hours else f"{hours}h{minutes}m" if minutes else f"{hours}h"
        most = LONGEST_IDLE_MINUTES // 60
        raise _usage("stop-plan-idle", given=given, least=LEAST_IDLE_MINUTES, most=most)
    # Whoever plans a stop within the next minutes needs no warning of it.
    warned = command.at - WARN_SECONDS if command.trigger is Trigger.AT and command.at - now < WARN_SECONDS else None
    return StopPlan(
        notebook.scope.profile,
        notebook.arn,
        command.trigger,
        now,
        command.at,
        command.idle_minutes,
        command.even_if_busy,
        warned=warned,
    )


def why_not(activity: Activity | None) -> Why | None:
    """Return why a notebook instance is not stopped after a look; None if nothing that is known speaks against it."""
    if activity is not None and (activity.busy or activity.starting):
        return Why.BUSY
    return Why.UNKNOWN if activity is None or activity.unknown or activity.answered_at is None else None


def _usage(code: str, **places: Any) -> TrayError:
    return TrayError(code, kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, **places)
