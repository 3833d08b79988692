"""The profiles in a real KeePassXC, with its own defaults: it asks before it gives out or deletes an item."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.support.bus_calls import calls_seen
from tests.support.keepassxc import PASSWORD, KeePassXC, keepassxc
from tray.model.problems import TrayError
from tray.settings.profiles.backend import open_backend
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore
from tray.texts.reading import Reading, read_as

ONE, TWO, THREE = Profile("one", "one"), Profile("two", "two"), Profile("three", "three")
SERVICE_INTERFACE = "org.freedesktop.Secret.Service"

# “Remember” is switched off, and “Allow Selected” chosen.
ONCE = ("Tab", "Tab", "space", "Return")
# “Deny All & Future”.
DENY = ("Tab", "Tab", "Tab", "space")

Store = Callable[[], ProfileStore]


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeePassXC]:
    with keepassxc(tmp_path / "k") as manager:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", manager.address)
        yield manager


@pytest.fixture
def open_store(manager: KeePassXC, tmp_path: Path) -> Store:
    """Give the store as another process has it: with a connection of its own, to which nothing was allowed yet."""
    return lambda: ProfileStore(open_backend(), tmp_path / "lock")


@pytest.fixture
def beside() -> Iterator[Callable[[Callable[[], object]], Future[object]]]:
    """Give a way to do what waits for the user, while the test is the user."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit


Beside = Callable[[Callable[[], object]], "Future[object]"]


def _stored(manager: KeePassXC, open_store: Store) -> ProfileStore:
    """Start it with three profiles in its database; what was written is the writer's to read."""
    manager.start("vault")
    store = open_store()
    store.edit(lambda _: {each.name: each for each in (ONE, TWO, THREE)})
    assert store.load(ask=False).profiles == (ONE, TWO, THREE)
    return store


def test_all_items_are_allowed_in_one_request(
    manager: KeePassXC, open_store: Store, beside: Beside, tmp_path: Path
) -> None:
    _stored(manager, open_store)
    store = open_store()
    with calls_seen(manager.address, SERVICE_INTERFACE, tmp_path) as calls:
        loading = beside(store.load)
        manager.answer("Access Request", "Return")
        assert loading.result(30).profiles == (ONE, TWO, THREE)  # type: ignore[attr-defined]
        assert store.load(ask=False).profiles == (ONE, TWO, THREE), "what was allowed stays so"
        assert calls().count("Unlock") == 1
        assert "SearchItems" not in calls(), "for which it asks to unlock a database"


def test_unattended_nothing_is_asked_and_what_is_locked_is_said(
    manager: KeePassXC, open_store: Store, tmp_path: Path
) -> None:
    _stored(manager, open_store)
    with calls_seen(manager.address, SERVICE_INTERFACE, tmp_path) as calls:
        for attempt in (open_store().load, open_store().generation):
            with pytest.raises(TrayError) as told:
                attempt(ask=False)
            assert told.value.problem.code == "keyring-items-unasked"
            with read_as(Reading.STANDING):
                assert "Refresh" in told.value.problem.remedy
        assert "Unlock" not in calls()
    assert len(manager.windows()) == 1, "no window but its own"


@pytest.mark.parametrize(
    "decline",
    [
        pytest.param(lambda manager: manager.answer("Access Request", "Escape"), id="Escape"),
        pytest.param(lambda manager: manager.close_window("Access Request"), id="its window closed"),
    ],
)
def test_an_access_that_is_declined(
    manager: KeePassXC, open_store: Store, beside: Beside, decline: Callable[[KeePassXC], None]
) -> None:
    _stored(manager, open_store)
    store = open_store()
    loading = beside(store.load)
    decline(manager)
    with pytest.raises(TrayError, match="dismissed") as told:
        loading.result(30)
    assert told.value.problem.code == "keyring-locked"


def test_an_access_that_is_denied_for_the_future_can_be_allowed_later(
    manager: KeePassXC, open_store: Store, beside: Beside
) -> None:
    _stored(manager, open_store)
    store = open_store()
    loading = beside(store.load)
    manager.answer("Access Request", *DENY)
    with pytest.raises(TrayError, match="dismissed"):
        loading.result(30)
    loading = beside(store.load)
    manager.answer("Access Request", "Return")
    assert loading.result(30).profiles == (ONE, TWO, THREE)  # type: ignore[attr-defined]


def test_an_access_that_is_allowed_once_is_good_for_one_reading_and_one_change(
    manager: KeePassXC, open_store: Store, beside: Beside
) -> None:
    _stored(manager, open_store)
    store = open_store()
    loading = beside(store.load)
    manager.answer("Access Request", *ONCE)
    assert loading.result(30).profiles == (ONE, TWO, THREE)  # type: ignore[attr-defined]
    with pytest.raises(TrayError) as told:
        store.load(ask=False)
    assert told.value.problem.code == "keyring-items-unasked"
    changing = beside(partial(store.put, replace(TWO, session_seconds=3600)))
    manager.answer("Access Request", *ONCE)
    for _ in range(2):
        manager.answer("Delete entry", "Tab", "space")
    assert changing.result(30).problems == ()  # type: ignore[attr-defined]


