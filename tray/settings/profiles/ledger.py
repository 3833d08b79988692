"""How the profiles are stored in the keyring, so that neither a crash nor a second process ever shows half a change.

A keyring can't list its items and has no transactions. On macOS, even replacing one item is a deletion and an
addition (https://github.com/jaraco/keyring/blob/main/keyring/backends/macOS/api.py). So no item is ever replaced:

- `profile/1`, `profile/2`, ... hold the profiles: one each, or several if there are many (`packs.py`). A changed
  profile goes into an item with a new number, together with those that shared its item. The index says which number
  holds which profile.
- `index/a` or `index/b` is the root of the index, and `index/a/1`, `index/a/2`, ... are its pages. A new index goes
  to the slot (`a` or `b`) that the present index does not use.

A change holds the lock and takes these steps:

1. delete the index and the items of an earlier change that did not finish step 3;
2. write the new profile items, in the order of their numbers;
3. write the new index's pages, then its root. **From the root on, the change holds**: if there are two roots, the
   one with the higher generation is the index;
4. delete the old index, its root first and its pages from the last; then delete the items that this change dropped,
   and the items that an earlier change could not delete.

Between changes there are the items that the index names, and one index. The old index is no fallback, because the items
that it names are gone. If the index is damaged, the items themselves tell which profiles there are (`salvage.py`): the
user is told, and the next change writes a whole index.

What a crash leaves behind can always be found again. Pages and items are written in the order of their numbers, and
deleted so that no gap hides a remaining one: pages and unfinished items have consecutive numbers from the first on.
Dropped items are named in the index and deleted in its order, so that all are gone when the last one is.

Readers take no lock. Items never change, so a reader that finds every item of an index has seen exactly one state. A
reader that misses an item has met a writer or a damaged index: it reads again under the lock.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from tray.model.problems import TrayError
from tray.settings.profiles import index as index_text
from tray.settings.profiles import salvage
from tray.settings.profiles.errors import keyring_error
from tray.settings.profiles.index import DamagedError, Index, IndexEntry, Root
from tray.settings.profiles.items import DAMAGED
from tray.settings.profiles.packs import Draft, arranged, dissolved, names_in

if TYPE_CHECKING:
    from tray.settings.profiles.items import Items

_log = logging.getLogger(__name__)

_SLOTS = ("a", "b")
# Numbers only grow: the number of a profile that was changed often may be far from the next.
_FAR_APART = 500
# The code of a keyring's failure without a known reason: if it concerns a single item, that item is bad.
_REFUSED = "keyring-refused"
# A keyring that refuses so many items in a row refuses all: that is no damage, and each of the thousands of other reads
# may start a program or ask the user.
_MOST_REFUSALS = 20


@dataclass(frozen=True, slots=True)
class Contents:
    """One state of the keyring: the index, its slot (None: no index yet), and the texts of the items by number.

    `salvaged`: the index is damaged, and was made up from the items.
    """

    index: Index = field(default_factory=Index)
    slot: str | None = None
    texts: Mapping[int, str] = field(default_factory=dict)
    salvaged: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether there is an index and every item of it."""
        return self.slot is not None and all(entry.number in self.texts for entry in self.index.entries)


Wanted = Callable[[Index], Collection[int]]
"""A function that is called with the index, and returns the numbers of the items to read."""


def all_of(index: Index) -> Collection[int]:
    """Return the numbers of all items."""
    return {entry.number for entry in index.entries}


def of_names(names: Iterable[str]) -> Wanted:
    """Return a function that gives the numbers of the items with the profiles of these names."""
    wanted = frozenset(names)
    return lambda index: {entry.number for entry in index.entries if entry.name in wanted}


def shared_with(names: Iterable[str]) -> Wanted:
    """Return a function that gives the numbers of the items in which profiles of these names are beside others."""
    removed = frozenset(names)

    def wanted(index: Index) -> Collection[int]:
        others = {entry.number for entry in index.entries if entry.name not in removed}
        return {entry.number for entry in index.entries if entry.name in removed} & others

    return wanted


def read_generation(items: Items) -> int | None:
    """Return the generation of the index, None when there is none.

    :raises DamagedError: the newest root can't be read
    :raises TrayError: (keyring)
    """
    roots = _newest_roots(items)
    return max((root.generation for root in roots.values()), default=None)


