"""Starts and stops that meet others: a second click, another program, another profile, a network that goes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.cloud import SampleCloud, calls, impatient_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.power_fleet import Fleet
from tests.support.waiting import wait_until
from tray.demo.world import Durations, Status
from tray.fleet.power import start_steps
from tray.fleet.power.start_notes import StartNotes
from tray.fleet.power.start_times import StartTimes
from tray.menu.power import facts_of
from tray.model.activity import Activity
from tray.model.commands import AskToStop, KeepClosed, OpenNotebook, StartNotebook, StopNotebook, UncheckProfile
from tray.model.notebooks import AuthorizedUrl, Notebook, Scope
from tray.model.power import Details, Power
from tray.model.problems import Kind, TrayError
from tray.model.transitions import START_STUCK_SECONDS
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

ACCOUNT, REGION, STOPPED, RUNNING = "111122223333", "eu-west-1", "customer-segments", "churn-model"


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    monkeypatch.setattr(start_steps, "_CHANGING_SECONDS", 0.2)
    with impatient_cloud(
        tmp_path, monkeypatch, Durations(starting_seconds=0.3, stopping_seconds=0.3, updating_seconds=0.5)
    ) as cloud:
        yield cloud


@pytest.fixture
def fleet(store: ProfileStore) -> Fleet:
    return Fleet(store)


def started(fleet: Fleet) -> None:
    wait_until(lambda: fleet.snapshot.starts, "the start")
    wait_until(fleet.idle, "the call to end")


def test_a_second_click_starts_nothing_twice_and_opens_once(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.world.durations = Durations(starting_seconds=2)
    plain = fleet.begin(STOPPED, opens=False)
    opening = fleet.begin(STOPPED)
    started(fleet)
    fleet.do(plain)
    fleet.do(opening)
    fleet.until(lambda: fleet.handed, "the browser")
    wait_until(lambda: not fleet.snapshot.starts and fleet.idle(), "its end")
    assert (len(fleet.handed), fleet.ready, fleet.told) == (1, [], [])
    assert calls(cloud, "StartNotebookInstance") == 1


def test_a_click_while_jupyter_is_waited_for_opens_once(store: ProfileStore, cloud: SampleCloud) -> None:
    answers, asked = threading.Event(), []

    def wait(_: Notebook) -> None:
        asked.append(1)
        answers.wait(30)

    fleet = Fleet(store, wait_for_jupyter=wait)
    fleet.begin(STOPPED, opens=False)
    fleet.until(lambda: fleet.snapshot.starts and fleet.snapshot.starts[0].answering, "it to run")
    fleet.begin(STOPPED)
    fleet.refresher.refresh()
    fleet.rested()
    answers.set()
    fleet.until(lambda: fleet.handed, "the browser")
    wait_until(lambda: not fleet.snapshot.starts and fleet.idle(), "its end")
    assert (len(fleet.handed), fleet.ready, asked) == (1, [], [1])


def test_what_another_program_has_just_started_is_followed(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.world.start(ACCOUNT, REGION, STOPPED)  # the list still says Stopped
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.handed or fleet.told, "the browser")
    assert fleet.told == []


def test_what_another_program_has_just_stopped_is_stopped(fleet: Fleet, cloud: SampleCloud) -> None:
    notebook = fleet.notebook(RUNNING)
    cloud.endpoint.world.stop(ACCOUNT, REGION, RUNNING)
    stop = StopNotebook(notebook.scope.profile, notebook.arn)
    fleet.do(stop)
    wait_until(lambda: fleet.ended, "its end")
    assert stop in fleet.done()
    assert fleet.told == []


def test_another_type_is_not_promised_to_a_start_under_way(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.world.durations = Durations(starting_seconds=60)
    fleet.begin(STOPPED)
    started(fleet)
    fleet.begin(STOPPED, instance_type="ml.t3.xlarge")
    wait_until(lambda: fleet.told, "it to be told")
    assert fleet.told[0][1].code == "cannot-start-now"
    assert len(fleet.snapshot.starts) == 1
    assert calls(cloud, "UpdateNotebookInstance") == 0


def test_what_is_chosen_while_the_type_changes_counts(fleet: Fleet, cloud: SampleCloud) -> None:
    command = fleet.begin(STOPPED, instance_type="ml.t3.xlarge")
    fleet.begin(STOPPED)
    fleet.do(KeepClosed(command.arn))
    fleet.until(lambda: fleet.ready or fleet.told or fleet.handed, "its end")
    assert (fleet.handed, fleet.told, len(fleet.ready)) == ([], [], 1)
    assert calls(cloud, "StartNotebookInstance") == 1


def test_a_network_that_goes_after_the_change_of_the_type_ends_no_start(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.world.durations = Durations(starting_seconds=0.3, updating_seconds=1.5)
    fleet.begin(STOPPED, instance_type="ml.t3.xlarge")
    wait_until(lambda: calls(cloud, "UpdateNotebookInstance"), "the change")
    cloud.endpoint.faults.add(Fault(Trouble.DROP, operation="ListNotebookInstances", times=3))
    fleet.until(lambda: fleet.handed or fleet.told, "the browser")
    assert fleet.told == []
    assert cloud.endpoint.world.notebook(ACCOUNT, REGION, STOPPED).instance_type == "ml.t3.xlarge"


def test_a_change_that_fails_is_told_with_its_reason_and_starts_nothing(fleet: Fleet, cloud: SampleCloud) -> None:
    world = cloud.endpoint.world
    world.durations = Durations(updating_seconds=600)
    fleet.begin(STOPPED, instance_type="ml.t3.xlarge")
    wait_until(lambda: calls(cloud, "UpdateNotebookInstance"), "the change")
    failed = replace(world.notebook(ACCOUNT, REGION, STOPPED), becomes=None, due=None, status=Status.FAILED)
    world.put(replace(failed, failure_reason="Insufficient capacity: none."))
    wait_until(lambda: fleet.told, "it to be told")
    assert fleet.told[0][1].code == "start-failed"
    assert calls(cloud, "StartNotebookInstance") == 0


def test_changes_of_the_type_keep_no_other_click_waiting(
    store: ProfileStore, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one worker for the calls: what waits for minutes must not have it."""
    cloud.endpoint.world.durations = Durations(updating_seconds=600)
    fleet = Fleet(store, workers=1)
    fleet.begin(STOPPED, instance_type="ml.t3.xlarge")
    wait_until(lambda: calls(cloud, "UpdateNotebookInstance"), "the change")
    notebook = fleet.notebook(RUNNING)
    fleet.do(StopNotebook(notebook.scope.profile, notebook.arn))
    wait_until(lambda: calls(cloud, "StopNotebookInstance"), "the other click")
    monkeypatch.setattr(start_steps, "_CHANGE_SECONDS", 0.0)
    cloud.endpoint.world.put(replace(cloud.endpoint.world.notebook(ACCOUNT, REGION, STOPPED), becomes=None, due=None))


