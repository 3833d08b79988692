"""Recovers the profiles when their index is damaged: pure functions.

Each item holds its profile's name, so the items alone tell which profiles there are. The readable parts of the index
add the order, the names of items that are damaged too, and which items were to be deleted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from tray.settings.profiles.index import MOST_GENERATION, Index, IndexEntry

# If the keyring can't list its items, the search ends after this many numbers in a row without an item: each change of
# a profile uses up a number.
MOST_MISSING = 1000

_ENTRY = re.compile(r'\["((?:[^"\\]|\\.){0,2000})",(\d{1,9})\]')
_DROPPED = re.compile(r'"dropped":\[([\d,]{0,2000})\]')
_GENERATION = re.compile(r'"generation":(\d{1,15})')
_PROFILE_ITEM = re.compile(r"profile/(\d{1,9})")


def claimed_generation(text: str) -> int:
    """Return the generation that can still be read in a damaged root; 0 if it can't."""
    found = _GENERATION.search(text[:300])
    return min(int(found[1]), MOST_GENERATION) if found else 0


def listed(text: str) -> list[tuple[str, int]]:
    """Return what can still be read in a damaged index, in its order: a profile's name and the number of its item."""
    found: list[tuple[str, int]] = []
    for name, number in _ENTRY.findall(text):
        try:
            found.append((str(json.loads(f'"{name}"')), int(number)))
        except ValueError:
            continue
    return found


def numbers_of(usernames: Iterable[str]) -> set[int]:
    """Return the numbers of the profile items among `usernames`."""
    return {int(found[1]) for name in usernames if (found := _PROFILE_ITEM.fullmatch(name))}


def rebuilt(text: str, generation: int, texts: Mapping[int, str], names_in: Callable[[str], Sequence[str]]) -> Index:
    """Return an index of the profile items `texts`, by their numbers; `text` is what there is of the damaged one.

    Of two items with one name, the item with the higher number is newer. An item without a profile that counts, and the
    items that were to be deleted, are `dropped`.

    :param names_in: returns the names of the profiles in an item's text, none if it can't be read
    """
    known = listed(text)
    names: dict[int, list[str]] = {}
    for name, number in known:
        names.setdefault(number, []).append(name)
    gone = {int(number) for found in _DROPPED.findall(text) for number in found.split(",") if number}
    order: dict[object, int] = {}
    for place, entry in enumerate(known):
        order[entry] = place
        order.setdefault(entry[1], place)
    live: dict[str, int] = {}
    for number in sorted(texts.keys() - gone):
        for name in names_in(texts[number]) or names.get(number) or [f"profile/{number}"]:
            live[name] = number
    entries = sorted(live.items(), key=lambda entry: (order.get(entry, order.get(entry[1], len(order))), entry[1]))
    return Index(
        generation=generation,
        next_number=max([0, *texts, *names, *gone]) + 1,
        entries=tuple(IndexEntry(name, number) for name, number in entries),
        dropped=tuple(sorted(texts.keys() - set(live.values()))),
    )
