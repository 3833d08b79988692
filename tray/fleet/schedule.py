"""When the next refresh is due, by the known state, the user's presence and the clock that is passed in. Pure."""

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
# If the user is away, nobody sees the result; on battery, every refresh wakes the radio. A menu that opens on an old
# listing begins a refresh in any case.
RARELY_SECONDS = 900
# The user may be waiting while a notebook instance starts or stops, which takes a few minutes.
TRANSITION_SECONDS = 5
# A start or stop that takes longer than usual is asked after less often.
UNUSUAL_SECONDS = 240
LATER_SECONDS = 20
# If the user is away, or after a while on battery, a transition is still followed, to tell the user when it is over.
UNHURRIED_SECONDS = 60
HURRIED_ON_BATTERY_SECONDS = 300
# A longer transition is stuck, perhaps for hours.
STUCK_SECONDS = 900
# A scope without notebook instances rarely gets one: a user who creates one opens the menu, which begins a refresh.
EMPTY_SECONDS = 1800

_IN_TRANSITION = frozenset(
    {NotebookStatus.PENDING, NotebookStatus.STOPPING, NotebookStatus.UPDATING, NotebookStatus.DELETING}
)

# The time since which a notebook instance has been in a transition, in seconds since the epoch, by ARN and status.
Transitions = Mapping[tuple[str, str], float]


def follow(before: Transitions, notebooks: Iterable[Notebook], now: float) -> Transitions:
    """Return the transitions that `notebooks` are in; transitions that were there before keep their time.

    This computer's clock counts, because AWS's may differ. A transition found at the start counts from the start.
    """
    return {
        key: min(now, before.get(key, now))  # if the clock was set back, the time begins again
        for key in ((notebook.arn, notebook.status) for notebook in notebooks if notebook.status in _IN_TRANSITION)
    }


def refresh_seconds(presence: Presence) -> float:
    """Return the seconds from one refresh to the next: 5 min; 15 min if the user is away or on battery."""
    return RARELY_SECONDS if presence.idle or presence.on_battery else REFRESH_EVERY_SECONDS


def follow_seconds(transitions: Transitions, presence: Presence, now: float) -> float:
    """Return the seconds after which notebook instances in a transition are listed again.

    5 s, and 20 s after 4 minutes; 1 min if the user is away, or after 5 minutes on battery; infinite if there are none.
    A notebook instance no longer counts after 15 minutes in the same transition.
    """
    youngest = min((now - since for since in transitions.values()), default=math.inf)
    if youngest >= STUCK_SECONDS:
        return math.inf
    hurried = not presence.idle and (not presence.on_battery or youngest < HURRIED_ON_BATTERY_SECONDS)
    if not hurried:
        return UNHURRIED_SECONDS
    return TRANSITION_SECONDS if youngest < UNUSUAL_SECONDS else LATER_SECONDS


def scopes_to_follow(transitions: Transitions, notebooks: Iterable[Notebook], now: float) -> set[Scope]:
    """Return the scopes with notebook instances in a transition that is not stuck."""
    return {
        notebook.scope
        for notebook in notebooks
        if now - transitions.get((notebook.arn, notebook.status), -math.inf) < STUCK_SECONDS
    }


def unasked(states: Iterable[ScopeState], now: float) -> tuple[Scope, ...]:
    """Return the scopes for a refresh that nobody asked for: all but those recently found without notebook instances.

    A scope without notebook instances, or without permission for the user, is listed again after half an hour. The
    scope that has waited longest comes first.
    """

    def due(state: ScopeState) -> bool:
        quiet = not state.notebooks and (state.problem is None or state.problem.kind is Kind.DENIED)
        return not quiet or elapsed_seconds(state.asked_at, now) >= EMPTY_SECONDS

    # If the clock was set back, a scope asked before that counts as never asked: otherwise it would come last for long.
    waiting_longest = sorted(filter(due, states), key=lambda state: -elapsed_seconds(state.asked_at, now))
    return tuple(state.scope for state in waiting_longest)


def elapsed_seconds(since: float | None, now: float) -> float:
    """Return how long ago `since` was, by the wall clock; infinite if it never was, or the clock was set back."""
    seconds = now - since if since is not None else math.inf
    return seconds if seconds >= 0 else math.inf