def test_a_database_that_is_locked(manager: KeePassXC, open_store: Store, beside: Beside) -> None:
    store = _stored(manager, open_store)
    (database,) = manager.collections()
    manager.lock(database)
    with pytest.raises(TrayError) as told:
        store.load(ask=False)
    assert told.value.problem.code == "keyring-locked-unasked"
    assert not any("Unlock" in title for title in manager.windows())
    loading = beside(store.load)
    manager.answer("Unlock Database", "Return", text=PASSWORD)
    assert loading.result(30).profiles == (ONE, TWO, THREE)  # type: ignore[attr-defined]


def test_a_database_that_stays_locked(manager: KeePassXC, open_store: Store, beside: Beside) -> None:
    store = _stored(manager, open_store)
    (database,) = manager.collections()
    manager.lock(database)
    loading = beside(lambda: store.add(Profile("four", "four")))
    manager.answer("Unlock Database", "Escape")
    with pytest.raises(TrayError, match="dismissed"):
        loading.result(30)


def test_a_database_that_is_closed_is_no_empty_one(manager: KeePassXC, open_store: Store) -> None:
    store = _stored(manager, open_store)
    (database,) = manager.collections()
    manager.close(database)
    attempts: list[Callable[[], object]] = [
        store.load,
        lambda: store.load(ask=False),
        lambda: store.add(ONE),
        open_store().load,
    ]
    for attempt in attempts:
        with pytest.raises(TrayError) as told:
            attempt()
        assert told.value.problem.code == "keyring-nothing-open"
        assert "KeePassXC" in told.value.problem.message


def test_a_database_that_is_closed_while_another_is_open_is_no_empty_one(manager: KeePassXC, open_store: Store) -> None:
    store = _stored(manager, open_store)
    (database,) = manager.collections()
    manager.open("other")
    manager.close(database)
    for ask in (False, True):
        with pytest.raises(TrayError) as told:
            store.load(ask=ask)
        assert told.value.problem.code == "keyring-nothing-open"


def test_it_starts_later_ends_and_starts_again(manager: KeePassXC, open_store: Store, tmp_path: Path) -> None:
    store = ProfileStore(lock_path=tmp_path / "lock")
    with pytest.raises(TrayError) as told:
        store.load(ask=False)
    assert told.value.problem.code in ("no-keyring", "keyring-not-reachable")  # by what this process knew before
    process = manager.start("vault")
    store.add(ONE)
    process.terminate()
    process.wait(20)
    with pytest.raises(TrayError) as told:
        store.load(ask=False)
    assert told.value.problem.code == "keyring-not-reachable"
    assert "password manager" in told.value.problem.remedy
    manager.start("vault")
    with pytest.raises(TrayError) as told:
        store.load(ask=False)
    assert told.value.problem.code == "keyring-items-unasked"


def test_a_deletion_that_is_declined_loses_no_change(manager: KeePassXC, open_store: Store, beside: Beside) -> None:
    store = _stored(manager, open_store)
    longer = replace(TWO, session_seconds=3600)
    for wanted in (longer, TWO):
        changing = beside(partial(store.put, wanted))
        manager.answer("Delete entry", "Escape")
        if wanted is TWO:  # what the first change left is to go first
            manager.answer("Delete entry", "Escape")
        assert changing.result(30).profiles == (ONE, wanted, THREE)  # type: ignore[attr-defined]
    assert store.load(ask=False).profiles == (ONE, TWO, THREE)


def test_the_database_in_front_need_not_be_the_one_with_the_profiles(
    manager: KeePassXC, open_store: Store, beside: Beside
) -> None:
    store = _stored(manager, open_store)
    (first,) = manager.collections()
    # It opens in front, as KeePassXC's one running copy is told of it, and is the default one from now on.
    manager.open("other")
    assert manager.default() != first
    assert store.load(ask=False).profiles == (ONE, TWO, THREE)
    another = open_store()
    loading = beside(another.load)
    manager.answer("Access Request", "Return")
    assert loading.result(30).profiles == (ONE, TWO, THREE)  # type: ignore[attr-defined]
    changing = beside(lambda: another.remove("three"))
    for _ in range(2):
        manager.answer("Delete entry", "Tab", "space")
    assert changing.result(30).profiles == (ONE, TWO)  # type: ignore[attr-defined]
    loading = beside(store.load)
    manager.answer("Access Request", "Return")
    assert loading.result(30).profiles == (ONE, TWO)  # type: ignore[attr-defined]
