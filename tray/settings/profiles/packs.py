"""Many profiles in one keyring item: how the items are made up, and taken apart again. Pure functions.

gnome-keyring writes its whole file at every change of an item, and the time for that grows with the number of items:
44 ms a change with 800 items. So if there are many profiles, several share an item, a pack. A profile with an access
key always has an item to itself: its secret is written only when that profile is changed.

The format of a pack has the major number 2: a program that knows only items of one profile takes a pack for an item of
a newer program, says so, and leaves it alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tray.settings.profiles.codec import MAXIMUM_CHARACTERS, characters, name_in

if TYPE_CHECKING:
    from tray.settings.profiles.index import IndexEntry

# Up to so many profiles, each has an item to itself: a change is fast enough, and an item that is damaged is one
# profile.
MOST_ALONE = 50

# A change of one profile also writes those that share its item: they are not to be many.
_MOST_CHARACTERS = 4096

_MAJOR = 2
_HEAD = f'{{"format":[{_MAJOR},0],"profiles":['
_TAIL = "]}"


class Draft(NamedTuple):
    """A profile to be stored: `content` is the number of the item that already holds it, or the text for a new one.

    A profile that is `alone` shares its item with no other.
    """

    name: str
    content: int | str
    alone: bool = False


def members(text: str) -> dict[str, str]:
    """Return the texts of the profiles in a pack, by name. No profile is in a text that is no pack."""
    if not text.startswith(_HEAD):
        return {}
    try:
        stored = json.loads(text)["profiles"]
        texts = [_text_of_one(each) for each in stored]
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
    return {name: each for each in texts if (name := name_in(each)) is not None}


def _text_of_one(stored: object) -> str:
    text = json.dumps(stored, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which no keyring takes: kept as the escape that it was
        return json.dumps(stored, separators=(",", ":"))
    return text


def text_of(entry: IndexEntry, texts: Mapping[int, str], packs: Mapping[int, Mapping[str, str]]) -> str | None:
    """Return the text of a profile, None if its item is missing.

    :param texts: the texts of the items by number
    :param packs: the members of those that are packs
    """
    text = texts.get(entry.number)
    return packs[entry.number].get(entry.name, "") if entry.number in packs else text


def packs_of(texts: Mapping[int, str]) -> dict[int, Mapping[str, str]]:
    """Return the members of the packs among the texts of items, by the items' numbers."""
    return {number: found for number, text in texts.items() if (found := members(text))}


def names_in(text: str) -> list[str]:
    """Return the names of the profiles in an item's text, none if it can't be read."""
    if found := members(text):
        return list(found)
    name = name_in(text)
    return [name] if name is not None else []


def dissolved(drafts: Sequence[Draft], entries: Sequence[IndexEntry], texts: Mapping[int, str]) -> list[Draft]:
    """Return the drafts, with the texts of all profiles whose pack doesn't stay as it is.

    A pack of which a profile is changed or removed is written anew without it. A pack that can't be read stays.

    :param entries: the profiles as they are stored now
    :param texts: the texts of the items, at least of those that don't stay
    """
    staying = {(draft.name, draft.content) for draft in drafts}
    broken = {entry.number for entry in entries if (entry.name, entry.number) not in staying}
    packs = packs_of({number: text for number, text in texts.items() if number in broken})

    def anew(draft: Draft) -> Draft:
        if not isinstance(draft.content, int) or draft.name not in packs.get(draft.content, {}):
            return draft
        return draft._replace(content=packs[draft.content][draft.name])

    return [anew(draft) for draft in drafts]


def arranged(drafts: Sequence[Draft], room: int = MAXIMUM_CHARACTERS) -> list[tuple[str, list[int]]]:
    """Return the texts of the items to write for `drafts`, each with the places of the drafts that it holds.

    :param room: how many characters an item may have
    """
    new = [(place, draft) for place, draft in enumerate(drafts) if isinstance(draft.content, str)]
    if len(drafts) <= MOST_ALONE:
        return [(str(draft.content), [place]) for place, draft in new]
    shared = [(place, str(draft.content)) for place, draft in new if not draft.alone]
    held = _evenly([characters(text) + 1 for _, text in shared], min(room, _MOST_CHARACTERS) - len(_HEAD) - len(_TAIL))
    packs = [[shared[at] for at in pack] for pack in held]
    items = [(_pack([text for _, text in pack]), [place for place, _ in pack]) for pack in packs]
    return items + [(str(draft.content), [place]) for place, draft in new if draft.alone]


def _evenly(lengths: Sequence[int], space: int) -> list[list[int]]:
    """Return which texts share an item, by their places: few items, about equally long.

    So a pack that has become too long gives two halves that both have room to grow, and none of a single profile.
    """
    total = sum(lengths)
    for count in range(max(1, math.ceil(total / space)), len(lengths) + 1):
        packs: list[list[int]] = [[] for _ in range(count)]
        used = 0
        for place, length in enumerate(lengths):
            packs[int((used + length / 2) * count / total)].append(place)
            used += length
        if all(sum(lengths[place] for place in pack) <= space for pack in packs):
            return [pack for pack in packs if pack]
    return [[place] for place in range(len(lengths))]


def _pack(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{_HEAD}{','.join(texts)}{_TAIL}"
