"""Notices a sign-in in another program: the AWS CLI, another SDK, or an editor."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.fleet.schedule import elapsed_seconds
from tray.model.problems import Kind

if TYPE_CHECKING:
    from tray.fleet.snapshot import Listing
    from tray.model.presence import Presence

LOOK_EVERY_SECONDS = 8


class SignInWatch:
    """Checks whether the files of sign-ins have changed, but only while a profile needs a sign-in.

    `fingerprint` returns a value that changes when a sign-in is written; it asks only the file system.
    """

    def __init__(self, fingerprint: Callable[[], object], clock: Callable[[], float]) -> None:
        self._fingerprint = fingerprint
        self._clock = clock
        self._known: object = None
        self._looked_at: float | None = None

    def remember(self) -> None:
        """Remember the files as they are now. Call this before the files are used."""
        self._known, self._looked_at = self._fingerprint(), self._clock()

    def due_in(self, listing: Listing, presence: Presence) -> float:
        """Return the seconds until the next check; infinite if no profile needs a sign-in, or the user is away."""
        if presence.idle or not any(problem.kind is Kind.SIGN_IN for _, problem in listing.all_problems):
            return math.inf
        return max(0.0, LOOK_EVERY_SECONDS - elapsed_seconds(self._looked_at, self._clock()))

    def changed(self) -> bool:
        """Check the files; return whether they have changed since they were last remembered."""
        self._looked_at = self._clock()
        return self._fingerprint() != self._known
