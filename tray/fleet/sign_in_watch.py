"""Noticing a sign-in that was done elsewhere: by the AWS CLI, another SDK, or an editor's own sign-in."""

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
    """Looks whether the files that sign-ins are written to have changed; only while a profile needs one.

    `fingerprint` asks the file system, and nothing else, for a value that is another once a sign-in was written.
    """

    def __init__(self, fingerprint: Callable[[], object], clock: Callable[[], float]) -> None:
        self._fingerprint = fingerprint
        self._clock = clock
        self._known: object = None
        self._looked_at: float | None = None

    def remember(self) -> None:
        """Take the files as they are now for known; to be called before they are used."""
        self._known, self._looked_at = self._fingerprint(), self._clock()

    def due_in(self, listing: Listing, presence: Presence) -> float:
        """Return in how many seconds to look; infinite where no profile needs signing in, or nobody is there."""
        if presence.idle or not any(problem.kind is Kind.SIGN_IN for _, problem in listing.all_problems):
            return math.inf
        return max(0.0, LOOK_EVERY_SECONDS - elapsed_seconds(self._looked_at, self._clock()))

    def changed(self) -> bool:
        """Look; return whether the files have changed since they were last remembered."""
        self._looked_at = self._clock()
        return self._fingerprint() != self._known
