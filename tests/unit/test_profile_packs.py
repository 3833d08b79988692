"""Many profiles in few items: made up, taken apart, and made up anew when a profile changes."""

from __future__ import annotations

import pytest

from tray.model.problems import TrayError
from tray.settings.profiles import codec, packs
from tray.settings.profiles.index import IndexEntry
from tray.settings.profiles.model import Profile
from tray.settings.profiles.packs import MOST_ALONE, Draft, arranged, dissolved, members, names_in


def _text(name: str, aws_profile: str = "default") -> str:
    return codec.encode(Profile(name, aws_profile))


def _drafts(count: int, aws_profile: str = "default") -> list[Draft]:
    return [Draft(f"p{number}", _text(f"p{number}", aws_profile)) for number in range(count)]


@pytest.mark.parametrize("count", [MOST_ALONE + 1, 120, 800])
@pytest.mark.parametrize("room", [1280, 4096, 32768])
def test_every_profile_is_in_one_item_and_comes_out_as_it_went_in(count: int, room: int) -> None:
    drafts = _drafts(count)
    items = arranged(drafts, room)
    assert len(items) < count / 4
    assert all(codec.characters(text) <= room for text, _ in items)
    assert sorted(place for _, places in items for place in places) == list(range(count))
    for text, places in items:
        assert members(text) == {drafts[place].name: drafts[place].content for place in places}


def test_few_profiles_have_an_item_each() -> None:
    drafts = _drafts(MOST_ALONE)
    assert arranged(drafts) == [(draft.content, [place]) for place, draft in enumerate(drafts)]


def test_a_profile_with_a_secret_shares_no_item() -> None:
    drafts = _drafts(60)
    drafts[7] = Draft("p7", _text("p7"), alone=True)
    ((text, places),) = [item for item in arranged(drafts) if 7 in item[1]]
    assert (text, places) == (drafts[7].content, [7])


def test_names_that_no_ascii_has_and_the_longest_profiles_fit() -> None:
    drafts = [Draft(name, _text(name, "研究 🔬" * 20)) for name in (f"é{n} “\\”\n"[:5] + "🔬" * 60 for n in range(60))]
    items = arranged(drafts)
    assert all(codec.characters(text) <= 1280 for text, _ in items)
    assert {name: text for item, _ in items for name, text in (members(item) or {names_in(item)[0]: item}).items()} == {
        draft.name: draft.content for draft in drafts
    }


def test_a_profile_with_half_of_a_pair_keeps_no_other_from_being_changed() -> None:
    other = _text("p1").replace('"default"', '"\\ud800"')
    pack = f'{{"format":[2,0],"profiles":[{_text("p0")},{other},{_text("p2")}]}}'
    entries = [IndexEntry(name, 1) for name in members(pack)]
    drafts = [Draft("p0", _text("p0", "another")), Draft("p1", 1), Draft("p2", 1)]
    drafts += [Draft(f"other{number}", 1000 + number) for number in range(60)]
    ((text, _),) = arranged(dissolved(drafts, entries, {1: pack}))
    assert text.encode()
    assert members(text) == {"p0": _text("p0", "another"), "p1": other, "p2": _text("p2")}


@pytest.mark.parametrize("longer", [1, 30, 400])
def test_a_pack_that_has_grown_gives_packs_with_room_and_no_small_ones(longer: int) -> None:
    texts = {1: arranged(_drafts(60), 4096)[0][0]}
    entries = [IndexEntry(name, 1) for name in members(texts[1])]
    others = [Draft(f"other{number}", 1000 + number) for number in range(60)]
    drafts = [Draft(entry.name, entry.number) for entry in entries]
    drafts[0] = Draft(entries[0].name, _text(entries[0].name, "x" * min(128, longer)))
    drafts[1] = Draft(entries[1].name, _text(entries[1].name, "y" * min(128, longer)))
    items = arranged(dissolved([*drafts, *others], entries, texts), 4096)
    lengths = [codec.characters(text) for text, _ in items]
    assert min(lengths) > max(lengths) / 2
    assert sum(len(places) for _, places in items) == len(entries)


def test_packs_that_no_change_concerns_stay_as_they_are() -> None:
    items = arranged(_drafts(200))
    texts = {number: text for number, (text, _) in enumerate(items, 1)}
    entries = [IndexEntry(name, number) for number, text in texts.items() for name in members(text)]
    drafts = [Draft(entry.name, entry.number) for entry in entries]
    drafts[3] = Draft("p3", _text("p3", "another"))
    after = dissolved(drafts, entries, {entries[3].number: texts[entries[3].number]})
    written = {draft.name for draft in after if isinstance(draft.content, str)}
    assert written == set(members(texts[entries[3].number]))


def test_a_removed_profile_is_in_no_item_any_more() -> None:
    text = arranged(_drafts(60), 4096)[0][0]
    entries = [IndexEntry(name, 1) for name in members(text)]
    after = dissolved([Draft(entry.name, 1) for entry in entries[1:]], entries, {1: text})
    assert all(draft.content == members(text)[draft.name] for draft in after)


def test_a_pack_that_can_t_be_read_stays_where_it_is() -> None:
    entries = [IndexEntry("a", 1), IndexEntry("b", 1), IndexEntry("c", 1)]
    kept = [Draft("a", 1), Draft("c", 1)]
    for texts in ({1: "\0"}, {1: "{"}, {}):
        assert dissolved(kept, entries, texts) == kept


def test_a_program_that_knows_no_packs_takes_one_for_a_newer_program_s() -> None:
    pack = arranged(_drafts(60))[0][0]
    with pytest.raises(TrayError) as refused:
        codec.decode(pack, "p0")
    assert refused.value.problem.code == "profile-newer"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"format":[2,0],"profiles":7}',
        '{"format":[2,0],"profiles":[',
        '{"format":[2,0],"profiles":' + "[" * 5000,
        '{"format":[1,0],"profiles":[{"name":"a"}]}',
    ],
)
def test_what_is_no_pack(text: str) -> None:
    assert packs.members(text) == {}
