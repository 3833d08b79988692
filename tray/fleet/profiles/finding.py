"""Finds a profile's notebook instances in regions that it doesn't list, and offers to list those."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.fleet.profiles.region_search import Search
from tray.fleet.schedule import elapsed_seconds
from tray.model.commands import FindNotebooks
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.state import State
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.commands import ForgetFound
    from tray.model.searches import RegionSearch
    from tray.runtime.workers import Workers

# What was found is shown for so long: nobody who has not looked by then waits for it.
FOUND_SECONDS = 3600.0


class Finding:
    """Owns the snapshot's slice for the searches, at most one for each profile. Every method returns at once.

    :param workers: one for each search that may run at a time
    :param askers: those that ask the regions, for all searches
    :param tell_found: tells the user how a search ended
    """

    def __init__(
        self,
        state: State,
        tasks: TaskRunner,
        cloud: Cloud,
        *,
        workers: Workers,
        askers: Workers,
        tell_found: Callable[[RegionSearch], object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._searches = state.searches
        self._tasks = tasks
        self._cloud = cloud
        self._workers = workers
        self._askers = askers
        self._tell_found = tell_found
        self._clock = clock

    def find(self, command: FindNotebooks) -> None:
        """Look for a profile's notebook instances in all regions that its account has enabled."""

        def act(cancelling: Cancelling) -> None:
            profile = self._state.snapshot.listing.profile(command.profile)
            if profile is None:
                known = tuple(each.name for each in self._state.snapshot.listing.profiles)
                raise TrayError("unknown-profile", profile=command.profile, known=known)
            search = Search(self._cloud, profile, askers=self._askers, told=self._begun, clock=self._clock)
            cancelling.calls(search.cancel)
            ended = search.run()
            self._put(ended)
            self._tell_found(ended)

        self._tasks.begin(command, act, workers=self._workers, then=lambda _: self._drop_unended(command.profile))

    def forget(self, command: ForgetFound) -> None:
        """Cancel a profile's search, or no longer show what it found."""
        self._tasks.cancel(FindNotebooks(command.profile))
        self._drop(command.profile)

    def follow(self) -> None:
        """Forget what was found for profiles that are gone, or list it all by now. Quick."""
        if not any(each.over for each in self._searches.now):
            return
        listing = self._state.snapshot.listing
        if not listing.keyring_read:
            return
        regions = {profile.name: set(profile.regions) for profile in listing.profiles}

        def is_open(search: RegionSearch) -> bool:
            lists = regions.get(search.profile)
            return lists is not None and not (search.offered and lists >= set(search.offered))

        self._keep(lambda each: not each.over or is_open(each))

    def forget_old(self) -> None:
        """Stop showing what was found long ago. Quick."""
        now = self._clock()
        self._keep(lambda each: not each.over or elapsed_seconds(each.since, now) < FOUND_SECONDS)

    def old_in(self) -> float:
        """Return the seconds until what was found first has been shown long enough; infinite if nothing was."""
        now = self._clock()
        ages = [elapsed_seconds(each.since, now) for each in self._searches.now if each.over]
        return max(0.0, FOUND_SECONDS - max(ages)) if ages else math.inf

    def _begun(self, search: RegionSearch) -> None:
        """Show which regions are asked; what they answer is shown at the end, and changes no menu before."""
        if not (search.told or search.passed_over):
            self._put(search)

    def _put(self, search: RegionSearch) -> None:
        self._searches.update(lambda now: (*(each for each in now if each.profile != search.profile), search))

    def _drop(self, profile: str) -> None:
        self._keep(lambda each: each.profile != profile)

    def _drop_unended(self, profile: str) -> None:
        self._keep(lambda each: each.profile != profile or each.over)

    def _keep(self, kept: Callable[[RegionSearch], bool]) -> None:
        self._searches.update(lambda now: now if all(map(kept, now)) else tuple(filter(kept, now)))
