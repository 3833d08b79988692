"""`notebook-tray move-platform` against the embedded endpoint: what is sent, what is asked first, and that nothing else
moves a notebook instance."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.contract.test_cli import Run
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tests.contract.test_cli_power import ACCOUNT, REGION, RUNNING, SCHEMAS, STOPPED, asked
from tests.contract.test_cli_power import cloud as cloud
from tests.support.cloud import SampleCloud, calls
from tests.support.endpoint.faults import Fault, Trouble
from tray.demo.world import Durations, Status
from tray.fleet.power import moving, start_steps

OLD, NEW = "notebook-al2-v2", "notebook-al2023-v2"
CONFIRMED = ("--yes", "--without-a-way-back")


@pytest.fixture(autouse=True)
def _old(cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(start_steps, "_CHANGING_SECONDS", 0.1)
    world = cloud.endpoint.world
    world.durations = Durations(0.3, 0.3, 0.3)
    world.put(replace(world.notebook(ACCOUNT, REGION, STOPPED), platform=OLD, lifecycle_config="tools"))
    yield
    cloud.endpoint.faults.clear()


def platform(cloud: SampleCloud) -> str:
    return cloud.endpoint.world.notebook(ACCOUNT, REGION, STOPPED).platform


def test_only_name_and_platform_are_sent(imported: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.recorder.clear()
    moved = imported("move-platform", STOPPED, "--to", NEW, *CONFIRMED)
    assert (moved.status, moved.out) == (
        0,
        f"{STOPPED} is on {NEW} now, and stopped. To start it: notebook-tray start {STOPPED}\n",
    )
    (update,) = cloud.endpoint.recorder.calls("UpdateNotebookInstance")
    assert update.parameters == {"NotebookInstanceName": STOPPED, "PlatformIdentifier": NEW}
    assert {call.operation for call in cloud.endpoint.recorder.calls()} == {
        "ListNotebookInstances",
        "DescribeNotebookInstance",
        "UpdateNotebookInstance",
    }
    notebook = cloud.endpoint.world.notebook(ACCOUNT, REGION, STOPPED)
    assert (notebook.platform, notebook.lifecycle_config, notebook.status) == (NEW, "tools", Status.STOPPED)
    again = imported("move-platform", STOPPED, "--to", NEW)
    assert (again.status, again.out) == (0, f"{STOPPED} is on {NEW} already.\n")
    assert calls(cloud, "UpdateNotebookInstance") == 1
    listed = {each["name"]: each["platform"] for each in imported("list", "--json").json["notebooks"]}
    assert listed[STOPPED] == NEW


@pytest.mark.parametrize("confirmed", [(), ("--yes",), ("--without-a-way-back",)])
def test_it_is_confirmed_twice(imported: Run, cloud: SampleCloud, confirmed: tuple[str, ...]) -> None:
    refused = imported("move-platform", STOPPED, "--to", NEW, *confirmed)
    assert refused.status == 2
    command = f"notebook-tray move-platform {STOPPED} --to {NEW} --yes --without-a-way-back"
    for words in (command, "/home/ec2-user/SageMaker", "amazon-linux-extras, initctl and cron", "no way back"):
        assert words in refused.err
    assert platform(cloud) == OLD


def test_on_a_terminal_it_says_what_it_means_and_asks_twice(
    imported: Run, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for answers in ("n\n", "y\nn\n"):
        no = asked(imported, monkeypatch, answers, "move-platform", STOPPED, "--to", NEW)
        assert no.status == 130
        assert "Conda environments and kernels may be missing" in no.err
        assert f"Move {STOPPED} from {OLD} to {NEW}?" in no.err
        assert ("There is no way back. Move" in no.err) is (answers != "n\n")
        assert platform(cloud) == OLD
    assert calls(cloud, "UpdateNotebookInstance") == 0
    assert asked(imported, monkeypatch, "y\ny\n", "move-platform", STOPPED, "--to", NEW).status == 0
    assert platform(cloud) == NEW


@pytest.mark.parametrize("to", ["notebook-al2-v3", "notebook-al1-v1", "x", ""])
def test_only_to_a_platform_that_there_is(imported: Run, cloud: SampleCloud, to: str) -> None:
    assert imported("move-platform", STOPPED, "--to", to, *CONFIRMED).status == 2
    assert calls(cloud, "UpdateNotebookInstance") == 0


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.STOPPED])
def test_only_what_is_stopped_is_moved(imported: Run, cloud: SampleCloud, status: Status) -> None:
    world = cloud.endpoint.world
    world.put(replace(world.notebook(ACCOUNT, REGION, STOPPED), status=status, becomes=None, due=None))
    refused = imported("move-platform", STOPPED, "--to", NEW, *CONFIRMED)
    assert refused.status == 1
    assert "Can't be moved now" in refused.err
    assert (f"notebook-tray stop {STOPPED}" in refused.err) is (status is Status.IN_SERVICE)
    assert calls(cloud, "UpdateNotebookInstance") == 0


def test_without_the_permission_to_describe_it_is_not_moved(imported: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation="DescribeNotebookInstance"))
    refused = imported("move-platform", STOPPED, "--to", NEW, *CONFIRMED)
    assert refused.status == 1
    assert "sagemaker:DescribeNotebookInstance" in refused.err
    assert calls(cloud, "UpdateNotebookInstance") == 0


def test_what_aws_refuses_is_told(imported: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation="UpdateNotebookInstance"))
    refused = imported("move-platform", STOPPED, "--to", NEW, *CONFIRMED)
    assert refused.status == 1
    assert "sagemaker:UpdateNotebookInstance" in refused.err


def test_a_networks_page_is_no_answer_of_aws(imported: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.GARBAGE, operation="UpdateNotebookInstance"))
    refused = imported("move-platform", STOPPED, "--to", NEW, *CONFIRMED)
    assert refused.status == 1
    assert "Not an answer of AWS" in refused.err
    assert calls(cloud, "UpdateNotebookInstance") == 1


def test_one_that_was_started_meanwhile_is_not_moved(
    imported: Run, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = cloud.endpoint.world
    update = world.update

    def started(*args: Any) -> None:
        world.put(replace(world.notebook(ACCOUNT, REGION, STOPPED), status=Status.PENDING))
        update(*args)

    monkeypatch.setattr(world, "update", started)
    refused = imported("move-platform", STOPPED, "--to", NEW, *CONFIRMED)
    assert refused.status == 1
    assert "Can't be moved now" in refused.err
    assert "is Pending, not Stopped" in refused.err


def test_a_move_that_aws_took_and_did_not_make_is_noticed(
    imported: Run, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud.endpoint.world, "update", lambda *_args: None)
    monkeypatch.setattr(moving, "SETTLING_SECONDS", 0.5)
    refused = imported("move-platform", STOPPED, "--to", NEW, *CONFIRMED)
    assert refused.status == 1
    assert f"but it is on {OLD}" in refused.err


def test_no_start_and_no_stop_moves_one(imported: Run, cloud: SampleCloud) -> None:
    world = cloud.endpoint.world
    world.put(replace(world.notebook(ACCOUNT, REGION, RUNNING), platform=OLD))
    refused = imported("start", STOPPED)
    assert refused.status == 1, "AWS starts none on that platform"
    assert "Its platform is retired" in refused.err
    assert f"notebook-tray move-platform {STOPPED} --to {NEW}" in refused.err
    assert imported("open", STOPPED, "--start", "--print-url").status == 1
    assert imported("stop", RUNNING, "--yes", "--even-if-it-may-never-start-again").status == 0
    assert calls(cloud, "UpdateNotebookInstance") == 0


@pytest.mark.only_on("linux", reason="jsonschema is not installed for the tests on Windows")
def test_json_is_of_the_form_that_is_documented(imported: Run, cloud: SampleCloud) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    form: dict[str, Any] = json.loads((SCHEMAS / "move-platform.json").read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    found = imported("move-platform", STOPPED, "--to", NEW, *CONFIRMED, "--json").json
    Draft202012Validator(form).validate(found)
    assert list(form["properties"]) == list(found)
    assert (found["from"], found["to"], found["notebook"]["platform"]) == (OLD, NEW, NEW)
