"""When the next refresh is due. Pure: by what is known, by who may be looking, and by the clock that is passed in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tray.model.notebooks import Notebook, NotebookStatus, Scope
from tray.model.problems import Kind

if TYPE_CHECKING:
    from tray.fleet.snapshot import ScopeState
    from tray.model.presence import Presence

REFRESH_EVERY_SECONDS = 300
# With nobody at the session nobody sees it, and on battery every refresh wakes the radio. A menu that opens on
# something old asks anew in any case.
RARELY_SECONDS = 900
# While an instance starts or stops, which takes a few minutes, somebody may be waiting for it.
TRANSITION_SECONDS = 5
# Nobody waits at the screen, or on battery no longer: it is still followed, for what is told when it has started.
UNHURRIED_SECONDS = 60
HURRIED_ON_BATTERY_SECONDS = 300
# One that takes longer is stuck, and may be so for hours.
STUCK_SECONDS = 900
# Where there was no notebook instance, one rarely appears: who makes one looks at the menu, which asks anew.
EMPTY_SECONDS = 1800

_IN_TRANSITION = frozenset(
    {NotebookStatus.PENDING, NotebookStatus.STOPPING, NotebookStatus.UPDATING, NotebookStatus.DELETING}
)

# Since when, in seconds since the epoch, an instance has been in which transition.
Transitions = Mapping[tuple[str, str], float]


def follow(before: Transitions, notebooks: Iterable[Notebook], now: float) -> Transitions:
    """Return the transitions that `notebooks` are in; those that were there before keep their time.

    Our own clock tells it, as that of AWS may differ: one found in transition at the start counts from then.
    """
    return {
        key: min(now, before.get(key, now))  # a clock that was set back begins anew
        for key in ((notebook.arn, notebook.status) for notebook in notebooks if notebook.status in _IN_TRANSITION)
    }


def refresh_seconds(presence: Presence) -> float:
    """Return how many seconds after a refresh began the next is due: 5 min, 15 min if nobody is there or on battery."""
    return RARELY_SECONDS if presence.idle or presence.on_battery else REFRESH_EVERY_SECONDS


def follow_seconds(transitions: Transitions, presence: Presence, now: float) -> float:
    """Return how many seconds after they were last listed those in transition are to be listed again.

    5 s; 1 min if nobody is there, or after 5 minutes on battery; infinite if there are none. After 15 minutes in the
    same transition one no longer counts.
    """
    youngest = min((now - since for since in transitions.values()), default=math.inf)
    if youngest >= STUCK_SECONDS:
        return math.inf
    hurried = not presence.idle and (not presence.on_battery or youngest < HURRIED_ON_BATTERY_SECONDS)
    return TRANSITION_SECONDS if hurried else UNHURRIED_SECONDS


def scopes_to_follow(transitions: Transitions, notebooks: Iterable[Notebook], now: float) -> set[Scope]:
    """Return where there are notebook instances in a transition, but not stuck in it."""
    return {
        notebook.scope
        for notebook in notebooks
        if now - transitions.get((notebook.arn, notebook.status), -math.inf) < STUCK_SECONDS
    }


def unasked(states: Iterable[ScopeState], now: float) -> tuple[Scope, ...]:
    """Return where a refresh that nobody asked for lists: all but what was without notebook instances just now.

    One that was found to be without, or not to be open to the user, is listed again after half an hour. What has waited
    the longest comes first.
    """

    def due(state: ScopeState) -> bool:
        quiet = not state.notebooks and (state.problem is None or state.problem.kind is Kind.DENIED)
        return not quiet or elapsed_seconds(state.asked_at, now) >= EMPTY_SECONDS

    # After a clock was set back, what was asked before that counts as never asked: it would else come last for long.
    waiting_longest = sorted(filter(due, states), key=lambda state: -elapsed_seconds(state.asked_at, now))
    return tuple(state.scope for state in waiting_longest)


def elapsed_seconds(since: float | None, now: float) -> float:
    """Return how long ago `since` was, by the wall clock; infinite if it never was, or the clock was set back."""
    seconds = now - since if since is not None else math.inf
    return seconds if seconds >= 0 else math.inf
