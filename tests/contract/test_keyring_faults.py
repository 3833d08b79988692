"""A Secret Service that stands still, is slow, lacks something, asks without end, or has the profiles elsewhere."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from jeepney import DBus
from jeepney.io.blocking import Proxy

from tests.contract.store_contract import OTHER, PLAIN
from tests.support.private_bus import private_bus
from tests.support.secret_service import SecretService, secret_service
from tests.support.stub_prompter import StubPrompter
from tests.support.stub_secret_service import StubSecretService
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.settings.profiles import secret_bus
from tray.settings.profiles import secret_service as our_keyring
from tray.settings.profiles.backend import open_backend
from tray.settings.profiles.items import SERVICE
from tray.settings.profiles.lock import exclusive
from tray.settings.profiles.model import StoredProfiles
from tray.settings.profiles.secret_bus import DismissedError, SecretBus
from tray.settings.profiles.store import ProfileStore

pytestmark = pytest.mark.only_on("linux", reason="the Secret Service")


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    with secret_service(tmp_path / "service") as service:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
        yield service


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with private_bus(tmp_path / "bus") as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


@pytest.fixture
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for long, as the limits are the same whatever they are."""
    for module in (secret_bus, our_keyring):
        for name, seconds in {"CALL_SECONDS": 1.0, "PATIENCE_SECONDS": 2.0, "PROMPT_SECONDS": 3.0}.items():
            monkeypatch.setattr(module, name, seconds, raising=False)
    monkeypatch.setattr(secret_bus, "SLOW_SECONDS", 0.3)
    monkeypatch.setattr(secret_bus, "_LOOK_SECONDS", 0.3)


def _store(tmp_path: Path) -> ProfileStore:
    return ProfileStore(open_backend(), tmp_path / "lock")


def _uses(store: ProfileStore) -> list[Callable[[], object]]:
    return [
        store.load,
        lambda: store.load(ask=False),
        lambda: store.generation(ask=False),
        lambda: store.access_key("plain", ask=False),
        lambda: store.put(OTHER),
        lambda: store.remove("plain"),
    ]


def _each_says(store: ProfileStore, code: str) -> None:
    for use in _uses(store):
        with pytest.raises(TrayError) as told:
            use()
        assert told.value.problem.code == code
        assert told.value.problem.message
        assert told.value.problem.remedy
        assert (told.value.status, told.value.problem.kind) == (ExitStatus.KEYRING, Kind.KEYRING)


def _paths(keyring: SecretService, collection: str) -> set[str]:
    with keyring.connection() as connection:
        found = keyring.collection(connection, collection).search_items({"service": SERVICE})
        return {item.get_attributes()["username"] for item in found}


@pytest.mark.usefixtures("short_limits")
def test_one_that_stands_still_is_waited_for_within_limits_and_read_when_it_goes_on(
    keyring: SecretService, tmp_path: Path
) -> None:
    known, fresh = _store(tmp_path), _store(tmp_path)
    known.add(PLAIN)
    keyring.stop()
    for store in (known, fresh):
        _each_says(store, "keyring-silent")
    keyring.go_on()
    for store in (known, fresh):
        assert store.load(ask=False).profiles == (PLAIN,)


@pytest.mark.usefixtures("short_limits")
@pytest.mark.parametrize("late_seconds", [10, 0.5])
def test_one_that_is_slow_is_not_waited_for_without_end(bus: str, tmp_path: Path, late_seconds: float) -> None:
    with StubSecretService(bus, late_seconds=late_seconds) as service:
        store = _store(tmp_path)
        with pytest.raises(TrayError) as told:
            store.load(ask=False)
        assert told.value.problem.code == "keyring-silent"
        # By the second look at one that takes 10 s, and by the fifth at one that takes half of what it may.
        assert len(service.called) <= 6


@pytest.mark.usefixtures("short_limits")
def test_a_bus_that_stands_still(keyring: SecretService, tmp_path: Path) -> None:
    store = _store(tmp_path)
    store.add(PLAIN)
    with keyring.connection() as connection:
        bus_pid = Proxy(DBus(), connection).GetConnectionUnixProcessID("org.freedesktop.DBus")[0]
    os.kill(bus_pid, signal.SIGSTOP)
    try:
        with pytest.raises(TrayError) as told:
            store.load(ask=False)
        assert told.value.problem.code == "keyring-silent"
    finally:
        os.kill(bus_pid, signal.SIGCONT)
    assert store.load(ask=False).profiles == (PLAIN,)


@pytest.mark.usefixtures("short_limits")
def test_a_prompt_that_is_never_completed_ends(bus: str, tmp_path: Path) -> None:
    with StubSecretService(bus, locked=True) as service:
        store = _store(tmp_path)
        with pytest.raises(TrayError) as told:
            store.load()
        assert told.value.problem.code == "keyring-unanswered"
        assert service.called.count("Prompt") == service.called.count("Dismiss") == 1
        with pytest.raises(TrayError) as told:
            store.load(ask=False)
        assert told.value.problem.code == "keyring-locked-unasked"
        assert service.called.count("Prompt") == 1


