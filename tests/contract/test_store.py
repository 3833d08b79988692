"""The store of the profiles over each keyring that it is to work with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.contract.store_contract import (
    OTHER,
    PLAIN,
    DamageContract,
    OverAKeyring,
    StoreContract,
    hourly,
)
from tests.support.bus_calls import calls_seen
from tests.support.keyrings import FolderKeyring, SteppedKeyring, WindowsLimitKeyring
from tests.support.secret_service import SecretService, secret_service
from tests.support.waiting import wait_until
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.settings.profiles.backend import open_backend
from tray.settings.profiles.items import SERVICE
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import StoredProfiles
from tray.settings.profiles.secret_service import SecretServiceKeyring
from tray.settings.profiles.store import ProfileStore
from tray.texts.reading import Reading, read_as

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend


class InMemory(OverAKeyring):
    @pytest.fixture
    def backend(self) -> KeyringBackend:
        return MemoryKeyring()

    def usernames(self, backend: KeyringBackend) -> set[str]:
        assert isinstance(backend, MemoryKeyring)
        return backend.usernames(SERVICE)


class WithWindowsLimit(InMemory):
    """Windows' own keyring is in tests/windows; this is its limit, wherever the tests run."""

    @pytest.fixture
    def backend(self) -> KeyringBackend:
        return WindowsLimitKeyring()


class DeletingThenAdding(OverAKeyring):
    """As on macOS: whoever replaces an item there has a moment without it, so the store must never do so."""

    @pytest.fixture
    def backend(self, tmp_path: Path) -> Iterator[KeyringBackend]:
        backend = FolderKeyring(tmp_path / "keyring")
        yield backend
        assert backend.replaced == 0

    def usernames(self, backend: KeyringBackend) -> set[str]:
        assert isinstance(backend, FolderKeyring)
        return backend.usernames(SERVICE)


@pytest.fixture(scope="module")
def gnome_keyring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretService]:
    with secret_service(tmp_path_factory.mktemp("secret-service") / "private") as service:
        yield service


class OverSecretService(OverAKeyring):
    many = 40

    @pytest.fixture
    def backend(self, gnome_keyring: SecretService, monkeypatch: pytest.MonkeyPatch) -> KeyringBackend:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", gnome_keyring.address)
        self.gnome_keyring = gnome_keyring
        gnome_keyring.clear(SERVICE)
        return open_backend()

    def usernames(self, backend: KeyringBackend) -> set[str]:
        assert isinstance(backend, SecretServiceKeyring)
        return self.gnome_keyring.usernames(SERVICE)


class TestInMemory(InMemory, StoreContract): ...


class TestInMemoryDamaged(InMemory, DamageContract): ...


class TestWithWindowsLimit(WithWindowsLimit, StoreContract): ...


class TestDeletingThenAdding(DeletingThenAdding, StoreContract): ...


class TestDeletingThenAddingDamaged(DeletingThenAdding, DamageContract): ...


@pytest.mark.only_on("linux", reason="the Secret Service")
class TestOverSecretService(OverSecretService, StoreContract):
    def test_one_connection_serves_until_something_goes_wrong(self, backend: SecretServiceKeyring) -> None:
        with backend.session() as first:
            pass
        with backend.session() as second:
            assert second is first
            second.set_password(SERVICE, "a", "kept")
        with pytest.raises(ZeroDivisionError), backend.session():
            raise ZeroDivisionError
        with backend.session() as third:
            assert third is first, "the failure was not the connection's, which has the user's leave in KeePassXC"
            third.bus.broken = True  # type: ignore[attr-defined]
        with backend.session() as fourth:
            assert fourth is not first
            third = fourth
            assert third.get_password(SERVICE, "a") == "kept"
            third.delete_password(SERVICE, "a")


@pytest.mark.only_on("linux", reason="the Secret Service")
class TestOverSecretServiceDamaged(OverSecretService, DamageContract): ...


@pytest.mark.only_on("linux", reason="the Secret Service")
class TestWithoutItsKeyring:
    """The Secret Service locked, gone, or never there: an error at once, and the profiles again after it."""

    @pytest.fixture
    def own_keyring(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
        with secret_service(tmp_path / "service") as service:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
            yield service

    @pytest.fixture
    def store(self, own_keyring: SecretService, tmp_path: Path) -> ProfileStore:
        assert own_keyring.address
        store = ProfileStore(open_backend(), tmp_path / "lock")
        store.add(PLAIN)
        return store

    def test_locked_without_a_screen(self, store: ProfileStore, own_keyring: SecretService) -> None:
        own_keyring.lock()
        _every_method_says(store, "Keyring locked", "dismissed")

    def test_locked_and_nobody_may_be_asked(
        self, store: ProfileStore, own_keyring: SecretService, tmp_path: Path
    ) -> None:
        assert store.load(ask=False).profiles == (PLAIN,)
        own_keyring.lock()
        with calls_seen(own_keyring.address, "org.freedesktop.Secret.Service", tmp_path) as calls:
            attempts: list[Callable[[], object]] = [
                lambda: store.load(ask=False),
                lambda: store.generation(ask=False),
            ]
            for attempt in attempts:
                with pytest.raises(TrayError, match="Keyring locked") as told:
                    attempt()
                assert told.value.status is ExitStatus.KEYRING
                with read_as(Reading.STANDING):
                    assert "Refresh" in told.value.problem.remedy
            with pytest.raises(TrayError, match="dismissed"):
                store.load()
            wait_until(lambda: calls().count("Unlock"), "the one that asks")
            assert calls().count("Unlock") == 1

    def test_daemon_killed_and_started_again(
        self, store: ProfileStore, own_keyring: SecretService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own_keyring.kill()
        _every_method_says(store, "Keyring not reachable", "it is not running")
        with secret_service(tmp_path / "another") as another:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", another.address)
            assert store.load() == StoredProfiles()
            store.add(PLAIN)
            assert store.load().profiles == (PLAIN,)

    def test_daemon_killed_between_two_writes(self, own_keyring: SecretService, tmp_path: Path) -> None:
        steps = 0

        def kill_at_the_third() -> None:
            nonlocal steps
            steps += 1
            if steps == 3:
                own_keyring.kill()

        store = ProfileStore(SteppedKeyring(open_backend(), kill_at_the_third), tmp_path / "lock")
        with pytest.raises(TrayError, match="Keyring not reachable"):
            store.add(PLAIN)

    @pytest.mark.parametrize("address", [None, "unix:path=/nonexistent/bus", "nonsense"])
    def test_no_bus(self, store: ProfileStore, monkeypatch: pytest.MonkeyPatch, address: str | None) -> None:
        if address is None:
            monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
        else:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        _every_method_says(store, "Keyring not reachable", "it is not running")


def _every_method_says(store: ProfileStore, title: str, part: str) -> None:
    attempts: list[Callable[[], object]] = [
        store.load,
        store.generation,
        lambda: store.put(OTHER),
        lambda: store.remove("plain"),
        lambda: store.edit(hourly),
    ]
    for attempt in attempts:
        with pytest.raises(TrayError) as told:
            attempt()
        assert told.value.problem.title == title
        assert part in told.value.problem.message
        assert told.value.problem.remedy
        assert (told.value.status, told.value.problem.kind) == (ExitStatus.KEYRING, Kind.KEYRING)
