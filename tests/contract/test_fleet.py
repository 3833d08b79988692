"""The fleet against the embedded endpoint: what the board shows while things come, fail and change."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import keyring.backends.fail
import pytest

from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.waiting import wait_until
from tray.activation import Activation
from tray.aws.cloud import Cloud
from tray.choices import View
from tray.demo.faults import Fault, Trouble
from tray.errors import Kind, TrayError
from tray.fleet.actions import Actions
from tray.fleet.board import Board
from tray.fleet.refresh import FRESH_SECONDS, KEYRING, Refresher
from tray.fleet.schedule import TRANSITION_SECONDS
from tray.fleet.values import LastOpened, Notebook, Notice, Phase, Snapshot
from tray.profiles.memory import MemoryKeyring
from tray.profiles.model import Profile
from tray.profiles.store import ProfileStore
from tray.workers import Workers


@dataclass
class Fleet:
    """The parts joined as the app joins them, with what they tell recorded."""

    store: ProfileStore
    now: float = 1_800_000_000.0
    seen: list[Snapshot] = field(default_factory=list)
    handed: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    told: list[Notice] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()
        cloud = Cloud()
        self.board = Board(lambda: self.seen.append(self.board.snapshot))
        self.refresher = Refresher(self.board, self.store, cloud, aws=Workers("aws", 8), clock=lambda: self.now)
        self.actions = Actions(
            self.board,
            self.store,
            cloud,
            self.refresher,
            opening=Workers("opening", 2),
            hand_off=self._hand_off,
            copy=self.copied.append,
            on_failure=self.told.append,
            on_copied=lambda _: None,
        )

    def _hand_off(self, url: str, activation: Activation | None) -> None:
        if activation is not None:
            self.tokens.append(activation.token)
        assert self.gate.wait(30)
        self.handed.append(url)

    @property
    def snapshot(self) -> Snapshot:
        return self.board.snapshot

    def rested(self) -> Snapshot:
        wait_until(lambda: self.snapshot.phase is Phase.RESTING and self.snapshot.keyring_read, "a refresh")
        return self.snapshot

    def started(self) -> Fleet:
        self.refresher.start()
        self.rested()
        return self

    def notebook(self, name: str) -> Notebook:
        return next(notebook for notebook in self.snapshot.notebooks if notebook.name == name)


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with sample_cloud(tmp_path) as cloud:
        cloud.into(monkeypatch)
        yield cloud
        cloud.endpoint.faults.clear()


@pytest.fixture
def store(cloud: SampleCloud, tmp_path: Path) -> ProfileStore:
    store = ProfileStore(MemoryKeyring(), tmp_path / "lock")
    for sample in cloud.profiles:
        store.add(Profile(sample.name, sample.name, sample.regions))
    return store


@pytest.fixture
def fleet(store: ProfileStore) -> Fleet:
    return Fleet(store)


def statuses(snapshot: Snapshot) -> dict[str, str]:
    return {notebook.name: notebook.status for notebook in snapshot.notebooks}


def test_everything_is_listed(fleet: Fleet) -> None:
    snapshot = fleet.started().snapshot
    assert len(snapshot.notebooks) == 8
    assert snapshot.aws_profiles == ("research", "forecasting")
    assert [state.place.region for state in snapshot.places] == ["eu-west-1", "us-east-1", "ap-southeast-2"]
    assert fleet.seen[0].phase is Phase.LISTING


def test_a_place_that_hangs_holds_up_no_other_and_no_refresh(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.HANG, region="us-east-1"))
    fleet.refresher.start()
    wait_until(lambda: len(fleet.snapshot.notebooks) == 6, "the other places")
    assert fleet.snapshot.phase is Phase.LISTING
    cloud.endpoint.world.stop("111122223333", "eu-west-1", "churn-model")
    fleet.refresher.refresh()
    wait_until(lambda: statuses(fleet.snapshot)["churn-model"] != "InService", "a refresh beside the one that hangs")
    calls = [call for call in cloud.endpoint.recorder.calls() if call.region == "us-east-1"]
    assert len(calls) <= 1, "it is not asked again meanwhile"


def test_what_fails_keeps_what_was_known_with_its_age(fleet: Fleet, cloud: SampleCloud) -> None:
    before = fleet.started().snapshot
    listed_at = fleet.now
    fleet.now += 600
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "ExpiredTokenException", account_id="111122223333"))
    fleet.refresher.refresh()
    wait_until(lambda: sum(bool(state.problem) for state in fleet.snapshot.places) == 2, "both regions to fail")
    after = fleet.rested()
    assert statuses(after).keys() == statuses(before).keys()
    stale, fresh = after.places[0], after.places[2]
    assert (stale.listed_at, fresh.listed_at) == (listed_at, fleet.now)
    assert stale.problem
    assert stale.problem.kind is Kind.SIGN_IN
    assert fresh.problem is None
    cloud.endpoint.faults.clear()
    fleet.refresher.refresh()
    wait_until(lambda: not any(state.problem for state in fleet.snapshot.places), "all to be well again")


def test_a_fresh_board_is_not_asked_for_again(fleet: Fleet, cloud: SampleCloud) -> None:
    fleet.started()
    cloud.endpoint.recorder.clear()
    fleet.now += FRESH_SECONDS - 1
    fleet.refresher.refresh_if_old()
    fleet.refresher.refresh_if_old()
    assert not fleet.refresher._asked
    fleet.now += 2
    fleet.refresher.refresh_if_old()
    wait_until(lambda: len(cloud.endpoint.recorder.calls()) == 3, "a refresh")
    fleet.rested()
    fleet.now -= 10_000
    fleet.refresher.refresh_if_old()
    wait_until(lambda: len(cloud.endpoint.recorder.calls()) == 6, "a refresh after the clock was set back")


def test_an_instance_that_stops_is_followed(fleet: Fleet, cloud: SampleCloud) -> None:
    changing = [n for n in fleet.started().snapshot.notebooks if n.status in ("Pending", "Stopping")]
    assert "Stopping" in {notebook.status for notebook in changing}
    cloud.endpoint.recorder.clear()
    fleet.now += TRANSITION_SECONDS + 1
    regions = sorted({notebook.place.region for notebook in changing})
    wait_until(lambda: len(cloud.endpoint.recorder.calls()) == len(regions), "lists that nobody asked for")
    assert sorted(call.region for call in cloud.endpoint.recorder.calls()) == regions


def test_a_keyring_that_fails_keeps_what_was_known(store: ProfileStore, tmp_path: Path) -> None:
    fleet = Fleet(store).started()

    def broken(*, ask: bool) -> int:
        raise TrayError("Keyring locked", "It is locked.", "Unlock it.", kind=Kind.KEYRING)

    store.generation = broken  # type: ignore[method-assign]
    fleet.refresher.refresh()
    wait_until(lambda: fleet.snapshot.problems, "the problem")
    assert fleet.snapshot.problems[0][0] == KEYRING
    assert len(fleet.rested().notebooks) == 8


class AskingKeyring(MemoryKeyring):
    """Asks the user itself, at each reading, as macOS' Keychain does; the user cancels that."""

    asked = 0

    def get_password(self, service: str, username: str) -> str | None:  # noqa: ARG002
        self.asked += 1
        raise keyring.errors.KeyringLocked("cancelled")


