"""The menu's lines about notebook instances, in both layouts (see `layout.py`): pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tray.fleet.snapshot import Notebook, NotebookStatus, Profile, Scope, ScopeState, Snapshot
from tray.menu import words
from tray.menu.actions import about, actions
from tray.menu.entries import SEPARATOR, Entry
from tray.menu.groups import MOST_IN_GROUP, MOST_SHOWN, Group, choose, groups, in_order, without
from tray.menu.left_running import left_running_words
from tray.menu.money import money_words
from tray.menu.names import short
from tray.menu.platforms import old_platform_entries, old_platform_lines
from tray.menu.power import denied_powers, power_lines, starting_words
from tray.menu.stop_all import asks_to_stop_all, stop_all_entries
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
from tray.menu.stuck import stuck_entries, stuck_lines, stuck_words
from tray.menu.usual import (
    beside_groups,
    keep_lines,
    kept_first,
    lately_lines,
    reopening_lines,
    under_heading,
)
from tray.model.commands import AskToStopAll, CopyLink, OpenNotebook, ShowNotebooks, StartNotebook
from tray.model.kept import MOST_KEPT
from tray.model.lengths import DEFAULT_SESSION_SECONDS, View
from tray.model.notebooks import STARTABLE
from tray.model.policy import UNLIMITED, Limits
from tray.model.power import Power
from tray.texts import menu as texts
from tray.texts import power as power_texts
from tray.texts import usual as usual_texts
from tray.texts.lengths import age

if TYPE_CHECKING:
    from tray.menu.words import Apart
    from tray.model.prices import Prices
    from tray.model.stop_plans import StopPlan

# The number of notebook instances at the top doesn't depend on lines that come and go, such as a sign-in's: otherwise
# the menu would be rearranged each time. A screen of 768 pixels has room for 24 lines; eleven are the state, what
# was opened last and before, the page of all, the settings and Quit. Groups and those kept are counted, too.
MOST_AT_TOP = 12

# For submenus that open inside the menu: the number of lines that the screen has for the whole menu (GNOME's are 36
# pixels high), the number that the state, what was opened last, the settings and Quit take, and the number of notebook
# instances that fit beside an open list of actions.
SCREEN_ROWS_INLINE = 18
_AROUND_INLINE = 7
MOST_WITH_LISTS_INLINE = 2
# Where more run, the times for a stop are offered on the page: ten lines for each would double what a menu costs.
_MOST_WITH_TIMES = 40


@dataclass(frozen=True, slots=True)
class _Known:
    """What the lines need besides the notebook instances: the profiles, and the age of each stale scope in words.

    `others` are, by ARN, the other profiles that see a notebook instance; `starting` says how far a start is, `stuck`
    what has been on its way to a status for far too long, `left` for how long what is left running has been, and
    `awaited` are those to be opened when they have started. `kept` are those that the user keeps at the top, and `full`
    says that no more can be kept. `cut` are the profiles of which the menu doesn't show all notebook instances.
    `running` says until when what runs is open in the browser, and when it is to be stopped. `plans` are the stops
    that are planned, by ARN, and `times` those for which one is offered. `alone` says that there is
    one notebook instance, so that a list inside the menu has room for a line more.
    """

    profiles: Mapping[str, Profile]
    stale: Mapping[Scope, str]
    others: Mapping[str, tuple[Profile, ...]] = field(default_factory=dict)
    starting: Mapping[str, str] = field(default_factory=dict)
    stuck: Mapping[str, str] = field(default_factory=dict)
    left: Mapping[str, str] = field(default_factory=dict)
    awaited: frozenset[str] = frozenset()
    denied: Mapping[str, frozenset[Power]] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    full: bool = False
    stop_all: AskToStopAll | None = None
    cut: frozenset[str] = frozenset()
    platforms: Mapping[str, str] = field(default_factory=dict)
    running: Mapping[str, str] = field(default_factory=dict)
    prices: Prices = field(default_factory=dict)
    plans: Mapping[str, tuple[StopPlan, ...]] = field(default_factory=dict)
    times: Times = ()
    looks_off: bool = False
    alone: bool = False
    many_run: bool = False
    now: float = 0.0
    aws: Mapping[str, float] = field(default_factory=dict)
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
        profile = self.profiles.get(notebook.scope.profile)
        return self.limits.length(profile.session_seconds if profile else DEFAULT_SESSION_SECONDS)

    def view(self, notebook: Notebook) -> View:
        profile = self.profiles.get(notebook.scope.profile)
        return self.limits.view(profile.view if profile else View.LAB)

    def opens(self, notebook: Notebook) -> OpenNotebook:
        return OpenNotebook(notebook.scope.profile, notebook.arn, self.view(notebook), self.seconds(notebook))


def last_opened(snapshot: Snapshot) -> tuple[Entry, ...]:
    """Return the line that reopens what was opened last, if that is listed; disabled if it can't be opened."""
    return reopening_lines(snapshot.listing, snapshot.recent[:1], _opens(snapshot), key="last")