def test_looks_keep_no_answer_waiting(store: ProfileStore, cloud: SampleCloud) -> None:
    ends = threading.Event()

    def look(_: Notebook) -> Activity | None:
        ends.wait(30)
        return None

    fleet = Fleet(store, workers=1, look=look)
    notebook = fleet.notebook(RUNNING)
    fleet.do(AskToStop(notebook.scope.profile, notebook.arn))
    fleet.do(StopNotebook(notebook.scope.profile, notebook.arn))
    wait_until(lambda: calls(cloud, "StopNotebookInstance"), "the stop")
    ends.set()


def test_what_the_user_stops_while_jupyter_is_waited_for_is_not_opened(store: ProfileStore, cloud: SampleCloud) -> None:
    answers = threading.Event()
    fleet = Fleet(store, wait_for_jupyter=lambda *_: answers.wait(30))
    command = fleet.begin(STOPPED)
    fleet.until(lambda: fleet.snapshot.starts and fleet.snapshot.starts[0].answering, "it to run")
    fleet.do(StopNotebook(command.profile, command.arn))
    fleet.until(lambda: fleet.notebook(STOPPED).status == "Stopped", "it to stop")
    assert fleet.snapshot.starts == ()
    fleet.begin(STOPPED, opens=False)
    started(fleet)
    answers.set()
    fleet.until(lambda: fleet.ready, "the second start")
    assert (fleet.handed, fleet.told, len(fleet.ready)) == ([], [], 1)


def test_what_someone_else_stops_while_jupyter_is_waited_for_is_told_once(
    store: ProfileStore, cloud: SampleCloud
) -> None:
    answers = threading.Event()
    fleet = Fleet(store, wait_for_jupyter=lambda *_: answers.wait(30))
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.snapshot.starts and fleet.snapshot.starts[0].answering, "it to run")
    cloud.endpoint.world.stop(ACCOUNT, REGION, STOPPED)
    fleet.refresher.refresh()
    fleet.until(lambda: fleet.told, "it to be told")
    answers.set()
    wait_until(fleet.idle, "all to end")
    assert [problem.code for _, problem in fleet.told] == ["start-ended"]
    assert fleet.handed == []


def test_one_that_is_removed_while_it_starts_is_told(fleet: Fleet, cloud: SampleCloud) -> None:
    world = cloud.endpoint.world
    world.durations = Durations(starting_seconds=600)
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.snapshot.starts and fleet.snapshot.starts[0].pending, "it to start")
    world.remove(ACCOUNT, REGION, STOPPED)
    fleet.now += 100
    fleet.refresher.refresh()
    fleet.until(lambda: fleet.told, "it to be told")
    assert [problem.code for _, problem in fleet.told] == ["start-ended"]
    assert "or was removed" in fleet.told[0][1].message
    assert fleet.snapshot.starts == ()


