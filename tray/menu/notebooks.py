"""The menu's lines about notebook instances, in both layouts (see `layout.py`): pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tray.menu import words
from tray.menu.actions import about, actions
from tray.menu.entries import SEPARATOR, Entry
from tray.menu.group_lines import group_entries
from tray.menu.groups import MOST_IN_GROUP, MOST_SHOWN, Group, choose, groups, in_order, without
from tray.menu.line_facts import LineFacts, line_facts, opens_of
from tray.menu.money import money_words
from tray.menu.platforms import old_platform_entries, old_platform_lines
from tray.menu.power import power_lines
from tray.menu.stop_all import stop_all_entries
from tray.menu.stop_plans import planned_lines, stop_later_elsewhere
from tray.menu.stuck import stuck_entries, stuck_lines
from tray.menu.usual import (
    beside_groups,
    keep_lines,
    kept_first,
    lately_lines,
    reopening_lines,
    under_heading,
)
from tray.model.commands import CopyLink, ShowNotebooks, StartNotebook
from tray.model.notebooks import STARTABLE
from tray.model.power import Power
from tray.texts import menu as texts
from tray.texts import power as power_texts
from tray.texts import usual as usual_texts

if TYPE_CHECKING:
    from tray.fleet.snapshot import Notebook, Snapshot
    from tray.menu.words import Apart

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


def last_opened(snapshot: Snapshot) -> tuple[Entry, ...]:
    """Return the line that reopens what was opened last, if that is listed; disabled if it can't be opened."""
    return reopening_lines(snapshot.listing, snapshot.recent[:1], opens_of(snapshot), key="last")


