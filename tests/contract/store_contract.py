"""What every keyring must let the store of the profiles do: one suite, run against each of them.

A class of its own in test_store.py gives the fixture `backend`, and `usernames`, which lists what is in it.
"""

from __future__ import annotations

import dataclasses
import json
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.keyring_layout import expected_usernames
from tray.model.access_keys import AccessKey
from tray.model.identity_center import CenterRole, center_at
from tray.model.lengths import View
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.model.profile_names import MAXIMUM_NAME_LENGTH
from tray.settings.profiles import codec
from tray.settings.profiles.items import SERVICE
from tray.settings.profiles.model import Profile, StoredProfiles
from tray.settings.profiles.store import ProfileStore

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

PLAIN = Profile("plain", "default")
FULL = Profile("Forschung/研究 🔬", "team@lab", ("eu-central-1", "us-gov-west-1"), 90 * 60, View.CLASSIC)
KEY = AccessKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "a-token")
KEYED = Profile("keyed", "", ("eu-west-1",), access_key_id=KEY.key_id)
ROLE = CenterRole(center_at("https://acme.awsapps.com/start", "eu-west-1"), "111122223333", "Analyst")
ROLED = Profile("roled", "", ("eu-west-1",), center_role=ROLE)
OTHER = Profile("other", "default", ("us-east-1",))


# Enough for the profiles to share items.
HUNDREDS = 130


def hourly(profiles: Mapping[str, Profile]) -> dict[str, Profile]:
    """What the tray's session-length radio does: every profile at once."""
    return {name: dataclasses.replace(profile, session_seconds=3600) for name, profile in profiles.items()}


class OverAKeyring:
    """What a suite of the store stands on."""

    @pytest.fixture
    @abstractmethod
    def backend(self) -> KeyringBackend: ...

    @abstractmethod
    def usernames(self, backend: KeyringBackend) -> set[str]: ...

    @pytest.fixture
    def open_store(self, backend: KeyringBackend, tmp_path: Path) -> Callable[[], ProfileStore]:
        """Open the store anew, as another process would."""
        return lambda: ProfileStore(backend, tmp_path / "lock" / "profiles.lock")

    @pytest.fixture
    def store(self, open_store: Callable[[], ProfileStore]) -> ProfileStore:
        return open_store()


