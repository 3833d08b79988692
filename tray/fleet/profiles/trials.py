"""Tests a profile: lists with it in each of its regions, and shows what each of them said."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import wait
from functools import partial
from typing import TYPE_CHECKING

from tray.fleet.refreshing.listing import list_scope, scopes_of
from tray.model.problems import TrayError
from tray.model.trials import Trial, TriedRegion

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.snapshot import Listing, Profile, ScopeState
    from tray.fleet.state import State
    from tray.fleet.tasks import TaskRunner
    from tray.model.commands import TryProfile
    from tray.model.notebooks import Scope
    from tray.runtime.workers import Workers

# What was tested before is no longer shown.
MOST_TRIALS = 8


class Trials:
    """Owns the snapshot's slice for the tests, at most one for each profile. Every method returns at once.

    :param workers: one for each test that may run at a time
    :param askers: those that list, for all tests
    :param list_now: lists a scope again: called where the menu shows something else than the test found
    """

    def __init__(
        self,
        state: State,
        tasks: TaskRunner,
        cloud: Cloud,
        *,
        workers: Workers,
        askers: Workers,
        list_now: Callable[[Scope], object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = state
        self._trials = state.trials
        self._tasks = tasks
        self._cloud = cloud
        self._workers = workers
        self._askers = askers
        self._list_now = list_now
        self._clock = clock
        self._tried: dict[str, Profile] = {}

    def begin(self, command: TryProfile) -> None:
        """Test a profile, also one that isn't listed."""
        self._tasks.begin(command, lambda _: self._try(command.profile), workers=self._workers)

    def follow(self) -> None:
        """Forget the tests of profiles that are gone, or configured otherwise since. Quick."""
        trials = self._trials.now
        if not trials:
            return
        now = {each.name: each for each in _all_of(self._state.snapshot.listing)}
        if any(now.get(each.profile) != self._tried.get(each.profile) for each in trials):
            self._trials.update(
                lambda found: tuple(each for each in found if now.get(each.profile) == self._tried.get(each.profile))
            )

    def _try(self, name: str) -> None:
        listing = self._state.snapshot.listing
        profile = next((each for each in _all_of(listing) if each.name == name), None)
        if profile is None:
            raise TrayError("unknown-profile", profile=name, known=tuple(each.name for each in _all_of(listing)))
        self._tried[name] = profile
        self._put(Trial(name, self._clock()))
        try:
            self._put(self._ended(profile))
        except BaseException:
            self._trials.update(lambda now: tuple(each for each in now if each.profile != name))
            raise

    def _ended(self, profile: Profile) -> Trial:
        scopes, problems = scopes_of(self._cloud, [profile])
        if problems:
            return Trial(profile.name, self._clock(), problem=problems[0][1], over=True)
        listed = [self._askers.submit(partial(list_scope, self._cloud, scope)) for scope in scopes]
        wait(listed)  # each call to AWS has its own limit of time
        found = [each.result() for each in listed]
        for each in self._others(found):
            self._list_now(each.scope)
        regions = tuple(TriedRegion(each.scope.region, len(each.notebooks), each.problem) for each in found)
        return Trial(profile.name, self._clock(), regions, over=True)

    def _others(self, found: Iterable[ScopeState]) -> Iterable[ScopeState]:
        """Return what the menu shows otherwise."""
        shown = {each.scope: each for each in self._state.snapshot.listing.scopes}
        return [
            each
            for each in found
            if (known := shown.get(each.scope)) is not None
            and (known.problem != each.problem or (each.problem is None and known.notebooks != each.notebooks))
        ]

    def _put(self, trial: Trial) -> None:
        self._trials.update(
            lambda now: (*(each for each in now if each.profile != trial.profile), trial)[-MOST_TRIALS:]
        )


def _all_of(listing: Listing) -> tuple[Profile, ...]:
    return (*listing.profiles, *listing.unchecked)
