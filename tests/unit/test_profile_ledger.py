"""Readers that meet a writer at a chosen moment, and keyrings that fail at one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from keyring.errors import KeyringError, PasswordDeleteError, PasswordSetError

from tests.support.keyring_layout import expected_usernames
from tests.support.waiting import wait_until
from tray.model.problems import TrayError
from tray.settings.profiles.items import SERVICE
from tray.settings.profiles.lock import exclusive
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

ONE, TWO = Profile("one", "default"), Profile("two", "default")


class ItemNotFoundException(Exception):  # noqa: N818
    """Of SecretStorage's name, by which it is known."""


class ScriptedKeyring(MemoryKeyring):
    """In memory, with something to happen after an item is read, and with items that can't be written or deleted."""

    def __init__(self) -> None:
        super().__init__()
        self.after_reading: dict[str, Callable[[], object]] = {}
        self.unwritable: set[str] = set()
        self.undeletable: set[str] = set()
        self.vanishing: set[str] = set()
        self.reads: list[str] = []

    def get_password(self, service: str, username: str) -> str | None:
        text = super().get_password(service, username)
        self.reads.append(username)
        if username in self.vanishing:
            raise ItemNotFoundException
        if happens := self.after_reading.pop(username, None):
            happens()
        return text

    def set_password(self, service: str, username: str, password: str) -> None:
        if username in self.unwritable:
            raise PasswordSetError(username)
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        if username in self.undeletable:
            raise PasswordDeleteError(username)
        super().delete_password(service, username)


@pytest.fixture
def keyring() -> ScriptedKeyring:
    return ScriptedKeyring()


@pytest.fixture
def store(keyring: ScriptedKeyring, tmp_path: Path) -> ProfileStore:
    return ProfileStore(keyring, tmp_path / "lock")


def _relabel(store: ProfileStore, label: str) -> None:
    store.edit(lambda profiles: {name: Profile(name, label) for name in profiles})


def test_the_slot_changes_between_the_reading_of_the_two_roots(store: ProfileStore, keyring: ScriptedKeyring) -> None:
    """index/a is read before it is written, and index/b after it is deleted: none is seen, and yet there is one."""
    store.add(ONE)
    store.add(TWO)
    assert keyring.usernames(SERVICE) == {"index/b", "profile/1", "profile/2"}
    for read in (store.load, store.generation):
        keyring.after_reading["index/a"] = lambda: _relabel(store, f"at {len(keyring.reads)}")
        if read == store.load:
            assert [profile.name for profile in store.load().profiles] == ["one", "two"]
        else:
            assert store.generation() == 5
        _relabel(store, "back in slot b")


@pytest.mark.parametrize("moment", ["index/a", "index/b", "profile/1"])
def test_a_change_at_any_moment_of_a_reading(store: ProfileStore, keyring: ScriptedKeyring, moment: str) -> None:
    store.edit(lambda _: {"one": ONE, "two": TWO})
    keyring.after_reading[moment] = lambda: _relabel(store, "new")
    loaded = store.load()
    assert loaded.problems == ()
    assert len(loaded.profiles) == 2
    assert len({profile.aws_profile for profile in loaded.profiles}) == 1


def test_a_reader_beside_a_busy_writer_reads_again_and_never_waits_in_its_queue(
    store: ProfileStore, keyring: ScriptedKeyring, tmp_path: Path
) -> None:
    """It would lose to a writer that takes the lock again as soon as it has given it back."""
    store.edit(lambda _: {"one": ONE, "two": TWO})
    (tmp_path / "in the way").write_text("")
    reader = ProfileStore(keyring, tmp_path / "in the way" / "lock")  # can never be had
    rounds = iter(range(8))

    def write_again() -> None:
        if (done := next(rounds, None)) is not None:  # each round takes both items away from the reader
            _relabel(store, f"round {done}")
            keyring.after_reading[f"profile/{2 * done + 3}"] = write_again

    keyring.after_reading["profile/1"] = write_again
    loaded = reader.load()
    assert [profile.aws_profile for profile in loaded.profiles] == ["round 7", "round 7"]
    assert loaded.problems == ()


@pytest.mark.parametrize("failing", ["profile/3", "index/b"])
def test_a_write_that_fails_changes_nothing_and_is_cleared_away(
    store: ProfileStore, keyring: ScriptedKeyring, failing: str
) -> None:
    before = store.edit(lambda _: {"one": ONE})
    keyring.unwritable = {failing}
    with pytest.raises(TrayError, match="Keyring refused"):
        store.edit(lambda profiles: {**profiles, "two": TWO, "three": Profile("three", "default")})
    assert store.load() == before
    keyring.unwritable = set()
    assert store.add(TWO).profiles == (ONE, TWO)
    assert keyring.usernames(SERVICE) == expected_usernames(keyring)


