"""Which notebook instances the menu shows, in which order, and in which groups: pure.

A menu is bounded, whatever an account holds: at most `MOST_SHOWN` notebook instances, in groups that fit on a screen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.fleet.snapshot import NotebookStatus
from tray.menu.names import natural

if TYPE_CHECKING:
    from tray.fleet.snapshot import Notebook

MOST_SHOWN = 150

# As many rows as a screen of 768 pixels has for a list that opens beside another one.
MOST_IN_GROUP = 25

# What runs first, then what is on its way there, then the others. Plain strings: of thousands of notebook instances
# each is looked up.
_URGENCY = {str(NotebookStatus.IN_SERVICE): 0, str(NotebookStatus.PENDING): 1}


@dataclass(frozen=True, slots=True)
class Group:
    """Notebook instances that stand in a list of their own.

    `profiles` are those that list them, in their order. `part` are the first and the last name where the profiles'
    notebook instances are in several groups, of which this is number `number`.
    """

    profiles: tuple[str, ...]
    notebooks: tuple[Notebook, ...]
    part: tuple[str, str] | None = None
    number: int = 0

    @property
    def key(self) -> str:
        """What tells it from other groups, whatever is in it."""
        return f"{self.profiles[0]}/{self.number}"


def choose(notebooks: Iterable[Notebook]) -> tuple[Notebook, ...]:
    """Return the notebook instances that the menu shows: all of them, or of too many the running ones first.

    Of too many, each profile has its share: what changes in one profile then moves nothing of another's.
    """
    found = tuple(notebooks)
    if len(found) <= MOST_SHOWN:
        return found
    running: dict[str, list[Notebook]] = {}
    others: dict[str, list[Notebook]] = {}
    for each in found:
        (running if each.running else others).setdefault(each.scope.profile, []).append(each)
    chosen = _shares(running, MOST_SHOWN)
    return (*chosen, *_shares(others, MOST_SHOWN - len(chosen)))


def in_order(notebooks: Iterable[Notebook]) -> tuple[Notebook, ...]:
    """Return notebook instances as a list shows them: the running ones first, then those on their way there."""
    return tuple(sorted(notebooks, key=lambda each: (_urgency(each), *_by_name(each))))


def groups(notebooks: Sequence[Notebook], profiles: Sequence[str], *, most: int, longest: int) -> tuple[Group, ...]:
    """Return the groups of `notebooks`, in the order of `profiles`.

    Each profile has a group of its own where that makes at most `most` groups; else neighbours share one. A group that
    would have more than `longest` notebook instances becomes several, by name, which may be beyond `most`.
    """
    of_profile: dict[str, list[Notebook]] = {}
    for each in notebooks:
        of_profile.setdefault(each.scope.profile, []).append(each)
    names = [*(name for name in profiles if name in of_profile), *sorted(of_profile.keys() - set(profiles))]
    shares: dict[int, list[str]] = {}
    before = 0
    for at, name in enumerate(names):
        # Shares of about the same length, each of which is one stretch of the profiles.
        shares.setdefault(at if len(names) <= most else before * most // len(notebooks), []).append(name)
        before += len(of_profile[name])
    return _numbered(
        group
        for share in shares.values()
        for group in _split(tuple(share), [each for name in share for each in of_profile[name]], longest)
    )


def split_to_fit(made: tuple[Group, ...], *, most: int, rows: int) -> tuple[Group, ...]:
    """Return groups whose running notebook instances are all in sight in a list that opens inside the menu.

    Groups and list share `rows` lines of the screen. The longest group is divided, by name, for as long as that helps
    and makes at most `most` groups. Where it doesn't help, the groups stay what they were: their lists scroll.
    """
    found = list(made)
    while (longest := max(map(_running, found), default=0)) > rows - len(found):
        if len(found) >= most or longest < 2:
            return made
        at = [_running(group) for group in found].index(longest)
        found[at : at + 1] = _halves(found[at])
    return _numbered(found)


def _shares(of_profile: Mapping[str, list[Notebook]], most: int) -> tuple[Notebook, ...]:
    """Return at most `most` notebook instances, as evenly shared among the profiles as what they have allows."""
    counts = dict.fromkeys(of_profile, 0)
    left = most
    while left > 0 and (waiting := [name for name, count in counts.items() if count < len(of_profile[name])]):
        share = max(1, left // len(waiting))
        for name in waiting[:left]:
            counts[name] += min(share, len(of_profile[name]) - counts[name])
        left = most - sum(counts.values())
    return tuple(each for name, count in counts.items() for each in of_profile[name][:count])


def _split(profiles: tuple[str, ...], notebooks: list[Notebook], longest: int) -> Iterator[Group]:
    if len(notebooks) <= longest:
        yield Group(profiles, in_order(notebooks))
        return
    by_name = sorted(notebooks, key=_by_name)
    parts = -(-len(by_name) // longest)
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
    """Return groups with the numbers by which those of the same profiles are told apart."""
    counts: Counter[str] = Counter()
    numbered = []
    for group in found:
        numbered.append(replace(group, number=counts[group.profiles[0]]))
        counts[group.profiles[0]] += 1
    return tuple(numbered)


def _running(group: Group) -> int:
    return sum(each.running for each in group.notebooks)


def _urgency(notebook: Notebook) -> int:
    return _URGENCY.get(notebook.status, 2)


def _by_name(notebook: Notebook) -> tuple[tuple[tuple[int, int, str], ...], str, str]:
    return natural(notebook.name), notebook.scope.profile, notebook.scope.region