def opened_lately(snapshot: Snapshot) -> tuple[Entry, ...]:
    """Return the line with the list of what was opened before the last, if any of it is listed."""
    lines = lately_lines(snapshot, _opens(snapshot))
    return (Entry("lately", usual_texts.opened_lately(), children=lines),) if lines else ()


def notebook_entries(snapshot: Snapshot, now: float) -> tuple[Entry, ...]:
    """Return the lines about notebook instances where submenus open beside the menu.

    :param now: seconds since the epoch
    """
    everything = snapshot.listing.notebooks
    shown = choose(everything, frozenset(snapshot.kept))
    kept = kept_first(shown, snapshot.kept)
    others = without(shown, kept)
    beside, made = _beside_lists(shown, kept, others, snapshot, cut=len(shown) < len(everything))
    shown = (*kept, *beside, *(each for group in made for each in group.notebooks))
    known = _known(snapshot, now, shown)
    # Where only groups are cut, each of them says so.
    rest = _the_rest(len(everything) - len(shown)) if len(everything) > MOST_SHOWN else ()
    return (
        *_with_submenus(kept, known, among=shown),
        *(SEPARATOR,) * bool(kept),
        *_with_submenus(beside, known, among=shown),
        *_group_entries(made, known, _with_submenus, others=len({each.scope.profile for each in shown}) == 1),
        *rest,
    )


def _beside_lists(
    shown: Sequence[Notebook], kept: Sequence[Notebook], others: Sequence[Notebook], snapshot: Snapshot, *, cut: bool
) -> tuple[Sequence[Notebook], tuple[Group, ...]]:
    """Return which of `others` stand at the top beside those kept, and the lists that others are in.

    Those of one profile stand at the top as far as there is room, running ones first.

    :param cut: whether there are more than are shown, which takes a line at the top, and one of each list
    """
    rows, longest = MOST_AT_TOP - cut, MOST_IN_GROUP - cut
    if len(shown) <= rows and not cut:
        return in_order(others), ()
    # Each line at the top takes the place of a group.
    if len({each.scope.profile for each in shown}) > 1:
        return (), _groups(others, snapshot, max(1, rows - len(kept)), longest)
    beside = in_order(others)[: max(0, _at_top(len(shown), rows, longest) - len(kept))]
    lists = max(1, rows - len(kept) - len(beside))
    return beside, _groups(without(others, beside), snapshot, lists, longest)


def inline_notebook_entries(snapshot: Snapshot, now: float) -> tuple[Entry, ...]:
    """Return the lines about notebook instances where a host opens submenus inside the menu.

    :param now: seconds since the epoch
    """
    shown, rest = _bounded(snapshot)
    known = _known(snapshot, now, shown)
    kept = kept_first(shown, snapshot.kept)
    in_all = (*kept, *in_order(without(shown, kept)))
    if len(shown) <= MOST_WITH_LISTS_INLINE:
        return _with_submenus(in_all, known, lines=False)
    actions = _other_actions(in_all, known, under_heading(lately_lines(snapshot, known.opens)))
    rows = SCREEN_ROWS_INLINE - _AROUND_INLINE - len(actions) - len(rest)
    first, made = beside_groups(shown, kept, [profile.name for profile in snapshot.listing.profiles], rows=rows)
    return (*_plain(first, known, among=shown), *_group_entries(made, known, _plain), *actions, *rest)


def notebook_actions(snapshot: Snapshot, now: float, profile: str, arn: str) -> tuple[Entry, ...]:
    """Return the list of a notebook instance, as the profile sees it; empty if it doesn't.

    :param now: seconds since the epoch
    """
    notebook = snapshot.listing.find(profile, arn)
    return (
        _with_submenus([notebook], _known(snapshot, now, snapshot.listing.notebooks))[0].children
        if notebook is not None
        else ()
    )


def _bounded(snapshot: Snapshot) -> tuple[tuple[Notebook, ...], tuple[Entry, ...]]:
    """Return the notebook instances that are shown, and a line about those that are not, if there are any."""
    everything = snapshot.listing.notebooks
    shown = choose(everything, frozenset(snapshot.kept))
    return shown, _the_rest(len(everything) - len(shown))


