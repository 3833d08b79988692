"""Which notebook instances the menu shows, in which order, and in which groups: pure.

However many notebook instances an account has, the menu shows at most `MOST_SHOWN`, in groups that fit on a screen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.fleet.snapshot import NotebookStatus
from tray.menu.names import natural

if TYPE_CHECKING:
    from tray.fleet.snapshot import Notebook

MOST_SHOWN = 150

# A list that opens beside another list has room for this many rows on a screen of 768 pixels.
MOST_IN_GROUP = 25

# Running notebook instances come first, then those that are starting, then the others. The keys are plain strings,
# which are quick to look up: each of thousands of notebook instances is looked up here.
_URGENCY = {str(NotebookStatus.IN_SERVICE): 0, str(NotebookStatus.PENDING): 1}


@dataclass(frozen=True, slots=True)
class Group:
    """Notebook instances that the menu shows in one list.

    `profiles` are the profiles that have them, in the user's order. Where the notebook instances of these profiles fill
    several groups, `part` is the first and the last name in this group, and `number` counts the groups.
    """

    profiles: tuple[str, ...]
    notebooks: tuple[Notebook, ...]
    part: tuple[str, str] | None = None
    number: int = 0

    @property
    def key(self) -> str:
        """The key that tells this group from others; it doesn't depend on the notebook instances in the group."""
        return f"{self.profiles[0]}/{self.number}"


def choose(notebooks: Iterable[Notebook], kept: Collection[str] = ()) -> tuple[Notebook, ...]:
    """Return the notebook instances that the menu shows: all of them, or if there are too many, running ones first.

    If there are too many, each profile gets a share, so that a change in one profile moves nothing of another profile.

    :param kept: the ARNs of those that are shown in any case
    """
    found = tuple(notebooks)
    if len(found) <= MOST_SHOWN:
        return found
    chosen = tuple(each for each in found if each.arn in kept)[:MOST_SHOWN] if kept else ()
    running: dict[str, list[Notebook]] = defaultdict(list)
    others: dict[str, list[Notebook]] = defaultdict(list)
    for each in found:
        if each.arn not in kept:
            (running if each.running else others)[each.scope.profile].append(each)
    chosen = (*chosen, *_shares(running, MOST_SHOWN - len(chosen)))
    return (*chosen, *_shares(others, MOST_SHOWN - len(chosen)))


def without(notebooks: Iterable[Notebook], others: Iterable[Notebook]) -> list[Notebook]:
    """Return those of `notebooks` that are not among `others`: the same objects."""
    apart = {id(each) for each in others}
    return [each for each in notebooks if id(each) not in apart]


def in_order(notebooks: Iterable[Notebook]) -> tuple[Notebook, ...]:
    """Return notebook instances as a list shows them: running ones first, then those that are starting."""
    return tuple(sorted(notebooks, key=lambda each: (_urgency(each), *_by_name(each))))


def by_name(notebooks: Iterable[Notebook]) -> tuple[Notebook, ...]:
    """Return notebook instances by name alone: none changes its place as it starts or stops."""
    return tuple(sorted(notebooks, key=_by_name))


