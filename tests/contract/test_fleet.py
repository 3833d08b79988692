"""The fleet against the embedded endpoint: what the board shows while things come, fail and change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import keyring.backends.fail
import pytest

from tests.support.cloud import SampleCloud, impatient_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.samples import failure
from tests.support.services import Services
from tests.support.waiting import wait_until
from tray.aws import answers
from tray.aws import cloud as cloud_module
from tray.fleet import agenda
from tray.fleet.refreshing.refresh import FRESH_SECONDS
from tray.fleet.schedule import TRANSITION_SECONDS
from tray.fleet.snapshot import LastOpened, Listing, Notebook, Phase, Scope, ScopeState, Snapshot, Source
from tray.menu.words import needs_attention, state_line
from tray.model.activation import Activation
from tray.model.commands import (
    CheckComputer,
    CheckProfile,
    CopyDetails,
    CopyLink,
    OpenLog,
    OpenNotebook,
    Page,
    Refresh,
    SetSessionLength,
    SetView,
    ShowPage,
    UncheckProfile,
)
from tray.model.lengths import View
from tray.model.problems import Kind, Problem, TrayError
from tray.model.signer import Signer
from tray.settings.profiles import ledger
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

if TYPE_CHECKING:
    from types_boto3_sagemaker import SageMakerClient


class Fleet(Services):
    """The services over the sample cloud."""

    def started(self) -> Fleet:
        self.refresher.start()
        self.rested()
        return self

    def open(self, notebook: Notebook, view: View, session_seconds: int, activation: Activation | None = None) -> None:
        self.do(OpenNotebook(notebook.scope.profile, notebook.arn, view, session_seconds), activation)


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    with impatient_cloud(tmp_path, monkeypatch) as cloud:
        yield cloud


@pytest.fixture
def fleet(store: ProfileStore) -> Fleet:
    return Fleet(store)


def opening(fleet: Fleet) -> list[OpenNotebook]:
    return [task.command for task in fleet.snapshot.tasks.under_way if isinstance(task.command, OpenNotebook)]


def statuses(listing: Listing) -> dict[str, str]:
    return {notebook.name: notebook.status for notebook in listing.notebooks}


def test_everything_is_listed(fleet: Fleet) -> None:
    listing = fleet.started().listing
    assert len(listing.notebooks) == 8
    assert listing.aws_profiles == ("research", "forecasting")
    assert [state.scope.region for state in listing.scopes] == ["eu-west-1", "us-east-1", "ap-southeast-2"]
    assert fleet.seen[0].listing.phase is Phase.LISTING


def test_a_place_that_hangs_holds_up_no_other_and_no_refresh(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.HANG, region="us-east-1"))
    fleet.refresher.start()
    wait_until(lambda: len(fleet.listing.notebooks) == 6, "the other places")
    assert fleet.listing.phase is Phase.LISTING
    cloud.endpoint.world.stop("111122223333", "eu-west-1", "churn-model")
    fleet.refresher.refresh()
    wait_until(lambda: statuses(fleet.listing)["churn-model"] != "InService", "a refresh beside the one that hangs")
    calls = [call for call in cloud.endpoint.recorder.calls() if call.region == "us-east-1"]
    assert len(calls) <= 1, "it is not asked again meanwhile"


def test_what_fails_keeps_what_was_known_with_its_age(fleet: Fleet, cloud: SampleCloud) -> None:
    before = fleet.started().listing
    listed_at = fleet.now
    fleet.now += 600
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "ExpiredTokenException", account_id="111122223333"))
    fleet.refresher.refresh()
    wait_until(lambda: sum(bool(state.problem) for state in fleet.listing.scopes) == 2, "both regions to fail")
    after = fleet.rested()
    assert statuses(after).keys() == statuses(before).keys()
    stale, fresh = after.scopes[0], after.scopes[2]
    assert (stale.listed_at, fresh.listed_at) == (listed_at, fleet.now)
    assert stale.problem
    assert stale.problem.kind is Kind.SIGN_IN
    assert fresh.problem is None
    cloud.endpoint.faults.clear()
    fleet.refresher.refresh()
    wait_until(lambda: not any(state.problem for state in fleet.listing.scopes), "all to be well again")


def test_an_error_of_ours_at_one_place_hides_no_other_and_ends_nothing(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = fleet.refresher._retries.heard
    fails = ["eu-west-1"]

    def broken(listed: ScopeState, known: ScopeState | None) -> ScopeState:
        if listed.scope.region in fails:
            raise ZeroDivisionError
        return heard(listed, known)

    monkeypatch.setattr(fleet.refresher._retries, "heard", broken)
    fleet.started()
    assert len(fleet.listing.notebooks) == 8
    wait_until(lambda: [type(error) for error in fleet.errors] == [ZeroDivisionError], "it to be told")
    fails.clear()
    fleet.now += 600
    fleet.refresher.refresh()
    wait_until(lambda: {state.listed_at for state in fleet.listing.scopes} == {fleet.now}, "all to be listed again")


def test_a_profile_that_fails_in_a_way_nobody_thought_of_hides_no_other(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    scopes = fleet.cloud.scopes

    def broken(profile: str, signer: Signer, regions: Sequence[str]) -> tuple[Scope, ...]:
        if profile == "research":
            raise UnicodeDecodeError("utf-8", b"", 0, 1, "odd")
        return scopes(profile, signer, regions)

    monkeypatch.setattr(fleet.cloud, "scopes", broken)
    assert len(fleet.started().listing.notebooks) == 3
    ((subject, problem),) = fleet.listing.problems
    assert (subject, problem.title) == ("research", "Listing failed")


def test_a_refresh_that_fails_is_told_and_the_next_one_works(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet.started()
    with monkeypatch.context() as broken:
        broken.setattr(fleet.cloud, "forget_changed_config", lambda: dict[str, str]()["nothing"])
        fleet.refresher.refresh()
        wait_until(lambda: fleet.errors, "the error")
        assert fleet.rested().profiles
    fleet.now += 600
    fleet.refresher.refresh()
    wait_until(lambda: {state.listed_at for state in fleet.listing.scopes} == {fleet.now}, "the next one")


def broken_once(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the next refresh fail by an error of our own, and no other."""
    whole, errors = fleet.cloud.forget_changed_config, iter([ZeroDivisionError()])

    def forget() -> None:
        if (error := next(errors, None)) is not None:
            raise error
        whole()

    monkeypatch.setattr(fleet.cloud, "forget_changed_config", forget)