def _the_rest(count: int) -> tuple[Entry, ...]:
    """Return the line that leads to what a list leaves out, if it leaves something out."""
    return (Entry("more", texts.more_on_the_page(count), ShowNotebooks()),) if count > 0 else ()


def _at_top(count: int, rows: int, longest: int) -> int:
    """Return how many of `count` notebook instances stand at the top, beside a line for each list of the others."""
    lists = 1
    while count - max(0, rows - lists) > lists * longest:
        lists += 1
    return max(0, rows - lists)


def _opens(snapshot: Snapshot) -> Callable[[Notebook], OpenNotebook]:
    profiles = {profile.name: profile for profile in snapshot.listing.profiles}
    return _Known(profiles, {}, limits=snapshot.policy.limits).opens


def _known(snapshot: Snapshot, now: float, shown: Sequence[Notebook]) -> _Known:
    kept, everything = frozenset(snapshot.kept), snapshot.listing.notebooks
    profiles = {profile.name: profile for profile in snapshot.listing.profiles}
    aws = stops_in_aws(snapshot)
    return _Known(
        profiles,
        {state.scope: since for state in snapshot.listing.scopes if (since := _stale_words(state, now))},
        {
            seen[0].arn: tuple(profiles[each.scope.profile] for each in seen[1:] if each.scope.profile in profiles)
            for seen in snapshot.listing.sightings
            if len(seen) > 1
        },
        starting_words(snapshot.starts, now),
        stuck_words(shown, now),
        left_running_words(shown, profiles, now),
        frozenset(start.command.arn for start in snapshot.starts if start.command.opens is not None),
        denied_powers(snapshot, now),
        kept,
        # What AWS no longer lists takes no place: it can't be seen, nor let go of, in the menu.
        sum(each.arn in kept for each in shown) >= MOST_KEPT,
        asks_to_stop_all(snapshot),
        frozenset(each.scope.profile for each in without(everything, shown))
        if len(shown) < len(everything)
        else frozenset(),
        snapshot.platforms,
        running_words(shown, snapshot.sessions, snapshot.stop_plans, now, aws),
        snapshot.prices,
        plans_by_arn(snapshot),
        offered_times(now),
        snapshot.no_looks,
        len(shown) == 1,
        sum(each.running for each in shown) > _MOST_WITH_TIMES,
        now,
        aws,
        snapshot.policy.limits,
    )


def _with_submenus(
    notebooks: Iterable[Notebook],
    known: _Known,
    *,
    among: Iterable[Notebook] = (),
    named: bool = False,
    lines: bool = True,
) -> tuple[Entry, ...]:
    """Return a line for each notebook instance, with a list of actions; `lines` puts separators into that list.

    :param among: all from which the names have to tell them apart
    """
    notebooks = tuple(notebooks)
    apart = words.ambiguous_names(among or notebooks)
    return tuple(
        Entry(
            _key(each),
            _label(each, apart, known, named=named),
            children=actions(
                each.scope.profile,
                each.arn,
                each.status,
                about(each) if lines else "",
                money_words(each, known.prices, known.now) if lines else "",
                (*stuck_entries(each, known.stuck), *old_platform_entries(each, known.platforms)),
                each.instance_type,
                each.arn in known.awaited,
                known.denied.get(each.arn, frozenset()),
                known.seconds(each),
                known.view(each),
                lines,
                each.arn in known.kept,
                known.full,
                known.others.get(each.arn, ()) if lines else (),
                known.stop_all_from(each),
                known.limits,
                known.later(each) if lines and known.limits.stop else None,
                known.planned(each, lines=lines) if not lines or (known.many_run and known.limits.stop) else (),
            ),
        )
        for each in notebooks
    )


def _plain(
    notebooks: Iterable[Notebook], known: _Known, *, among: Iterable[Notebook] = (), named: bool = False
) -> tuple[Entry, ...]:
    """Return lines that open their notebook instance, or start and open it; disabled where neither can be done now.

    :param among: all from which the names have to tell them apart
    """
    notebooks = tuple(notebooks)
    apart = words.ambiguous_names(among or notebooks)
    return tuple(_plain_line(each, _label(each, apart, known, named=named), known) for each in notebooks)


def _plain_line(notebook: Notebook, label: str, known: _Known) -> Entry:
    opens = known.opens(notebook)
    if notebook.running:
        return Entry(_key(notebook), label, opens)
    if notebook.status in STARTABLE and Power.START not in known.denied.get(notebook.arn, frozenset()):
        start = StartNotebook(opens.profile, opens.arn, opens)
        return Entry(_key(notebook), power_texts.start_and_open_line(label), start)
    return Entry(_key(notebook), label, enabled=False)