class StoreContract(OverAKeyring):
    """The suite. `many` is how many profiles "many" are: every one costs a keyring's round trip or two."""

    many = 500

    @pytest.fixture(autouse=True)
    def nothing_is_left_over(self, backend: KeyringBackend) -> Iterator[None]:
        yield
        assert self.usernames(backend) == expected_usernames(backend)

    def test_many_at_once_are_one_change_and_one_that_is_refused_spoils_no_other(self, store: ProfileStore) -> None:
        store.add(PLAIN)
        outcome = store.add_many([OTHER, PLAIN, FULL, OTHER])
        assert [*outcome.done] == ["other", FULL.name]
        assert {name: error.problem.code for name, error in outcome.refused.items()} == {
            "plain": "profile-exists",
            "other": "profile-exists",
        }
        assert store.load().profiles == (PLAIN, OTHER, FULL)
        outcome = store.change_many(["other", "nobody", "plain"], lambda it: dataclasses.replace(it, view=View.CLASSIC))
        assert ([*outcome.done], [*outcome.refused]) == (["other", "plain"], ["nobody"])
        before = store.generation()
        outcome = store.remove_many(["plain", "nobody", FULL.name])
        assert ([*outcome.done], [*outcome.refused]) == (["plain", FULL.name], ["nobody"])
        assert store.load().profiles == (dataclasses.replace(OTHER, view=View.CLASSIC),)
        assert store.generation() == before + 1

    def test_nothing_stored(self, store: ProfileStore, backend: KeyringBackend) -> None:
        assert store.load() == StoredProfiles()
        assert store.generation() == 0
        assert self.usernames(backend) == set()

    def test_what_is_added_is_there_for_everyone_in_order(
        self, store: ProfileStore, open_store: Callable[[], ProfileStore]
    ) -> None:
        for profile in (PLAIN, FULL, OTHER, ROLED):
            store.add(profile)
        assert open_store().load().profiles == (PLAIN, FULL, OTHER, ROLED)
        assert open_store().load().problems == ()

    def test_adding_a_name_twice_is_refused(self, store: ProfileStore) -> None:
        store.add(PLAIN)
        with pytest.raises(TrayError, match="“plain” already") as refused:
            store.add(dataclasses.replace(PLAIN, aws_profile="another"))
        assert refused.value.status is ExitStatus.USAGE
        assert store.load().profiles == (PLAIN,)

    def test_put_adds_and_replaces_in_place(self, store: ProfileStore) -> None:
        store.put(PLAIN)
        store.put(OTHER)
        changed = dataclasses.replace(PLAIN, view=View.CLASSIC)
        store.put(changed)
        assert store.load().profiles == (changed, OTHER)

    def test_change(self, store: ProfileStore, open_store: Callable[[], ProfileStore]) -> None:
        store.add(PLAIN)
        store.add(OTHER)
        after = store.change("plain", lambda profile: dataclasses.replace(profile, regions=("eu-west-1",)))
        assert after.profiles == (dataclasses.replace(PLAIN, regions=("eu-west-1",)), OTHER)
        assert open_store().load() == after

    def test_rename_keeps_the_place(self, store: ProfileStore) -> None:
        store.add(PLAIN)
        store.add(OTHER)
        store.change("plain", lambda profile: dataclasses.replace(profile, name="better"))
        assert [profile.name for profile in store.load().profiles] == ["better", "other"]

    def test_rename_to_a_taken_name_is_refused(self, store: ProfileStore) -> None:
        store.add(PLAIN)
        store.add(OTHER)
        with pytest.raises(TrayError, match="“other” already"):
            store.change("plain", lambda profile: dataclasses.replace(profile, name="other"))
        assert store.load().profiles == (PLAIN, OTHER)

    def test_edit_changes_several_in_one_generation(self, store: ProfileStore) -> None:
        for profile in (PLAIN, FULL, OTHER):
            store.add(profile)
        before = store.generation()
        after = store.edit(hourly)
        assert [profile.session_seconds for profile in after.profiles] == [3600] * 3
        assert after.generation == before + 1
        assert store.load() == after

    def test_edit_adds_and_removes_at_once(self, store: ProfileStore) -> None:
        store.add(PLAIN)
        store.add(OTHER)
        store.edit(lambda profiles: {"other": profiles["other"], FULL.name: FULL})
        assert store.load().profiles == (OTHER, FULL)

    def test_an_edit_that_changes_nothing_writes_nothing(self, store: ProfileStore) -> None:
        store.add(PLAIN)
        before = store.load()
        assert store.edit(dict) == before
        assert store.put(PLAIN) == before
        assert store.generation() == before.generation

    def test_an_edit_that_fails_changes_nothing(self, store: ProfileStore) -> None:
        store.add(PLAIN)
        before = store.load()
        with pytest.raises(ZeroDivisionError):
            store.edit(lambda profiles: {**hourly(profiles), "x": 1 / 0})  # type: ignore[dict-item]
        assert store.load() == before

    def test_an_access_key_is_kept_and_given_to_who_asks_for_it(
        self, store: ProfileStore, open_store: Callable[[], ProfileStore]
    ) -> None:
        store.add(PLAIN)
        store.add(KEYED, KEY)
        assert open_store().load().profiles == (PLAIN, KEYED)
        assert open_store().access_key("keyed") == KEY
        with pytest.raises(TrayError, match="no access key of the profile “plain”"):
            store.access_key("plain")
        with pytest.raises(TrayError, match="no access key of the profile “nobody”"):
            store.access_key("nobody")

    def test_an_access_key_outlives_other_changes(self, store: ProfileStore) -> None:
        store.add(KEYED, KEY)
        store.edit(hourly)
        store.change("keyed", lambda profile: dataclasses.replace(profile, name="renamed"))
        assert store.access_key("renamed") == KEY

    def test_an_access_key_is_replaced_and_goes_with_its_profile(
        self, store: ProfileStore, open_store: Callable[[], ProfileStore], backend: KeyringBackend
    ) -> None:
        store.add(KEYED, KEY)
        other = AccessKey(KEY.key_id, "another-secret")
        store.change("keyed", lambda profile: profile, other)
        assert open_store().access_key("keyed") == other
        store.change("keyed", lambda profile: dataclasses.replace(profile, access_key_id="", aws_profile="default"))
        with pytest.raises(TrayError, match="no access key"):
            store.access_key("keyed")
        store.remove("keyed")
        texts = [backend.get_password(SERVICE, name) or "" for name in self.usernames(backend)]
        assert not any(secret in text for text in texts for secret in (KEY.secret, other.secret))

    def test_remove(self, store: ProfileStore, backend: KeyringBackend) -> None:
        store.add(PLAIN)
        store.add(OTHER)
        assert store.remove("plain").profiles == (OTHER,)
        assert store.remove("other").profiles == ()
        assert store.load().profiles == ()
        assert len(self.usernames(backend)) == 1  # the index goes on counting

    def test_an_unchecked_profile_is_kept_as_it_was_and_comes_back(
        self, store: ProfileStore, open_store: Callable[[], ProfileStore]
    ) -> None:
        for profile, key in ((PLAIN, None), (FULL, None), (KEYED, KEY)):
            store.add(profile, key)
        for name in (FULL.name, "keyed", "nobody"):
            store.uncheck(name)
        assert (open_store().load().profiles, open_store().load().unchecked) == ((PLAIN,), (FULL, KEYED))
        store.edit(hourly)
        longer = store.change("keyed", lambda it: dataclasses.replace(it, session_seconds=7200)).unchecked[1]
        assert open_store().load().unchecked == (FULL, longer)
        for name in (FULL.name, "keyed", "nobody"):
            open_store().check(name)
        assert store.load().profiles == (dataclasses.replace(PLAIN, session_seconds=3600), FULL, longer)
        assert store.load().unchecked == ()
        assert store.access_key("keyed") == KEY

    def test_an_unchecked_profile_that_is_added_is_checked_again(self, store: ProfileStore) -> None:
        store.add(FULL)
        store.uncheck(FULL.name)
        store.add(Profile(FULL.name, FULL.aws_profile))
        assert (store.load().profiles, store.load().unchecked) == ((FULL,), ())
        store.uncheck(FULL.name)
        changed = dataclasses.replace(FULL, regions=("us-east-1",))
        store.add(changed)
        assert store.load().profiles == (changed,)

    def test_an_unchecked_profile_gives_its_name_to_no_other(self, store: ProfileStore) -> None:
        store.add(FULL)
        store.uncheck(FULL.name)
        others = (dataclasses.replace(each, name=FULL.name) for each in (KEYED, ROLED))
        for other in (Profile(FULL.name, "another"), *others):
            with pytest.raises(TrayError, match="already"):
                store.add(other, KEY if other.access_key_id else None)
        with pytest.raises(TrayError, match="already"):
            store.edit(lambda profiles: {**profiles, FULL.name: Profile(FULL.name, "another")})
        assert store.load().unchecked == (FULL,)
        assert store.remove(FULL.name).unchecked == ()

    def test_an_unchecked_role_comes_back_as_itself_alone(self, store: ProfileStore) -> None:
        store.add(ROLED)
        store.uncheck(ROLED.name)
        with pytest.raises(TrayError, match="already"):
            store.add(dataclasses.replace(ROLED, center_role=dataclasses.replace(ROLE, role="Admin")))
        store.add(ROLED)
        assert store.load().profiles == (ROLED,)

    def test_an_unknown_name_is_refused_with_the_names_there_are(self, store: ProfileStore) -> None:
        store.add(PLAIN)
        store.add(OTHER)
        attempts: list[Callable[[], object]] = [
            lambda: store.remove("nobody"),
            lambda: store.change("nobody", lambda profile: profile),
        ]
        for attempt in attempts:
            with pytest.raises(TrayError, match="no profile “nobody”") as refused:
                attempt()
            assert refused.value.status is ExitStatus.USAGE
            assert "plain, other" in refused.value.problem.remedy

    def test_the_generation_tells_every_change(
        self, store: ProfileStore, open_store: Callable[[], ProfileStore]
    ) -> None:
        reader = open_store()
        seen = [reader.generation()]
        changes: list[Callable[[], StoredProfiles]] = [
            lambda: store.add(PLAIN),
            lambda: store.put(OTHER),
            lambda: store.edit(hourly),
            lambda: store.remove("plain"),
        ]
        for change in changes:
            assert change().generation == reader.generation() == reader.load().generation
            seen.append(reader.generation())
        assert seen == [0, 1, 2, 3, 4]

    def test_a_profile_that_fills_its_item_to_the_last_character(self, store: ProfileStore) -> None:
        profile = _of_length(1280)
        store.add(profile)
        assert store.load().profiles == (profile,)

    def test_a_profile_over_the_limit_is_refused_everywhere(self, store: ProfileStore, backend: KeyringBackend) -> None:
        store.add(PLAIN)
        before = self.usernames(backend)
        with pytest.raises(TrayError, match=r"“long” needs 1,281 characters .* holds 1,280") as refused:
            store.add(_of_length(1281))
        assert refused.value.status is ExitStatus.USAGE
        assert self.usernames(backend) == before

    def test_many_profiles_with_long_names(self, store: ProfileStore) -> None:
        profiles = [Profile(f"{number:03} ".ljust(MAXIMUM_NAME_LENGTH, "é"), "default") for number in range(self.many)]
        store.edit(lambda _: {profile.name: profile for profile in profiles})
        assert store.load().profiles == tuple(profiles)
        store.remove(profiles[1].name)
        store.add(PLAIN)
        assert store.load().profiles == (profiles[0], *profiles[2:], PLAIN)
        store.edit(lambda profiles: {"plain": profiles["plain"]})
        assert store.load().profiles == (PLAIN,)

    def test_hundreds_share_items_and_are_changed_one_by_one(
        self, store: ProfileStore, backend: KeyringBackend, open_store: Callable[[], ProfileStore]
    ) -> None:
        profiles = [Profile(f"account-{number:03}-Analyst", "default") for number in range(HUNDREDS)]
        store.add(KEYED, KEY)
        store.add_many(profiles)
        assert len(self.usernames(backend)) < HUNDREDS / 2
        assert open_store().load().profiles == (KEYED, *profiles)
        changed = dataclasses.replace(profiles[3], view=View.CLASSIC)
        store.change("account-003-Analyst", lambda _: changed)
        store.uncheck("account-005-Analyst")
        store.remove("account-007-Analyst")
        store.change("account-008-Analyst", lambda profile: dataclasses.replace(profile, name="renamed"))
        expected = (KEYED, *profiles[:3], changed, profiles[4], profiles[6])
        expected += (dataclasses.replace(profiles[8], name="renamed"), *profiles[9:])
        loaded = open_store().load()
        assert (loaded.profiles, loaded.unchecked, loaded.problems) == (expected, (profiles[5],), ())
        assert store.access_key("keyed") == KEY
        assert not any(
            "account-007-Analyst" in (backend.get_password(SERVICE, name) or "") for name in self.usernames(backend)
        ), "a removed profile is still there"
        store.check("account-005-Analyst")
        store.change_many(
            [profile.name for profile in profiles[::2]], lambda it: dataclasses.replace(it, view=View.LAB)
        )
        outcome = store.remove_many([*(profile.name for profile in profiles[1:]), "renamed"])
        assert {*outcome.refused} == {"account-007-Analyst", "account-008-Analyst"}
        assert open_store().load().profiles == (KEYED, profiles[0])
        assert len(self.usernames(backend)) == 3


