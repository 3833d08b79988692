"""When a service asks AWS for what nobody has asked for: while it is wanted, slowly, and not where it just failed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.fleet.refreshing.refresh import MOST_UNASKED
from tray.fleet.schedule import elapsed_seconds
from tray.model.problems import Kind

if TYPE_CHECKING:
    from tray.fleet.refreshing.unasked_calls import UnaskedCalls
    from tray.model.presence import Presence
    from tray.model.problems import Problem

# For how long after somebody has looked at what the service shows.
WANTED_SECONDS = 300.0
# What failed is asked again later; a network that is gone concerns all.
_FAILED_SECONDS = 3600.0
_PAUSE_SECONDS = 600.0


class QuietPace:
    """One call at a time. Quick; not safe to use from two threads that ask.

    Nothing is asked while nobody is there or on battery, and less often where the calls that nobody asked for would be
    more than 40 a minute together with the refreshes.

    :param every_seconds: from one call to the next
    :param at_once: whether the first call may be made at once
    """

    def __init__(
        self, calls: UnaskedCalls, clock: Callable[[], float], *, every_seconds: float, at_once: bool = False
    ) -> None:
        self._calls = calls
        self._clock = clock
        self._every_seconds = every_seconds
        self._not_before = 0.0 if at_once else clock() + every_seconds
        self._wanted_at: float | None = None
        self._failed: dict[str, float] = {}
        self._asking = False

    def want(self) -> None:
        """Have calls made for some minutes from now on."""
        self._wanted_at = self._clock()

    @property
    def is_waiting(self) -> bool:
        """Whether calls are wanted, and none is under way."""
        return not self._asking and elapsed_seconds(self._wanted_at, self._clock()) < WANTED_SECONDS

    def due_in(self, presence: Presence) -> float:
        """Return the seconds until the next call may be made, if `is_waiting`; infinite while nobody is there."""
        if presence.idle or presence.on_battery:
            return math.inf
        # If the clock was set back, the wait is no longer than one from now on.
        wait = min(max(0.0, self._not_before - self._clock()), _PAUSE_SECONDS)
        return wait if self._calls.lately() < MOST_UNASKED else max(wait, self._every_seconds)

    def begin(self) -> None:
        """Note that a call is made now."""
        self._asking, self._not_before = True, self._clock() + self._every_seconds
        self._calls.note(1)

    def end(self) -> None:
        """Note that the call is over."""
        self._asking = False

    def failed(self, about: str, problem: Problem) -> None:
        """Note how a call failed; what AWS denied is the service's to remember.

        :param about: what the call is about, the ARN of a notebook instance for example
        """
        now = self._clock()
        if problem.kind is not Kind.DENIED:
            self._failed = {each: at for each, at in self._failed.items() if elapsed_seconds(at, now) < _FAILED_SECONDS}
            self._failed[about] = now
        if problem.kind in (Kind.UNREACHABLE, Kind.THROTTLED):
            self._not_before = now + _PAUSE_SECONDS

    def may_ask(self, about: str) -> bool:
        """Return whether no call about this has failed of late."""
        return elapsed_seconds(self._failed.get(about), self._clock()) >= _FAILED_SECONDS

    def forget_failures(self) -> None:
        """Let what failed be asked again."""
        self._failed = {}