def test_one_that_goes_away_while_it_asks_keeps_nobody_waiting(
    bus: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secret_bus, "_LOOK_SECONDS", 0.2)
    with StubSecretService(bus, locked=True) as service:
        monkeypatch.setitem(service._handlers, "Prompt", lambda _: (service.release_name(), ("", ()))[1])
        with pytest.raises(TrayError) as told:
            _store(tmp_path).load()
    assert told.value.problem.code == "keyring-not-reachable"


@pytest.mark.parametrize(
    "lacking", ["Collections", "SearchItems", "Unlock", "CreateItem", "OpenSession", "Locked", "Prompt"]
)
def test_one_that_lacks_a_method_is_not_taken_for_an_empty_one(bus: str, tmp_path: Path, lacking: str) -> None:
    with (
        StubSecretService(bus, lacks={lacking}, locked=lacking in ("Unlock", "Prompt")),
        pytest.raises(TrayError) as told,
    ):
        _store(tmp_path).put(PLAIN)
    assert told.value.problem.code == ("keyring-refused" if lacking == "OpenSession" else "keyring-lacks-method")
    if lacking != "OpenSession":
        assert lacking in told.value.problem.message


@pytest.mark.parametrize("lacking", ["ReadAlias", "Items"])
def test_what_can_be_done_without_may_be_lacking(bus: str, tmp_path: Path, lacking: str) -> None:
    with StubSecretService(bus, lacks={lacking}):
        assert _store(tmp_path).load() == StoredProfiles()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("org.freedesktop.DBus.Error.AccessDenied", "keyring-refused"),
        ("org.freedesktop.DBus.Error.NoReply", "keyring-not-reachable"),
        ("org.freedesktop.DBus.Error.Timeout", "keyring-silent"),
        ("org.freedesktop.DBus.Error.TimedOut", "keyring-silent"),
        ("org.freedesktop.DBus.Error.ServiceUnknown", "keyring-not-reachable"),
        ("org.freedesktop.DBus.Error.Spawn.ChildExited", "keyring-not-reachable"),
        ("org.freedesktop.DBus.Error.UnknownObject", "keyring-lacks-method"),
        ("org.freedesktop.DBus.Error.UnknownInterface", "keyring-lacks-method"),
    ],
)
def test_one_that_answers_with_errors_alone(bus: str, tmp_path: Path, error: str, code: str) -> None:
    with StubSecretService(bus, error=error):
        _each_says(_store(tmp_path), code)


