"""`notebook-tray start`, `stop` and `open --start` against the embedded endpoint."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_cli import Ran, Run
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tests.support.cloud import SampleCloud, calls, sample_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tray.demo.world import Durations
from tray.fleet.opening import jupyter_asking
from tray.fleet.power import bring_up
from tray.model.activity import Activity, Reason

ACCOUNT, REGION, STOPPED, RUNNING = "111122223333", "eu-west-1", "customer-segments", "churn-model"
SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr(bring_up, "TRANSITION_SECONDS", 0.2)
    monkeypatch.setattr(jupyter_asking, "_EVERY_SECONDS", 0.2)
    monkeypatch.setattr(jupyter_asking, "READY_WITHIN_SECONDS", 1.0)
    with sample_cloud(tmp_path) as cloud:
        cloud.into(monkeypatch)
        cloud.endpoint.world.durations = Durations(starting_seconds=0.5, stopping_seconds=0.5)
        yield cloud


def status(cloud: SampleCloud, name: str) -> str:
    return cloud.endpoint.world.notebook(ACCOUNT, REGION, name).status


def test_start_waits_until_it_runs(imported: Run, cloud: SampleCloud) -> None:
    started = imported("start", STOPPED)
    assert started.status == 0, started
    assert started.out.startswith(f"{STOPPED} has started, after ")
    assert status(cloud, STOPPED) == "InService"
    again = imported("start", STOPPED, "--json").json
    assert again["notebook"]["status"] == "InService"
    assert again["notebook"]["name"] == STOPPED
    assert calls(cloud, "StartNotebookInstance") == 1, "what runs is not started"


def test_what_is_starting_is_waited_for(imported: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.world.start(ACCOUNT, REGION, STOPPED)
    assert imported("start", STOPPED).status == 0
    assert calls(cloud, "StartNotebookInstance") == 0


def test_a_start_that_fails_says_why(imported: Run, cloud: SampleCloud) -> None:
    world = cloud.endpoint.world
    world.put(replace(world.notebook(ACCOUNT, REGION, STOPPED), start_failure="Insufficient capacity: none."))
    failed = imported("start", STOPPED)
    assert failed.status == 1
    assert "AWS has no ml.t3.large free now" in failed.err
    assert "Insufficient capacity: none." in failed.err


def test_a_network_that_goes_for_a_while_ends_no_start(
    imported: Run, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = bring_up._looked
    outages = iter([True, True])

    def looking(*args: Any) -> Any:
        if next(outages, False):
            cloud.endpoint.faults.add(Fault(Trouble.DROP, operation="ListNotebookInstances"))
        else:
            cloud.endpoint.faults.clear()
        return looked(*args)

    monkeypatch.setattr(bring_up, "_looked", looking)
    assert imported("start", STOPPED).status == 0


@pytest.mark.parametrize("name", ["survey-cleaning"])
def test_what_is_stopping_can_not_be_started_yet(imported: Run, name: str) -> None:
    refused = imported("start", name)
    assert refused.status == 1
    assert "Wait until it has stopped." in refused.err
    assert f"notebook-tray open {name} --start" in refused.err


def test_open_starts_first(imported: Run, cloud: SampleCloud) -> None:
    assert imported("open", STOPPED, "--print-url").status == 1
    opened = imported("open", STOPPED, "--start", "--print-url")
    assert opened.status == 0, opened
    assert opened.out.startswith("http://127.0.0.1:")
    assert status(cloud, STOPPED) == "InService"


def test_stop_without_a_terminal_wants_yes(imported: Run, cloud: SampleCloud) -> None:
    refused = imported("stop", RUNNING)
    assert refused.status == 2
    assert f"notebook-tray stop {RUNNING} --yes" in refused.err
    stopped = imported("stop", RUNNING, "--yes")
    assert (stopped.status, stopped.out) == (0, f"{RUNNING} is stopping.\n")
    assert calls(cloud, "StopNotebookInstance") == 1
    again = imported("stop", RUNNING, "--yes")
    assert (again.status, calls(cloud, "StopNotebookInstance")) == (0, 1), "what is stopping is not stopped again"


def asked(imported: Run, monkeypatch: pytest.MonkeyPatch, answers: str, *args: str) -> Ran:
    terminal = io.StringIO(answers)
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", terminal)
    return imported(*args)


def test_on_a_terminal_it_asks(imported: Run, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    no = asked(imported, monkeypatch, "n\n", "stop", RUNNING)
    assert no.status == 130
    assert "Whatever runs in it ends" in no.err
    assert "Stop churn-model?" in no.err
    assert calls(cloud, "StopNotebookInstance") == 0
    assert asked(imported, monkeypatch, "y\n", "stop", RUNNING).status == 0
    assert calls(cloud, "StopNotebookInstance") == 1


def test_one_that_may_never_start_again_needs_more_than_yes(
    imported: Run, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = cloud.endpoint.world
    world.put(replace(world.notebook(ACCOUNT, REGION, RUNNING), platform="notebook-al2-v1"))
    refused = imported("stop", RUNNING, "--yes")
    assert refused.status == 2
    assert "notebook-al2-v1" in refused.err
    assert f"notebook-tray stop {RUNNING} --yes --even-if-it-may-never-start-again" in refused.err
    assert asked(imported, monkeypatch, "y\nn\n", "stop", RUNNING).status == 130
    assert calls(cloud, "StopNotebookInstance") == 0
    assert imported("stop", RUNNING, "--yes", "--even-if-it-may-never-start-again").status == 0
    assert calls(cloud, "StopNotebookInstance") == 1


@pytest.mark.parametrize(
    "found",
    [
        Activity(unknown=Reason.REFUSED),
        Activity(busy=1),
        Activity(),
    ],
    ids=["unknown", "busy", "nothing known"],
)
def test_in_doubt_it_is_not_stopped(
    imported: Run, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, found: Activity
) -> None:
    monkeypatch.setattr(jupyter_asking, "look_at", lambda *_: found)
    refused = imported("stop", RUNNING, "--yes", "--if-idle", "30m")
    assert refused.status == 1
    assert "was not stopped" in refused.err
    assert calls(cloud, "StopNotebookInstance") == 0


@pytest.mark.parametrize("given", ["", "x", "30", "0m", "-5m", "30 minutes"])
def test_what_is_no_time_is_refused_before_any_call(imported: Run, cloud: SampleCloud, given: str) -> None:
    cloud.endpoint.recorder.clear()
    refused = imported("stop", RUNNING, "--yes", "--if-idle", given)
    assert refused.status == 2
    assert not cloud.endpoint.recorder.calls()


def test_without_the_permission_to_describe_it_can_be_stopped(imported: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation="DescribeNotebookInstance"))
    assert imported("stop", RUNNING, "--yes").status == 0


@pytest.mark.only_on("linux", reason="jsonschema is not installed for the tests on Windows")
@pytest.mark.parametrize(
    ("args", "schema"),
    [
        (["start", STOPPED, "--json"], "start"),
        (["stop", RUNNING, "--yes", "--json"], "stop"),
        (["open", RUNNING, "--for", "90m", "--json"], "open"),
    ],
)
def test_json_is_of_the_form_that_is_documented(
    imported: Run, args: list[str], schema: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    browser = tmp_path / "browser.py"
    browser.write_text("import sys, urllib.request\nurllib.request.urlopen(sys.argv[1]).read()\n")
    monkeypatch.setenv("BROWSER", f"{sys.executable} {browser} %s")

    form: dict[str, Any] = json.loads((SCHEMAS / f"{schema}.json").read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    found = imported(*args).json
    Draft202012Validator(form).validate(found)
    # The link is given out by `open --print-url` alone.
    assert [each for each in form["properties"] if each != "url"] == list(found)
    assert list(form["properties"]["notebook"]["properties"]) == list(found["notebook"])
