"""Stopping all that the user opened here, and looks that are turned off, against the embedded endpoint."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, calls, impatient_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.power_fleet import Fleet
from tests.support.waiting import wait_until
from tray.demo.activity import JupyterActivity, Kernel
from tray.demo.world import Durations, Status
from tray.fleet.opened import running_of
from tray.fleet.power.stopping import ASKED_SECONDS
from tray.menu.stop_all import asks_to_stop_all, facts_of_all, stops_all
from tray.model.commands import (
    AskToStop,
    AskToStopAll,
    KeepAllRunning,
    KeepClosed,
    SetLooks,
    StopNotebook,
)
from tray.model.notebooks import Notebook
from tray.model.power import StopAllQuestion
from tray.settings.profiles.store import ProfileStore

ACCOUNT, REGION, STOPPED = "111122223333", "eu-west-1", "customer-segments"
BUSY, RETIRED, OTHER = "churn-model", "claims-text-mining", "demand-forecast"
PRESIGN = "CreatePresignedNotebookInstanceUrl"


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    with impatient_cloud(tmp_path, monkeypatch, Durations(starting_seconds=0.3, stopping_seconds=0.3)) as cloud:
        yield cloud


@pytest.fixture
def fleet(store: ProfileStore, tmp_path: Path) -> Fleet:
    return made(store, tmp_path)


def made(store: ProfileStore, tmp_path: Path) -> Fleet:
    fleet = Fleet(store, opened_path=tmp_path / "state" / "opened.json", looks_path=tmp_path / "state" / "looks.json")
    fleet.now = 2_000_000_000.0  # later than the endpoint's clock: what runs, runs since before
    fleet.refresher.refresh()
    return fleet


def open_(fleet: Fleet, *names: str) -> None:
    for name in names:
        fleet.now += 1
        fleet.do(fleet.opens(name))
        wait_until(lambda name=name: fleet.opens(name) in fleet.done(), "it to be opened")
    wait_until(lambda: fleet.opened_here._workers._running == 0, "it to be noted")


def ask(fleet: Fleet) -> StopAllQuestion:
    command = asks_to_stop_all(fleet.snapshot)
    assert command is not None
    before = len(fleet.questions_of_all)
    fleet.do(command)
    wait_until(lambda: len(fleet.questions_of_all) > before, "the question")
    question = fleet.snapshot.stop_all
    assert question == fleet.questions_of_all[-1]
    return question


def names(question: StopAllQuestion) -> tuple[list[str], list[str]]:
    return [each.notebook.name for each in question.each], [each.notebook.name for each in question.apart]


def test_one_look_and_one_question_then_each_is_stopped(fleet: Fleet, cloud: SampleCloud) -> None:
    open_(fleet, BUSY, OTHER)
    cloud.endpoint.recorder.clear()
    question = ask(fleet)
    assert names(question) == ([OTHER, BUSY], [])
    facts = facts_of_all(question, time.time())
    assert facts[0].startswith(f"{OTHER}: No sign of work since ")
    assert facts[1].startswith(f"{BUSY}: 2 kernels running since ")
    assert (calls(cloud, PRESIGN), calls(cloud, "DescribeNotebookInstance")) == (2, 2)
    assert calls(cloud, "StopNotebookInstance") == 0
    fleet.do(stops_all(question))
    fleet.until(lambda: calls(cloud, "StopNotebookInstance") == 2, "both to be stopped")
    assert fleet.snapshot.stop_all is None
    stopped = {
        call.parameters["NotebookInstanceName"] for call in cloud.endpoint.recorder.calls("StopNotebookInstance")
    }
    assert stopped == {BUSY, OTHER}
    fleet.now += 120
    fleet.until(lambda: not fleet.snapshot.opened, "them to be forgotten")
    assert asks_to_stop_all(fleet.snapshot) is None


def test_one_that_may_never_start_again_is_asked_about_apart_and_twice(fleet: Fleet, cloud: SampleCloud) -> None:
    open_(fleet, BUSY, RETIRED, OTHER)
    question = ask(fleet)
    assert names(question) == ([OTHER, BUSY], [RETIRED])
    fleet.do(stops_all(question))
    fleet.until(lambda: calls(cloud, "StopNotebookInstance") == 2, "the others to be stopped")
    notebook = fleet.notebook(RETIRED)
    it = (notebook.scope.profile, notebook.arn)
    fleet.do(AskToStop(*it))
    wait_until(lambda: fleet.questions, "its own question")
    assert not fleet.questions[-1].second
    fleet.do(StopNotebook(*it))
    wait_until(lambda: fleet.questions[-1].second, "the second question")
    assert calls(cloud, "StopNotebookInstance") == 2
    fleet.do(StopNotebook(*it, for_good=True))
    fleet.until(lambda: calls(cloud, "StopNotebookInstance") == 3, "it to be stopped")


def test_even_a_confirmation_that_names_it_does_not_stop_it_unasked(fleet: Fleet, cloud: SampleCloud) -> None:
    notebook = fleet.notebook(RETIRED)
    from tray.model.commands import StopAll

    fleet.do(StopAll(((notebook.scope.profile, notebook.arn),)))
    wait_until(lambda: fleet.questions, "the second question")
    assert fleet.questions[-1].second
    assert calls(cloud, "StopNotebookInstance") == 0


def test_a_failed_stop_keeps_no_other_from_being_stopped(fleet: Fleet, cloud: SampleCloud) -> None:
    open_(fleet, BUSY, OTHER)
    question = ask(fleet)
    world = cloud.endpoint.world
    notebook = fleet.notebook(OTHER)
    account, region = notebook.arn.split(":")[4], notebook.scope.region
    world.put(replace(world.notebook(account, region, OTHER), status=Status.UPDATING))
    fleet.do(stops_all(question))
    fleet.until(lambda: fleet.told and calls(cloud, "StopNotebookInstance") == 2, "the end of both")
    assert [subject for subject, _ in fleet.told] == [f"Stopping {OTHER}"]
    assert world.notebook(ACCOUNT, REGION, BUSY).status in (Status.STOPPING, Status.STOPPED)


def test_it_is_looked_at_most_once_in_ten_minutes(fleet: Fleet, cloud: SampleCloud) -> None:
    open_(fleet, BUSY, OTHER)
    cloud.endpoint.recorder.clear()
    ask(fleet)
    fleet.do(KeepAllRunning())
    assert fleet.snapshot.stop_all is None
    ask(fleet)
    notebook = fleet.notebook(BUSY)
    fleet.do(AskToStop(notebook.scope.profile, notebook.arn))
    wait_until(lambda: fleet.questions, "its own question")
    assert calls(cloud, PRESIGN) == 2
    fleet.now += ASKED_SECONDS
    fleet.stopping_all.forget_old()
    assert fleet.snapshot.stop_all is None, "it is too old"
    ask(fleet)
    assert calls(cloud, PRESIGN) == 4


def test_what_is_started_here_and_kept_closed_belongs_to_it(
    store: ProfileStore, cloud: SampleCloud, tmp_path: Path
) -> None:
    fleet = made(store, tmp_path)
    cloud.endpoint.world.durations = Durations(starting_seconds=1.0)
    cloud.endpoint.world.set_quota(ACCOUNT, REGION, "ml.t3.large", None)
    command = fleet.begin(STOPPED)
    wait_until(lambda: fleet.snapshot.starts, "the start")
    fleet.do(KeepClosed(command.arn))
    fleet.until(lambda: fleet.ready, "it to be told")
    assert fleet.handed == []
    assert fleet.ready[-1].kept_closed
    kept = json.loads((tmp_path / "state" / "opened.json").read_text())
    assert [each["arn"] for each in kept["opened"]] == [command.arn]
    # The next run of the program knows of it.
    again = made(store, tmp_path)
    again.opened_here.load()
    wait_until(lambda: again.snapshot.opened, "it to be known")
    assert [each.name for each in running_of(again.snapshot.opened, fleet.listing)] == [STOPPED]


@pytest.mark.parametrize("wanted_again", [False, True])
def test_a_change_of_mind_while_aws_is_being_asked_counts(fleet: Fleet, cloud: SampleCloud, wanted_again: bool) -> None:
    asked, answer = threading.Event(), threading.Event()
    start = fleet.cloud.start

    def slow(notebook: Notebook) -> None:
        asked.set()
        assert answer.wait(30)
        start(notebook)

    fleet.cloud.start = slow  # type: ignore[method-assign]
    command = fleet.begin(STOPPED)
    assert asked.wait(30)
    fleet.do(KeepClosed(command.arn))
    if wanted_again:
        fleet.do(command)
    answer.set()
    fleet.until(lambda: fleet.handed if wanted_again else fleet.ready, "its end")
    assert (len(fleet.handed), [each.kept_closed for each in fleet.ready]) == ((1, []) if wanted_again else (0, [True]))
    assert calls(cloud, "StartNotebookInstance") == 1


def test_what_is_waited_for_but_was_started_elsewhere_does_not(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.world.start(ACCOUNT, REGION, STOPPED)
    fleet.refresher.refresh()
    fleet.until(lambda: fleet.notebook(STOPPED).status != "Stopped", "it to start")
    fleet.begin(STOPPED, opens=False)
    fleet.until(lambda: fleet.ready, "it to be told")
    assert fleet.snapshot.opened == ()


def test_with_looks_turned_off_no_link_is_made(fleet: Fleet, cloud: SampleCloud, tmp_path: Path) -> None:
    open_(fleet, BUSY, OTHER)
    fleet.do(SetLooks(False))
    wait_until(lambda: SetLooks(False) in fleet.done(), "the choice to be stored")
    assert json.loads((tmp_path / "state" / "looks.json").read_text()) == {"off": True}
    cloud.endpoint.recorder.clear()
    question = ask(fleet)
    assert all(each.not_looked for each in question.each)
    notebook = fleet.notebook(BUSY)
    fleet.do(AskToStop(notebook.scope.profile, notebook.arn))
    wait_until(lambda: fleet.questions, "its own question")
    assert fleet.questions[-1].not_looked
    assert calls(cloud, PRESIGN) == 0
    # Turned on again, it is looked at once.
    fleet.do(SetLooks(True))
    fleet.do(AskToStop(notebook.scope.profile, notebook.arn))
    wait_until(lambda: fleet.questions[-1].activity, "a question after a look")
    assert calls(cloud, PRESIGN) == 1


def test_the_setting_lasts_and_says_where_it_does_not(store: ProfileStore, tmp_path: Path) -> None:
    fleet = made(store, tmp_path)
    fleet.do(SetLooks(False))
    wait_until(lambda: SetLooks(False) in fleet.done(), "the choice to be stored")
    again = made(store, tmp_path)
    again.look_choice.load()
    assert again.snapshot.looks_off
    (tmp_path / "file").write_text("")
    refused = Fleet(store, looks_path=tmp_path / "file" / "looks.json")
    refused.do(SetLooks(False))
    wait_until(lambda: refused.told, "the failure")
    assert refused.told[0][1].code == "looks-not-kept"
    assert refused.snapshot.looks_off


def test_without_the_permission_to_describe_it_says_what_is_not_known(fleet: Fleet, cloud: SampleCloud) -> None:
    open_(fleet, BUSY, OTHER)
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation="DescribeNotebookInstance"))
    facts = facts_of_all(ask(fleet), time.time())
    assert all(fact.endswith("whether AWS starts it again can't be told") for fact in facts[:2])


def test_with_nothing_left_to_stop_it_says_so(fleet: Fleet, cloud: SampleCloud) -> None:
    fleet.do(AskToStopAll((("research", fleet.notebook(STOPPED).arn),)))
    wait_until(lambda: fleet.told, "it to be told")
    assert fleet.told[0][1].code == "nothing-to-stop"


def test_many_are_looked_at_together(fleet: Fleet, cloud: SampleCloud) -> None:
    world = cloud.endpoint.world
    one = world.notebook(ACCOUNT, REGION, BUSY)
    since = world.clock() - timedelta(hours=1)
    extra = [f"extra-{at}" for at in range(6)]
    world.put(*(replace(one, name=name, activity=JupyterActivity((Kernel(since),))) for name in extra))
    fleet.refresher.refresh()
    fleet.until(lambda: all(any(n.name == name for n in fleet.listing.notebooks) for name in extra), "them")
    open_(fleet, *extra)
    question = ask(fleet)
    assert len(question.each) == 6
    assert all(each.activity is not None and each.activity.busy == 1 for each in question.each)
