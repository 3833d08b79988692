"""Starting and stopping notebook instances against the embedded endpoint: from the choice to the browser."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, calls, impatient_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.power_fleet import Fleet
from tests.support.waiting import wait_until
from tray.demo.world import Durations, Status
from tray.fleet.power import start_steps
from tray.fleet.power.start_notes import StartNotes
from tray.fleet.power.start_times import StartTimes
from tray.fleet.power.starting import FRESH_SECONDS
from tray.menu.layout import menu
from tray.menu.words import state_line
from tray.model.activity import Activity
from tray.model.commands import (
    AskToStop,
    Dismiss,
    KeepClosed,
    KeepRunning,
    StopNotebook,
)
from tray.model.presence import Presence
from tray.model.transitions import START_STUCK_SECONDS
from tray.settings.profiles.store import ProfileStore

ACCOUNT, REGION, STOPPED, RUNNING = "111122223333", "eu-west-1", "customer-segments", "churn-model"


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    with impatient_cloud(tmp_path, monkeypatch, Durations(starting_seconds=0.3, stopping_seconds=0.3)) as cloud:
        yield cloud


@pytest.fixture
def fleet(store: ProfileStore) -> Fleet:
    return Fleet(store)


def test_a_stopped_one_is_started_followed_and_opened_once(fleet: Fleet, cloud: SampleCloud) -> None:
    command = fleet.begin(STOPPED)
    wait_until(lambda: fleet.snapshot.starts, "the start")
    assert f"{STOPPED}: Starting, " in state_line(fleet.snapshot, fleet.now)
    fleet.until(lambda: fleet.handed, "the browser")
    wait_until(lambda: not fleet.snapshot.starts, "its end")
    assert len(fleet.handed) == 1
    assert STOPPED in fleet.handed[0]
    assert command in fleet.done()
    wait_until(lambda: command.opens in fleet.done(), "the end of the opening")
    assert calls(cloud, "StartNotebookInstance") == 1
    fleet.now += 600
    fleet.refresher.refresh()
    fleet.rested()
    assert len(fleet.handed) == 1


def test_it_is_opened_when_jupyter_answers_and_not_before(store: ProfileStore) -> None:
    answers = threading.Event()
    fleet = Fleet(store, wait_for_jupyter=lambda *_: answers.wait(30))
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.snapshot.starts and fleet.snapshot.starts[0].answering, "it to run")
    assert f"{STOPPED}: Running, waiting for Jupyter" in state_line(fleet.snapshot, fleet.now)
    assert fleet.handed == []
    answers.set()
    fleet.until(lambda: fleet.handed, "the browser")


def test_a_plain_start_opens_nothing_and_is_told(fleet: Fleet) -> None:
    fleet.begin(STOPPED, opens=False)
    fleet.until(lambda: fleet.ready, "it to be told")
    assert fleet.handed == []


def test_one_that_is_starting_already_is_waited_for(fleet: Fleet, cloud: SampleCloud) -> None:
    world = cloud.endpoint.world
    starting = fleet.notebook("price-elasticity")
    account, region = starting.arn.split(":")[4], starting.scope.region
    soon = world.clock() + timedelta(seconds=1)
    world.put(replace(world.notebook(account, region, starting.name), due=soon))
    fleet.begin(starting.name)
    fleet.until(lambda: fleet.handed, "the browser")
    assert calls(cloud, "StartNotebookInstance") == 0


def test_not_opened_where_the_user_no_longer_wants_it(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.world.durations = Durations(starting_seconds=1.5)
    command = fleet.begin(STOPPED)
    wait_until(lambda: fleet.snapshot.starts, "the start")
    fleet.do(KeepClosed(command.arn))
    fleet.until(lambda: fleet.ready, "it to be told")
    assert fleet.handed == []


@pytest.mark.parametrize("why", ["away", "late"])
def test_nobody_is_surprised_by_a_window(store: ProfileStore, cloud: SampleCloud, why: str) -> None:
    cloud.endpoint.world.durations = Durations(starting_seconds=1.0)
    fleet = Fleet(store, presence=lambda: Presence(idle=why == "away"))
    fleet.begin(STOPPED)
    wait_until(lambda: fleet.snapshot.starts, "the start")
    fleet.now += FRESH_SECONDS + 1 if why == "late" else 0
    fleet.until(lambda: fleet.ready, "it to be told")
    assert fleet.handed == []


def test_why_it_failed_is_said(fleet: Fleet, cloud: SampleCloud) -> None:
    world = cloud.endpoint.world
    world.put(replace(world.notebook(ACCOUNT, REGION, STOPPED), start_failure="Insufficient capacity: no machine."))
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.told, "it to be told")
    ((subject, problem),) = fleet.told
    assert subject == f"Starting {STOPPED}"
    assert (problem.code, problem.title) == ("start-failed", "AWS has no ml.t3.large free now")
    assert "Insufficient capacity: no machine." in problem.message
    assert fleet.snapshot.tasks.notice is not None
    assert (fleet.handed, fleet.snapshot.starts) == ([], ())


def test_what_aws_denies_is_not_offered_again_for_an_hour(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation="StartNotebookInstance"))
    fleet.begin(STOPPED)
    wait_until(lambda: fleet.told, "it to be told")
    assert fleet.told[0][1].code == "access-denied"
    assert "sagemaker:StartNotebookInstance" in fleet.told[0][1].message

    def first(now: float) -> tuple[str, bool]:
        line = next(each for each in menu(fleet.snapshot, now) if each.label.startswith(f"{STOPPED} — "))
        return line.children[0].label, line.children[0].enabled

    assert first(fleet.now) == ("Start and open (4 h) — AWS doesn't allow it to you", False)
    assert first(fleet.now + 3601) == ("Start and open (4 h)", True)
    cloud.endpoint.faults.clear()
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.handed, "the browser")
    assert fleet.snapshot.denials == ()


def test_what_failed_is_no_longer_said_once_it_runs(fleet: Fleet, cloud: SampleCloud) -> None:
    world = cloud.endpoint.world
    world.put(replace(world.notebook(ACCOUNT, REGION, STOPPED), start_failure="Insufficient capacity."))
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.snapshot.tasks.notice, "it to be told")
    world.put(replace(world.notebook(ACCOUNT, REGION, STOPPED), status=Status.IN_SERVICE))
    fleet.now += 60
    fleet.refresher.refresh()
    wait_until(lambda: fleet.snapshot.tasks.notice is None, "it to go")


def test_a_failure_is_dismissed(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "ResourceLimitExceeded", operation="StartNotebookInstance"))
    fleet.begin(STOPPED)
    wait_until(lambda: fleet.snapshot.tasks.notice, "it to be told")
    fleet.do(Dismiss())
    assert fleet.snapshot.tasks.notice is None


def test_a_failed_one_is_started_again(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.world.set_capacity("us-east-1", "ml.g5.xlarge", free=True)
    fleet.begin("image-labels")
    fleet.until(lambda: fleet.told or fleet.handed, "its end")
    assert fleet.told == []


def test_started_as_another_type_and_nothing_else_is_changed(
    fleet: Fleet, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start_steps, "_CHANGING_SECONDS", 0.2)
    command = fleet.begin(STOPPED, instance_type="ml.t3.xlarge")
    fleet.until(lambda: fleet.handed, "the browser")
    assert command.instance_type == "ml.t3.xlarge"
    assert cloud.endpoint.world.notebook(ACCOUNT, REGION, STOPPED).instance_type == "ml.t3.xlarge"
    (call,) = [call for call in cloud.endpoint.recorder.calls() if call.operation == "UpdateNotebookInstance"]
    assert call.parameters == {"NotebookInstanceName": STOPPED, "InstanceType": "ml.t3.xlarge"}


@pytest.mark.parametrize(
    ("line", "in_log", "words"),
    [
        ("/bin/bash^M: bad interpreter: No such file or directory", "line-ends", "Windows' line ends"),
        ("OnStart.sh: line 3: initctl: command not found", "no-command", "a command that this platform"),
        ("curl: (6) Could not resolve host: pypi.org", "no-network", "could not reach the network"),
        ("all went well", "", ""),
    ],
)
def test_what_the_lifecycle_script_printed_is_told_without_secrets(
    fleet: Fleet, cloud: SampleCloud, line: str, in_log: str, words: str
) -> None:
    world = cloud.endpoint.world
    token = "FwoGZXIvYXdzE" + "A1b2C3d4" * 12
    said = (*(f"step {number}" for number in range(50)), f"export AWS_SESSION_TOKEN={token}", line)
    failure = "Notebook Instance Lifecycle Config took longer than 5 minutes."
    world.put(replace(world.notebook(ACCOUNT, REGION, STOPPED), start_failure=failure, start_log=said))
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.told, "it to be told")
    ((_, problem),) = fleet.told
    assert problem.title == "Its lifecycle script took too long"
    assert dict(problem.places)["in_log"] == in_log
    assert words in problem.remedy
    assert problem.lines[-1] == line
    assert 15 <= len(problem.lines) <= 20
    assert token not in str(problem)
    assert f"| {line}" in problem.text()


def test_without_the_permission_to_read_logs_it_is_said_where_they_are(fleet: Fleet, cloud: SampleCloud) -> None:
    world = cloud.endpoint.world
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation="GetLogEvents"))
    failure = "Notebook Instance Lifecycle Config failed."
    world.put(replace(world.notebook(ACCOUNT, REGION, STOPPED), start_failure=failure, start_log=("x",)))
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.told, "it to be told")
    ((_, problem),) = fleet.told
    assert (problem.code, problem.lines) == ("start-failed", ())
    assert f"stream {STOPPED}/LifecycleConfigOnStart" in problem.remedy


def test_a_refused_start_is_told_and_not_followed(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "ResourceLimitExceeded", operation="StartNotebookInstance"))
    fleet.begin(STOPPED)
    wait_until(lambda: fleet.told, "it to be told")
    assert fleet.told[0][1].code == "instance-limit"
    assert fleet.snapshot.starts == ()


def test_stopped_meanwhile_elsewhere(fleet: Fleet, cloud: SampleCloud) -> None:
    world = cloud.endpoint.world
    world.durations = Durations(starting_seconds=60)
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.snapshot.starts and fleet.snapshot.starts[0].pending, "it to start")
    stopped = replace(world.notebook(ACCOUNT, REGION, STOPPED), becomes=None, due=None)
    world.put(replace(stopped, status=Status.STOPPED))
    fleet.until(lambda: fleet.told, "it to be told")
    assert fleet.told[0][1].code == "start-ended"
    assert fleet.snapshot.starts == ()


def test_a_start_that_is_stuck_is_told_once(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.world.durations = Durations(starting_seconds=600)
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.snapshot.starts and fleet.snapshot.starts[0].pending, "it to start")
    fleet.now += START_STUCK_SECONDS
    for _ in range(3):
        fleet.now += 600
        fleet.refresher.refresh()
        fleet.rested()
    wait_until(lambda: fleet.told, "it to be told")
    assert [problem.code for _, problem in fleet.told] == ["start-stuck"]
    assert len(fleet.snapshot.starts) == 1


def test_a_start_goes_on_in_the_next_run(store: ProfileStore, cloud: SampleCloud, tmp_path: Path) -> None:
    cloud.endpoint.world.durations = Durations(starting_seconds=2.0)
    notes = StartNotes(tmp_path / "state" / "starts.json")
    first = Fleet(store, notes=notes)
    first.begin(STOPPED)
    wait_until(lambda: first.snapshot.starts, "the start")
    wait_until((tmp_path / "state" / "starts.json").exists, "the note")
    first.tasks.begin = lambda *_args, **_more: None  # type: ignore[method-assign]
    kept = json.loads((tmp_path / "state" / "starts.json").read_text())
    assert [each["arn"] for each in kept["under_way"]] == [first.notebook(STOPPED).arn]
    second = Fleet(store, notes=notes)
    second.now = first.now
    second.starting.resume()
    second.until(lambda: second.handed, "the browser")
    assert len(second.handed) == 1
    wait_until(lambda: json.loads((tmp_path / "state" / "starts.json").read_text())["under_way"] == [], "the note")


def test_how_long_it_takes_is_learnt(store: ProfileStore, cloud: SampleCloud, tmp_path: Path) -> None:
    times = StartTimes(tmp_path / "start-times.json")
    fleet = Fleet(store, times=times)
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.handed, "the browser")
    arn = fleet.notebook(STOPPED).arn
    expected = times.expected_seconds(arn, "ml.t3.large")
    assert expected is not None
    assert expected > 0
    assert times.expected_seconds("another", "ml.t3.large") == expected
    assert times.expected_seconds("another", "ml.m5.large") is None


def test_the_last_five_starts_count_and_no_sleep(tmp_path: Path) -> None:
    times = StartTimes(tmp_path / "start-times.json")
    for seconds in (900.0, 900.0, 900.0, 100.0, 110.0, 9000.0, 120.0):
        times.learn("arn", "ml.t3.large", seconds)
    assert times.expected_seconds("arn", "") == 120.0
    times.learn("arn", "ml.t3.large", 130.0)
    assert StartTimes(tmp_path / "start-times.json").expected_seconds("arn", "") == 120.0


def test_a_question_comes_before_a_stop(fleet: Fleet, cloud: SampleCloud) -> None:
    notebook = fleet.notebook(RUNNING)
    fleet.do(AskToStop(notebook.scope.profile, notebook.arn))
    wait_until(lambda: fleet.questions, "the question")
    assert [each.notebook.name for each in fleet.snapshot.questions] == [RUNNING]
    assert calls(cloud, "StopNotebookInstance") == 0
    assert fleet.questions[0].details is not None
    assert isinstance(fleet.questions[0].activity, Activity)
    fleet.do(KeepRunning(notebook.arn))
    assert fleet.snapshot.questions == ()
    fleet.do(StopNotebook(notebook.scope.profile, notebook.arn))
    fleet.until(lambda: fleet.notebook(RUNNING).status == "Stopped", "it to stop")
    assert calls(cloud, "StopNotebookInstance") == 1
    assert fleet.told == []


def test_a_look_is_taken_once_in_ten_minutes(fleet: Fleet, cloud: SampleCloud) -> None:
    notebook = fleet.notebook(RUNNING)
    ask = AskToStop(notebook.scope.profile, notebook.arn)
    for asked in (1, 2):
        fleet.do(ask)
        wait_until(lambda asked=asked: len(fleet.questions) == asked, "the question")
        wait_until(fleet.idle, "its end")
    looks = calls(cloud, "CreatePresignedNotebookInstanceUrl")
    assert looks == 1
    fleet.now += 601
    fleet.stopping.forget_old()
    assert fleet.snapshot.questions == ()
    fleet.do(ask)
    wait_until(lambda: calls(cloud, "CreatePresignedNotebookInstanceUrl") == 2, "another look")


@pytest.mark.parametrize("platform", ["notebook-al1-v1", "notebook-al2-v1", "notebook-al2-v2", "notebook-al2-v3"])
def test_one_that_may_never_start_again_is_asked_about_twice(fleet: Fleet, cloud: SampleCloud, platform: str) -> None:
    world = cloud.endpoint.world
    world.put(replace(world.notebook(ACCOUNT, REGION, RUNNING), platform=platform))
    notebook = fleet.notebook(RUNNING)
    stop = StopNotebook(notebook.scope.profile, notebook.arn)
    fleet.do(stop)
    wait_until(lambda: fleet.questions, "the question")
    wait_until(fleet.idle, "its end")
    assert fleet.questions[0].second
    assert calls(cloud, "StopNotebookInstance") == 0
    fleet.do(replace(stop, for_good=True))
    wait_until(lambda: calls(cloud, "StopNotebookInstance") == 1, "it to stop")


def test_questions_about_what_no_longer_runs_go(fleet: Fleet, cloud: SampleCloud) -> None:
    notebook = fleet.notebook(RUNNING)
    fleet.do(AskToStop(notebook.scope.profile, notebook.arn))
    wait_until(lambda: fleet.snapshot.questions, "the question")
    cloud.endpoint.world.stop(ACCOUNT, REGION, RUNNING)
    fleet.refresher.refresh()
    wait_until(lambda: not fleet.snapshot.questions, "it to go")
    assert fleet.notebook(RUNNING).status != "InService"


_DAMAGED = ("", "{", "[]", "null", "[" * 9000, "\x00")


@pytest.mark.parametrize(
    "text",
    [*_DAMAGED, '{"under_way":7}', '{"under_way":[{"arn":1}]}', '{"under_way":[7]}', '{"took":{}}'],
)
def test_notes_that_are_damaged_count_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "starts.json").write_text(text)
    assert StartNotes(tmp_path / "starts.json").load(1_800_000_000.0) == ()


@pytest.mark.parametrize(
    "text", [*_DAMAGED, '{"took":{"a":["x"]}}', '{"took":{"a":7}}', '{"took":[]}', '{"took":{"a":[-1]}}']
)
def test_times_that_are_damaged_count_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "start-times.json").write_text(text)
    times = StartTimes(tmp_path / "start-times.json")
    assert times.expected_seconds("a", "") is None
    times.learn("a", "ml.t3.large", 100.0)
    assert times.expected_seconds("a", "") == 100.0


def test_notes_have_no_secrets_and_are_the_user_s_alone(store: ProfileStore, tmp_path: Path) -> None:
    notes, times = tmp_path / "starts.json", tmp_path / "start-times.json"
    fleet = Fleet(store, notes=StartNotes(notes), times=StartTimes(times))
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.handed, "the browser")
    for path in (notes, times):
        assert "authToken" not in path.read_text()
        # Windows keeps no modes: there, the folder is the user's alone.
        assert sys.platform == "win32" or path.stat().st_mode & 0o077 == 0
