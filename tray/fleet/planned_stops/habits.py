"""The plans that the habits of profiles make: pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from tray.model.power import is_retired
from tray.model.stop_plans import MOST_PLANS, StopPlan, Trigger, is_too_far, next_time
from tray.model.times_of_day import hour_and_minute

if TYPE_CHECKING:
    from tray.fleet.snapshot import Listing, Profile
    from tray.model.notebooks import Notebook

Key = tuple[str, Trigger]
Habits = Mapping[Trigger, str]


def habits_of(profile: Profile) -> Habits:
    """Return the habits of a profile, as its settings write them."""
    return {
        trigger: habit
        for trigger, habit in (
            (Trigger.AT, profile.stop_at),
            (Trigger.IDLE, f"{profile.stop_when_idle_hours} h" if profile.stop_when_idle_hours else ""),
            (Trigger.LEAVING, "logout" if profile.stop_at_logout else ""),
        )
        if habit
    }


def with_habits(
    plans: tuple[StopPlan, ...],
    off: Mapping[Key, float],
    listing: Listing,
    platforms: Mapping[str, str],
    now: float,
) -> tuple[StopPlan, ...]:
    """Return the plans with those that habits make for what runs, and without those whose habit is one no more.

    What the user has planned for a notebook instance stands in place of a habit with the same trigger. What may never
    start again is in nobody's habits. No more are made than there is room for: they would displace others at each list.

    :param off: until when a habit that was cancelled for a notebook instance makes no plan for it
    :param platforms: those that are known, by ARN
    """
    of = {profile.name: (profile, found) for profile in listing.profiles if (found := habits_of(profile))}
    unread = {about for about, _ in listing.problems if isinstance(about, str)}
    kept = tuple(
        each
        for each in plans
        if not each.of_habit
        or (_holds(each, of, listing.keyring_read, unread) and not is_too_far(each, off.get(each.key, 0.0), now))
    )
    if not of:
        return kept if len(kept) < len(plans) else plans
    there = {each.key for each in kept}
    made = (each for each in _new(of, off, listing, platforms, now) if each.key not in there)
    new = tuple(islice(made, max(0, MOST_PLANS - len(kept))))
    return (*kept, *new) if new or len(kept) < len(plans) else plans


def _holds(plan: StopPlan, of: Mapping[str, tuple[Profile, Habits]], keyring_read: bool, unread: set[str]) -> bool:
    if plan.begun is not None or not keyring_read:
        return True
    # Of a profile that can't be read now, nobody knows the habits.
    if plan.profile not in of:
        return plan.profile in unread
    return of[plan.profile][1].get(plan.trigger) == plan.habit


def _new(
    of: Mapping[str, tuple[Profile, Habits]],
    off: Mapping[Key, float],
    listing: Listing,
    platforms: Mapping[str, str],
    now: float,
) -> Iterator[StopPlan]:
    for seen in listing.sightings:
        mine = next((each for each in seen if each.scope.profile in of), None)
        if mine is None or not mine.running or is_retired(platforms.get(mine.arn, "")):
            continue
        profile, habits = of[mine.scope.profile]
        for trigger, habit in habits.items():
            if (plan := _plan(mine, trigger, habit, profile, off.get((mine.arn, trigger), 0.0), now)) is not None:
                yield plan


def _plan(
    notebook: Notebook, trigger: Trigger, habit: str, profile: Profile, off: float, now: float
) -> StopPlan | None:
    new = partial(StopPlan, notebook.scope.profile, notebook.arn, trigger, now, habit=habit)
    match trigger:
        case Trigger.AT:
            return new(at=next_time(*hour_and_minute(profile.stop_at), max(now, off)))
        case Trigger.IDLE:
            return new(idle_minutes=profile.stop_when_idle_hours * 60) if off <= now else None
        case Trigger.LEAVING:
            return new() if off <= now else None
