"""Follows the state some seconds later, for what nobody waits to see: a change is first shown, and counted then."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.fleet.agenda import Agenda
    from tray.fleet.snapshot import Snapshot
    from tray.fleet.state import State
    from tray.model.presence import Presence

# A refresh of a few scopes changes the state as often, within seconds.
AFTER_SECONDS = 5.0
# The refreshes of hundreds of scopes are spread over minutes: what goes through all of them doesn't follow each one.
EVERY_SECONDS = 30.0
"""How often it is followed at most, as a rule."""


class Unhurried:
    """Calls `follow` on the agenda's thread, 5 s after a change, but not too often.

    :param parts: returns what is followed of a snapshot; these are compared by identity
    :param follow: quick
    :param every_seconds: from one time to the next at least
    :param clock: in seconds; nobody sets it
    """

    def __init__(
        self,
        state: State,
        agenda: Agenda,
        name: str,
        parts: Callable[[Snapshot], tuple[object, ...]],
        follow: Callable[[], object],
        every_seconds: float = EVERY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._state = state
        self._look = agenda.look
        self._parts = parts
        self._follow = follow
        self._every_seconds = every_seconds
        self._clock = clock
        self._followed: tuple[object, ...] = ()
        self._due_at = math.inf
        self._not_before = -math.inf
        agenda.add(name, self.due_in, self.act)
        state.listen(self.changed)

    def changed(self) -> None:
        """Note whether there is anything new. Quick: a listener of the state."""
        if self._due_at != math.inf:
            return
        new = self._parts(self._state.snapshot)
        if len(new) != len(self._followed) or any(now is not old for now, old in zip(new, self._followed, strict=True)):
            self._due_at = max(self._clock() + AFTER_SECONDS, self._not_before)
            self._look()

    def due_in(self, _: Presence) -> float:
        """Return the seconds until it is followed; infinite if nothing is new. Quick."""
        return max(0.0, self._due_at - self._clock())

    def act(self) -> None:
        """Follow what is new; what can't be followed is followed later."""
        # Before it is read, so that what changes meanwhile is followed as well.
        self._due_at = math.inf
        self._not_before = self._clock() + self._every_seconds
        self._followed = self._parts(self._state.snapshot)
        try:
            self._follow()
        except Exception:
            self._due_at = self._not_before
            raise
