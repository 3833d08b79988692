"""Schedules of EventBridge Scheduler, which stop notebook instances at planned times also with this computer off. Pure.

The program stops what is planned by itself, and AWS stops it some minutes later if the program didn't: only the program
can see whether a kernel is busy. So the schedule is taken away as soon as the program has seen one, or is about to stop
it later than AWS would.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from tray.model.arns import notebook_arn, region_of
from tray.model.power import is_retired
from tray.model.schedule_role import account_of
from tray.model.stop_plans import Trigger, due_at

if TYPE_CHECKING:
    from tray.model.stop_plans import StopPlan

NAME_PREFIX = "notebook-tray-"
"""How the names of all schedules begin, so that IAM policies can name them, and lists can be asked for them alone."""

LATER_MINUTES = 15
"""How long after the planned time AWS stops a notebook instance that the program hasn't stopped."""

OVER_SECONDS = 3600.0
"""How long after its time a schedule is surely gone: AWS deletes it after its last attempt."""

_NAME = re.compile(rf"{re.escape(NAME_PREFIX)}[0-9a-f]{{32}}", re.ASCII)
# The program stops what it has to within this time: a look at Jupyter, and a call.
_STOPPING_SECONDS = 120.0
# AWS may be a minute late (EventBridge Scheduler User Guide, "Schedule types": 60 seconds), and is never early.
_MARGIN_SECONDS = 60.0


class Standing(Enum):
    """What is known of a schedule. The values are stored, so they stay the same."""

    ASKED = "asked"  # it may be there, and it may not: the answer didn't come, or the program ended before it
    MADE = "made"
    OFF = "off"  # the user has taken it away, and the plan still stands: it is not made again


@dataclass(frozen=True, slots=True)
class CloudSchedule:
    """A schedule that stops the notebook instance that has `arn`, made as `profile` with a `role`.

    `at` is when AWS stops it, in seconds since the epoch.
    """

    profile: str
    arn: str
    name: str
    role: str
    at: float
    standing: Standing = Standing.ASKED

    @property
    def region(self) -> str:
        """The region of the schedule, which is that of the notebook instance: Scheduler calls its own region."""
        return region_of(self.arn)

    def is_as(self, other: CloudSchedule) -> bool:
        """Whether AWS would do the same by both."""
        return (self.name, self.role, self.at) == (other.name, other.role, other.at)


def schedule_name(arn: str, trigger: Trigger, whose: str) -> str:
    """Return the name of the schedule for a plan: always the same, so that it is made once and found again.

    :param whose: tells this user on this computer from others, who may plan to stop the same notebook instance
    """
    digest = hashlib.sha256("\n".join((arn, trigger.value, whose)).encode()).hexdigest()
    return f"{NAME_PREFIX}{digest[:32]}"


def is_own_name(name: str) -> bool:
    """Whether a schedule's name is one that this program gives."""
    return _NAME.fullmatch(name) is not None


def may_be_stopped(plans: Iterable[StopPlan], platforms: Mapping[str, str]) -> Iterator[StopPlan]:
    """Yield the plans without those of habits for what may never start again, as far as is known.

    A choice of the user's was checked as it was made; the program itself looks before it stops what a habit is for, and
    Scheduler can't.

    :param platforms: those that are known, by ARN
    """
    for plan in plans:
        platform = platforms.get(plan.arn, "")
        if not plan.of_habit or (platform and not is_retired(platform)):
            yield plan


def wanted(
    plans: Iterable[StopPlan], roles: Mapping[str, str], whose: str, now: float
) -> tuple[dict[str, CloudSchedule], float]:
    """Return the schedules that AWS should have now, by ARN, and the time at which that changes without a new plan.

    :param roles: the roles of profiles, by their names; those of profiles without a role are left out or empty
    :param now: seconds since the epoch, as the time that is returned, which is infinite if nothing changes
    """
    found: dict[str, CloudSchedule] = {}
    until = math.inf
    for plan in plans:
        role = roles.get(plan.profile, "")
        if not role or not fits(role, plan.arn) or plan.trigger is not Trigger.AT or plan.begun is not None:
            continue
        at = plan.at + LATER_MINUTES * 60
        taken_over = due_at(plan) + _STOPPING_SECONDS
        # A try that came to nothing has seen why: a busy kernel, for example.
        tried = plan.again > plan.at
        if tried or now >= taken_over or taken_over > at - _MARGIN_SECONDS or now >= at - _MARGIN_SECONDS:
            continue
        until = min(until, taken_over)
        name = schedule_name(plan.arn, plan.trigger, whose)
        found[plan.arn] = CloudSchedule(plan.profile, plan.arn, name, role, at)
    return found, until


def fits(role: str, arn: str) -> bool:
    """Whether a role is of the account and the partition of a notebook instance: IAM passes no other."""
    parts = notebook_arn(arn)
    return parts is not None and account_of(role) == (arn.split(":", 2)[1], parts.account)
