"""The refresher's pace: who may be looking, sleeps of the computer, and a network that comes up late.

Against the embedded endpoint, with a clock that the tests move and real threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from urllib3.connection import HTTPConnection

from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.private_bus import private_bus
from tests.support.samples import failure
from tests.support.secret_service import secret_service
from tests.support.services import Services
from tests.support.stub_prompter import StubPrompter
from tests.support.stub_system import StubLogind, StubUPower
from tests.support.waiting import wait_until
from tray.aws.cloud import Cloud
from tray.demo.world import Status
from tray.desktop.presence import presence_watch
from tray.fleet.agenda import ASLEEP_SECONDS, LOOK_SECONDS
from tray.fleet.refreshing.refresh import FRESH_SECONDS, PATIENT_SECONDS, Refresher
from tray.fleet.schedule import REFRESH_EVERY_SECONDS, TRANSITION_SECONDS
from tray.fleet.snapshot import Phase
from tray.model.presence import Presence
from tray.model.problems import Kind
from tray.runtime.workers import Workers
from tray.settings.profiles.backend import open_backend
from tray.settings.profiles.model import Profile, StoredProfiles
from tray.settings.profiles.store import ProfileStore

HERE, AWAY, BATTERY = (
    Presence(announced=True),
    Presence(idle=True, announced=True),
    Presence(on_battery=True, announced=True),
)


class Watch(Services):
    """Services whose clock and presence a test sets."""

    def __init__(self, cloud: SampleCloud, store: ProfileStore, patient_seconds: float = 0) -> None:
        self.presence = HERE
        self.looks = 0
        super().__init__(store, presence=lambda: self._look(), patient_seconds=patient_seconds)
        self.sample = cloud

    def _look(self) -> Presence:
        self.looks += 1
        return self.presence

    @property
    def calls(self) -> int:
        return len(self.sample.endpoint.recorder.calls())

    def start(self) -> None:
        self.refresher.start()
        self.rested()
        assert self.listing.updated_at == self.now

    def settle(self) -> None:
        """Have the refresher reckon anew, and return when it has begun what is due."""
        looks = self.looks
        self.refresher.presence_changed()
        # Once after it has waited, once before it waits again; a refresh may be between.
        wait_until(lambda: self.looks >= looks + 2, "the refresher")

    def pass_time(self, seconds: float, presence: Presence | None = None) -> None:
        """Let time pass, and return when the refresher has begun what is due then."""
        self.settle()  # or a wait for a fraction of a second would seem to have lasted for minutes
        self.now += seconds
        self.presence = presence or self.presence
        self.settle()

    def refreshed(self) -> bool:
        """Whether the last refresh was at this moment."""
        wait_until(lambda: not self.refresher._in_flight, "what was begun")
        self.rested()
        return self.listing.updated_at == self.now


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with sample_cloud(tmp_path) as cloud:
        cloud.into(monkeypatch)
        world = cloud.endpoint.world
        for profile in cloud.profiles:
            for region in profile.regions:
                for notebook in world.notebooks(profile.principal.account_id, region):
                    if notebook.becomes:  # those in transition, which are followed more closely
                        world.remove(notebook.account_id, notebook.region, notebook.name)
        yield cloud
        cloud.endpoint.faults.clear()


@pytest.fixture
def watch(cloud: SampleCloud, store: ProfileStore) -> Watch:
    return Watch(cloud, store)


@pytest.mark.parametrize(("presence", "interval"), [(HERE, 300), (AWAY, 900), (BATTERY, 900)])
def test_how_often_it_asks_follows_who_is_there(watch: Watch, presence: Presence, interval: float) -> None:
    watch.presence = presence
    watch.start()
    watch.pass_time(interval - 1)
    assert not watch.refreshed()
    watch.pass_time(1)
    assert watch.refreshed()
    assert watch.calls == 6


def test_a_place_without_notebook_instances_is_listed_each_half_hour_and_whenever_somebody_looks(watch: Watch) -> None:
    world = watch.sample.endpoint.world
    for notebook in world.notebooks("444455556666", "ap-southeast-2"):
        world.remove(notebook.account_id, notebook.region, notebook.name)
    watch.start()
    for refreshes in range(1, 6):
        watch.pass_time(300)
        assert watch.refreshed()
        assert watch.calls == 3 + 2 * refreshes
    watch.refresher.refresh_if_old()  # the menu opens
    wait_until(lambda: watch.calls == 13 + 3, "all of them")
    for refreshes in range(1, 6):
        watch.pass_time(300)
        assert watch.refreshed()
        assert watch.calls == 16 + 2 * refreshes
    watch.pass_time(300)
    assert watch.refreshed()
    assert watch.calls == 26 + 3, "half an hour after it was last listed"


@pytest.mark.parametrize("limit", ["MOST_UNASKED", "MOST_LISTED"])
def test_what_nobody_asked_for_is_spread(watch: Watch, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(f"tray.fleet.refreshing.refresh.{limit}", 1)
    watch.start()
    assert watch.calls == 3, "the first is the user's"
    for calls in (4, 5, 6):
        watch.pass_time(300 if calls == 4 else 59)
        watch.pass_time(0 if calls == 4 else 1)
        assert watch.refreshed()
        assert watch.calls == calls
    watch.pass_time(120)
    assert watch.calls == 6
    assert {state.asked_at for state in watch.listing.scopes} == {watch.now - 240, watch.now - 180, watch.now - 120}
    watch.refresher.refresh()
    wait_until(lambda: watch.calls == 9, "all of them, as somebody asks")


def test_what_others_want_to_ask_is_left_to_them(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tray.fleet.refreshing.refresh.MOST_UNASKED", 3)
    watch.start()
    watch.refresher.unasked_calls.leave = 2
    watch.pass_time(300)
    assert watch.refreshed()
    assert watch.calls == 4
    assert watch.refresher.unasked_calls.lately() == 1


def test_more_places_than_an_interval_has_room_for_take_turns(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tray.fleet.refreshing.refresh.MOST_UNASKED", 1)
    monkeypatch.setattr("tray.fleet.refreshing.refresh.UNASKED_SECONDS", 300)
    watch.start()
    for _ in range(3):
        watch.pass_time(300)
        assert watch.refreshed()
    assert {state.asked_at for state in watch.listing.scopes} == {watch.now, watch.now - 300, watch.now - 600}


def test_somebody_who_comes_back_finds_it_fresh(watch: Watch) -> None:
    watch.presence = AWAY
    watch.start()
    watch.pass_time(400)
    assert not watch.refreshed()
    watch.pass_time(0, HERE)
    assert watch.refreshed()


def test_where_nothing_tells_it_looks_who_is_there_each_minute(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tray.fleet.agenda.LOOK_SECONDS", 0.05)
    watch.presence = Presence(on_battery=True)
    watch.start()
    watch.now += 20  # less than what is taken for a sleep of the computer's
    assert not watch.refreshed()
    monkeypatch.setattr("tray.fleet.schedule.REFRESH_EVERY_SECONDS", 20)
    watch.presence = Presence()  # and nobody says so
    wait_until(lambda: watch.calls == 6, "the refresh that is due at mains")
    assert watch.refreshed()


def test_somebody_who_was_away_shortly_costs_nothing(watch: Watch) -> None:
    watch.start()
    watch.pass_time(100, AWAY)
    watch.pass_time(100, HERE)
    assert not watch.refreshed()
    assert watch.calls == 3


def test_one_that_is_stuck_in_a_transition_is_not_followed_for_ever(watch: Watch) -> None:
    world = watch.sample.endpoint.world
    world.put(replace(world.notebook("111122223333", "eu-west-1", "churn-model"), status=Status.DELETING))
    watch.start()
    watch.pass_time(5)
    assert watch.refreshed()
    watch.pass_time(299)
    assert watch.refreshed()
    watch.pass_time(596)  # 15 minutes since it was first seen so
    assert watch.refreshed()
    watch.pass_time(299)
    assert not watch.refreshed()
    watch.pass_time(1)
    assert watch.refreshed()


def test_waking_refreshes_at_once(watch: Watch) -> None:
    watch.presence = AWAY
    watch.start()
    watch.now += 60
    watch.refresher.woke()
    wait_until(lambda: watch.calls == 6, "a refresh")
    assert watch.refreshed()


def test_a_wait_longer_than_asked_for_was_a_sleep(watch: Watch) -> None:
    watch.presence = AWAY
    watch.start()
    watch.pass_time(0, Presence(idle=True))
    watch.pass_time(LOOK_SECONDS + ASLEEP_SECONDS)
    assert not watch.refreshed()
    watch.pass_time(LOOK_SECONDS + ASLEEP_SECONDS + 1)
    assert watch.refreshed()


def test_after_waking_a_network_that_comes_late_is_no_problem(watch: Watch) -> None:
    watch.start()
    notebooks = watch.listing.notebooks
    watch.seen.clear()
    watch.now += 3600
    watch.sample.endpoint.faults.add(Fault(Trouble.DROP))
    watch.refresher.woke()
    wait_until(lambda: watch.refresher._retries.quiet, "the first to fail")
    wait_until(lambda: not watch.refresher._in_flight, "all to fail")
    watch.pass_time(3)
    wait_until(lambda: not watch.refresher._in_flight, "all to fail again")
    watch.pass_time(1)
    assert watch.listing.phase is Phase.LISTING
    assert watch.listing.notebooks == notebooks
    watch.sample.endpoint.faults.clear()
    watch.pass_time(4)
    assert watch.refreshed()
    assert not any(state.problem for snapshot in watch.seen for state in snapshot.listing.scopes)


def test_connections_from_before_a_sleep_are_not_used_after_it(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    connect = HTTPConnection.connect

    def counted(self: HTTPConnection) -> None:
        opened.append(self.host)
        connect(self)

    watch.start()
    monkeypatch.setattr(HTTPConnection, "connect", counted)
    watch.refresher.refresh()
    wait_until(lambda: watch.calls == 6, "another refresh")
    watch.rested()
    assert opened == []
    watch.now += 3600
    watch.refresher.woke()
    wait_until(lambda: watch.calls == 9, "the refresh after the sleep")
    watch.rested()
    assert len(opened) == 3


def test_only_what_is_in_a_transition_is_followed_closely(watch: Watch) -> None:
    watch.start()
    first = next(notebook for notebook in watch.listing.notebooks if notebook.running)
    account_id = first.arn.split(":")[4]
    watch.sample.endpoint.world.stop(account_id, first.scope.region, first.name)
    watch.refresher.refresh()
    wait_until(lambda: watch.calls == 6, "the refresh that sees it")
    watch.rested()
    watch.pass_time(TRANSITION_SECONDS)
    wait_until(lambda: watch.calls == 7, "it to be followed")
    watch.pass_time(TRANSITION_SECONDS)
    wait_until(lambda: watch.calls == 8, "it to be followed again")
    assert {call.region for call in watch.sample.endpoint.recorder.calls()[6:]} == {first.scope.region}
    assert watch.refreshed()


def test_a_keyring_that_the_login_has_not_unlocked_yet_is_tried_again_and_nobody_is_asked(
    cloud: SampleCloud, store: ProfileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(cloud, store, patient_seconds=PATIENT_SECONDS)
    asked = []
    locked = True

    def asking(ask: bool) -> None:
        asked.append(ask)
        if locked:
            raise failure("Keyring locked", "The keyring is locked.", "Choose Refresh.", Kind.KEYRING)

    def load(*, ask: bool = True) -> StoredProfiles:
        asking(ask)
        return load_it(ask=ask)

    def generation(*, ask: bool = True) -> int:
        asking(ask)
        return generation_of_it(ask=ask)

    load_it, generation_of_it = store.load, store.generation
    monkeypatch.setattr(store, "load", load)
    monkeypatch.setattr(store, "generation", generation)
    watch.refresher.start()
    wait_until(lambda: watch.listing.problems, "the keyring to be found locked")
    locked = False
    watch.pass_time(15)
    wait_until(lambda: watch.listing.profiles and not watch.listing.problems, "the profiles")
    assert True not in asked
    locked = True
    watch.refresher.refresh()
    wait_until(lambda: watch.listing.problems, "the keyring to be found locked again")
    assert True not in asked
    watch.refresher.refresh(ask=True)
    wait_until(lambda: asked[-1], "the user's own refresh")
    watch.pass_time(15)
    assert asked.count(True) == 1


@pytest.mark.only_on("linux", reason="the Secret Service")
def test_after_a_dismissed_prompt_only_the_users_own_refresh_brings_another(
    cloud: SampleCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with secret_service(tmp_path / "service") as keyring, StubPrompter(keyring.address) as prompter:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", keyring.address)
        store = ProfileStore(open_backend(), tmp_path / "lock")
        for sample in cloud.profiles:
            store.add(Profile(sample.name, sample.name, sample.regions))
        keyring.lock()
        watch = Watch(cloud, store)
        watch.refresher.start()
        wait_until(lambda: watch.listing.problems, "the keyring to be found locked")
        assert prompter.dismissed == 1, "the start is what the user asked for"

        def pass_a_refresh(seconds: float) -> None:
            before = len(watch.seen)
            watch.pass_time(seconds)
            wait_until(lambda: len(watch.seen) > before, "a refresh")
            watch.rested()

        watch.pass_time(FRESH_SECONDS)
        watch.refresher.refresh_if_old()  # as a menu that opens does
        watch.settle()
        pass_a_refresh(REFRESH_EVERY_SECONDS)
        watch.refresher.refresh()  # as after an opening that failed
        watch.settle()
        watch.refresher.woke()
        watch.settle()
        assert prompter.dismissed == 1
        watch.refresher.refresh(ask=True)
        wait_until(lambda: prompter.dismissed == 2, "the prompt that the user asked for")
        pass_a_refresh(REFRESH_EVERY_SECONDS)
        assert prompter.dismissed == 2
        assert watch.listing.problems[0][1].title == "Keyring locked"
        assert watch.calls == 0
        keyring.unlock()
        watch.pass_time(15)
        wait_until(lambda: watch.listing.profiles and not watch.listing.problems, "what was unlocked elsewhere")
        assert prompter.dismissed == 2


def test_a_look_at_a_locked_keyring_lists_nothing(
    watch: Watch, store: ProfileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.start()

    def refuse(*, ask: bool = True) -> int:
        looked.append(ask)
        raise failure("Keyring locked", "The keyring is locked.", "Choose Refresh.", Kind.KEYRING)

    looked: list[bool] = []
    with monkeypatch.context() as patch:
        patch.setattr(store, "generation", refuse)
        watch.refresher.refresh()
        wait_until(lambda: watch.listing.problems, "the keyring to be found locked")
        assert watch.refreshed()
        calls = watch.calls
        for _ in range(3):
            watch.pass_time(15)
        wait_until(lambda: looked == [False] * 4, "three more looks")
        assert watch.calls == calls
        assert watch.listing.notebooks
    watch.pass_time(15)
    wait_until(lambda: not watch.listing.problems, "the keyring to be read again")


def test_a_network_that_stays_away_is_a_problem_in_the_end(watch: Watch) -> None:
    watch.start()
    watch.now += 3600
    watch.sample.endpoint.faults.add(Fault(Trouble.DROP))
    watch.refresher.woke()
    wait_until(lambda: watch.refresher._retries.quiet, "the first to fail")
    wait_until(lambda: not watch.refresher._in_flight, "all to fail")
    watch.pass_time(PATIENT_SECONDS)
    wait_until(lambda: all(state.problem for state in watch.listing.scopes), "the problem")
    watch.rested()
    assert {state.problem.kind for state in watch.listing.scopes if state.problem} == {Kind.UNREACHABLE}


def test_what_cannot_be_reached_is_asked_again_and_nothing_else(watch: Watch) -> None:
    watch.start()
    watch.sample.endpoint.recorder.clear()
    watch.sample.endpoint.faults.add(Fault(Trouble.DROP, region="us-east-1", times=1))
    watch.refresher.refresh()
    wait_until(lambda: any(state.problem for state in watch.listing.scopes), "the problem, which is told at once")
    watch.rested()
    watch.pass_time(2)
    wait_until(lambda: not any(state.problem for state in watch.listing.scopes), "it to be well again")
    assert sorted(call.region for call in watch.sample.endpoint.recorder.calls()) == [
        "ap-southeast-2",
        "eu-west-1",
        "us-east-1",
        "us-east-1",
    ]


@pytest.mark.parametrize("patient", [True, False])
def test_at_login_the_network_may_come_late_too(cloud: SampleCloud, store: ProfileStore, patient: bool) -> None:
    watch = Watch(cloud, store, patient_seconds=PATIENT_SECONDS if patient else 0)
    cloud.endpoint.faults.add(Fault(Trouble.DROP))
    watch.refresher.start()
    if not patient:
        wait_until(lambda: all(state.problem for state in watch.listing.scopes) and watch.listing.scopes, "it")
        return
    wait_until(lambda: watch.refresher._retries.quiet, "the first to fail")
    wait_until(lambda: not watch.refresher._in_flight, "all to fail")
    watch.pass_time(1)
    assert watch.listing.phase is Phase.LISTING
    cloud.endpoint.faults.clear()
    watch.pass_time(2)
    wait_until(lambda: len({notebook.scope for notebook in watch.listing.notebooks}) == 3, "all places")
    watch.rested()
    assert not any(state.problem for snapshot in watch.seen for state in snapshot.listing.scopes)


@pytest.mark.only_on("linux", reason="logind and UPower")
def test_logind_and_upower_set_the_pace(
    watch: Watch, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with private_bus(tmp_path_factory.mktemp("bus")) as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        presence = presence_watch()
        watch._look = presence.now  # type: ignore[method-assign]
        refresher = Refresher(
            watch.state.listing,
            watch.store,
            Cloud(),
            aws=Workers("aws", 8),
            presence=presence.now,
            clock=lambda: watch.now,
        )
        with StubLogind(address) as logind, StubUPower(address) as upower:
            presence.start(refresher.presence_changed, refresher.woke)
            wait_until(lambda: presence.now().announced, "logind")
            refresher.start()
            watch.rested()

            watch.now += 1
            logind.wake()
            wait_until(lambda: watch.listing.updated_at == watch.now, "the refresh after waking")
            watch.rested()

            upower.plug(on_battery=True)
            wait_until(lambda: presence.now().on_battery, "UPower")
            before = watch.now
            watch.now += 301
            logind.set_hint("IdleHint", True)  # which makes it reckon, and find that 15 minutes hold
            wait_until(lambda: presence.now().idle, "logind")
            watch.now += 600
            logind.set_hint("IdleHint", False)
            wait_until(lambda: watch.listing.updated_at == watch.now, "the refresh after 15 minutes")
            assert before + 301 not in {snapshot.listing.updated_at for snapshot in watch.seen}
            watch.rested()
        wait_until(lambda: not presence.now().announced, "it to notice that both are gone")
        refresher.refresh()
        wait_until(lambda: watch.calls == 12, "a refresh without them")
        presence.stop()
