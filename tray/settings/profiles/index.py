"""The index of the profiles as the texts of keyring items, and back: pure functions.

An index is one text. The `root` item holds its beginning, with a header line, and `pages` hold the rest: each page is
just the next characters, as many as an item may have. The header's checksum covers the whole text, so pages of two
indexes never pass for one index.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tray.settings.profiles.codec import MAXIMUM_CHARACTERS
from tray.settings.profiles.errors import keyring_error

MAJOR, MINOR = 1, 0

# The limits of the numbers. A text with more pages than this is no index.
MOST_GENERATION = 2**53
MOST_PAGES = 9999
_MOST_NUMBER = 2**31

_FAULTS = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


class DamagedError(Exception):
    """The texts are not an index, or not a complete one."""


class IndexEntry(NamedTuple):
    """A profile by name, and the number of the item that holds it now: several profiles may share an item."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Index:
    """Which profiles there are, in the order they were added.

    `generation` grows by one with every change. Only an unfinished change leaves items with the number `next_number` or
    a higher one. The items in `dropped` were replaced or removed by the change that wrote this index, and are deleted
    after the index is written, in this order.
    """

    generation: int = 0
    next_number: int = 1
    entries: tuple[IndexEntry, ...] = ()
    dropped: tuple[int, ...] = ()
    minor: int = MINOR
    kept: Mapping[str, Any] = field(default_factory=dict)  # members of a newer program, carried along


class Root(NamedTuple):
    """The content of a root item, known before its pages are read. Its members change only with the major number."""

    generation: int
    pages: int
    checksum: str
    beginning: str


def encode(index: Index, room: int = MAXIMUM_CHARACTERS) -> list[str]:
    """Return the texts of `index`: the root's first, then its pages' in order.

    :param room: how many characters an item may have
    """
    body = json.dumps(
        {
            "minor": max(MINOR, index.minor),
            "next": index.next_number,
            "profiles": [[entry.name, entry.number] for entry in index.entries],
            "dropped": list(index.dropped),
            **index.kept,
        },
        separators=(",", ":"),  # the text is ASCII, so that it can be cut anywhere
    )
    header = _header(index.generation, pages=MOST_PAGES, checksum=_checksum(index.generation, body))
    beginning = room - len(header)
    pages = [body[i : i + room] for i in range(beginning, len(body), room)]
    header = _header(index.generation, len(pages), _checksum(index.generation, body))
    return [header + body[:beginning], *pages]


def read_root(text: str) -> Root:
    """Return what the root item's `text` says.

    :raises DamagedError: the text is not the root of an index
    :raises TrayError: (keyring) a newer program wrote it
    """
    line, newline, beginning = text.partition("\n")
    try:
        header = json.loads(line)
        major = header["index"]
        if _whole(major, MOST_GENERATION) > MAJOR:
            raise keyring_error("index-newer")
        generation, pages = _whole(header["generation"], MOST_GENERATION), _whole(header["pages"], MOST_PAGES)
        root = Root(generation, pages, str(header["checksum"]), beginning)
    except _FAULTS:
        raise DamagedError from None
    if not newline or root.generation < 1:
        raise DamagedError
    return root


def decode(root: Root, pages: Sequence[str]) -> Index:
    """Return the index that `root` and its `pages` hold.

    :raises DamagedError: the root and the pages don't fit together
    """
    body = root.beginning + "".join(pages)
    if len(pages) != root.pages or _checksum(root.generation, body) != root.checksum:
        raise DamagedError
    try:
        stored = json.loads(body)
        return Index(
            generation=root.generation,
            next_number=_whole(stored.pop("next"), _MOST_NUMBER),
            entries=tuple(
                IndexEntry(str(name), _whole(number, _MOST_NUMBER)) for name, number in stored.pop("profiles")
            ),
            dropped=tuple(_whole(number, _MOST_NUMBER) for number in stored.pop("dropped")),
            minor=_whole(stored.pop("minor"), _MOST_NUMBER),
            kept=stored,
        )
    except _FAULTS:
        raise DamagedError from None


def _whole(value: Any, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError
    return value


def _header(generation: int, pages: int, checksum: str) -> str:
    header = {"index": MAJOR, "generation": generation, "pages": pages, "checksum": checksum}
    return json.dumps(header, separators=(",", ":")) + "\n"


def _checksum(generation: int, body: str) -> str:
    # Detects damage and mixed pages, not an attacker: a program that can write to the keyring can also write this.
    return hashlib.sha256(f"{generation}\n{body}".encode("ascii", "replace")).hexdigest()[:32]
