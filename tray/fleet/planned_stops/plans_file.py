"""Stores the plans to stop notebook instances, from one run of the program to the next: no secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tray.fleet.files.shared_state import SharedState
from tray.model.arns import is_notebook_arn
from tray.model.stop_plans import LONGEST_IDLE_MINUTES, MOST_PLANS, StopPlan, Trigger, Why, off_until

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "stop-plans.json"
_MOST_OFF = 300
# With as many as that, and the longest names of profiles.
_MOST_BYTES = 2 * 1024 * 1024
_LONGEST_PROFILE = 256
_LATEST = 1e11  # the year 5138
_REASONS = {why.value: why for why in Why}
_LONGEST_HABIT = 40
_TRIGGERS = {trigger.value: trigger for trigger in Trigger}

Key = tuple[str, Trigger]


@dataclass(frozen=True, slots=True)
class NotedPlans:
    """What is stored: the plans, and until when a habit's plan that the user has cancelled is not made again.

    Times are seconds since the epoch.
    """

    plans: tuple[StopPlan, ...] = ()
    off: Mapping[Key, float] = field(default_factory=dict)

    def with_plans(self, plans: tuple[StopPlan, ...]) -> NotedPlans:
        """Return the same with other plans."""
        return NotedPlans(plans, self.off)

    def given_up(self, plans: Iterable[StopPlan], now: float) -> NotedPlans:
        """Return the same without some plans; the habits among them make no new ones today."""
        plans = tuple(plans)
        keys = {each.key for each in plans}
        off = {each.key: off_until(each, now) for each in plans if each.of_habit}
        return NotedPlans(tuple(each for each in self.plans if each.key not in keys), {**self.off, **off})

    def wanted_again(self, key: Key) -> NotedPlans:
        """Return the same with a habit that was cancelled back: the user plans the same."""
        return NotedPlans(self.plans, {each: until for each, until in self.off.items() if each != key})


class StopPlansFile:
    """Stores names of profiles, ARNs and times. The tray and the command line share it. A bad file counts as missing.

    :param path: None to keep it in memory alone
    """

    def __init__(self, path: Path | None) -> None:
        self._state = SharedState(
            path, "what is to be stopped later", read=_read, stored=_stored, most_bytes=_MOST_BYTES
        )

    def load(self) -> NotedPlans:
        """Return what is stored. Reads a file."""
        return self._state.load()

    def change(self, change: Callable[[NotedPlans], NotedPlans]) -> NotedPlans:
        """Change what is stored, and return it. Reads and writes a file.

        :param change: quick; called again if the result can't be stored
        """
        return self._state.change(lambda before: _bounded(change(before)))

    def store(self, change: Callable[[NotedPlans], NotedPlans]) -> NotedPlans:
        """Do as `change` does, for a command. Reads and writes a file.

        :raises TrayError: it can't be written
        """
        return self._state.store(lambda before: _bounded(change(before)), "stop-plans-not-kept")


def _bounded(noted: NotedPlans) -> NotedPlans:
    if len(noted.plans) <= MOST_PLANS and len(noted.off) <= _MOST_OFF:
        return noted
    plans = noted.plans
    if (over := len(plans) - MOST_PLANS) > 0:
        # A choice of the user's takes the room of a habit, which makes its plan anew where there is room; and what was
        # called keeps its place, or it would be called again.
        habits = {*[each.key for each in plans if each.of_habit and each.begun is None][-over:]}
        plans = tuple(each for each in plans if each.key not in habits)[-MOST_PLANS:]
    return NotedPlans(plans, dict(list(noted.off.items())[-_MOST_OFF:]))


def _read(stored: Any) -> NotedPlans:
    match stored:
        case {"plans": [*plans], "off": [*off]}:
            found = {plan.key: plan for plan in map(_plan, plans[-MOST_PLANS:]) if plan is not None}
            return NotedPlans(tuple(found.values()), dict(filter(None, map(_off, off[-_MOST_OFF:]))))
    return NotedPlans()


def _plan(noted: Any) -> StopPlan | None:
    """Return a noted plan; None for anything else."""
    match noted:
        case {
            "profile": str(profile),
            "arn": str(arn),
            "trigger": str(trigger),
            "since": int() | float() as since,
            "at": int() | float() as at,
            "idle_minutes": int(idle_minutes),
            "even_if_busy": bool(even_if_busy),
            "habit": str(habit),
            "warned": None | int() | float() as warned,
            "again": int() | float() as again,
            "why": None | str() as why,
            "told": bool(told),
            "quiet_since": None | int() | float() as quiet_since,
            "begun": None | int() | float() as begun,
        } if (
            is_notebook_arn(arn)
            and len(profile) <= _LONGEST_PROFILE
            and len(habit) <= _LONGEST_HABIT
            and trigger in _TRIGGERS
            # Compared before anything is computed: NaN, infinity and numbers beyond all floats are JSON to Python.
            and all(each is None or 0 <= each <= _LATEST for each in (since, at, warned, again, quiet_since, begun))
            and 0 <= idle_minutes <= LONGEST_IDLE_MINUTES
            and not isinstance(idle_minutes, bool)
            and (at > 0) is (trigger == Trigger.AT.value)
            and (idle_minutes > 0) is (trigger == Trigger.IDLE.value)
        ):
            return StopPlan(
                profile,
                arn,
                _TRIGGERS[trigger],
                float(since),
                float(at),
                idle_minutes,
                even_if_busy,
                habit,
                _time(warned),
                float(again),
                _REASONS.get(why or ""),
                told,
                _time(quiet_since),
                _time(begun),
            )
    return None


def _off(noted: Any) -> tuple[Key, float] | None:
    match noted:
        case {"arn": str(arn), "trigger": str(trigger), "until": int() | float() as until} if (
            is_notebook_arn(arn) and trigger in _TRIGGERS and 0 <= until <= _LATEST
        ):
            return (arn, _TRIGGERS[trigger]), float(until)
    return None


def _time(noted: float | None) -> float | None:
    return None if noted is None else float(noted)


def _stored(noted: NotedPlans) -> object:
    return {
        "plans": [
            {
                "profile": each.profile,
                "arn": each.arn,
                "trigger": each.trigger.value,
                "since": each.since,
                "at": each.at,
                "idle_minutes": each.idle_minutes,
                "even_if_busy": each.even_if_busy,
                "habit": each.habit,
                "warned": each.warned,
                "again": each.again,
                "why": each.why.value if each.why is not None else None,
                "told": each.told,
                "quiet_since": each.quiet_since,
                "begun": each.begun,
            }
            for each in noted.plans
        ],
        "off": [{"arn": arn, "trigger": trigger.value, "until": until} for (arn, trigger), until in noted.off.items()],
    }
