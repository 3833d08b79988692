"""kill -9 at every step of every change of the profiles, and many processes at once: nothing is ever lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from tests.support.keyring_layout import expected_usernames
from tests.support.keyrings import FolderKeyring
from tests.support.secret_service import SecretService, secret_service
from tests.support.store_worker import KEY, OPERATIONS, StoreWorker, store_worker
from tray.settings.profiles.backend import open_backend
from tray.settings.profiles.items import SERVICE
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

pytestmark = pytest.mark.only_on("linux", "darwin")  # Windows kills in other ways

GNOME_KEYRING = pytest.param("gnome-keyring", marks=pytest.mark.only_on("linux"))

AFTERWARDS = Profile("afterwards", "default")
THREE = [Profile(f"p{number}", "default", ("us-east-1",)) for number in range(3)]

# So many that several share an item.
SIXTY = [Profile(f"p{number}", "default", ("us-east-1",)) for number in range(60)]


@pytest.fixture(scope="module")
def worker() -> Iterator[StoreWorker]:
    with store_worker() as worker:
        yield worker


def prepare(store: ProfileStore, beginning: str) -> None:
    """Bring the store to where a test begins: the index in either slot, with pages or none, and items of one profile
    or of several."""
    if beginning == "nothing":
        return
    if beginning == "shared items":
        store.edit(lambda _: {profile.name: profile for profile in SIXTY})
        return
    store.edit(lambda _: {profile.name: profile for profile in THREE})
    if beginning == "other slot":
        store.put(Profile("p1", "another"))
    elif beginning == "paged":
        OPERATIONS["grow"](store)


BEGINNINGS = ("nothing", "one slot", "other slot", "paged", "shared items")
# There is nothing to change or remove in nothing.
CASES = [
    (beginning, operation)
    for beginning in BEGINNINGS
    for operation in OPERATIONS
    if beginning != "nothing" or operation in ("add", "add-key", "grow", "add-many-at-once")
    if (beginning, operation) != ("paged", "grow")
]


@pytest.mark.parametrize(("beginning", "operation"), CASES)
def test_killed_at_every_step(worker: StoreWorker, tmp_path: Path, beginning: str, operation: str) -> None:
    """The next reader sees the old profiles or the new ones, and the next change clears all that is left."""
    origin, lock = tmp_path / "origin", tmp_path / "lock"
    prepare(ProfileStore(FolderKeyring(origin), lock), beginning)
    old, new = _before_and_after(origin, tmp_path, operation)
    outcomes = []
    for step in count(1):
        keyring = FolderKeyring(shutil.copytree(origin, tmp_path / f"{step}"))
        worker.start(f"folder:{tmp_path / f'{step}'}", lock, operation, kill_at=step)
        killed = worker.was_killed()
        loaded = ProfileStore(keyring, lock).load()
        assert loaded.problems == ()
        assert loaded.profiles in (old, new)
        assert loaded.generation == ProfileStore(keyring, lock).generation()
        # A profile with an access key is there with its secret, or not there at all.
        for profile in loaded.profiles:
            if profile.access_key_id:
                assert ProfileStore(keyring, lock).access_key(profile.name) == KEY
        outcomes.append(loaded.profiles == new)
        ProfileStore(keyring, lock).put(AFTERWARDS)
        assert keyring.replaced == 0
        assert ProfileStore(keyring, lock).load().profiles == (*loaded.profiles, AFTERWARDS)
        assert keyring.usernames(SERVICE) == expected_usernames(keyring)
        if not killed:
            break
    # There is one step at which the change comes to hold, and it holds for good.
    assert outcomes == sorted(outcomes)
    assert not outcomes[0]
    assert outcomes[-1]
    assert len(outcomes) > 4


@pytest.mark.parametrize("operation", ["change", "grow", "shrink"])
def test_killed_while_clearing_away_what_a_kill_has_left(worker: StoreWorker, tmp_path: Path, operation: str) -> None:
    origin, lock = tmp_path / "origin", tmp_path / "lock"
    prepare(ProfileStore(FolderKeyring(origin), lock), "paged" if operation == "shrink" else "one slot")
    old, new = _before_and_after(origin, tmp_path, operation)
    # Every first step for the shortest change; every third for the long ones, which have more of the same.
    for first in count(1, 1 if operation == "change" else 3):
        half = tmp_path / f"{first}"
        shutil.copytree(origin, half)
        worker.start(f"folder:{half}", lock, operation, kill_at=first)
        if not worker.was_killed():
            break
        for second in count(1):
            folder = tmp_path / f"{first}-{second}"
            keyring = FolderKeyring(shutil.copytree(half, folder))
            worker.start(f"folder:{folder}", lock, "add", kill_at=second)
            killed = worker.was_killed()
            loaded = ProfileStore(keyring, lock).load()
            assert loaded.problems == ()
            assert tuple(profile for profile in loaded.profiles if profile.name != "added") in (old, new)
            ProfileStore(keyring, lock).put(AFTERWARDS)
            assert ProfileStore(keyring, lock).load().profiles == (*loaded.profiles, AFTERWARDS)
            assert keyring.usernames(SERVICE) == expected_usernames(keyring)
            shutil.rmtree(folder)
            if not killed:
                break


def _before_and_after(origin: Path, tmp_path: Path, operation: str) -> tuple[tuple[Profile, ...], tuple[Profile, ...]]:
    store = ProfileStore(FolderKeyring(shutil.copytree(origin, tmp_path / "undisturbed")), tmp_path / "lock")
    old = store.load().profiles
    OPERATIONS[operation](store)
    new = store.load().profiles
    assert new != old
    return old, new


@pytest.fixture(scope="module")
def gnome_keyring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretService]:
    with secret_service(tmp_path_factory.mktemp("secret-service") / "private") as service:
        yield service


@pytest.fixture(scope="module")
def gnome_worker(gnome_keyring: SecretService) -> Iterator[StoreWorker]:
    with store_worker(gnome_keyring.environment) as worker:
        yield worker


@pytest.mark.only_on("linux")
@pytest.mark.parametrize("operation", ["add", "give-key", "change", "remove", "edit"])
def test_killed_at_every_step_over_gnome_keyring(
    gnome_keyring: SecretService,
    gnome_worker: StoreWorker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", gnome_keyring.address)
    keyring, lock = open_backend(), tmp_path / "lock"
    outcomes = []
    for step in count(1):
        gnome_keyring.clear(SERVICE)
        store = ProfileStore(keyring, lock)
        prepare(store, "one slot")
        old = store.load().profiles
        gnome_worker.start("secret-service", lock, operation, kill_at=step)
        killed = gnome_worker.was_killed()
        loaded = ProfileStore(keyring, lock).load()
        assert loaded.problems == ()
        assert loaded.profiles == old or loaded.profiles == _after(operation)
        outcomes.append(loaded.profiles != old)
        store.put(AFTERWARDS)
        assert store.load().profiles == (*loaded.profiles, AFTERWARDS)
        assert gnome_keyring.usernames(SERVICE) == expected_usernames(keyring)
        if not killed:
            break
    assert outcomes == sorted(outcomes)
    assert outcomes[-1]
    assert len(outcomes) > 4


def _after(operation: str) -> tuple[Profile, ...]:
    """Return what an undisturbed `operation` makes of the three profiles, in a keyring that is never disturbed."""
    store = ProfileStore(MemoryKeyring())
    prepare(store, "one slot")
    OPERATIONS[operation](store)
    return store.load().profiles


@pytest.mark.parametrize("processes", [2, 8])
@pytest.mark.parametrize("over", ["folder", GNOME_KEYRING])
def test_processes_that_add_at_once_lose_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    over: str,
    processes: int,
) -> None:
    each = 4

    def add_at_once(shared: Shared) -> None:
        with ExitStack() as stack:
            workers = [stack.enter_context(store_worker(shared.environment)) for _ in range(processes)]
            for number, worker in enumerate(workers):
                worker.start(shared.keyring, shared.lock, f"add-many from{number} {each}")
            assert not any(worker.was_killed() for worker in workers)
        names = [profile.name for profile in shared.store.load().profiles]
        assert sorted(names) == sorted(f"from{n}-{i}" for n in range(processes) for i in range(each))

    _with_shared_store(monkeypatch, tmp_path, over, add_at_once)


@pytest.mark.parametrize("over", ["folder", GNOME_KEYRING])
def test_a_reader_beside_a_writer_sees_whole_states_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, over: str
) -> None:
    def read_beside_a_writer(shared: Shared) -> None:
        store = shared.store
        store.edit(lambda _: {profile.name: profile for profile in THREE})
        last = store.generation() + (200 if over == "folder" else 12)
        generations: list[int] = []
        with store_worker(shared.environment) as worker:
            worker.start(shared.keyring, shared.lock, f"toggle {last - store.generation()}")
            while not generations or generations[-1] < last:
                loaded = store.load()
                assert [profile.name for profile in loaded.profiles] == ["p0", "p1", "p2"]
                assert loaded.problems == ()
                assert len({profile.session_seconds for profile in loaded.profiles}) == 1
                generations.append(loaded.generation)
            assert not worker.was_killed()
        assert generations == sorted(generations)
        assert len(set(generations)) > 2  # it did read while the other wrote

    _with_shared_store(monkeypatch, tmp_path, over, read_beside_a_writer)


@dataclass(frozen=True)
class Shared:
    """A store that is empty, its keyring as a worker knows it, and the environment that the worker needs."""

    store: ProfileStore
    lock: Path
    keyring: str
    environment: Mapping[str, str] = field(default_factory=dict)


def _with_shared_store(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, over: str, check: Callable[[Shared], None]
) -> None:
    """Check with a keyring of the test's own; once more, with another, if gnome-keyring itself has ended meanwhile.

    gnome-keyring 42 ends by a signal once in some hundred times that many clients come and go at once: then there is
    nothing to be learned about the store.
    """
    lock = tmp_path / "lock"
    if over == "folder":
        folder = tmp_path / "keyring"
        check(Shared(ProfileStore(FolderKeyring(folder), lock), lock, f"folder:{folder}"))
        return
    for attempt in ("first", "second"):
        with secret_service(tmp_path / attempt) as service:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
            try:
                check(Shared(ProfileStore(open_backend(), lock), lock, "secret-service", service.environment))
                return
            except Exception:
                if attempt == "second" or not service.ended_by_a_signal():
                    raise