def test_a_refresh_that_was_asked_for_and_failed_is_tried_again(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agenda, "_BRAKE_SECONDS", 0.05)
    broken_once(fleet, monkeypatch)
    fleet.refresher.start()
    wait_until(lambda: len(fleet.listing.notebooks) == 8, "the first refresh")
    assert [type(error) for error in fleet.errors] == [ZeroDivisionError]


@pytest.mark.parametrize("look", ["_look_for_sign_ins", "_look_for_unlocking"])
def test_a_refresh_that_follows_a_look_and_fails_is_not_shown_for_ever(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch, look: str
) -> None:
    fleet.started()
    monkeypatch.setattr(fleet.refresher._sign_ins, "changed", lambda: True)
    locked = Problem.of("keyring-locked-unasked", Kind.KEYRING, doing="looking")
    fleet.state.listing.update(lambda listing: listing.with_keyring_problem(locked))
    broken_once(fleet, monkeypatch)
    with pytest.raises(ZeroDivisionError):
        getattr(fleet.refresher, look)()
    assert fleet.listing.phase is Phase.RESTING
    fleet.now += 600
    fleet.refresher.presence_changed()
    wait_until(lambda: {state.listed_at for state in fleet.listing.scopes} == {fleet.now}, "it to be tried again")
    fleet.rested()


