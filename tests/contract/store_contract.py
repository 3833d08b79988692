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
from tray.model.lengths import View
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.settings.profiles import codec
from tray.settings.profiles.items import SERVICE
from tray.settings.profiles.model import MAXIMUM_NAME_LENGTH, Profile
from tray.settings.profiles.store import ProfileStore, StoredProfiles

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

PLAIN = Profile("plain", "default")
FULL = Profile("Forschung/研究 🔬", "team@lab", ("eu-central-1", "us-gov-west-1"), 90 * 60, View.CLASSIC)
KEY = AccessKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "a-token")
KEYED = Profile("keyed", "", ("eu-west-1",), access_key_id=KEY.key_id)
OTHER = Profile("other", "default", ("us-east-1",))


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

    def test_nothing_stored(self, store: ProfileStore, backend: KeyringBackend) -> None:
        assert store.load() == StoredProfiles()
        assert store.generation() == 0
        assert self.usernames(backend) == set()

    def test_what_is_added_is_there_for_everyone_in_order(
        self, store: ProfileStore, open_store: Callable[[], ProfileStore]
    ) -> None:
        for profile in (PLAIN, FULL, OTHER):
            store.add(profile)
        assert open_store().load().profiles == (PLAIN, FULL, OTHER)
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


class DamageContract(OverAKeyring):
    """What the store does with items that someone else removed, damaged or wrote."""

    @pytest.mark.parametrize("text", [None, "", "{", '{"format":[1,0]}', '{"format":[2,0]}', "[" * 1280])
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

    def test_a_damaged_index_is_an_error_and_never_overwritten(
        self, store: ProfileStore, backend: KeyringBackend
    ) -> None:
        store.add(PLAIN)
        root = backend.get_password(SERVICE, "index/a")
        assert root is not None
        for damage in (
            "",
            "{}",
            root[:-1],
            root.replace("plain", "Plain"),
            root.replace('"generation":1', '"generation":2'),
        ):
            backend.delete_password(SERVICE, "index/a")
            backend.set_password(SERVICE, "index/a", damage)
            attempts: list[Callable[[], object]] = [
                store.load,
                lambda: store.add(OTHER),
                lambda: store.remove("plain"),
            ]
            for attempt in attempts:
                with pytest.raises(TrayError, match="damaged") as error:
                    attempt()
                assert error.value.status is ExitStatus.KEYRING
            assert backend.get_password(SERVICE, "index/a") == damage
            assert self.usernames(backend) == {"index/a", "profile/1"}

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
    short = codec.characters(codec.encode(Profile("long", "a", regions)))
    return Profile("long", "a" * (1 + characters - short), regions)