def read(items: Items, only: str | None = None, wanted: Wanted = all_of) -> Contents:
    """Return the contents of the keyring; with `only`, of the profiles only the one with that name.

    The index has every profile, but only the `wanted` items are read: for a change, those of the profiles that it
    concerns.

    Without the lock, the contents can be trusted only if they are whole.

    :raises DamagedError: the index can't be read
    :raises TrayError: (keyring)
    """
    roots = _newest_roots(items)
    if not roots:
        return Contents()
    slot, root = max(roots.items(), key=lambda item: item[1].generation)
    index = index_text.decode(root, list(_pages(items, slot, root.pages)))
    if only is not None:
        index = replace(index, entries=tuple(entry for entry in index.entries if entry.name == only))
    texts = {number: _read_profile(items, number) for number in sorted(wanted(index))}
    return Contents(index, slot, {number: text for number, text in texts.items() if text is not None})


def salvaged(items: Items, only: str | None = None) -> Contents:
    """Return the contents of the keyring although the index is damaged; with `only`, only the profile of that name.

    The caller holds the lock, because an unfinished change looks the same as a damaged index.

    :raises DamagedError: there are no profiles
    :raises TrayError: (keyring)
    """
    roots, damaged, refused = _read_roots(items)
    slot = max(_SLOTS, key=lambda slot: (slot in damaged, roots[slot].generation if slot in roots else 0))
    text = "".join([*damaged.values(), *(root.beginning for root in roots.values())])
    text += "".join(page for each in _SLOTS for page in _pages(items, each, index_text.MOST_PAGES))
    generations = [*map(salvage.claimed_generation, damaged.values()), *(root.generation for root in roots.values())]
    texts = dict(_profile_items(items, (number for _, number in salvage.listed(text))))
    if not texts:
        raise refused or DamagedError
    index = salvage.rebuilt(text, max(1, *generations), texts, names_in)
    if only is not None:
        index = replace(index, entries=tuple(entry for entry in index.entries if entry.name == only))
    live = {entry.number for entry in index.entries}
    return Contents(index, slot, {number: texts[number] for number in texts if number in live}, salvaged=True)


Progress = Callable[[int, int], object]
"""A function that is called during a change with the number of steps done, and of all steps."""


def unwatched(_done: int, _of: int) -> None:
    """Ignore the progress."""


def commit(items: Items, before: Contents, drafts: Sequence[Draft], progress: Progress = unwatched) -> Contents:
    """Store `drafts` in place of `before`, and return what is stored then, as far as it was read or written.

    The caller holds the lock, and has read `before` under it.

    :raises TrayError: (keyring) nothing is changed, unless the keyring failed while it wrote the new root: then the
        change may hold. The next change deletes the items of an unfinished one
    """
    leftover = _finish(items, before)
    drafts = dissolved(drafts, before.index.entries, before.texts)
    new = arranged(drafts, items.room)
    places = {place: number for number, (_, held) in enumerate(new, before.index.next_number) for place in held}
    entries = [
        IndexEntry(draft.name, draft.content if isinstance(draft.content, int) else places[place])
        for place, draft in enumerate(drafts)
    ]
    gone = sorted(_numbers(before) - {entry.number for entry in entries})
    steps, done = len(new) + len(gone), count(1)
    texts = dict(before.texts)
    for number, (text, _) in enumerate(new, before.index.next_number):
        items.write(_profile(number), text)
        texts[number] = text
        progress(next(done), steps)
    # The last of them tells whether all were deleted, so it has to be there.
    while gone and gone[-1] not in before.texts and not items.has(_profile(gone[-1])):
        gone.pop()
    after = Index(
        generation=before.index.generation + 1,
        next_number=before.index.next_number + len(new),
        entries=tuple(entries),
        # The items that an earlier change could not delete come last, so that the others are deleted in any case.
        dropped=(*gone, *leftover),
        minor=before.index.minor,
        kept=before.index.kept,
    )
    slot = _other(before.slot)
    root, *pages = index_text.encode(after, items.room)
    for place, page in enumerate(pages, start=1):
        items.write(_page(slot, place), page)
    items.write(_root(slot), root)
    try:
        _delete_index(items, before.slot)
        for dropped in after.dropped:
            items.delete(_profile(dropped))
            progress(min(next(done), steps), steps)
    except TrayError as error:
        # The change holds. The next change deletes the items that are left.
        _log.warning("old items are left in the keyring for now: %s", error.problem.code)
    return Contents(after, slot, texts)


def _numbers(contents: Contents) -> set[int]:
    """Return the numbers of all profile items, including those that were not read."""
    return {*contents.texts, *(entry.number for entry in contents.index.entries)}


def erase(items: Items, before: Contents | None) -> None:
    """Delete all items, the indexes last, so that an interrupted deletion can begin again. The caller holds the lock.

    :param before: the contents of the keyring; None if they can't be read, and then the items are searched for

    :raises TrayError: (keyring)
    """
    if before is None:
        missing = number = 0
        while missing < _FAR_APART:
            number += 1
            missing = 0 if _delete(items, _profile(number)) else missing + 1
    else:
        first = before.index.next_number
        unfinished = range(first, _first_missing(items, _profile, first))
        for number in (*(entry.number for entry in before.index.entries), *before.index.dropped, *unfinished):
            _delete(items, _profile(number))
    for slot in _SLOTS:
        _delete_index(items, slot)