def _groups(notebooks: Sequence[Notebook], snapshot: Snapshot, most: int, longest: int) -> tuple[Group, ...]:
    return groups(notebooks, [profile.name for profile in snapshot.listing.profiles], most=most, longest=longest)


def _group_entries(
    made: Iterable[Group], known: _Known, lines: Callable[..., tuple[Entry, ...]], *, others: bool = False
) -> tuple[Entry, ...]:
    """Return a line for each group; `others` says that some notebook instances stand beside the groups."""
    made = tuple(made)
    alone = len({group.profiles for group in made}) == 1
    return tuple(
        Entry(
            f"group/{group.key}",
            _group_label(group, alone=alone, others=others),
            children=(
                *lines(_kept_before(group.notebooks, known), known, named=len(group.profiles) > 1),
                *_all_of(group, known),
            ),
        )
        for group in made
    )


def _all_of(group: Group, known: _Known) -> tuple[Entry, ...]:
    """Return the line that leads to all notebook instances of a group's profiles, if the menu leaves some out."""
    if known.cut.isdisjoint(group.profiles):
        return ()
    return (Entry("all", texts.all_of(_profiles_label(group.profiles)), ShowNotebooks(group.profiles)),)


def _profiles_label(profiles: Sequence[str]) -> str:
    return words.stretch(profiles[0], profiles[-1]) if len(profiles) > 1 else short(profiles[0])


def _kept_before(notebooks: Iterable[Notebook], known: _Known) -> list[Notebook]:
    return sorted(notebooks, key=lambda each: each.arn not in known.kept)


def _group_label(group: Group, *, alone: bool, others: bool) -> str:
    """Return a group's line. `alone` says that all groups belong to the same profiles, which then need no name."""
    running = [each.status for each in group.notebooks].count(NotebookStatus.IN_SERVICE)
    first, last = group.profiles[0], group.profiles[-1]
    if others or (group.part and alone):
        names = words.stretch(*group.part) if group.part else texts.others()
    elif group.part:
        profiles = words.stretch(first, last, 8 if first != last else 16)
        names = texts.part_of(profiles, words.stretch(*group.part, 18))
    else:
        names = _profiles_label(group.profiles)
    return texts.group(names, running, len(group.notebooks))


def _other_actions(shown: Sequence[Notebook], known: _Known, lately: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the list of what else can be done, for a menu in which the line of a notebook instance has no list.

    `lately` comes first: at the top it would take a row from the lists.
    """
    apart = words.ambiguous_names(shown)
    names = [words.notebook_name(each, apart.get(each.name, (False, False))) for each in shown]
    lines: list[Entry] = []
    for each, name in zip(shown, names, strict=True):
        opens = known.opens(each)
        lines += power_lines(
            _key(each),
            name,
            each.status,
            opens,
            awaited=each.arn in known.awaited,
            denied=known.denied.get(each.arn, frozenset()),
            limits=known.limits,
        )
        if each.running and known.limits.copy_link:
            copy = CopyLink(opens.profile, opens.arn, opens.view, opens.session_seconds)
            lines.append(Entry(f"copy/{_key(each)}", texts.copy_link_of(name), copy))
        lines += planned_lines(each, known.plans.get(each.arn, ()), known.now, key=f"/{_key(each)}", name=name)
        lines += stuck_lines(_key(each), each, known.stuck)
        lines += old_platform_lines(_key(each), each, known.platforms)
    keep = keep_lines(list(zip(shown, names, strict=True)), known.kept, full=known.full, keys=_key)
    later = (stop_later_elsewhere(()),) if any(each.running for each in shown) else ()
    before = (*stop_all_entries(known.stop_all), *lately)
    most = MOST_SHOWN - len(before) - len(later) - len(keep)
    rest = _the_rest(len(lines) - most)
    return (Entry("actions", power_texts.actions(), children=(*before, *lines[:most], *rest, *later, *keep)),)


def _label(notebook: Notebook, apart: Apart, known: _Known, *, named: bool) -> str:
    region, profile = apart.get(notebook.name, (False, False))
    stands = (known.starting, known.stuck, known.running, known.left)
    how_far = next((each[notebook.arn] for each in stands if each.get(notebook.arn)), "")
    return words.notebook_label(notebook, (region, profile or named), known.stale.get(notebook.scope, ""), how_far)


def _key(notebook: Notebook) -> str:
    return f"notebook/{notebook.scope.profile}/{notebook.arn}"


def _stale_words(state: ScopeState, now: float) -> str:
    """Return in words how long ago a scope was listed, if it can't be listed now; else an empty text."""
    return age(now - state.listed_at) if state.problem and state.listed_at is not None else ""