def test_what_ends_while_a_refresh_begins_does_not_end_it(
    fleet: Fleet, store: ProfileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.started()
    listed, reading, read = threading.Event(), threading.Event(), threading.Event()
    list_notebooks, generation = fleet.cloud.list_notebooks, store.generation

    def slow_list(scope: Scope) -> tuple[Notebook, ...]:
        assert scope.region != "us-east-1" or listed.wait(30)
        return list_notebooks(scope)

    def slow_generation(*, ask: bool = True) -> int:
        reading.set()
        assert read.wait(30)
        return generation(ask=ask)

    monkeypatch.setattr(fleet.cloud, "list_notebooks", slow_list)
    fleet.now += 600
    fleet.refresher.refresh()
    wait_until(lambda: len(fleet.refresher._in_flight) == 1, "all but one to be listed")
    monkeypatch.setattr(store, "generation", slow_generation)
    fleet.refresher.refresh()
    assert reading.wait(30)
    listed.set()
    wait_until(lambda: fleet.listing.scopes[1].asked_at == fleet.now, "that one to be shown")
    wait_until(lambda: not [t for t in threading.enumerate() if t.name.startswith("aws")], "its worker to be done")
    assert fleet.listing.phase is Phase.LISTING
    read.set()
    fleet.rested()


def test_what_is_shown_late_hides_nothing_newer(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet.started()
    change, held, shown = fleet.state.change, threading.Event(), threading.Event()

    def slow_change(how: Callable[[Snapshot], Snapshot]) -> None:
        if threading.current_thread().name.startswith("aws") and not held.is_set():
            held.set()
            assert shown.wait(30)
        change(how)

    monkeypatch.setattr(fleet.state, "change", slow_change)
    for _ in range(2):
        fleet.now += 600
        fleet.refresher.refresh()
        assert held.wait(30)
        wait_until(lambda: not fleet.refresher._in_flight and not fleet.refresher._asked, "all to be listed")
    wait_until(lambda: {state.asked_at for state in fleet.listing.scopes} == {fleet.now}, "the second refresh")
    shown.set()
    wait_until(lambda: not [t for t in threading.enumerate() if t.name.startswith("aws")], "the first")
    assert {state.asked_at for state in fleet.listing.scopes} == {fleet.now}


def test_a_notebook_instance_that_makes_no_sense_hides_no_other(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd:
        def astimezone(self, _: object) -> None:
            raise OverflowError

    whole = answers.pages

    def pages(client: SageMakerClient, filters: dict[str, Any]) -> Iterator[Any]:
        for page in whole(client, filters):
            first, _, *rest = page["NotebookInstances"]
            yield {"NotebookInstances": [{**first, "CreationTime": Odd()}, {"NotebookInstanceName": "nameless"}, *rest]}

    monkeypatch.setattr(cloud_module, "pages", pages)
    fleet.started()
    assert len(fleet.listing.notebooks) == 8 - 2 * 3
    assert not any(fleet.listing.all_problems)


def test_a_refresh_that_nobody_asked_for_makes_few_menus(fleet: Fleet) -> None:
    fleet.started()
    seen: list[Snapshot] = []
    fleet.state.listen(lambda: seen.append(fleet.snapshot))
    fleet.now += 1000  # what is in a transition is no longer followed
    fleet.refresher.presence_changed()
    wait_until(lambda: {state.listed_at for state in fleet.listing.scopes} == {fleet.now}, "the refresh")
    fleet.rested()
    # It begins, what is new is shown early, and it ends.
    assert len(seen) <= 3
    assert not any(snapshot.listing.asking for snapshot in seen[:1])


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
    changing = [n for n in fleet.started().listing.notebooks if n.status in ("Pending", "Stopping")]
    assert "Stopping" in {notebook.status for notebook in changing}
    cloud.endpoint.recorder.clear()
    fleet.now += TRANSITION_SECONDS + 1
    regions = sorted({notebook.scope.region for notebook in changing})
    wait_until(lambda: len(cloud.endpoint.recorder.calls()) == len(regions), "lists that nobody asked for")
    assert sorted(call.region for call in cloud.endpoint.recorder.calls()) == regions


class SilentKeyring(MemoryKeyring):
    """Answers nothing while `answers` is not set."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = threading.Event()
        self.answers.set()
        self.gives_up = False

    def get_password(self, service: str, username: str) -> str | None:
        assert self.answers.wait(60)
        if self.gives_up:
            raise TimeoutError
        return super().get_password(service, username)


@pytest.fixture
def silent(cloud: SampleCloud) -> Iterator[SilentKeyring]:
    """Give a keyring with the sample's profiles."""
    silent = SilentKeyring()
    yield silent
    silent.answers.set()


@pytest.fixture
def slow_fleet(silent: SilentKeyring, cloud: SampleCloud, tmp_path: Path) -> Fleet:
    store = ProfileStore(silent, tmp_path / "lock")
    for sample in cloud.profiles:
        store.add(Profile(sample.name, sample.name, sample.regions))
    return Fleet(store)


def test_what_is_known_is_listed_while_the_keyring_does_not_answer(
    slow_fleet: Fleet, silent: SilentKeyring, cloud: SampleCloud
) -> None:
    fleet = slow_fleet.started()
    silent.answers.clear()
    cloud.endpoint.recorder.clear()
    fleet.now += 600
    fleet.refresher.refresh()
    wait_until(lambda: {state.listed_at for state in fleet.listing.scopes} == {fleet.now}, "a refresh")
    ((about, problem),) = fleet.rested().problems
    assert (about, problem.code) == (Source.KEYRING, "keyring-waited-for")
    assert len(fleet.listing.profiles) == 2
    calls = len(cloud.endpoint.recorder.calls())
    silent.answers.set()
    wait_until(lambda: not fleet.listing.problems, "the keyring to have answered")
    fleet.rested()
    assert len(cloud.endpoint.recorder.calls()) == calls, "nothing new was read, and nothing is listed again"


def test_what_the_keyring_tells_late_is_listed(slow_fleet: Fleet, silent: SilentKeyring) -> None:
    fleet = slow_fleet.started()
    fleet.store.remove("research")
    silent.answers.clear()
    fleet.refresher.refresh()
    wait_until(lambda: fleet.listing.problems, "the word that it takes long")
    silent.answers.set()
    wait_until(lambda: len(fleet.listing.profiles) == 1 and not fleet.listing.problems, "the change")


def test_a_keyring_that_never_answers_is_said_and_looked_at_again(slow_fleet: Fleet, silent: SilentKeyring) -> None:
    fleet = slow_fleet.started()
    silent.answers.clear()
    fleet.refresher.refresh()
    wait_until(lambda: fleet.listing.problems, "the word that it takes long")
    silent.gives_up = True
    silent.answers.set()
    wait_until(lambda: fleet.listing.problems[0][1].code == "keyring-silent", "the keyring to be given up")
    assert len(fleet.rested().notebooks) == 8
    silent.gives_up = False
    fleet.now += 15
    fleet.refresher.presence_changed()
    wait_until(lambda: not fleet.listing.problems, "the keyring to be looked at again")


def test_before_the_keyring_has_answered_nothing_is_said_of_profiles(slow_fleet: Fleet, silent: SilentKeyring) -> None:
    fleet = slow_fleet
    silent.answers.clear()
    fleet.refresher.start()
    wait_until(lambda: fleet.listing.problems, "the word that it takes long")
    assert fleet.listing.phase is Phase.READING_KEYRING
    assert not fleet.listing.keyring_read
    silent.gives_up = True
    silent.answers.set()
    wait_until(lambda: fleet.listing.problems[0][1].code == "keyring-silent", "the keyring to be given up")
    wait_until(lambda: fleet.listing.phase is Phase.RESTING, "the end of it")
    assert not fleet.listing.keyring_read, "what can't be read is not none"


def test_a_keyring_that_fails_keeps_what_was_known(store: ProfileStore, tmp_path: Path) -> None:
    fleet = Fleet(store).started()

    def broken(*, ask: bool) -> int:
        raise failure("Keyring locked", "It is locked.", "Unlock it.", Kind.KEYRING)

    store.generation = broken  # type: ignore[assignment, method-assign]
    fleet.refresher.refresh()
    wait_until(lambda: fleet.listing.problems, "the problem")
    assert fleet.listing.problems[0][0] == Source.KEYRING
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
    wait_until(lambda: fleet.listing.problems, "the user to cancel")
    fleet.rested()
    asked = asking.asked
    before = len(fleet.seen)
    fleet.refresher.refresh()
    wait_until(lambda: len(fleet.seen) > before and fleet.rested(), "the refresh")
    with pytest.raises(TrayError, match="Keyring locked"):
        fleet.store.generation(ask=False)  # as is looked every 15 s
    assert asking.asked == asked
    assert fleet.listing.problems[0][1].title == "Keyring locked"
    fleet.refresher.refresh(ask=True)
    wait_until(lambda: asking.asked > asked, "the user to be asked again")


def test_no_keyring_at_all_is_a_problem_with_a_remedy(cloud: SampleCloud, tmp_path: Path) -> None:
    none = keyring.backends.fail.Keyring()  # type: ignore[no-untyped-call]
    fleet = Fleet(ProfileStore(none, tmp_path / "lock")).started()
    ((subject, problem),) = fleet.listing.problems
    assert (subject, problem.kind) == (Source.KEYRING, Kind.KEYRING)
    assert problem.remedy


def test_profiles_changed_elsewhere_are_followed(fleet: Fleet, store: ProfileStore) -> None:
    fleet.started()
    store.remove("research")
    fleet.refresher.refresh()
    wait_until(lambda: len(fleet.listing.notebooks) == 3, "the other profile's only")


def test_a_profile_whose_aws_profile_is_gone_hides_no_other(fleet: Fleet, store: ProfileStore) -> None:
    store.add(Profile("old", "gone"))
    listing = fleet.started().listing
    assert len(listing.notebooks) == 8
    ((subject, problem),) = listing.problems
    assert (subject, problem.title) == ("old", "AWS profile not found")


def test_an_aws_config_that_makes_no_sense_is_said(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.files.config.write_text("[profile research\n")
    fleet.started()
    assert Source.AWS_CONFIG in dict(fleet.listing.problems)


@pytest.mark.only_on("linux", "darwin", reason="links in folders")
def test_an_aws_config_that_may_not_be_read_is_said_and_mended(fleet: Fleet, cloud: SampleCloud) -> None:
    text = cloud.files.config.read_text()
    cloud.files.config.unlink()
    cloud.files.config.symlink_to(cloud.files.config)  # the system refuses it to root too
    fleet.started()
    assert "can't be read" in dict(fleet.listing.problems)[Source.AWS_CONFIG].message
    cloud.files.config.unlink()
    cloud.files.config.write_text(text)
    fleet.refresher.refresh()
    wait_until(lambda: not fleet.listing.problems, "it to be read again")


def test_a_wrong_setting_is_said_of_its_profile_alone(
    fleet: Fleet, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_MAX_ATTEMPTS", raising=False)
    text = cloud.files.config.read_text()
    cloud.files.config.write_text(text.replace("[profile research]\n", "[profile research]\nmax_attempts = many\n"))
    fleet.started()
    wrong = {state.scope.profile: state.problem for state in fleet.listing.scopes if state.problem}
    assert set(wrong) == {"research"}
    assert f"({cloud.files.config}, line 2)" in wrong["research"].message
    assert wrong["research"].kind is Kind.CONFIGURATION


def test_opening_hands_the_url_off_and_is_shown_meanwhile(fleet: Fleet, cloud: SampleCloud) -> None:
    fleet.started().gate.clear()
    notebook = fleet.notebook("churn-model")
    fleet.open(notebook, View.LAB, 1800)
    fleet.open(notebook, View.LAB, 1800)
    fleet.open(notebook, View.CLASSIC, 3600)
    assert [(c.view, c.session_seconds) for c in opening(fleet)] == [(View.LAB, 1800), (View.CLASSIC, 3600)]
    fleet.gate.set()
    wait_until(lambda: fleet.idle(), "both to be open")
    assert sorted(urlsplit(url).query.endswith("view=lab") for url in fleet.handed) == [False, True]
    asked = cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl")
    assert sorted(call.parameters["SessionExpirationDurationInSeconds"] for call in asked) == [1800, 3600]
    assert fleet.told == []


def test_what_goes_wrong_is_told_and_shown_until_the_next_choice(fleet: Fleet, cloud: SampleCloud) -> None:
    notebook = fleet.started().notebook("churn-model")
    cloud.endpoint.faults.add(
        Fault(Trouble.ERROR, "AccessDeniedException", operation="CreatePresignedNotebookInstanceUrl", times=1)
    )
    fleet.open(notebook, View.LAB, 1800)
    wait_until(lambda: fleet.snapshot.tasks.notice and fleet.idle(), "the notice")
    ((subject, problem),) = fleet.told
    assert (subject, problem.title) == ("Opening churn-model", "Access denied")
    assert fleet.handed == []
    fleet.open(notebook, View.LAB, 1800)
    assert fleet.snapshot.tasks.notice is None
    wait_until(lambda: fleet.handed, "the second try")


def test_a_refresh_by_hand_ends_what_is_shown_of_a_failure(fleet: Fleet, cloud: SampleCloud) -> None:
    notebook = fleet.started().notebook("churn-model")
    cloud.endpoint.faults.add(
        Fault(Trouble.ERROR, "AccessDeniedException", operation="CreatePresignedNotebookInstanceUrl", times=1)
    )
    fleet.open(notebook, View.LAB, 1800)
    wait_until(lambda: fleet.snapshot.tasks.notice and fleet.idle(), "the notice")
    assert needs_attention(fleet.snapshot)
    fleet.do(Refresh())
    assert not needs_attention(fleet.snapshot)


def test_what_was_stopped_meanwhile_is_said_so(fleet: Fleet, cloud: SampleCloud) -> None:
    notebook = fleet.started().notebook("churn-model")
    cloud.endpoint.world.stop("111122223333", "eu-west-1", "churn-model")
    fleet.open(notebook, View.LAB, 1800)
    wait_until(lambda: fleet.told, "the notice")
    _, problem = fleet.told[0]
    assert problem.title == "Not running any more"
    assert "churn-model" in problem.message
    assert "Stop" in problem.message  # its status, as AWS says it
    assert problem.request_id
    wait_until(lambda: not fleet.notebook("churn-model").running, "the refresh that follows")


def test_the_help_shows_copies_and_checks(fleet: Fleet) -> None:
    fleet.do(CopyDetails("what went wrong"))
    wait_until(lambda: fleet.copied == ["what went wrong"], "the details")
    fleet.do(CheckComputer())
    wait_until(lambda: fleet.copied[1:] == ["the report"], "the report")
    for command, shown in ((OpenLog(), "log"), (ShowPage(Page.ISSUES), "Issues")):
        fleet.do(command)
        wait_until(lambda shown=shown: shown in fleet.shown, "it to be shown")


def test_what_is_being_asked_is_known_while_it_is(fleet: Fleet, cloud: SampleCloud) -> None:
    fleet.started()
    assert (fleet.listing.asking, fleet.listing.asking_since) == ((), None)
    cloud.endpoint.faults.add(Fault(Trouble.HANG, region="us-east-1"))
    fleet.do(Refresh())
    wait_until(lambda: [scope.region for scope in fleet.listing.asking] == ["us-east-1"], "it to wait for one")
    assert fleet.listing.asking_since is not None
    fleet.now += 12
    assert "Asking us-east-1, 12 s" in state_line(fleet.snapshot, fleet.now)


def test_the_activation_of_a_click_goes_with_its_url_and_ends(fleet: Fleet, cloud: SampleCloud) -> None:
    notebook = fleet.started().notebook("churn-model")
    fleet.gate.clear()
    ended: list[str] = []

    def activation(name: str) -> Activation:
        return Activation(name, lambda _: ended.append(name))

    fleet.open(notebook, View.LAB, 1800, activation("first"))
    wait_until(lambda: fleet.tokens == ["first"], "the browser to be given it")
    fleet.open(notebook, View.LAB, 1800, activation("the same again"))
    assert ended == ["the same again"]
    fleet.gate.set()
    wait_until(lambda: fleet.idle(), "the opening to be done")
    assert ended == ["the same again", "first"]
    cloud.endpoint.faults.add(
        Fault(Trouble.ERROR, "AccessDeniedException", operation="CreatePresignedNotebookInstanceUrl", times=1)
    )
    fleet.open(notebook, View.LAB, 1800, activation("refused"))
    wait_until(lambda: fleet.told, "the notice")
    wait_until(lambda: ended[2:] == ["refused"], "its end")
    assert fleet.tokens == ["first"]


def test_an_error_of_our_own_is_told_too(fleet: Fleet) -> None:
    def broken(url: str, _activation: Activation | None) -> None:
        raise RuntimeError(f"oh {url}")

    fleet.opener._hand_off = broken
    fleet.open(fleet.started().notebook("churn-model"), View.LAB, 1800)
    wait_until(lambda: fleet.told, "the notice")
    assert "authToken" not in fleet.told[0][1].text()


def test_a_link_is_copied(fleet: Fleet) -> None:
    notebook = fleet.started().notebook("churn-model")
    fleet.do(CopyLink("research", notebook.arn, View.LAB, 1800))
    wait_until(lambda: fleet.copied, "the link")
    assert "authToken=" in fleet.copied[0]
    assert fleet.handed == []


def test_a_session_length_is_set_for_every_profile_and_kept(fleet: Fleet, store: ProfileStore) -> None:
    store.change("research", lambda profile: replace(profile, view=View.CLASSIC))
    fleet.started().do(SetSessionLength(3600))
    wait_until(lambda: {p.session_seconds for p in fleet.listing.profiles} == {3600}, "the new length")
    assert [(p.session_seconds, p.view) for p in store.load().profiles] == [(3600, View.CLASSIC), (3600, View.LAB)]


def test_a_view_is_set_for_every_profile_and_kept(fleet: Fleet, store: ProfileStore) -> None:
    fleet.started().do(SetView(View.CLASSIC))
    wait_until(lambda: {p.view for p in fleet.listing.profiles} == {View.CLASSIC}, "the new view")
    assert {p.view for p in store.load().profiles} == {View.CLASSIC}


def test_what_was_opened_last_is_known_and_kept(fleet: Fleet) -> None:
    notebook = fleet.started().notebook("churn-model")
    fleet.do(CopyLink("research", notebook.arn, View.LAB, 1800))
    wait_until(lambda: fleet.copied, "the link")
    assert fleet.snapshot.last_opened is None
    fleet.open(notebook, View.LAB, 1800)
    assert fleet.snapshot.last_opened == LastOpened("research", notebook.arn)
    wait_until(lambda: fleet.kept == [LastOpened("research", notebook.arn)], "it to be kept")


def test_a_profile_unchecked_and_checked_again_is_as_it_was(fleet: Fleet, store: ProfileStore) -> None:
    fleet.started().do(UncheckProfile("research"))
    wait_until(lambda: len(fleet.listing.profiles) == 1, "it to be gone")
    wait_until(lambda: len(fleet.listing.notebooks) == 3, "its notebooks to be gone")
    assert [profile.name for profile in store.load().profiles] == ["forecasting"]
    fleet.do(CheckProfile("research"))
    wait_until(lambda: len(fleet.listing.notebooks) == 8, "all of it to be back")
    assert store.load().profiles[0].regions == ("eu-west-1", "us-east-1")


def test_a_profile_unchecked_in_an_earlier_run_comes_back_as_it_was(
    fleet: Fleet, store: ProfileStore, cloud: SampleCloud
) -> None:
    store.change("research", lambda it: replace(it, name="mine", session_seconds=3600, view=View.CLASSIC))
    before = store.load().profiles
    fleet.started().do(UncheckProfile("mine"))
    wait_until(lambda: fleet.listing.unchecked == before[:1], "it to be unchecked")
    assert cloud.endpoint
    another = Fleet(store).started()
    assert another.listing.unchecked == before[:1]
    assert "mine" not in {notebook.scope.profile for notebook in another.listing.notebooks}
    another.do(CheckProfile("research", "mine"))
    wait_until(lambda: another.listing.profiles == before, "all of it to be back")
    assert not another.listing.unchecked


def test_a_profile_of_the_name_of_an_unchecked_one_of_another_aws_profile_loses_nothing(
    fleet: Fleet, store: ProfileStore
) -> None:
    store.change("research", lambda it: replace(it, aws_profile="forecasting"))
    store.uncheck("research")
    fleet.started().do(CheckProfile("research"))
    wait_until(lambda: fleet.done(), "it to be added")
    loaded = store.load()
    assert {it.name: it.aws_profile for it in loaded.profiles} == {
        "forecasting": "forecasting",
        "research 2": "research",
    }
    assert [(it.name, it.aws_profile) for it in loaded.unchecked] == [("research", "forecasting")]


@pytest.mark.parametrize("refused", [UncheckProfile("research"), CheckProfile("research")])
def test_a_choice_that_the_keyring_refused_and_is_made_again_counts_once(
    fleet: Fleet, store: ProfileStore, monkeypatch: pytest.MonkeyPatch, refused: UncheckProfile | CheckProfile
) -> None:
    before = {profile.name: profile for profile in store.load().profiles}
    fleet.started()

    def choose(command: UncheckProfile | CheckProfile) -> None:
        if command == refused:
            with monkeypatch.context() as locked:
                locked.setattr(ledger, "commit", lambda *_: broken_write())
                fleet.do(command)
                wait_until(lambda: fleet.told and fleet.idle(), "it to be refused")
        done = len(fleet.done())
        fleet.do(command)
        wait_until(lambda: len(fleet.done()) > done, "it to be done")

    def broken_write() -> None:
        raise failure("Keyring locked", "It is locked.", "Unlock it.", Kind.KEYRING)

    choose(UncheckProfile("research"))
    choose(CheckProfile("research"))
    assert {profile.name: profile for profile in store.load().profiles} == before


def test_a_profile_checked_for_the_first_time(cloud: SampleCloud, tmp_path: Path) -> None:
    fleet = Fleet(ProfileStore(MemoryKeyring(), tmp_path / "lock")).started()
    assert not fleet.listing.profiles
    fleet.do(CheckProfile("forecasting"))
    wait_until(lambda: len(fleet.listing.notebooks) == 3, "its notebooks")
    assert fleet.listing.profiles == (Profile("forecasting", "forecasting"),)


def test_checking_under_a_name_that_is_taken_loses_nothing(fleet: Fleet, store: ProfileStore) -> None:
    store.change("research", lambda profile: replace(profile, aws_profile="forecasting"))
    fleet.started().do(CheckProfile("research"))
    wait_until(lambda: len(store.load().profiles) == 3, "a profile under another name")
    by_name = {profile.name: profile.aws_profile for profile in store.load().profiles}
    assert by_name == {"research": "forecasting", "forecasting": "forecasting", "research 2": "research"}
