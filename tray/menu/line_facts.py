"""What the menu's lines about notebook instances say besides what is listed: pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.menu.groups import without
from tray.menu.left_running import left_running_words
from tray.menu.power import denied_powers, starting_words
from tray.menu.stop_all import asks_to_stop_all
from tray.menu.stop_plans import (
    StopChoices,
    Times,
    offered_times,
    planned_lines,
    plans_by_arn,
    running_words,
    stop_choices,
    stop_later_elsewhere,
    stops_in_aws,
)
from tray.menu.stuck import stuck_words
from tray.model.commands import AskToStopAll, OpenNotebook
from tray.model.kept import MOST_KEPT
from tray.model.lengths import DEFAULT_SESSION_SECONDS, View
from tray.model.policy import UNLIMITED, Limits
from tray.model.power import Power
from tray.texts.lengths import age

if TYPE_CHECKING:
    from tray.fleet.snapshot import Notebook, Profile, Scope, ScopeState, Snapshot
    from tray.menu.entries import Entry
    from tray.model.prices import Prices
    from tray.model.stop_plans import StopPlan

# Where more run, the times for a stop are offered on the page: ten lines for each would double what a menu costs.
_MOST_WITH_TIMES = 40


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What the lines need besides the notebook instances. Mappings by a text have ARNs for keys."""

    profiles: Mapping[str, Profile]  # by name
    stale: Mapping[Scope, str]  # how long ago each scope was listed that can't be listed now, in words
    # The other profiles that see a notebook instance.
    others: Mapping[str, tuple[Profile, ...]] = field(default_factory=dict)
    starting: Mapping[str, str] = field(default_factory=dict)  # how far a start is, in words
    # What has been on its way to a status for far too long, in words.
    stuck: Mapping[str, str] = field(default_factory=dict)
    # For how long what is left running has been running, in words.
    left: Mapping[str, str] = field(default_factory=dict)
    # Until when what runs is open in the browser, and when it is to be stopped, in words.
    running: Mapping[str, str] = field(default_factory=dict)
    awaited: frozenset[str] = frozenset()  # those that are opened when they have started
    denied: Mapping[str, frozenset[Power]] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()  # those that the user keeps at the top
    full: bool = False  # whether no more can be kept there
    stop_all: AskToStopAll | None = None
    cut: frozenset[str] = frozenset()  # names of the profiles of which the menu doesn't show all notebook instances
    platforms: Mapping[str, str] = field(default_factory=dict)
    prices: Prices = field(default_factory=dict)
    plans: Mapping[str, tuple[StopPlan, ...]] = field(default_factory=dict)
    times: Times = ()  # those for which a stop is offered
    looks_off: bool = False
    # Whether there is one notebook instance, so that a list inside the menu has room for a line more.
    alone: bool = False
    many_run: bool = False
    now: float = 0.0  # in seconds since the epoch
    aws: Mapping[str, float] = field(default_factory=dict)  # when AWS stops what is planned, in seconds since the epoch
    limits: Limits = UNLIMITED

    def later(self, notebook: Notebook) -> StopChoices | None:
        """What can be planned for it, where there is room for a list of that."""
        plans = self.plans.get(notebook.arn, ())
        if Power.STOP in self.denied.get(notebook.arn, ()) or (self.many_run and not plans):
            return None
        return stop_choices(
            notebook,
            plans,
            self.times,
            looks_off=self.looks_off,
            platform=self.platforms.get(notebook.arn, ""),
            now=self.now,
            aws_at=self.aws.get(notebook.arn),
        )

    def planned(self, notebook: Notebook, *, lines: bool) -> tuple[Entry, ...]:
        """Lines that give up what is planned for it, and the line that leads to where more can be, if there is room.

        :param lines: whether its list has separators, and so room
        """
        has_room = self.alone or (lines and self.many_run and Power.STOP not in self.denied.get(notebook.arn, ()))
        elsewhere = (stop_later_elsewhere(()),) if notebook.running and has_room else ()
        return (*planned_lines(notebook, self.plans.get(notebook.arn, ()), self.now), *elsewhere)

    def stop_all_from(self, notebook: Notebook) -> AskToStopAll | None:
        """What stops all that the user opened, if this is one of them."""
        each = self.stop_all.notebooks if self.stop_all is not None else ()
        return self.stop_all if any(arn == notebook.arn for _, arn in each) else None

    def seconds(self, notebook: Notebook) -> int:
        """Return for how long a plain open signs in."""
        profile = self.profiles.get(notebook.scope.profile)
        return self.limits.length(profile.session_seconds if profile else DEFAULT_SESSION_SECONDS)

    def view(self, notebook: Notebook) -> View:
        """Return what a plain open opens."""
        profile = self.profiles.get(notebook.scope.profile)
        return self.limits.view(profile.view if profile else View.LAB)

    def opens(self, notebook: Notebook) -> OpenNotebook:
        """Return the plain open of a notebook instance."""
        return OpenNotebook(notebook.scope.profile, notebook.arn, self.view(notebook), self.seconds(notebook))


def opens_of(snapshot: Snapshot) -> Callable[[Notebook], OpenNotebook]:
    """Return what returns the plain open of a notebook instance, where nothing else needs to be known."""
    profiles = {profile.name: profile for profile in snapshot.listing.profiles}
    return LineFacts(profiles, {}, limits=snapshot.policy.limits).opens


def line_facts(snapshot: Snapshot, now: float, shown: Sequence[Notebook]) -> LineFacts:
    """Return what a menu's lines need.

    :param now: seconds since the epoch
    :param shown: the notebook instances that the menu shows
    """
    kept, everything = frozenset(snapshot.kept), snapshot.listing.notebooks
    profiles = {profile.name: profile for profile in snapshot.listing.profiles}
    aws = stops_in_aws(snapshot)
    return LineFacts(
        profiles=profiles,
        stale={state.scope: since for state in snapshot.listing.scopes if (since := _stale_words(state, now))},
        others={
            seen[0].arn: tuple(profiles[each.scope.profile] for each in seen[1:] if each.scope.profile in profiles)
            for seen in snapshot.listing.sightings
            if len(seen) > 1
        },
        starting=starting_words(snapshot.starts, now),
        stuck=stuck_words(shown, now),
        left=left_running_words(shown, profiles, now),
        running=running_words(shown, snapshot.sessions, snapshot.stop_plans, now, aws),
        awaited=frozenset(start.command.arn for start in snapshot.starts if start.command.opens is not None),
        denied=denied_powers(snapshot, now),
        kept=kept,
        # What AWS no longer lists takes no place: it can't be seen, nor let go of, in the menu.
        full=sum(each.arn in kept for each in shown) >= MOST_KEPT,
        stop_all=asks_to_stop_all(snapshot),
        cut=frozenset(each.scope.profile for each in without(everything, shown))
        if len(shown) < len(everything)
        else frozenset(),
        platforms=snapshot.platforms,
        prices=snapshot.prices,
        plans=plans_by_arn(snapshot),
        times=offered_times(now),
        looks_off=snapshot.no_looks,
        alone=len(shown) == 1,
        many_run=sum(each.running for each in shown) > _MOST_WITH_TIMES,
        now=now,
        aws=aws,
        limits=snapshot.policy.limits,
    )


def _stale_words(state: ScopeState, now: float) -> str:
    """Return in words how long ago a scope was listed, if it can't be listed now; else an empty text."""
    return age(now - state.listed_at) if state.problem and state.listed_at is not None else ""
