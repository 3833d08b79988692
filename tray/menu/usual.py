"""The menu's lines about what the user opens usually: what was opened lately, and what is kept at the top. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from tray.menu import words
from tray.menu.entries import SEPARATOR, Entry, text
from tray.menu.groups import Group, by_name, groups, number_running, split_to_fit, without
from tray.menu.names import short
from tray.model.commands import KeepAtTop, OpenNotebook, StartNotebook
from tray.model.kept import MOST_KEPT
from tray.model.notebooks import STARTABLE
from tray.texts import menu as menu_texts
from tray.texts import power as power_texts
from tray.texts import usual as texts
from tray.texts.lengths import session_length

if TYPE_CHECKING:
    from tray.fleet.snapshot import LastOpened, Listing, Notebook, Snapshot
    from tray.menu.words import Apart

    Opens = Callable[[Notebook], OpenNotebook]

# Where submenus open inside the menu: the number of groups at the top, and of those kept that have lines there in any
# case.
MOST_GROUPS_INLINE = 5
MOST_KEPT_INLINE = 3

# In a list of the actions on all notebook instances: those kept, and then as many as one looks through.
MOST_TO_KEEP = 40


def reopening_lines(listing: Listing, recent: Sequence[LastOpened], opens: Opens, *, key: str) -> tuple[Entry, ...]:
    """Return a line for each of `recent` that is listed: it opens it, or starts and opens it, or says why it can't.

    :param opens: what opens a notebook instance for the length that is set
    :param key: the key of the only line, or where it ends with a slash, the beginning of each line's key
    """
    if not recent:
        return ()
    seen = {each.arn: sighted for each in recent if (sighted := listing.seen(each.arn))}
    names = {each[0].name for each in seen.values()}
    apart = words.ambiguous_names(each for each in listing.notebooks if each.name in names)
    configured = {each.name for each in (*listing.profiles, *listing.unchecked)}
    found = (_seen_by(each.profile, seen.get(each.arn, ()), configured) for each in recent)
    return tuple(
        _reopening(f"{key}{one.scope.profile}/{one.arn}" if key.endswith("/") else key, one, apart, opens(one))
        for one in found
        if one is not None
    )


def _seen_by(profile: str, seen: Sequence[Notebook], configured: Collection[str]) -> Notebook | None:
    """Return a notebook instance as a profile sees it, or as the first does if it was renamed or removed since."""
    own = next((one for one in seen if one.scope.profile == profile), None)
    return own if own is not None or profile in configured else next(iter(seen), None)


def _reopening(key: str, notebook: Notebook, apart: Apart, opens: OpenNotebook) -> Entry:
    name = short(words.notebook_name(notebook, apart.get(notebook.name, (False, False))))
    length = session_length(opens.session_seconds)
    if notebook.status in STARTABLE:
        start = StartNotebook(opens.profile, opens.arn, opens)
        return Entry(key, power_texts.start_and_open_named(name, length), start)
    if reason := words.cannot_open(notebook):
        return Entry(key, menu_texts.open_again_not_now(name, reason), enabled=False)
    return Entry(key, menu_texts.open_again(name, length), opens)


def lately_lines(snapshot: Snapshot, opens: Opens) -> tuple[Entry, ...]:
    """Return the lines of what was opened before the last."""
    return reopening_lines(snapshot.listing, snapshot.recent[1:], opens, key="lately/")


def under_heading(lately: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return `lately_lines` as the beginning of a list with other lines, if there are any."""
    return (text("lately", texts.opened_lately()), *lately, SEPARATOR) if lately else ()


def kept_first(shown: Iterable[Notebook], kept: Sequence[str]) -> tuple[Notebook, ...]:
    """Return those of `shown` that stand first, by name: what the user keeps there, whatever its status.

    At most `MOST_KEPT`, those that were chosen first: more of them may be there once AWS lists again what was away.
    """
    found = {each.arn: each for each in shown if each.arn in kept}
    return by_name([found[arn] for arn in kept if arn in found][:MOST_KEPT])


def beside_groups(
    shown: Sequence[Notebook], kept: Sequence[Notebook], profiles: Sequence[str], *, rows: int
) -> tuple[Sequence[Notebook], tuple[Group, ...]]:
    """Return which of `kept` stand by themselves among `rows` lines of an inline menu, and the groups of the others.

    A few do in any case; more where each list is still in sight as a whole. Each takes the place of a group, unless
    more groups are needed to have all that run in sight.
    """

    def grouped(count: int, most: int) -> tuple[Group, ...]:
        others = without(shown, kept[:count])
        made = groups(others, profiles, most=most, longest=len(others))
        return split_to_fit(made, most=most, rows=rows - count - before(count))

    def before(count: int) -> int:
        # Those kept that are in a list, and don't run, stand before those that run.
        return sum(not each.running for each in kept[count:])

    few = min(len(kept), MOST_KEPT_INLINE)
    for count in range(len(kept), few, -1):
        made = grouped(count, max(1, MOST_GROUPS_INLINE - count))
        if count + len(made) + max((len(group.notebooks) for group in made), default=0) <= rows:
            return kept[:count], made
    for most in range(MOST_GROUPS_INLINE - few, MOST_GROUPS_INLINE + 1):
        made = grouped(few, most)
        if few + len(made) + before(few) + max(map(number_running, made), default=0) <= rows:
            return kept[:few], made
    return kept[:few], grouped(few, MOST_GROUPS_INLINE - few)


def keep_line(arn: str, *, kept: bool, full: bool) -> Entry:
    """Return the line of a notebook instance's list that keeps it at the top; `full`: no more can be kept."""
    return _keep("keep", texts.keep_at_top(), arn, kept=kept, full=full)


def keep_lines(
    shown: Sequence[tuple[Notebook, str]], kept: Iterable[str], *, full: bool, keys: Callable[[Notebook], str]
) -> tuple[Entry, ...]:
    """Return these lines for a list of several notebook instances, which are given with their names."""
    there = set(kept)
    lines = [
        _keep(f"keep/{keys(each)}", texts.keep_at_top_named(name), each.arn, kept=each.arn in there, full=full)
        for each, name in shown[:MOST_TO_KEEP]
    ]
    more = len(shown) - MOST_TO_KEEP
    rest = (text("keep/more", menu_texts.more(more, "notebook-tray keep NAME")),) if more > 0 else ()
    return (SEPARATOR, *lines, *rest) if lines else ()


def _keep(key: str, label: str, arn: str, *, kept: bool, full: bool) -> Entry:
    if full and not kept:
        return Entry(key, menu_texts.not_now(label, texts.enough_kept(MOST_KEPT)), enabled=False, checked=False)
    return Entry(key, label, KeepAtTop(arn, not kept), checked=kept)
