"""The menu's lines about where a profile's notebook instances are: pure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from tray.menu.entries import SEPARATOR, Entry, text
from tray.menu.names import short
from tray.menu.problems import LINE_WIDTH
from tray.model.commands import FindNotebooks, ForgetFound, SetRegions
from tray.texts import finding as texts
from tray.texts.menu import more as more_lines
from tray.texts.shell import command

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tray.fleet.snapshot import Snapshot, Task
    from tray.model.searches import RegionSearch

# A screen of 768 pixels has room for this many, and a line of the menu for as many regions.
MOST_PROFILES = 24
MOST_REGIONS = 12
_MOST_IN_LINE = 3
# Searches that run, and ended ones, each at the top.
_MOST_SHOWN = 3
# In a list that has other lines above, and opens inside the menu.
_MOST_AMONG_OTHERS = 3

# Problems of a profile that lists where its account can't have notebook instances, or nowhere.
_LISTS_NOWHERE = ("no-region", "region-disabled")


def empty_profiles(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the names of the profiles for which no notebook instance was found, in the user's order.

    A profile that can't be listed is not among them, unless another region may help it; nor is one for which all
    regions are being asked, or something was found there.
    """
    listing = snapshot.listing
    listed = {about for about, problem in listing.problems if problem.code == "no-region"}
    having: set[str] = set()
    for state in listing.scopes:
        if state.notebooks:
            having.add(state.scope.profile)
        elif state.problem.code in _LISTS_NOWHERE if state.problem is not None else state.listed_at is not None:
            listed.add(state.scope.profile)
    looked_for = {task.command.profile for task in snapshot.tasks.under_way if isinstance(task.command, FindNotebooks)}
    offered = {search.profile for search in snapshot.searches if search.offered}
    out = having | looked_for | offered
    return tuple(each.name for each in listing.profiles if each.name in listed and each.name not in out)


def look_entries(snapshot: Snapshot) -> tuple[Entry, ...]:
    """Return the line that looks in all regions, where no notebook instance is known at all."""
    empty = empty_profiles(snapshot)
    if not empty or _any(snapshot):
        return ()
    if len(empty) == 1:
        return (_look(empty[0], alone=len(snapshot.listing.profiles) == 1),)
    return (_looks(empty),)


def looks_among_profiles(snapshot: Snapshot, *, inline: bool) -> tuple[Entry, ...]:
    """Return the lines that look in all regions for profiles without any, in the list of the profiles.

    :param inline: whether this list opens inside the menu, where a list in it would have no height
    """
    empty = empty_profiles(snapshot) if _any(snapshot) else ()
    if not empty:
        return ()
    if len(empty) == 1:
        return (SEPARATOR, _look(empty[0]))
    if not inline:
        return (SEPARATOR, _looks(empty))
    return (SEPARATOR, *_bounded([_look(name) for name in empty], _MOST_AMONG_OTHERS))


def search_entries(snapshot: Snapshot) -> tuple[Entry, ...]:
    """Return a line for each search that can be ended, and for each that has ended, with what was found where."""
    under_way = [task for task in snapshot.tasks.under_way if isinstance(task.command, FindNotebooks)]
    stops = [_stop(task) for task in under_way[:_MOST_SHOWN]]
    ended = (_ended(search, fixed=_is_fixed(snapshot, search)) for search in snapshot.searches if search.over)
    return (*stops, *ended)[:_MOST_SHOWN]


def found_line(search: RegionSearch) -> str:
    """Return what a search found where, in one line."""
    name = short(search.profile, 24)
    if not search.found:
        return texts.found_nothing(name, search.told)
    return texts.found(name, found_places(search))


def found_places(search: RegionSearch) -> str:
    """Return how many notebook instances are in which regions, the first of them by name."""
    named = [texts.place(each.count, each.region, each.more) for each in search.found[:_MOST_IN_LINE]]
    return texts.places(named, max(0, len(search.found) - _MOST_IN_LINE))


def search_facts(search: RegionSearch) -> tuple[str, ...]:
    """Return what the user should know of a search besides what it found."""
    passed_over = len(search.passed_over)
    nothing = not search.found
    return (
        *([texts.asked(search.told)] if search.found else []),
        *([texts.passed_over(passed_over)] if passed_over else []),
        *([texts.account(search.account)] if nothing and search.account else []),
        *([texts.elsewhere()] if nothing else []),
    )


def choices(search: RegionSearch) -> tuple[tuple[str, SetRegions], ...]:
    """Return what the user can have the profile list: all regions that were found, or one of them.

    Regions that the profile had before stay, whatever is chosen.
    """
    if not search.offered:
        return ()
    found = [each.region for each in search.found]
    everything = SetRegions(search.profile, search.offered)
    if len(found) == 1:
        return ((texts.list_one(found[0]), everything),)
    before = [region for region in search.offered if region not in found]
    each = ((texts.list_one(region), SetRegions(search.profile, (*before, region))) for region in found[:MOST_REGIONS])
    return ((texts.list_all(len(found)), everything), *each)


def _any(snapshot: Snapshot) -> bool:
    return any(state.notebooks for state in snapshot.listing.scopes)


def _look(profile: str, *, alone: bool = False) -> Entry:
    label = texts.look() if alone else texts.look_for(short(profile, 32))
    return Entry(f"look/{profile}", label, FindNotebooks(profile))


def _looks(profiles: Sequence[str]) -> Entry:
    lines = [Entry(f"look/{name}", short(name), FindNotebooks(name)) for name in profiles]
    return Entry("look", texts.look(), children=tuple(_bounded(lines, MOST_PROFILES)))


def _bounded(lines: list[Entry], most: int) -> Iterable[Entry]:
    if len(lines) <= most:
        return lines
    how = command("profiles", "regions", "NAME", "--find")
    return (*lines[:most], text("more-looks", more_lines(len(lines) - most, how)))


def _stop(task: Task) -> Entry:
    assert isinstance(task.command, FindNotebooks)  # noqa: S101 - for the type checker
    profile = task.command.profile
    return Entry(f"stop-looking/{profile}", texts.stop_looking(short(profile, 24)), ForgetFound(profile))


def _is_fixed(snapshot: Snapshot, search: RegionSearch) -> bool:
    """Whether an administrator has set in which regions the profile lists."""
    return snapshot.policy.profile(search.profile) is not None


def _ended(search: RegionSearch, *, fixed: bool) -> Entry:
    # What the line itself says needs no lines of its own.
    named = search.found[:MOST_REGIONS] if len(search.found) > _MOST_IN_LINE else ()
    facts = [texts.place(each.count, each.region, each.more) for each in named]
    facts += search_facts(search)
    wrapped = [line for fact in facts for line in textwrap.wrap(fact, LINE_WIDTH)]
    lines = tuple(text(f"fact/{at}", line) for at, line in enumerate(wrapped))
    offered = choices(search) if not fixed else ()
    chosen = tuple(Entry(f"set/{'/'.join(act.regions)}", label, act) for label, act in offered)
    dismiss = Entry("dismiss", texts.dismiss(), ForgetFound(search.profile))
    return Entry(f"found/{search.profile}", found_line(search), children=(*lines, SEPARATOR, *chosen, dismiss))