def test_a_keyring_that_asks_by_itself_is_read_again_for_the_users_own_refresh_alone(
    cloud: SampleCloud, tmp_path: Path
) -> None:
    asking = AskingKeyring()
    fleet = Fleet(ProfileStore(asking, tmp_path / "lock"))
    fleet.refresher.start()
    wait_until(lambda: fleet.snapshot.problems, "the user to cancel")
    fleet.rested()
    asked = asking.asked
    before = len(fleet.seen)
    fleet.refresher.refresh()
    wait_until(lambda: len(fleet.seen) > before and fleet.rested(), "the refresh")
    with pytest.raises(TrayError, match="Keyring locked"):
        fleet.store.generation(ask=False)  # as is looked every 15 s
    assert asking.asked == asked
    assert fleet.snapshot.problems[0][1].title == "Keyring locked"
    fleet.refresher.refresh(ask=True)
    wait_until(lambda: asking.asked > asked, "the user to be asked again")


def test_no_keyring_at_all_is_a_problem_with_a_remedy(cloud: SampleCloud, tmp_path: Path) -> None:
    fleet = Fleet(ProfileStore(keyring.backends.fail.Keyring(), tmp_path / "lock")).started()
    ((subject, problem),) = fleet.snapshot.problems
    assert (subject, problem.kind) == (KEYRING, Kind.KEYRING)
    assert problem.remedy