class TestWhereTheProfilesAre:
    def test_another_default_collection_hides_nothing_and_doubles_nothing(
        self, keyring: SecretService, tmp_path: Path
    ) -> None:
        known = _store(tmp_path)
        known.add(PLAIN)
        first = keyring.default_collection()
        other = keyring.add_collection("Work")
        keyring.make_default(other)
        for store in (known, _store(tmp_path)):
            assert store.load(ask=False).profiles == (PLAIN,)
        _store(tmp_path).add(OTHER)
        assert _store(tmp_path).load().profiles == (PLAIN, OTHER)
        assert _paths(keyring, other) == set()
        assert _paths(keyring, first) == {"index/b", "profile/1", "profile/2"}
        keyring.make_default("/")
        for store in (known, _store(tmp_path)):
            assert store.load(ask=False).profiles == (PLAIN, OTHER)

    def test_a_stray_item_is_no_collection_of_profiles(self, keyring: SecretService, tmp_path: Path) -> None:
        _store(tmp_path).add(PLAIN)
        other = keyring.add_collection("Work")
        keyring.make_default(other)
        with keyring.connection() as connection:
            attributes = {"service": SERVICE, "username": "profile/9", "application": "Python keyring library"}
            keyring.collection(connection, other).create_item("stray", attributes, b"{}")
        assert _store(tmp_path).load(ask=False).profiles == (PLAIN,)

    def test_the_collection_with_the_profiles_is_locked_and_the_default_one_is_not(
        self, keyring: SecretService, tmp_path: Path
    ) -> None:
        store = _store(tmp_path)
        store.add(PLAIN)
        keyring.lock()
        keyring.make_default(keyring.add_collection("Work"))
        for each in (store, _store(tmp_path)):
            with pytest.raises(TrayError) as told:
                each.load(ask=False)
            assert told.value.problem.code == "keyring-locked-unasked"
            with pytest.raises(TrayError, match="dismissed"):
                each.add(OTHER)

    def test_the_collection_is_deleted(self, keyring: SecretService, tmp_path: Path) -> None:
        store = _store(tmp_path)
        keyring.make_default(keyring.add_collection("Work"))
        store.add(PLAIN)
        with keyring.connection() as connection:
            keyring.collection(connection, keyring.default_collection()).delete()
        assert store.load() == StoredProfiles()
        store.add(OTHER)
        assert store.load().profiles == (OTHER,)

    def test_an_item_is_deleted_by_another_program(self, keyring: SecretService, tmp_path: Path) -> None:
        store = _store(tmp_path)
        store.add(PLAIN)
        store.add(OTHER)
        with keyring.connection() as connection:
            found = keyring.collection(connection, keyring.default_collection()).search_items({"username": "profile/1"})
            next(found).delete()
        loaded = store.load(ask=False)
        assert loaded.profiles == (OTHER,)
        assert [(bad.name, bad.problem.code) for bad in loaded.problems] == [("plain", "profile-missing")]
        assert store.remove("plain").problems == ()

    def test_a_secret_that_is_no_text_hides_no_other(self, keyring: SecretService, tmp_path: Path) -> None:
        store = _store(tmp_path)
        store.add(PLAIN)
        store.add(OTHER)
        with keyring.connection() as connection, closing(connection):
            collection = keyring.collection(connection, keyring.default_collection())
            for item in collection.search_items({"username": "profile/1"}):
                item.set_secret(b"\xff\xfe\x00" + item.get_secret()[3:])
        loaded = store.load(ask=False)
        assert loaded.profiles == (OTHER,)
        assert [bad.name for bad in loaded.problems] == ["plain"]
        assert store.remove("plain").profiles == (OTHER,)

    def test_items_of_another_program_with_the_same_names_hide_nothing_and_stay(
        self, keyring: SecretService, tmp_path: Path
    ) -> None:
        store = _store(tmp_path)
        store.add(PLAIN)
        store.add(OTHER)
        with keyring.connection() as connection:
            collection = keyring.collection(connection, keyring.default_collection())
            for username in ("index/b", "profile/1", "profile/2", "analyst"):  # as secret-tool stores them
                collection.create_item("theirs", {"service": SERVICE, "username": username}, b"theirs")
        for each in (store, _store(tmp_path)):
            loaded = each.load(ask=False)
            assert (loaded.profiles, loaded.problems) == ((PLAIN, OTHER), ())
        store.remove("plain")
        loaded = store.load(ask=False)
        assert (loaded.profiles, loaded.problems) == ((OTHER,), ())
        with keyring.connection() as connection:
            collection = keyring.collection(connection, keyring.default_collection())
            found = [item.get_attributes() for item in collection.search_items({"service": SERVICE})]
        theirs = {each["username"] for each in found if "application" not in each}
        assert theirs == {"index/b", "profile/1", "profile/2", "analyst"}

    def test_copies_of_items_are_deleted_with_them(self, keyring: SecretService, tmp_path: Path) -> None:
        store = _store(tmp_path)
        store.add(PLAIN)
        store.add(OTHER)
        with keyring.connection() as connection:  # as “Clone entry” of a password manager
            collection = keyring.collection(connection, keyring.default_collection())
            for item in list(collection.get_all_items()):
                collection.create_item("copy", item.get_attributes(), item.get_secret())
            assert len(list(collection.get_all_items())) == 6
        assert store.remove("plain").profiles == (OTHER,)
        assert store.erase() == 1
        with keyring.connection() as connection:
            assert list(keyring.collection(connection, keyring.default_collection()).get_all_items()) == []


class TestWithoutACollection:
    @pytest.fixture
    def bare(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
        with secret_service(tmp_path / "service", set_up=False) as service:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
            yield service

    def test_nothing_is_stored_and_nobody_is_asked(self, bare: SecretService, tmp_path: Path) -> None:
        with StubPrompter(bare.address) as prompter:
            assert _store(tmp_path).load() == StoredProfiles()
            assert _store(tmp_path).load(ask=False) == StoredProfiles()
            assert prompter.dismissed == 0

    def test_what_is_to_be_stored_says_what_is_missing(self, bare: SecretService, tmp_path: Path) -> None:
        with StubPrompter(bare.address) as prompter, pytest.raises(TrayError) as told:
            _store(tmp_path).add(PLAIN)
        assert prompter.dismissed == 1
        assert told.value.problem.code == "keyring-without-collection"
        assert "nstall" not in told.value.problem.remedy

    def test_what_is_to_be_stored_says_what_is_missing_where_there_is_no_screen(
        self, bare: SecretService, tmp_path: Path
    ) -> None:
        assert bare.address
        with pytest.raises(TrayError) as told:
            _store(tmp_path).add(PLAIN)
        assert told.value.problem.code == "keyring-without-collection"

    def test_nobody_else_waits_while_the_user_is_asked_to_make_one(
        self, bare: SecretService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert bare.address
        asked = []

        def ask(_: SecretBus, path: str) -> None:
            with exclusive(tmp_path / "lock", timeout_seconds=1):
                asked.append(path)
            raise DismissedError

        monkeypatch.setattr(SecretBus, "prompt", ask)
        with pytest.raises(TrayError, match="no place"):
            _store(tmp_path).add(PLAIN)
        assert len(asked) == 1

    def test_an_open_collection_that_is_not_the_default_one_is_taken(self, bare: SecretService, tmp_path: Path) -> None:
        other = bare.add_collection("Work")
        _store(tmp_path).add(PLAIN)
        assert _store(tmp_path).load(ask=False).profiles == (PLAIN,)
        assert _paths(bare, other) == {"index/a", "profile/1"}
