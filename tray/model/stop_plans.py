"""Plans to stop a notebook instance later: at a time, when it is idle, or when the user leaves. Pure.

A time such as “19:00 today” is a local time when it is set, and kept as an instant: a change of the time zone doesn't
move it. A habit of a profile makes a new plan for each day, by the time zone of that day.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.activity import Activity
    from tray.model.problems import Problem

WARN_SECONDS = 600.0
"""How long before a stop the user is told of it."""

MISSED_SECONDS = 12 * 3600.0
"""A stop that could not be carried out for so long is not carried out any more."""

AGAIN_SECONDS = 600.0
"""How long after a try that came to nothing the next one follows."""

GIVE_UP_SECONDS = 4 * 3600.0
"""For how long after its time a stop is tried again."""

LONGEST_IDLE_MINUTES = 168 * 60
"""A week."""

MOST_PLANS = 300
"""How many plans there may be at a time."""

LATE_SECONDS = 300.0
"""What is so much later than it was due was kept from happening: the computer slept, or its clock was set."""

# A habit that is cancelled for today comes back at midnight, but not within these hours: midnight may be near.
_AWAY_SECONDS = 8 * 3600.0
# A day, or the longer one on which clocks are put back.
_LONGEST_DAY_SECONDS = 25 * 3600.0
# Whoever cancels a habit's stop is shown the next day's, and may cancel that, too: for about a week.
_LONGEST_OFF_SECONDS = 8 * 86_400.0


class Trigger(Enum):
    """What a stop waits for. The values are stored, so they stay the same."""

    AT = "at"  # a time
    IDLE = "idle"  # no sign of work for some time
    LEAVING = "leaving"  # the user logs out, or shuts the computer down


class Why(Enum):
    """Why a notebook instance was not stopped as planned. The values are stored, so they stay the same."""

    BUSY = "busy"  # a kernel runs something
    OPENED = "opened"  # the user has just opened it
    UNKNOWN = "unknown"  # Jupyter doesn't tell whether a kernel runs something
    NO_LOOKS = "no-looks"  # the user has turned looks off
    UNLISTED = "unlisted"  # AWS doesn't tell at the moment whether it runs
    PLATFORM = "platform"  # nobody can tell whether it would start again
    RETIRED = "retired"  # AWS may not start it again
    STILL_RUNNING = "still-running"  # the stop was called, or the program was ended just before


@dataclass(frozen=True, slots=True)
class StopPlan:
    """A plan to stop the notebook instance that has `arn`, as `profile` sees it. Times: seconds since the epoch.

    There is one plan at most for each notebook instance and trigger. `since` is when it was made. `at` is the time of
    the stop where that is the trigger, and `idle_minutes` how long there must have been no sign of work where that is
    it. With `even_if_busy`, the user wants it stopped even while a kernel runs something. `habit` is the setting of the
    profile that it comes from, as it is written there; empty for a choice for this notebook instance.

    What has become of it so far: `warned` is when the user was told of the stop, `again` the time before which nothing
    more is tried, and `why` the reason for which the last try came to nothing, which the user knows once `told` is set.
    `quiet_since` is since when the looks have seen no sign of work, None while they do. `begun` is when the stop was
    called: it is called once at most.
    """

    profile: str
    arn: str
    trigger: Trigger
    since: float
    at: float = 0.0
    idle_minutes: int = 0
    even_if_busy: bool = False
    habit: str = ""
    warned: float | None = None
    again: float = 0.0
    why: Why | None = None
    told: bool = False
    quiet_since: float | None = None
    begun: float | None = None

    @property
    def of_habit(self) -> bool:
        """Whether it comes from a setting of the profile, and not from a choice for this notebook instance."""
        return bool(self.habit)

    @property
    def key(self) -> tuple[str, Trigger]:
        """What there is one plan of: the notebook instance and the trigger."""
        return self.arn, self.trigger

    @property
    def idle_seconds(self) -> float:
        """How long there must have been no sign of work, in seconds."""
        return self.idle_minutes * 60.0


def warn_at(plan: StopPlan) -> float:
    """Return when the user is to be told of the stop; infinite if that is done, or nobody knows yet when it will be.

    Of a stop for idleness, the user is told after a look that has seen none of work for long enough.
    """
    if plan.trigger is not Trigger.AT or plan.warned is not None or plan.begun is not None:
        return math.inf
    return plan.at - WARN_SECONDS


def due_at(plan: StopPlan) -> float:
    """Return when it is to be looked whether the stop can be carried out; infinite if no time will bring that.

    A stop follows its warning by 10 minutes at least: it may have been given late, after a sleep.
    """
    if plan.trigger is Trigger.LEAVING or plan.begun is not None:
        return math.inf
    after_warning = plan.warned + WARN_SECONDS if plan.warned is not None else 0.0
    planned = plan.at if plan.trigger is Trigger.AT else plan.since + plan.idle_seconds
    return max(planned, plan.again, after_warning)


def stops_at(plan: StopPlan) -> float:
    """Return when the notebook instance will be stopped, as far as that is known; infinite if it isn't."""
    if plan.trigger is Trigger.AT or (plan.trigger is Trigger.IDLE and plan.warned is not None):
        return due_at(plan)
    return math.inf


