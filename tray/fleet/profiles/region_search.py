"""Looks for a profile's notebook instances in all regions at once, for the tray and for a command."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from tray.model.notebooks import Scope
from tray.model.problems import Kind, Problem, TrayError
from tray.model.searches import FoundIn, PassedOver, RegionSearch
from tray.model.sign_in import SignInCancelled

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.runtime.workers import Workers
    from tray.settings.profiles.model import Profile

log = logging.getLogger(__name__)

# How long a search takes at most; each region has a third of it.
SEARCH_SECONDS = 60.0
# How many regions are asked at once: AWS's largest partition takes two or three rounds of a tenth of a second.
MOST_REGIONS_AT_ONCE = 16

# AWS's first region, where the account of a profile without a region is asked.
_FIRST_REGION = "us-east-1"

# What a region that is not enabled says of credentials that others accept.
_UNKNOWN_THERE = ("credentials-unknown", "signature-refused")

_Answer = FoundIn | PassedOver | None


class Search:
    """One search. `cancel` may be called from any thread, before the search begins, too."""

    def __init__(
        self,
        cloud: Cloud,
        profile: Profile,
        *,
        askers: Workers,
        told: Callable[[RegionSearch], object] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Ask nothing yet.

        :param askers: the workers that ask the regions
        :param told: called with how far the search is; quick
        """
        self._cloud = cloud
        self._profile = profile
        self._askers = askers
        self._told = told
        self._clock = clock
        self._answers: SimpleQueue[_Answer] = SimpleQueue()
        self._cancelled = threading.Event()
        self._ended = threading.Event()

    def cancel(self) -> None:
        """End the search; what is being asked is no longer waited for. Never blocks."""
        self._cancelled.set()
        self._answers.put(None)

    def run(self) -> RegionSearch:
        """Return what was found where. Blocks, for a minute or so at most once requests can be signed.

        :raises TrayError: no request can be signed, or no region answers
        :raises SignInCancelled: it was cancelled
        """
        self._check_cancelled()
        home = home_of(self._cloud, self._profile)
        self._cloud.check_signing(home)
        self._check_cancelled()
        until = time.monotonic() + SEARCH_SECONDS
        search = RegionSearch(self._profile.name, self._clock(), self._cloud.looking.regions(home))
        self._check_cancelled()
        self._told(search)
        jobs = [self._askers.submit(partial(self._ask, replace(home, region=region))) for region in search.regions]
        try:
            search = self._gathered(search, until)
        finally:
            self._ended.set()
            for job in jobs:
                job.cancel()
        if not search.told:
            raise self._unanswered(search, home)
        search = _explained(search, home)
        account = "" if search.found else self._cloud.looking.account(home)
        self._check_cancelled()
        return replace(
            search,
            account=account,
            offered=offered(self._profile, home.region, search),
            since=self._clock(),
            over=True,
        )

    def _gathered(self, search: RegionSearch, until: float) -> RegionSearch:
        """Return the search with the answers of its regions, those that came until a time by the monotonic clock."""
        waited_for = set(search.regions)
        while waited_for:
            try:
                answer = self._answers.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                break
            if answer is None:
                raise SignInCancelled
            waited_for.discard(answer.region)
            search = with_answer(search, answer)
            self._told(search)
        silent = Problem.of("region-silent", Kind.UNREACHABLE, seconds=int(SEARCH_SECONDS))
        for region in sorted(waited_for):
            search = with_answer(search, PassedOver(region, silent))
        return search

    def _ask(self, scope: Scope) -> None:
        if self._ended.is_set():
            return
        answer: FoundIn | PassedOver
        try:
            answer = self._cloud.looking.count(scope)
        except TrayError as error:
            log.info("%s, %s: passed over: %s", scope.profile, scope.region, error)
            answer = PassedOver(scope.region, error.problem)
        except Exception:
            log.exception("%s, %s: the look failed", scope.profile, scope.region)
            problem = Problem.of("listing-failed", profile=scope.profile, region=scope.region)
            answer = PassedOver(scope.region, problem)
        self._answers.put(answer)

    def _unanswered(self, search: RegionSearch, home: Scope) -> TrayError:
        """Return why no region has told anything, by what the profile's own says."""
        why = {each.region: each.problem for each in search.passed_over}
        problem = why.get(home.region) or next(iter(why.values()))
        if problem.kind is Kind.SIGN_IN:
            # All refuse, so the credentials are at fault: the usual way says what mends them.
            try:
                self._cloud.list_notebooks(home)
            except TrayError as error:
                return error
        return TrayError.of(problem)

    def _check_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise SignInCancelled


def _explained(search: RegionSearch, home: Scope) -> RegionSearch:
    """Return a search that says of regions which don't know the credentials what that means where others know them."""

    def told(each: PassedOver) -> PassedOver:
        if each.problem.code not in _UNKNOWN_THERE:
            return each
        problem = Problem.of(
            "region-disabled",
            Kind.CONFIGURATION,
            aws_profile=home.aws_profile,
            key="",
            profile=home.profile,
            region=each.region,
        )
        return PassedOver(each.region, problem)

    return replace(search, passed_over=tuple(map(told, search.passed_over)))


def home_of(cloud: Cloud, profile: Profile) -> Scope:
    """Return where a profile lists first; of one without a region, AWS's first region.

    :raises TrayError: its AWS profile doesn't exist, or its settings don't work
    """
    try:
        return cloud.scopes(profile.name, profile.signer, profile.regions)[0]
    except TrayError as error:
        if error.problem.code != "no-region":
            raise
        return Scope(profile.name, _FIRST_REGION, profile.signer)


def with_answer(search: RegionSearch, answer: FoundIn | PassedOver) -> RegionSearch:
    """Return a search with one more answer: pure."""
    if isinstance(answer, PassedOver):
        return replace(search, passed_over=tuple(sorted((*search.passed_over, answer), key=lambda each: each.region)))
    if not answer.count:
        return replace(search, empty=tuple(sorted((*search.empty, answer.region))))
    found = sorted((*search.found, answer), key=lambda each: (-each.count, not each.more, each.region))
    return replace(search, found=tuple(found))


def offered(profile: Profile, home: str, search: RegionSearch) -> tuple[str, ...]:
    """Return the regions that the profile would list with all that was found: pure.

    Regions that the user gave it stay. Its AWS profile's own region stays if it has notebook instances or told nothing.
    """
    told_nothing = any(each.region == home for each in search.passed_over)
    known = profile.regions or ((home,) if told_nothing else ())
    new = tuple(dict.fromkeys((*known, *(each.region for each in search.found))))
    return new if search.found and set(new) != set(profile.regions or (home,)) else ()