def test_profiles_changed_elsewhere_are_followed(fleet: Fleet, store: ProfileStore) -> None:
    fleet.started()
    store.remove("research")
    fleet.refresher.refresh()
    wait_until(lambda: len(fleet.snapshot.notebooks) == 3, "the other profile's only")


def test_a_profile_whose_aws_profile_is_gone_hides_no_other(fleet: Fleet, store: ProfileStore) -> None:
    store.add(Profile("old", "gone"))
    snapshot = fleet.started().snapshot
    assert len(snapshot.notebooks) == 8
    ((subject, problem),) = snapshot.problems
    assert (subject, problem.title) == ("old", "AWS profile not found")


def test_an_aws_config_that_makes_no_sense_is_said(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.files.config.write_text("[profile research\n")
    fleet.started()
    assert "AWS config" in dict(fleet.snapshot.problems)


def test_opening_hands_the_url_off_and_is_shown_meanwhile(fleet: Fleet, cloud: SampleCloud) -> None:
    fleet.started().gate.clear()
    notebook = fleet.notebook("churn-model")
    fleet.actions.open(notebook, View.LAB, 1800)
    fleet.actions.open(notebook, View.LAB, 1800)
    fleet.actions.open(notebook, View.CLASSIC, 3600)
    assert [(o.view, o.session_seconds) for o in fleet.snapshot.openings] == [(View.LAB, 1800), (View.CLASSIC, 3600)]
    fleet.gate.set()
    wait_until(lambda: not fleet.snapshot.openings, "both to be open")
    assert sorted(urlsplit(url).query.endswith("view=lab") for url in fleet.handed) == [False, True]
    asked = cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl")
    assert sorted(call.parameters["SessionExpirationDurationInSeconds"] for call in asked) == [1800, 3600]
    assert fleet.told == []


def test_what_goes_wrong_is_told_and_shown_until_the_next_choice(fleet: Fleet, cloud: SampleCloud) -> None:
    notebook = fleet.started().notebook("churn-model")
    cloud.endpoint.faults.add(
        Fault(Trouble.ERROR, "AccessDeniedException", operation="CreatePresignedNotebookInstanceUrl", times=1)
    )
    fleet.actions.open(notebook, View.LAB, 1800)
    wait_until(lambda: fleet.snapshot.notice and not fleet.snapshot.openings, "the notice")
    (notice,) = fleet.told
    assert (notice.subject, notice.problem.title) == ("Opening churn-model", "Access denied")
    assert fleet.handed == []
    fleet.actions.open(notebook, View.LAB, 1800)
    assert fleet.snapshot.notice is None
    wait_until(lambda: fleet.handed, "the second try")


def test_the_activation_of_a_click_goes_with_its_url_and_ends(fleet: Fleet, cloud: SampleCloud) -> None:
    notebook = fleet.started().notebook("churn-model")
    fleet.gate.clear()
    ended: list[str] = []

    def activation(name: str) -> Activation:
        return Activation(name, lambda _: ended.append(name))

    fleet.actions.open(notebook, View.LAB, 1800, activation("first"))
    wait_until(lambda: fleet.tokens == ["first"], "the browser to be given it")
    fleet.actions.open(notebook, View.LAB, 1800, activation("the same again"))
    assert ended == ["the same again"]
    fleet.gate.set()
    wait_until(lambda: not fleet.snapshot.openings, "the opening to be done")
    assert ended == ["the same again", "first"]
    cloud.endpoint.faults.add(
        Fault(Trouble.ERROR, "AccessDeniedException", operation="CreatePresignedNotebookInstanceUrl", times=1)
    )
    fleet.actions.open(notebook, View.LAB, 1800, activation("refused"))
    wait_until(lambda: fleet.told, "the notice")
    wait_until(lambda: ended[2:] == ["refused"], "its end")
    assert fleet.tokens == ["first"]


def test_an_error_of_our_own_is_told_too(fleet: Fleet) -> None:
    def broken(url: str, _activation: Activation | None) -> None:
        raise RuntimeError(f"oh {url}")

    fleet.actions._hand_off = broken
    fleet.actions.open(fleet.started().notebook("churn-model"), View.LAB, 1800)
    wait_until(lambda: fleet.told, "the notice")
    assert "authToken" not in fleet.told[0].problem.text()


def test_a_link_is_copied(fleet: Fleet) -> None:
    fleet.started().actions.copy_link(fleet.notebook("churn-model"), View.LAB, 1800)
    wait_until(lambda: fleet.copied, "the link")
    assert "authToken=" in fleet.copied[0]
    assert fleet.handed == []


def test_a_session_length_is_set_for_every_profile_and_kept(fleet: Fleet, store: ProfileStore) -> None:
    store.change("research", lambda profile: replace(profile, view=View.CLASSIC))
    fleet.started().actions.set_session_seconds(3600)
    wait_until(lambda: {p.session_seconds for p in fleet.snapshot.profiles} == {3600}, "the new length")
    assert [(p.session_seconds, p.view) for p in store.load().profiles] == [(3600, View.CLASSIC), (3600, View.LAB)]


def test_a_view_is_set_for_every_profile_and_kept(fleet: Fleet, store: ProfileStore) -> None:
    fleet.started().actions.set_view(View.CLASSIC)
    wait_until(lambda: {p.view for p in fleet.snapshot.profiles} == {View.CLASSIC}, "the new view")
    assert {p.view for p in store.load().profiles} == {View.CLASSIC}


def test_what_was_opened_last_is_known_and_kept(fleet: Fleet) -> None:
    kept: list[LastOpened] = []
    fleet.actions._keep_last = kept.append
    notebook = fleet.started().notebook("churn-model")
    fleet.actions.copy_link(notebook, View.LAB, 1800)
    wait_until(lambda: fleet.copied, "the link")
    assert fleet.snapshot.last_opened is None
    fleet.actions.open(notebook, View.LAB, 1800)
    assert fleet.snapshot.last_opened == LastOpened("research", notebook.arn)
    wait_until(lambda: kept == [LastOpened("research", notebook.arn)], "it to be kept")


def test_a_profile_unchecked_and_checked_again_is_as_it_was(fleet: Fleet, store: ProfileStore) -> None:
    fleet.started().actions.uncheck_profile("research")
    wait_until(lambda: len(fleet.snapshot.profiles) == 1, "it to be gone")
    wait_until(lambda: len(fleet.snapshot.notebooks) == 3, "its notebooks to be gone")
    assert [profile.name for profile in store.load().profiles] == ["forecasting"]
    fleet.actions.check_profile("research")
    wait_until(lambda: len(fleet.snapshot.notebooks) == 8, "all of it to be back")
    assert store.load().profiles[1].regions == ("eu-west-1", "us-east-1")


def test_a_profile_checked_for_the_first_time(cloud: SampleCloud, tmp_path: Path) -> None:
    fleet = Fleet(ProfileStore(MemoryKeyring(), tmp_path / "lock")).started()
    assert fleet.snapshot.profiles == ()
    fleet.actions.check_profile("forecasting")
    wait_until(lambda: len(fleet.snapshot.notebooks) == 3, "its notebooks")
    assert fleet.snapshot.profiles == (Profile("forecasting", "forecasting"),)


def test_checking_under_a_name_that_is_taken_loses_nothing(fleet: Fleet, store: ProfileStore) -> None:
    store.change("research", lambda profile: replace(profile, aws_profile="forecasting"))
    fleet.started().actions.check_profile("research")
    wait_until(lambda: len(store.load().profiles) == 3, "a profile under another name")
    by_name = {profile.name: profile.aws_profile for profile in store.load().profiles}
    assert by_name == {"research": "forecasting", "forecasting": "forecasting", "research 2": "research"}