def opened_lately(snapshot: Snapshot) -> tuple[Entry, ...]:
    """Return the line with the list of what was opened before the last, if any of it is listed."""
    lines = lately_lines(snapshot, opens_of(snapshot))
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
    facts = line_facts(snapshot, now, shown)
    # Where only groups are cut, each of them says so.
    rest = _the_rest(len(everything) - len(shown)) if len(everything) > MOST_SHOWN else ()
    return (
        *_with_submenus(kept, facts, among=shown),
        *(SEPARATOR,) * bool(kept),
        *_with_submenus(beside, facts, among=shown),
        *group_entries(made, facts, _with_submenus, others=len({each.scope.profile for each in shown}) == 1),
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
    facts = line_facts(snapshot, now, shown)
    kept = kept_first(shown, snapshot.kept)
    in_all = (*kept, *in_order(without(shown, kept)))
    if len(shown) <= MOST_WITH_LISTS_INLINE:
        return _with_submenus(in_all, facts, lines=False)
    actions = _other_actions(in_all, facts, under_heading(lately_lines(snapshot, facts.opens)))
    rows = SCREEN_ROWS_INLINE - _AROUND_INLINE - len(actions) - len(rest)
    first, made = beside_groups(shown, kept, [profile.name for profile in snapshot.listing.profiles], rows=rows)
    return (*_plain(first, facts, among=shown), *group_entries(made, facts, _plain), *actions, *rest)


def notebook_actions(snapshot: Snapshot, now: float, profile: str, arn: str) -> tuple[Entry, ...]:
    """Return the list of a notebook instance, as the profile sees it; empty if it doesn't.

    :param now: seconds since the epoch
    """
    notebook = snapshot.listing.find(profile, arn)
    return (
        _with_submenus([notebook], line_facts(snapshot, now, snapshot.listing.notebooks))[0].children
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


def _with_submenus(
    notebooks: Iterable[Notebook],
    facts: LineFacts,
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
            _label(each, apart, facts, named=named),
            children=actions(
                each.scope.profile,
                each.arn,
                each.status,
                about(each) if lines else "",
                money_words(each, facts.prices, facts.now) if lines else "",
                (*stuck_entries(each, facts.stuck), *old_platform_entries(each, facts.platforms)),
                each.instance_type,
                each.arn in facts.awaited,
                facts.denied.get(each.arn, frozenset()),
                facts.seconds(each),
                facts.view(each),
                lines,
                each.arn in facts.kept,
                facts.full,
                facts.others.get(each.arn, ()) if lines else (),
                facts.stop_all_from(each),
                facts.limits,
                facts.later(each) if lines and facts.limits.stop else None,
                facts.planned(each, lines=lines) if not lines or (facts.many_run and facts.limits.stop) else (),
            ),
        )
        for each in notebooks
    )


def _plain(
    notebooks: Iterable[Notebook], facts: LineFacts, *, among: Iterable[Notebook] = (), named: bool = False
) -> tuple[Entry, ...]:
    """Return lines that open their notebook instance, or start and open it; disabled where neither can be done now.

    :param among: all from which the names have to tell them apart
    """
    notebooks = tuple(notebooks)
    apart = words.ambiguous_names(among or notebooks)
    return tuple(_plain_line(each, _label(each, apart, facts, named=named), facts) for each in notebooks)


def _plain_line(notebook: Notebook, label: str, facts: LineFacts) -> Entry:
    opens = facts.opens(notebook)
    if notebook.running:
        return Entry(_key(notebook), label, opens)
    if notebook.status in STARTABLE and Power.START not in facts.denied.get(notebook.arn, frozenset()):
        start = StartNotebook(opens.profile, opens.arn, opens)
        return Entry(_key(notebook), power_texts.start_and_open_line(label), start)
    return Entry(_key(notebook), label, enabled=False)


def _groups(notebooks: Sequence[Notebook], snapshot: Snapshot, most: int, longest: int) -> tuple[Group, ...]:
    return groups(notebooks, [profile.name for profile in snapshot.listing.profiles], most=most, longest=longest)


def _other_actions(shown: Sequence[Notebook], facts: LineFacts, lately: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the list of what else can be done, for a menu in which the line of a notebook instance has no list.

    `lately` comes first: at the top it would take a row from the lists.
    """
    apart = words.ambiguous_names(shown)
    names = [words.notebook_name(each, apart.get(each.name, (False, False))) for each in shown]
    lines: list[Entry] = []
    for each, name in zip(shown, names, strict=True):
        opens = facts.opens(each)
        lines += power_lines(
            _key(each),
            name,
            each.status,
            opens,
            awaited=each.arn in facts.awaited,
            denied=facts.denied.get(each.arn, frozenset()),
            limits=facts.limits,
        )
        if each.running and facts.limits.copy_link:
            copy = CopyLink(opens.profile, opens.arn, opens.view, opens.session_seconds)
            lines.append(Entry(f"copy/{_key(each)}", texts.copy_link_of(name), copy))
        lines += planned_lines(each, facts.plans.get(each.arn, ()), facts.now, key=f"/{_key(each)}", name=name)
        lines += stuck_lines(_key(each), each, facts.stuck)
        lines += old_platform_lines(_key(each), each, facts.platforms)
    keep = keep_lines(list(zip(shown, names, strict=True)), facts.kept, full=facts.full, keys=_key)
    later = (stop_later_elsewhere(()),) if any(each.running for each in shown) else ()
    before = (*stop_all_entries(facts.stop_all), *lately)
    most = MOST_SHOWN - len(before) - len(later) - len(keep)
    rest = _the_rest(len(lines) - most)
    return (Entry("actions", power_texts.actions(), children=(*before, *lines[:most], *rest, *later, *keep)),)


def _label(notebook: Notebook, apart: Apart, facts: LineFacts, *, named: bool) -> str:
    region, profile = apart.get(notebook.name, (False, False))
    stands = (facts.starting, facts.stuck, facts.running, facts.left)
    how_far = next((each[notebook.arn] for each in stands if each.get(notebook.arn)), "")
    return words.notebook_label(notebook, (region, profile or named), facts.stale.get(notebook.scope, ""), how_far)


def _key(notebook: Notebook) -> str:
    return f"notebook/{notebook.scope.profile}/{notebook.arn}"