class RefusingKeyring(MemoryKeyring):
    """Refuses to read what begins so; lists no items, as a keyring of a program such as `pass` doesn't."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: str | None = None
        self.reads = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.reads += 1
        if self.refused is not None and username.startswith(self.refused):
            raise KeyringError("for no reason that is known")
        return super().get_password(service, username)

    usernames = None  # type: ignore[assignment]


@pytest.mark.parametrize(("refused", "some"), [("", False), ("index", True), ("profile", False)])
def test_a_keyring_that_refuses_everything_is_not_searched_through(tmp_path: Path, refused: str, some: bool) -> None:
    keyring = RefusingKeyring()
    store = ProfileStore(keyring, tmp_path / "lock")
    profiles = {f"profile {number}": Profile(f"profile {number}", "default") for number in range(30)}
    store.edit(lambda _: profiles)
    keyring.refused, keyring.reads = refused, 0
    if some:
        assert {profile.name for profile in store.load().profiles} == set(profiles), "what can be read is"
        return
    if refused:
        assert len(store.load().problems) == 30, "the index still says what there is"
        return
    with pytest.raises(TrayError, match="Keyring refused"):
        store.load()
    assert keyring.reads < 100


def test_an_old_item_that_can_t_be_deleted_stands_in_the_way_of_nothing(
    store: ProfileStore, keyring: ScriptedKeyring
) -> None:
    store.edit(lambda _: {"one": ONE, "two": TWO})
    keyring.undeletable = {"profile/1"}
    _relabel(store, "a")
    _relabel(store, "b")
    assert [profile.aws_profile for profile in store.load().profiles] == ["b", "b"]
    left = keyring.usernames(SERVICE) - expected_usernames(keyring)
    assert left == {"profile/1", "profile/2"}  # what stood behind it; of the second change nothing
    keyring.undeletable = set()
    _relabel(store, "c")
    assert keyring.usernames(SERVICE) == expected_usernames(keyring)


def test_the_new_index_counts_even_if_the_old_one_can_t_be_deleted(
    store: ProfileStore, keyring: ScriptedKeyring
) -> None:
    store.edit(lambda _: {"one": ONE, "two": TWO})
    keyring.undeletable = {"index/a"}
    _relabel(store, "new")
    loaded = store.load()
    assert [profile.aws_profile for profile in loaded.profiles] == ["new", "new"]
    assert loaded.generation == store.generation() == 2


def test_what_is_missing_to_a_reader_is_looked_for_again_under_the_lock(
    store: ProfileStore, keyring: ScriptedKeyring, tmp_path: Path
) -> None:
    store.edit(lambda _: {"one": ONE})
    text = keyring.get_password(SERVICE, "profile/1")
    assert text is not None
    keyring.reads.clear()
    with ThreadPoolExecutor(1) as pool:
        with exclusive(tmp_path / "lock"):
            keyring.delete_password(SERVICE, "profile/1")
            loading = pool.submit(store.load)
            wait_until(lambda: keyring.reads.count("profile/1") == 2, "the reader to have missed it for sure")
            with pytest.raises(TimeoutError):
                loading.result(0.2)
            keyring.set_password(SERVICE, "profile/1", text)
        assert loading.result(30).profiles == (ONE,)


def test_an_item_that_vanishes_while_it_is_read_is_missing(store: ProfileStore, keyring: ScriptedKeyring) -> None:
    """SecretStorage finds an item, another process deletes it, and then SecretStorage reads it."""
    store.edit(lambda _: {"one": ONE, "two": TWO})
    keyring.vanishing = {"profile/1"}
    loaded = store.load()
    assert loaded.profiles == (TWO,)
    assert [bad.problem.title for bad in loaded.problems] == ["Profile missing"]


def test_asking_for_the_generation_reads_no_profile(store: ProfileStore, keyring: ScriptedKeyring) -> None:
    store.edit(lambda _: {"one": ONE, "two": TWO})
    keyring.reads.clear()
    assert store.generation() == 1
    assert keyring.reads == ["index/a", "index/b"]


def test_a_new_profile_under_another_s_key_is_a_mistake(store: ProfileStore) -> None:
    with pytest.raises(ValueError, match="key 'x' and the name 'one'"):
        store.edit(lambda _: {"x": ONE})
    assert store.load().generation == 0
