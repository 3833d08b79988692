"""The index of the profiles as texts and back."""

from __future__ import annotations

import json

import pytest

from tray.settings.profiles.codec import MAXIMUM_CHARACTERS, characters
from tray.settings.profiles.index import DamagedError, Index, IndexEntry, decode, encode, read_root


def _index(profiles: int, generation: int = 1, prefix: str = "é🔬") -> Index:
    entries = tuple(IndexEntry(f"{prefix} {number}", number) for number in range(1, profiles + 1))
    return Index(generation, profiles + 7, entries, dropped=tuple(range(profiles)))


@pytest.mark.parametrize("profiles", [0, 1, 20, 30, 31, 32, 500])
@pytest.mark.parametrize("generation", [1, 10**9])
def test_there_and_back(profiles: int, generation: int) -> None:
    index = _index(profiles, generation)
    root, *pages = encode(index)
    assert all(characters(text) <= MAXIMUM_CHARACTERS for text in (root, *pages))
    read = read_root(root)
    assert (read.generation, read.pages) == (generation, len(pages))
    assert decode(read, pages) == index


def test_small_ones_have_no_pages_and_large_ones_have() -> None:
    assert len(encode(_index(2))) == 1
    assert len(encode(_index(500))) > 10


@pytest.mark.parametrize("length", range(1000, 1400, 7))
def test_every_length_around_a_page_s_end(length: int) -> None:
    index = Index(3, 2, (IndexEntry("x" * length, 1),))
    root, *pages = encode(index)
    assert decode(read_root(root), pages) == index


def test_pages_of_two_indexes_never_pass_for_one() -> None:
    root, *pages = encode(_index(400, generation=4))
    _, *others = encode(_index(401, generation=5, prefix="another"))
    for mixed in ([others[0], *pages[1:]], pages[:-1], [*pages, pages[-1]], [], pages[::-1]):
        with pytest.raises(DamagedError):
            decode(read_root(root), mixed)


def test_a_changed_generation_is_damage() -> None:
    root = encode(_index(1))[0].replace('"generation":1', '"generation":9')
    with pytest.raises(DamagedError):
        decode(read_root(root), [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "{}\n",
        "[]\n{}",
        '{"index":1}\n',
        '{"index":null}\n',
        "no\n",
        "[" * 5000,
        encode(_index(1))[0].split("\n")[0],
    ],
)
def test_what_is_no_root(text: str) -> None:
    with pytest.raises(DamagedError):
        read_root(text)


def test_what_a_newer_minor_version_added_is_kept() -> None:
    index = Index(1, 2, (IndexEntry("work", 1),), minor=4, kept={"folders": [["a", ["work"]]]})
    (root,) = encode(index)
    again = decode(read_root(root), [])
    assert again == index
    assert json.loads(root.partition("\n")[2])["minor"] == 4
