"""Finds the profiles whose sign-ins have expired, and reports each expiry once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.model.problems import Kind, Problem

if TYPE_CHECKING:
    from tray.fleet.snapshot import Listing


class Expiries:
    """Remembers which profiles need a sign-in, so that each is reported once until the user has signed in."""

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()

    def needed(self, listing: Listing) -> bool:
        """Whether a profile that is listed still needs a sign-in, as far as the last call of `news` knows."""
        return any(profile.name in self._known for profile in listing.profiles)

    def news(self, listing: Listing) -> tuple[str, ...]:
        """Return the profiles that need a sign-in now and did not at the last call.

        A profile that can't be reached for a while still needs its sign-in. It is not reported again afterwards.
        """
        needing = _profiles_with(listing, lambda problem: problem is not None and problem.kind is Kind.SIGN_IN)
        signed_in = _profiles_with(listing, lambda problem: problem is None)
        known, self._known = self._known, (self._known - signed_in) | needing
        return tuple(sorted(needing - known))


def _profiles_with(listing: Listing, fits: Callable[[Problem | None], bool]) -> frozenset[str]:
    scopes = {state.scope.profile for state in listing.scopes if fits(state.problem)}
    return frozenset(
        scopes.union(name for name, problem in listing.problems if isinstance(name, str) and fits(problem))
    )
