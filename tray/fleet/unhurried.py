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

# A refresh of hundreds of scopes changes the state as often, within seconds.
AFTER_SECONDS = 5.0


class Unhurried:
    """Calls `follow` on the agenda's thread, once for all changes of five seconds.

    :param parts: returns what is followed of a snapshot; these are compared by identity
    :param follow: quick
    :param clock: in seconds; nobody sets it
    """

    def __init__(
        self,
        state: State,
        agenda: Agenda,
        name: str,
        parts: Callable[[Snapshot], tuple[object, ...]],
        follow: Callable[[], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._state = state
        self._look = agenda.look
        self._parts = parts
        self._follow = follow
        self._clock = clock
        self._followed: tuple[object, ...] = ()
        self._since: float | None = None
        agenda.add(name, self.due_in, self.act)
        state.listen(self.changed)

    def changed(self) -> None:
        """Note whether there is anything new. Quick: a listener of the state."""
        if self._since is not None:
            return
        new = self._parts(self._state.snapshot)
        if len(new) != len(self._followed) or any(now is not old for now, old in zip(new, self._followed, strict=True)):
            self._since = self._clock()
            self._look()

    def due_in(self, _: Presence) -> float:
        """Return the seconds until it is followed; infinite if nothing is new. Quick."""
        return max(0.0, self._since + AFTER_SECONDS - self._clock()) if self._since is not None else math.inf

    def act(self) -> None:
        """Follow what is new; what can't be followed is followed later."""
        # Before it is read, so that what changes meanwhile is followed as well.
        self._since = None
        self._followed = self._parts(self._state.snapshot)
        try:
            self._follow()
        except Exception:
            self._since = self._clock()
            raise
