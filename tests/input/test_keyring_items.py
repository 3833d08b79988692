"""What the keyring gives back: a profile's item, a pack, the index and its pages, and all of them as one ledger."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.bad_input import (
    any_json,
    check_growth,
    check_shown,
    check_told,
    damaged,
    fragments,
    long_inputs,
    near,
    repeated,
    texts,
)
from tray.model.access_keys import AccessKey
from tray.model.center import Center
from tray.model.identity_center import CenterRole
from tray.model.lengths import MAXIMUM_SESSION_SECONDS, MINIMUM_SESSION_SECONDS, View
from tray.model.problems import TrayError
from tray.settings.profiles import codec, index, ledger, packs, salvage
from tray.settings.profiles.codec import ItemRest
from tray.settings.profiles.index import DamagedError, Index, IndexEntry
from tray.settings.profiles.items import opened
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.slots import stored_of

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEY = AccessKey("AKIAIOSFODNN7EXAMPLE", SECRET)
ROLE = CenterRole(Center("https://d-1.awsapps.com/start", "eu-west-1"), "111122223333", "Reader")

names = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
regions = st.lists(st.sampled_from(["eu-west-1", "us-east-1", "us-gov-west-1"]), unique=True, max_size=3).map(tuple)
members = st.dictionaries(texts.map(lambda text: f"x{text}"), any_json, max_size=2)
seconds = st.integers(MINIMUM_SESSION_SECONDS, MAXIMUM_SESSION_SECONDS)


@st.composite
def kept_profiles(draw: st.DrawFn) -> tuple[Profile, ItemRest]:
    made = Profile(draw(names), draw(names), draw(regions), draw(seconds), draw(st.sampled_from(View)))
    kept = ItemRest(minor=draw(st.integers(codec.MINOR, 99)), unchecked=draw(st.booleans()), members=draw(members))
    which = draw(st.integers(0, 2))
    if which == 1:
        made = replace(made, aws_profile="", access_key_id=KEY.key_id, regions=made.regions or ("eu-west-1",))
        kept = replace(kept, access_key=KEY)
    elif which == 2:
        made = replace(made, aws_profile="", center_role=ROLE, regions=made.regions or ("eu-west-1",))
    return made, kept


def writable(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    return True


@given(kept_profiles())
def test_a_profile_is_read_as_it_was_written(made: tuple[Profile, ItemRest]) -> None:
    profile, kept = made
    if not writable(kept.members):
        return
    try:
        text = codec.encode(profile, kept)
    except TrayError as error:
        check_told(error)
        assert SECRET not in str(error.problem)
        return
    assert codec.characters(text) <= codec.MAXIMUM_CHARACTERS
    assert codec.decode(text, profile.name) == (profile, kept)
    assert codec.name_in(text) == profile.name


WHOLE: dict[str, Any] = json.loads(codec.encode(Profile("a", "b", ("eu-west-1",))))
WITH_KEY: dict[str, Any] = json.loads(
    codec.encode(Profile("a", "", ("eu-west-1",), access_key_id=KEY.key_id), ItemRest(access_key=KEY))
)
WITH_ROLE: dict[str, Any] = json.loads(codec.encode(Profile("a", "", ("eu-west-1",), center_role=ROLE)))


def written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


items = (
    near(WHOLE).map(written)
    | near(WITH_KEY).map(written)
    | near(WITH_ROLE).map(written)
    | near(WITH_KEY["access_key"]).map(lambda key: written({**WITH_KEY, "access_key": key}))
    | near(WITH_ROLE["identity_center"]).map(lambda role: written({**WITH_ROLE, "identity_center": role}))
    | damaged(written(WITH_KEY).encode()).map(lambda data: data.decode("utf-8", "surrogateescape"))
    | any_json.map(written)
    | texts
)


@given(items)
@example(written({**WHOLE, "format": [1, 10**400]})).via("a version of hundreds of digits")
@example(written({**WHOLE, "format": [True, 0]})).via("a version that is true")
@example(written({**WHOLE, "format": [1, 0]})).via("an older program's")
@example(written({**WHOLE, "regions": ["eu-west-1\n"]})).via("a region with a line's end")
@example(json.dumps({**WHOLE, "new": "\ud800"})).via("half of a pair, which can't be written again")
@example(written({**WHOLE, "new": float("nan")})).via("no number")
@example("[" * 60_000).via("lists within lists")
@example(written({**WHOLE, "name": "a\u202e"})).via("a name that turns")
def test_an_item_is_a_profile_or_told_without_its_secret(text: str) -> None:
    name = codec.name_in(text)
    assert name is None or (isinstance(name, str) and name)
    try:
        profile, kept = codec.decode(text, "a")
    except TrayError as error:
        check_told(error)
        assert SECRET not in str(error.problem.places)
        return
    check_shown(profile.name, 128)
    check_shown(profile.aws_profile, 128)
    assert type(profile.session_seconds) is int
    try:
        again = codec.encode(profile, kept)
    except TrayError as error:
        check_told(error)
    else:
        # An older program's item is written in today's format.
        kept = replace(kept, minor=max(codec.MINOR, kept.minor))
        assert codec.decode(again, "a") == (profile, kept) or "NaN" in again, "what is kept is written again"
        again.encode()


@given(st.lists(items, max_size=5))
@example([written(WHOLE), "[" * 3000]).via("a pack with lists within lists")
def test_a_pack_holds_each_profile_that_can_be_read(odd: list[str]) -> None:
    good = written({**WHOLE, "name": "good"})
    pack = '{"format":[2,0],"profiles":[' + ",".join([good, *odd]) + "]}"
    found = packs.members(pack)
    for name, text in found.items():
        assert packs.names_in(text) == [name] or packs.members(text)
    try:
        json.loads(pack)
    except (ValueError, RecursionError):
        assert found == {}
    else:
        assert "good" in found, "what is odd hides no profile"


OTHERS = [packs.Draft(f"p{at}", codec.encode(Profile(f"p{at}", "b"))) for at in range(60)]


@long_inputs
@given(st.lists(kept_profiles(), max_size=6, unique_by=lambda each: each[0].name), st.sampled_from([1280, 3000]))
def test_packs_are_taken_apart_as_they_were_made_up(made: list[tuple[Profile, ItemRest]], room: int) -> None:
    drafts = []
    for profile, kept in made:
        try:
            text = codec.encode(profile, replace(kept, members={}))
        except TrayError:
            continue
        drafts.append(packs.Draft(profile.name, text, alone=bool(profile.access_key_id)))
    many = [*drafts, *OTHERS]
    if len({draft.name for draft in many}) < len(many):
        return
    for some in (drafts, many):
        arranged = packs.arranged(some, room)
        assert sorted(place for _, held in arranged for place in held) == list(range(len(some)))
        for text, held in arranged:
            assert codec.characters(text) <= max(
                room, max(codec.characters(str(some[place].content)) for place in held)
            )
            found = packs.members(text) or {some[held[0]].name: text}
            for place in held:
                assert json.loads(found[some[place].name]) == json.loads(str(some[place].content))
                assert not some[place].alone or held == [place]


entries = st.lists(
    st.builds(IndexEntry, texts, st.integers(0, 2**31)), max_size=6, unique_by=lambda entry: entry.name
).map(tuple)
indexes = st.builds(
    Index,
    generation=st.integers(1, index.MOST_GENERATION),
    next_number=st.integers(0, 2**31),
    entries=entries,
    dropped=st.lists(st.integers(0, 2**31), max_size=4).map(tuple),
    minor=st.integers(0, 9),
    kept=st.dictionaries(texts.map(lambda text: f"x{text}"), any_json, max_size=2),
)


@given(indexes, st.integers(200, 1280))
def test_an_index_is_read_as_it_was_written(made: Index, room: int) -> None:
    root, *pages = index.encode(made, room)
    assert all(len(text) <= room for text in (root, *pages))
    found = index.decode(index.read_root(root), pages)
    assert repr(found) == repr(made)
    assert salvage.claimed_generation(root) in (made.generation, 0) or made.generation >= 10**15


ROOT, *PAGES = index.encode(Index(3, 9, (IndexEntry("a", 1), IndexEntry("b\u202e", 2)), (7,)), 150)
HEADER = json.loads(ROOT.partition("\n")[0])


@given(
    damaged(ROOT.encode()).map(lambda data: data.decode("utf-8", "replace"))
    | near(HEADER).map(lambda header: json.dumps(header) + "\n" + ROOT.partition("\n")[2])
    | any_json.map(lambda value: json.dumps(value) + "\n")
    | texts,
    st.just(PAGES) | st.lists(texts, max_size=3),
)
@example(ROOT, PAGES).via("the very index")
@example('{"index": 1, "generation": 1, "pages": ' + "9" * 5000 + "}\n", []).via(
    "a number of more digits than Python reads"
)
def test_texts_are_the_very_index_or_damaged(text: str, pages: Sequence[str]) -> None:
    try:
        root = index.read_root(text)
        found = index.decode(root, pages)
    except DamagedError:
        return
    except TrayError as error:
        check_told(error)
        return
    assert 1 <= root.generation <= index.MOST_GENERATION
    assert index.encode(found, 150) == index.encode(index.decode(index.read_root(ROOT), PAGES), 150)


BODY = json.dumps({"profiles": [["a", 1], ["b", 2]], "dropped": [7]}, separators=(",", ":"))


@given(
    texts | damaged(BODY.encode()).map(lambda data: data.decode("utf-8", "replace")),
    st.dictionaries(st.integers(1, 99), items, max_size=4),
)
@example('["\\ud800",1]', {1: "x"}).via("a name that is half of a pair")
@example('["a",１]', {}).via("a digit that is not ASCII")
def test_a_damaged_index_loses_no_item(text: str, stored: dict[int, str]) -> None:
    good = written({**WHOLE, "name": "good"})
    found = salvage.rebuilt(text, 4, {**stored, 100: good}, packs.names_in)
    assert IndexEntry("good", 100) in found.entries or 100 in found.dropped
    gone = set(found.dropped)
    assert {entry.number for entry in found.entries} | gone >= {*stored, 100}
    assert found.next_number > max([100, *stored])
    assert len({entry.name for entry in found.entries}) == len(found.entries)


def keyring_with(made: Sequence[Profile]) -> MemoryKeyring:
    keyring = MemoryKeyring()
    with opened(keyring) as items_of:
        drafts = [packs.Draft(each.name, codec.encode(each)) for each in made]
        ledger.commit(items_of, ledger.Contents(), drafts)
    return keyring


@given(st.sampled_from(["profile/1", "profile/2", "index/a", "index/a/1", "index/b", "profile/9"]), items | texts)
@example("index/b", "\ud800").via("another index, which is half of a pair")
@example("profile/1", "x" * 70_000).via("an item that is longer than any")
def test_an_odd_item_hides_no_other_profile(username: str, text: str) -> None:
    keyring = keyring_with([Profile("a", "b"), Profile("good", "c"), Profile("also good", "c")])
    keyring.set_password("notebook-tray", username, text)
    with opened(keyring) as items_of:
        try:
            contents = ledger.read(items_of)
        except DamagedError:
            contents = ledger.salvaged(items_of)
        except TrayError as error:
            check_told(error)
            assert error.problem.code == "index-newer"
            return
        stored = stored_of(contents)
        there = {each.name for each in (*stored.profiles, *stored.unchecked)} | {each.name for each in stored.problems}
        bad = {"profile/1": 1, "profile/2": 1}.get(username, 0)
        assert len({"a", "good", "also good"} & {each.name for each in stored.profiles}) >= 3 - bad, there
        for problem in stored.problems:
            check_told(TrayError.of(problem.problem))
        # And the next change keeps them.
        drafts = [packs.Draft(entry.name, entry.number) for entry in contents.index.entries]
        after = ledger.commit(items_of, contents, [*drafts, packs.Draft("new", codec.encode(Profile("new", "n")))])
        found = {each.name for each in stored_of(ledger.read(items_of)).profiles}
        assert {"new"} | {each.name for each in stored.profiles} <= found
        assert after.index.generation > contents.index.generation


PARSERS: dict[str, Callable[[str], object]] = {
    "item": lambda text: codec.decode(written({**WHOLE, "new": text}), "a"),
    "raw item": lambda text: codec.decode(text, "a"),
    "name": codec.name_in,
    "pack": lambda text: packs.members(f'{{"format":[2,0],"profiles":[{text}]}}'),
    "packs": packs.names_in,
    "root": index.read_root,
    "salvaged": salvage.listed,
    "rebuilt": lambda text: salvage.rebuilt(text, 1, {1: text}, packs.names_in),
    "generation": salvage.claimed_generation,
}


@pytest.mark.parametrize("parser", PARSERS)
@long_inputs
@given(fragments, st.sampled_from(["", '["', '{"a":', '["a",1]', '{"dropped":[', '"']))
@example('["', "").via("names that begin within others")
@example('["\\"', "").via("quotation marks that end no name")
@example('["a",1],', "").via("many profiles")
@example('"dropped":[1,', "").via("many items to be deleted")
def test_the_time_grows_with_the_length(parser: str, fragment: str, beginning: str) -> None:
    def act(text: str) -> None:
        try:
            PARSERS[parser](text)
        except DamagedError:
            pass
        except TrayError as error:
            assert error.problem.code

    check_growth(act, lambda length: repeated(fragment, length, beginning), 64 * 1024)