def test_a_start_of_a_profile_that_is_no_longer_listed_is_followed_no_longer(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.world.durations = Durations(starting_seconds=600)
    command = fleet.begin(STOPPED)
    fleet.until(lambda: fleet.snapshot.starts and fleet.snapshot.starts[0].pending, "it to start")
    fleet.do(UncheckProfile(command.profile))
    fleet.until(lambda: not fleet.snapshot.starts, "it to be left")
    assert fleet.told == []


def test_where_one_profile_can_list_no_longer_another_s_list_counts(
    store: ProfileStore, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(Profile("second", cloud.profiles[0].name, (REGION,)))
    cloud.endpoint.world.durations = Durations(starting_seconds=3)
    fleet = Fleet(store)
    command = fleet.begin(STOPPED)
    started(fleet)
    presign = fleet.cloud.create_presigned_url

    def presigned(notebook: Notebook, *more: Any) -> AuthorizedUrl:
        assert notebook.scope.profile == "second"
        return presign(notebook, *more)

    listed = fleet.cloud.list_notebooks

    def refused(scope: Scope, *more: str) -> tuple[Notebook, ...]:
        if scope.profile == command.profile:
            raise TrayError("credentials-expired", kind=Kind.SIGN_IN, aws_profile="x", profile="x", how="keys")
        return listed(scope, *more)

    monkeypatch.setattr(fleet.cloud, "list_notebooks", refused)
    monkeypatch.setattr(fleet.cloud, "create_presigned_url", presigned)
    fleet.until(lambda: fleet.handed or fleet.told, "the browser")
    assert fleet.told == []
    assert STOPPED in fleet.handed[0]


def test_a_list_right_after_the_start_that_shows_what_was_before_is_asked_for_again(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next list that nobody asks for would come minutes later."""
    shown = fleet.cloud.list_notebooks
    stale: list[int] = []

    def late(scope: Scope, *more: str) -> tuple[Notebook, ...]:
        found = shown(scope, *more)
        if fleet.snapshot.starts and len(stale) < 2 and scope.region == REGION:
            stale.append(1)
            return tuple(replace(each, status="Stopped") if each.name == STOPPED else each for each in found)
        return found

    monkeypatch.setattr(fleet.cloud, "list_notebooks", late)
    begun = fleet.now
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.handed, "the browser")
    assert fleet.now - begun < 60
    assert fleet.told == []
    assert stale


def test_a_sleep_is_no_start_that_is_stuck(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.world.durations = Durations(starting_seconds=600)
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.snapshot.starts and fleet.snapshot.starts[0].pending, "it to start")
    fleet.now += 2 * START_STUCK_SECONDS
    fleet.starting.follow()
    assert fleet.told == []
    fleet.refresher.refresh()
    fleet.until(lambda: fleet.told, "the list after it")
    assert [problem.code for _, problem in fleet.told] == ["start-stuck"]


def test_what_is_not_seen_from_its_beginning_to_its_end_teaches_no_time(
    store: ProfileStore, cloud: SampleCloud, tmp_path: Path
) -> None:
    times = StartTimes(tmp_path / "times.json")
    cloud.endpoint.world.durations = Durations(starting_seconds=1.5)
    cloud.endpoint.world.start(ACCOUNT, REGION, STOPPED)
    fleet = Fleet(store, times=times)
    fleet.begin(STOPPED)  # of one that has been starting for a while
    fleet.until(lambda: fleet.handed, "the browser")
    arn = fleet.notebook(STOPPED).arn
    assert times.expected_seconds(arn, "") is None
    cloud.endpoint.world.stop(ACCOUNT, REGION, STOPPED)
    fleet.until(lambda: fleet.notebook(STOPPED).status == "Stopped", "it to stop")
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.snapshot.starts and fleet.snapshot.starts[0].pending, "it to start")
    fleet.now += 1200  # asleep
    fleet.until(lambda: not fleet.snapshot.starts, "its end")
    assert times.expected_seconds(arn, "") is None


def test_a_question_about_what_runs_no_longer_is_not_asked(fleet: Fleet, cloud: SampleCloud) -> None:
    notebook = fleet.notebook(STOPPED)
    fleet.do(AskToStop(notebook.scope.profile, notebook.arn))
    wait_until(lambda: fleet.told, "it to be told")
    assert fleet.told[0][1].code == "cannot-stop-now"
    assert (fleet.questions, fleet.snapshot.questions) == ([], ())


def test_where_the_platform_can_not_be_read_the_question_says_so(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.world.put(
        replace(cloud.endpoint.world.notebook(ACCOUNT, REGION, RUNNING), platform="notebook-al1-v1")
    )
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation=Power.DESCRIBE.value))
    notebook = fleet.notebook(RUNNING)
    fleet.do(AskToStop(notebook.scope.profile, notebook.arn))
    wait_until(lambda: fleet.questions, "the question")
    assert (
        facts_of(fleet.questions[0], time.time())[0]
        == "Its platform can't be read: if AWS has retired it, it may never start again"
    )
    wait_until(fleet.idle, "its end")
    # As soon as it can be read, it is asked about twice.
    cloud.endpoint.faults.clear()
    fleet.do(StopNotebook(notebook.scope.profile, notebook.arn))
    wait_until(lambda: len(fleet.questions) == 2, "the second question")
    assert fleet.questions[1].second
    assert calls(cloud, "StopNotebookInstance") == 0


def test_the_opening_of_another_profile_s_click_is_kept(fleet: Fleet, cloud: SampleCloud) -> None:
    """A plain start after one that opens takes nothing back."""
    cloud.endpoint.world.durations = Durations(starting_seconds=1)
    opening = fleet.begin(STOPPED)
    assert isinstance(opening.opens, OpenNotebook)
    fleet.do(StartNotebook(opening.profile, opening.arn))
    fleet.until(lambda: fleet.handed or fleet.ready, "its end")
    assert (len(fleet.handed), fleet.ready) == (1, [])


def test_a_wait_that_fails_still_ends_in_the_browser_and_is_no_secret(store: ProfileStore) -> None:
    def wait(_: Notebook) -> None:
        raise ArithmeticError("an error of ours")

    fleet = Fleet(store, wait_for_jupyter=wait)
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.handed, "the browser")
    wait_until(lambda: fleet.errors, "the error")
    assert [type(error) for error in fleet.errors] == [ArithmeticError]
    assert (len(fleet.handed), fleet.snapshot.starts) == (1, ())


def test_the_next_run_tells_of_a_start_that_ended_with_the_program_in_the_change(
    store: ProfileStore, cloud: SampleCloud, tmp_path: Path
) -> None:
    cloud.endpoint.world.durations = Durations(updating_seconds=1.5)
    notes = StartNotes(tmp_path / "starts.json")
    first = Fleet(store, notes=notes)
    first.cloud.start = lambda _: time.sleep(60)  # type: ignore[method-assign,assignment] # the program has ended
    first.begin(STOPPED, instance_type="ml.t3.xlarge")
    wait_until(lambda: calls(cloud, "UpdateNotebookInstance"), "the change")
    second = Fleet(store, notes=notes)
    second.now = first.now
    second.starting.resume()
    second.until(lambda: second.told, "it to be told")
    assert [problem.code for _, problem in second.told] == ["start-ended"]
    wait_until(lambda: notes.load(second.now) == (), "the note to go")


def test_credentials_that_are_denied_are_no_denial_of_the_start(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """A role that can't be had this minute would else take the line from the menu for an hour."""
    places = {"aws_profile": "p", "key": "", "user": "", "why": "", "explicitly": False}
    where: dict[str, Any] = {**places, "profile": "p", "region": REGION, "arn": "*", "action": "sts:AssumeRole"}
    denied = TrayError("access-denied", kind=Kind.DENIED, **where)
    no_role = TrayError("no-permission-set", kind=Kind.DENIED, aws_profile="p", profile="p", role="r", account="1")
    for number, error in enumerate((denied, no_role), 1):

        def start(_: Notebook, error: TrayError = error) -> None:
            raise error

        monkeypatch.setattr(fleet.cloud, "start", start)
        fleet.begin(STOPPED)
        wait_until(lambda number=number: len(fleet.told) == number and fleet.idle(), "its end")
        assert fleet.snapshot.denials == (), error.problem.code


def test_a_start_while_the_failure_of_the_last_is_explained_begins(
    fleet: Fleet, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = cloud.endpoint.world
    world.put(replace(world.notebook(ACCOUNT, REGION, STOPPED), start_failure="Insufficient capacity."))
    explains, describe = threading.Event(), fleet.cloud.describe

    def described(notebook: Notebook) -> Details:
        explains.wait(30)
        return describe(notebook)

    monkeypatch.setattr(fleet.cloud, "describe", described)
    command = fleet.begin(STOPPED)
    fleet.until(lambda: fleet.snapshot.starts and fleet.idle(), "the start")
    fleet.until(lambda: not fleet.snapshot.starts and not fleet.idle(), "the failure")
    world.put(replace(world.notebook(ACCOUNT, REGION, STOPPED), start_failure=""))
    fleet.do(command)
    fleet.until(lambda: fleet.handed, "the second start")
    explains.set()
    wait_until(fleet.idle, "all to end")
    assert calls(cloud, "StartNotebookInstance") == 2