def groups(notebooks: Sequence[Notebook], profiles: Sequence[str], *, most: int, longest: int) -> tuple[Group, ...]:
    """Return the groups of `notebooks`, in the order of `profiles`.

    Each profile has its own group if that makes at most `most` groups; else neighbouring profiles share a group. A
    group with more than `longest` notebook instances is split by name, as far as there is room for more groups. What
    then has no room is left out, running notebook instances last; such a group has room for a line that says so.
    """
    of_profile: dict[str, list[Notebook]] = {}
    for each in notebooks:
        of_profile.setdefault(each.scope.profile, []).append(each)
    names = [*(name for name in profiles if name in of_profile), *sorted(of_profile.keys() - set(profiles))]
    shares: dict[int, list[str]] = {}
    before = 0
    for at, name in enumerate(names):
        # The shares have about the same length; each consists of profiles that follow one another.
        shares.setdefault(at if len(names) <= most else before * most // len(notebooks), []).append(name)
        before += len(of_profile[name])
    found = [(tuple(share), [each for name in share for each in of_profile[name]]) for share in shares.values()]
    parts = _parts([len(each) for _, each in found], most, longest)
    return _numbered(
        group
        for (share, each), count in zip(found, parts, strict=True)
        for group in _split(share, each, count, longest)
    )


def split_to_fit(made: tuple[Group, ...], *, most: int, rows: int) -> tuple[Group, ...]:
    """Return groups whose running notebook instances are all visible in a list that opens inside the menu.

    The lines of all groups and of one open list share `rows` lines of the screen. The longest group is divided by name
    until all fits, into at most `most` groups. If that is not enough, the groups stay as they were, and their lists
    scroll.
    """
    found = list(made)
    while (longest := max(map(number_running, found), default=0)) > rows - len(found):
        if len(found) >= most or longest < 2:
            return made
        at = [number_running(group) for group in found].index(longest)
        found[at : at + 1] = _halves(found[at])
    return _numbered(found)


def _shares(of_profile: Mapping[str, list[Notebook]], most: int) -> tuple[Notebook, ...]:
    """Return at most `most` notebook instances, shared as evenly among the profiles as their numbers allow."""
    counts = dict.fromkeys(of_profile, 0)
    left = most
    while left > 0 and (waiting := [name for name, count in counts.items() if count < len(of_profile[name])]):
        share = max(1, left // len(waiting))
        for name in waiting[:left]:
            counts[name] += min(share, len(of_profile[name]) - counts[name])
        left = most - sum(counts.values())
    return tuple(each for name, count in counts.items() for each in of_profile[name][:count])


def _parts(lengths: Sequence[int], most: int, longest: int) -> list[int]:
    """Return into how many groups each of several is split: at most `most` together, more of those that need it."""
    parts = [1] * len(lengths)
    for _ in range(most - len(lengths) if lengths else 0):
        at = max(range(len(lengths)), key=lambda each: lengths[each] / parts[each])
        if lengths[at] <= parts[at] * longest:
            break
        parts[at] += 1
    return parts


def _split(profiles: tuple[str, ...], notebooks: list[Notebook], parts: int, longest: int) -> Iterator[Group]:
    if len(notebooks) > parts * longest:
        notebooks = list(in_order(notebooks)[: parts * min(longest, MOST_IN_GROUP - 1)])
    if parts == 1:
        yield Group(profiles, in_order(notebooks))
        return
    by_name = sorted(notebooks, key=_by_name)
    size = -(-len(by_name) // parts)
    for start in range(0, len(by_name), size):
        yield _part(profiles, by_name[start : start + size])


def _halves(group: Group) -> tuple[Group, Group]:
    """Return two groups, by name, each with half of those that run."""
    by_name = sorted(group.notebooks, key=_by_name)
    running = [at for at, each in enumerate(by_name) if each.running]
    middle = running[len(running) // 2]
    return _part(group.profiles, by_name[:middle]), _part(group.profiles, by_name[middle:])


def _part(profiles: tuple[str, ...], by_name: list[Notebook]) -> Group:
    return Group(profiles, in_order(by_name), (by_name[0].name, by_name[-1].name))


def _numbered(found: Iterable[Group]) -> tuple[Group, ...]:
    """Return groups with the numbers that tell groups of the same profiles apart."""
    counts: Counter[str] = Counter()
    numbered = []
    for group in found:
        numbered.append(replace(group, number=counts[group.profiles[0]]))
        counts[group.profiles[0]] += 1
    return tuple(numbered)


def number_running(group: Group) -> int:
    """Return how many notebook instances of a group run."""
    return sum(each.running for each in group.notebooks)


def _urgency(notebook: Notebook) -> int:
    return _URGENCY.get(notebook.status, 2)


def _by_name(notebook: Notebook) -> tuple[tuple[tuple[int, int, str], ...], str, str]:
    return natural(notebook.name), notebook.scope.profile, notebook.scope.region