def _delete(items: Items, username: str) -> bool:
    """Delete an item if it is there; return whether it was."""
    if not items.has(username):
        return False
    items.delete(username)
    return True


def damaged() -> TrayError:
    """Return the error for an index that can't be read."""
    return keyring_error("index-damaged")


def _profile_items(items: Items, listed: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Give the texts of the profile items that are there, by their numbers."""
    usernames = items.usernames()
    if usernames is not None:
        numbers: Iterable[int] = sorted(salvage.numbers_of(usernames))
    else:
        numbers = count(1)
    sure_until, missing = max(listed, default=0), 0
    refusals, some = 0, False
    for number in numbers:
        try:
            text, refusals = items.read(_profile(number)), 0
        except TrayError as error:
            text, refusals = None, refusals + 1
            if error.problem.code != _REFUSED or (refusals > _MOST_REFUSALS and not some):
                raise
        if text is not None:
            missing, some = 0, True
            yield number, text
        elif number > sure_until:
            missing += 1
            if missing >= salvage.MOST_MISSING:
                return


def _finish(items: Items, contents: Contents) -> tuple[int, ...]:
    """Delete what an unfinished change wrote, and return the numbers of the dropped items that are left.

    The dropped items are deleted after the new index is written: one that can't be deleted must not prevent a change.
    """
    try:
        _delete_index(items, _other(contents.slot))
        first = contents.index.next_number
        for number in reversed(range(first, _first_missing(items, _profile, first))):
            items.delete(_profile(number))
    except TrayError as error:
        if error.problem.code != "keyring-declined":
            raise
        # The user declined the deletion. The old items stay, but the new index doesn't name them, so they don't count.
        _log.info("items of an earlier change stay in the keyring")
    dropped = contents.index.dropped
    return dropped if dropped and items.has(_profile(dropped[-1])) else ()


def _delete_index(items: Items, slot: str | None) -> None:
    if slot is None:
        return
    if items.has(_root(slot)):
        items.delete(_root(slot))
    for number in reversed(range(1, _first_missing(items, lambda number: _page(slot, number), 1))):
        items.delete(_page(slot, number))


def _first_missing(items: Items, username: Callable[[int], str], first: int) -> int:
    return next(number for number in count(first) if not items.has(username(number)))


def _newest_roots(items: Items) -> dict[str, Root]:
    roots, damaged, refused = _read_roots(items)
    newest = max((root.generation for root in roots.values()), default=0)
    # An older damaged root doesn't matter: it is about to be deleted.
    if any(salvage.claimed_generation(text) >= newest for text in damaged.values()):
        raise DamagedError
    if refused and not roots:
        raise DamagedError
    return roots


def _read_roots(items: Items) -> tuple[dict[str, Root], dict[str, str], TrayError | None]:
    """Return the roots, the texts of damaged roots, and the error if a root could not be read."""
    roots: dict[str, Root] = {}
    damaged: dict[str, str] = {}
    refused: TrayError | None = None
    for slot in _SLOTS:
        try:
            text = items.read(_root(slot))
        except TrayError as error:
            if error.problem.code != _REFUSED:
                raise
            refused, text = error, ""
        if text is None:
            continue
        try:
            roots[slot] = index_text.read_root(text)
        except DamagedError:
            damaged[slot] = text
    return roots, damaged, refused


def _pages(items: Items, slot: str, most: int) -> Iterator[str]:
    refusals = 0
    for number in range(1, most + 1):
        try:
            page, refusals = items.read(_page(slot, number)), 0
        except TrayError as error:
            if error.problem.code != _REFUSED:
                raise
            page, refusals = DAMAGED, refusals + 1
        if page is None or refusals > _MOST_REFUSALS:
            return
        yield page


def _read_profile(items: Items, number: int) -> str | None:
    """Return an item's text. An item that the keyring refuses to read counts as damaged."""
    try:
        return items.read(_profile(number))
    except TrayError as error:
        if error.problem.code != _REFUSED:
            raise
        return DAMAGED


def _other(slot: str | None) -> str:
    return _SLOTS[0] if slot == _SLOTS[1] or slot is None else _SLOTS[1]


def _root(slot: str) -> str:
    return f"index/{slot}"


def _page(slot: str, number: int) -> str:
    return f"index/{slot}/{number}"


def _profile(number: int) -> str:
    return f"profile/{number}"