class DamageContract(OverAKeyring):
    """What the store does with items that someone else removed, damaged or wrote."""

    @pytest.mark.parametrize(
        "text",
        [
            None,
            "",
            "\0",
            "{",
            "null",
            '{"format":[1,0]}',
            '{"format":[2,0]}',
            '{"format":[1e999,0]}',
            '{"format":[1,1],"name":"x","aws_profile":"x","regions":[],"session_seconds":1e999,"view":"lab"}',
            '{"format":[1,1],"name":"x","aws_profile":"x","regions":[],"session_seconds":3600,"view":[]}',
            '{"format":[1,1],"name":1,"aws_profile":{},"regions":"x","session_seconds":true,"view":null}',
            "[" * 1280,
            '{"format":[1,1],"new":' + "[" * 600 + "]" * 600 + "}",
            pytest.param("x" * 100_000, id="long"),
        ],
    )
    def test_a_bad_item_hides_no_other_and_can_be_removed(
        self, store: ProfileStore, backend: KeyringBackend, text: str | None
    ) -> None:
        for profile in (PLAIN, FULL, OTHER):
            store.add(profile)
        backend.delete_password(SERVICE, "profile/2")
        if text is not None:
            backend.set_password(SERVICE, "profile/2", text)
        loaded = store.load()
        assert loaded.profiles == (PLAIN, OTHER)
        assert [bad.name for bad in loaded.problems] == [FULL.name]
        assert loaded.problems[0].problem.kind is Kind.KEYRING

        edited = store.edit(hourly)  # the bad one stays where and as it is
        assert [bad.name for bad in edited.problems] == [FULL.name]
        assert backend.get_password(SERVICE, "profile/2") == text
        for helper in (store.add, store.put):
            with pytest.raises(TrayError, match="can't be read"):
                helper(FULL)

        assert store.remove(FULL.name).problems == ()
        assert self.usernames(backend) == expected_usernames(backend)

    @pytest.mark.parametrize(
        "damage",
        [
            lambda _: "",
            lambda _: "{}",
            lambda _: "null",
            lambda root: root[:-1],
            lambda root: root[: len(root) // 2],
            lambda root: root.replace("plain", "Plain"),
            lambda root: root.replace('"generation":3', '"generation":9'),
            lambda root: root.replace('"generation":3', '"generation":1e999'),
            lambda root: root.replace('"generation":3', '"generation":true'),
            lambda root: root.replace('"pages":0', '"pages":999999999'),
            lambda root: root.replace('"pages":0', '"pages":9999'),
            lambda root: root.replace('"pages":0', '"pages":-1'),
            lambda root: root.replace('"index":1', '"index":1e999'),
            lambda _: "[" * 1280,
            lambda _: '{"index":1,"generation":' + "[" * 1200,
            lambda _: "\0",
        ],
    )
    def test_a_damaged_index_hides_no_profile_and_the_next_change_mends_it(
        self, store: ProfileStore, backend: KeyringBackend, damage: Callable[[str], str]
    ) -> None:
        for profile in (FULL, PLAIN, OTHER):
            store.add(profile)
        (slot,) = {name for name in self.usernames(backend) if name.startswith("index/")}
        root = backend.get_password(SERVICE, slot)
        assert root is not None
        assert damage(root) != root
        backend.delete_password(SERVICE, slot)
        backend.set_password(SERVICE, slot, damage(root))
        before = self.usernames(backend)
        loaded = store.load()
        assert loaded.profiles == (FULL, PLAIN, OTHER)
        ((about, problem),) = [(each.name, each.problem) for each in loaded.problems]
        assert (about, problem.code) == ("", "index-salvaged")
        assert store.generation() == loaded.generation
        assert self.usernames(backend) == before, "who reads writes nothing"

        removed = store.remove("plain")
        assert (removed.profiles, removed.problems) == ((FULL, OTHER), ())
        assert store.load() == removed
        assert removed.generation > loaded.generation
        assert self.usernames(backend) == expected_usernames(backend)

    def test_a_damaged_index_is_mended_by_a_change_that_changes_nothing(
        self, store: ProfileStore, backend: KeyringBackend
    ) -> None:
        store.add(KEYED, KEY)
        backend.delete_password(SERVICE, "index/a")
        backend.set_password(SERVICE, "index/a", "{")
        assert store.access_key("keyed") == KEY
        assert store.put(KEYED).problems == ()
        assert store.load().profiles == (KEYED,)
        assert store.access_key("keyed") == KEY

    def test_a_damaged_index_and_a_damaged_item_together(self, store: ProfileStore, backend: KeyringBackend) -> None:
        for profile in (PLAIN, FULL, OTHER):
            store.add(profile)
        backend.delete_password(SERVICE, "index/a")
        backend.set_password(SERVICE, "index/a", "{")
        backend.delete_password(SERVICE, "profile/2")
        backend.set_password(SERVICE, "profile/2", "{")
        loaded = store.load()
        assert loaded.profiles == (PLAIN, OTHER)
        assert [bad.name for bad in loaded.problems] == ["", "profile/2"]
        assert store.remove("profile/2").problems == ()
        assert store.load().profiles == (PLAIN, OTHER)

    @pytest.mark.parametrize("text", [None, "", "{", "\0", '{"format":[3,0]}', '{"format":[2,0],"profiles":[]}'])
    def test_a_damaged_item_of_several_profiles_hides_no_other(
        self, store: ProfileStore, backend: KeyringBackend, text: str | None
    ) -> None:
        profiles = [Profile(f"account-{number:03}", "default") for number in range(HUNDREDS)]
        store.add_many(profiles)
        backend.delete_password(SERVICE, "profile/1")
        if text is not None:
            backend.set_password(SERVICE, "profile/1", text)
        loaded = store.load()
        lost = [bad.name for bad in loaded.problems]
        assert lost == [profile.name for profile in profiles[: len(lost)]]
        assert 1 < len(lost) < HUNDREDS / 2
        assert loaded.profiles == tuple(profiles[len(lost) :])
        assert [bad.name for bad in store.remove(lost[0]).problems] == lost[1:]
        assert store.change_many([lost[1]], lambda it: it).done == {}
        edited = store.edit(hourly)
        assert [profile.session_seconds for profile in edited.profiles] == [3600] * len(loaded.profiles)
        assert [bad.name for bad in edited.problems] == lost[1:]
        outcome = store.remove_many(lost[1:])
        assert (outcome.refused, store.load().problems) == ({}, ())
        assert self.usernames(backend) == expected_usernames(backend)

    def test_a_damaged_index_of_hundreds(self, store: ProfileStore, backend: KeyringBackend) -> None:
        profiles = [Profile(f"account-{number:03}", "default") for number in range(HUNDREDS)]
        store.add_many(profiles)
        store.add(KEYED, KEY)
        store.remove("account-004")
        (root,) = {name for name in self.usernames(backend) if name in ("index/a", "index/b")}
        backend.delete_password(SERVICE, root)
        backend.set_password(SERVICE, root, "{")
        loaded = store.load()
        assert set(loaded.profiles) == {*profiles[:4], *profiles[5:], KEYED}
        assert [bad.problem.code for bad in loaded.problems] == ["index-salvaged"]
        assert store.access_key("keyed") == KEY
        assert store.remove("account-006").problems == ()
        assert set(store.load().profiles) == {*profiles[:4], profiles[5], *profiles[7:], KEYED}
        assert self.usernames(backend) == expected_usernames(backend)

    def test_an_old_index_beside_a_damaged_newer_one_counts_for_nothing(
        self, store: ProfileStore, backend: KeyringBackend
    ) -> None:
        store.add(PLAIN)
        old = backend.get_password(SERVICE, "index/a")
        assert old is not None
        store.add(OTHER)
        new = backend.get_password(SERVICE, "index/b")
        assert new is not None
        backend.set_password(SERVICE, "index/a", old)  # as a crash between two steps leaves it
        assert store.load().profiles == (PLAIN, OTHER)
        backend.delete_password(SERVICE, "index/b")
        backend.set_password(SERVICE, "index/b", new[:-1])
        assert store.load().profiles == (PLAIN, OTHER)
        assert store.remove("other").profiles == (PLAIN,)
        assert store.load().problems == ()
        assert self.usernames(backend) == expected_usernames(backend)

    def test_an_index_that_tells_of_nothing_is_an_error_and_stays(
        self, store: ProfileStore, backend: KeyringBackend
    ) -> None:
        backend.set_password(SERVICE, "index/a", "{")
        attempts: list[Callable[[], object]] = [store.load, store.generation, lambda: store.add(OTHER)]
        for attempt in attempts:
            with pytest.raises(TrayError, match="damaged") as error:
                attempt()
            assert error.value.status is ExitStatus.KEYRING
        assert self.usernames(backend) == {"index/a"}

    def test_an_index_of_a_newer_program_is_refused_and_kept(
        self, store: ProfileStore, backend: KeyringBackend
    ) -> None:
        backend.set_password(SERVICE, "index/b", '{"index":2,"something":"new"}\n')
        attempts: list[Callable[[], object]] = [store.load, store.generation, lambda: store.add(OTHER)]
        for attempt in attempts:
            with pytest.raises(TrayError, match="newer Notebook Tray"):
                attempt()
        assert self.usernames(backend) == {"index/b"}

    def test_what_a_newer_program_stored_survives_this_one(self, store: ProfileStore, backend: KeyringBackend) -> None:
        store.add(PLAIN)
        text = backend.get_password(SERVICE, "profile/1")
        assert text is not None
        backend.delete_password(SERVICE, "profile/1")
        newer = {**json.loads(text), "format": [1, 7], "role": {"arn": "…"}}
        backend.set_password(SERVICE, "profile/1", json.dumps(newer))
        store.change("plain", lambda profile: dataclasses.replace(profile, name="renamed"))
        again = backend.get_password(SERVICE, "profile/2")
        assert again is not None
        assert json.loads(again) == {**newer, "name": "renamed"}


def _of_length(characters: int) -> Profile:
    """Return a profile whose item has exactly so many characters."""
    regions = tuple(f"us-east-{number}" for number in range(1000, 1000 + 75))
    # Not the limit of left-running that an item without room leaves out.
    short = Profile("long", "a", regions, left_running_hours=0)
    return dataclasses.replace(short, aws_profile="a" * (1 + characters - codec.characters(codec.encode(short))))