def next_time(hour: int, minute: int, after: float) -> float:
    """Return the next time at which the local clock shows so, later than `after`. In seconds since the epoch.

    A time that the clock leaves out when summer time begins is the one that much later; of one that it shows twice,
    the first.
    """
    there = time.localtime(after)
    for days in range(3):
        # mktime(3) takes days beyond the month's, and decides with -1 whether summer time holds.
        found = _instant(there.tm_year, there.tm_mon, there.tm_mday + days, hour, minute)
        if found > after:
            return found
    return found


def midnight_after(now: float) -> float:
    """Return when the local day of `now` ends, in seconds since the epoch."""
    there = time.localtime(now)
    return _instant(there.tm_year, there.tm_mon, there.tm_mday + 1, 0, 0)


def off_until(plan: StopPlan, now: float) -> float:
    """Return until when a habit's plan that the user cancels at `now` is not made again.

    That is the time of a stop itself: the next one is another day's. Otherwise it is the end of the day.
    """
    if plan.trigger is Trigger.AT:
        return max(plan.at, now)
    return max(midnight_after(now), now + _AWAY_SECONDS)


def is_on_its_way(plan: StopPlan) -> bool:
    """Whether a plan stops the notebook instance by itself, as far as is known.

    One for idleness doesn't while the looks can't tell, or see what may be work: a terminal, a page on a screen.
    """
    match plan.trigger:
        case Trigger.AT:
            return True
        case Trigger.IDLE:
            return plan.why is None and (plan.quiet_since is not None or not plan.again)
        case Trigger.LEAVING:
            return False


def is_off(trigger: Trigger, until: float, now: float) -> bool:
    """Whether a habit that was cancelled until a time is off `now`: one that is too far away is of a clock ahead."""
    most = _LONGEST_OFF_SECONDS if trigger is Trigger.AT else _LONGEST_DAY_SECONDS
    return now < until <= now + most


def is_too_far(plan: StopPlan, off: float, now: float) -> bool:
    """Whether a habit's plan is for a later day than the next: the clock was ahead when it was made.

    :param off: until when the habit is cancelled, 0 for not at all
    """
    return plan.trigger is Trigger.AT and plan.at > max(now, off) + _LONGEST_DAY_SECONDS


def planned(plans: Iterable[StopPlan], new: StopPlan) -> tuple[StopPlan, ...]:
    """Return the plans with a `new` one in place of the older with the same notebook instance and trigger."""
    return (*(each for each in plans if each.key != new.key), new)


def idle_since(plan: StopPlan, activity: Activity | None, opened: float, now: float) -> float | None:
    """Return since when there has been no sign of work, in seconds since the epoch; None where anything speaks for it.

    What was before the plan doesn't count: it says “when idle for an hour” to somebody who is there.

    :param opened: when the user last opened it, 0 for never
    """
    if activity is None or activity.answered_at is None or not activity.quiet:
        return None
    quiet = activity.quiet_seconds
    # Where nothing is there that could work, Jupyter tells no time: it counts from the first look that saw that.
    since = now - quiet if quiet is not None else (plan.quiet_since if plan.quiet_since is not None else now)
    return max(since, plan.since, opened)


def _instant(year: int, month: int, day: int, hour: int, minute: int) -> float:
    return _first_of(time.mktime((year, month, day, hour, minute, 0, 0, 0, -1)))


def _first_of(at: float) -> float:
    """Return the first time at which the local clock shows what it shows at `at`, as summer time ends."""
    shown = time.localtime(at)[:5]
    return next((at - back for back in (3600.0, 1800.0) if time.localtime(at - back)[:5] == shown), at)


class Came(Enum):
    """What came of a plan."""

    STOPPED = auto()  # the notebook instance is stopping
    NOT_YET = auto()  # it was not stopped; it is tried again where a time was planned
    GIVEN_UP = auto()  # it was not stopped, and nothing more is tried
    MISSED = auto()  # its time went by while the computer slept or the program didn't run
    FAILED = auto()  # the stop was called, and failed


@dataclass(frozen=True, slots=True)
class StopResult:
    """What came of a plan, for the user to know: `problem` is why the call failed."""

    plan: StopPlan
    came: Came
    problem: Problem | None = None
