"""`notebook-tray stop --all-i-opened`, and looks that are turned off, against the embedded endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.contract.test_cli import Run
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tests.contract.test_cli_power import ACCOUNT, REGION, SCHEMAS, STOPPED, asked
from tests.contract.test_cli_power import cloud as cloud
from tests.support.cloud import SampleCloud, calls
from tests.support.endpoint.faults import Fault, Trouble
from tray.demo.world import Status
from tray.fleet.files.state_file import state_folder
from tray.fleet.opening import jupyter_asking
from tray.fleet.opening.opened_here import OpenedFile
from tray.model.power import Opened

BUSY, RETIRED, OTHER = "churn-model", "claims-text-mining", "demand-forecast"
PRESIGN = "CreatePresignedNotebookInstanceUrl"
Note = Callable[..., None]


@pytest.fixture
def opened(imported: Run, cloud: SampleCloud) -> Note:
    listed = {each["name"]: each for each in imported("list", "--json").json["notebooks"]}

    def opened(*names: str) -> None:
        file = OpenedFile(state_folder() / "opened.json")
        now = cloud.endpoint.world.clock().timestamp()
        for name in names:
            file.change(Opened(listed[name]["profile"], listed[name]["arn"], now))
        cloud.endpoint.recorder.clear()

    return opened


def kept() -> list[str]:
    noted = json.loads((state_folder() / "opened.json").read_text())["opened"]
    return [each["arn"].rpartition("/")[2] for each in noted]


def stopped(cloud: SampleCloud) -> set[str]:
    return {call.parameters["NotebookInstanceName"] for call in cloud.endpoint.recorder.calls("StopNotebookInstance")}


def test_all_that_were_opened_are_stopped_and_no_other(imported: Run, cloud: SampleCloud, opened: Note) -> None:
    opened(BUSY, OTHER)
    refused = imported("stop", "--all-i-opened")
    assert refused.status == 2
    assert "notebook-tray stop --all-i-opened --yes" in refused.err
    assert f"{BUSY}, {OTHER}" in refused.err
    done = imported("stop", "--all-i-opened", "--yes")
    assert (done.status, done.out) == (0, f"{BUSY} is stopping.\n{OTHER} is stopping.\n")
    assert stopped(cloud) == {BUSY, OTHER}


def test_what_commands_open_and_start_belongs_to_it(
    imported: Run, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tray.desktop.browser import handoff

    monkeypatch.setattr(handoff, "hand_off", lambda *_args, **_more: None)
    assert imported("open", BUSY).status == 0
    assert imported("start", STOPPED).status == 0
    assert imported("start", OTHER).status == 0, "it ran already"
    assert kept() == [BUSY, STOPPED]


def test_on_a_terminal_there_is_one_question_with_a_line_for_each(
    imported: Run, cloud: SampleCloud, opened: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(BUSY, OTHER)
    no = asked(imported, monkeypatch, "n\n", "stop", "--all-i-opened")
    assert no.status == 130
    assert f"{BUSY}: 2 kernels running since " in no.err
    assert f"{OTHER}: No sign of work since " in no.err
    assert no.err.count("[y/N]") == 1
    assert "Stop 2 notebook instances?" in no.err
    assert stopped(cloud) == set()
    assert asked(imported, monkeypatch, "y\n", "stop", "--all-i-opened").status == 0
    assert stopped(cloud) == {BUSY, OTHER}


def test_one_that_may_never_start_again_is_left_out(imported: Run, cloud: SampleCloud, opened: Note) -> None:
    opened(BUSY, RETIRED)
    done = imported("stop", "--all-i-opened", "--yes")
    assert done.status == 1
    assert stopped(cloud) == {BUSY}
    assert f"notebook-tray stop {RETIRED} --yes --even-if-it-may-never-start-again" in done.err
    assert imported("stop", "--all-i-opened", "--yes", "--even-if-it-may-never-start-again").status == 2


def test_only_what_is_idle(imported: Run, cloud: SampleCloud, opened: Note) -> None:
    opened(BUSY, OTHER)
    done = imported("stop", "--all-i-opened", "--yes", "--if-idle", "30m")
    assert (done.status, done.out) == (1, f"{OTHER} is stopping.\n")
    assert "2 kernels running since" in done.err
    assert stopped(cloud) == {OTHER}


def test_what_is_stopped_elsewhere_is_forgotten(imported: Run, cloud: SampleCloud, opened: Note) -> None:
    opened(BUSY, OTHER)
    world = cloud.endpoint.world
    world.put(replace(world.notebook(ACCOUNT, REGION, BUSY), status=Status.STOPPED))
    noted = OpenedFile(state_folder() / "opened.json")
    noted.change(replace(noted.load()[0], since=noted.load()[0].since - 120))
    assert imported("stop", "--all-i-opened", "--yes").out == f"{OTHER} is stopping.\n"
    assert kept() == [OTHER]
    assert imported("stop", "--all-i-opened", "--yes").out == "Nothing that you opened or started here runs.\n"


def test_a_stop_that_fails_keeps_no_other_from_it(imported: Run, cloud: SampleCloud, opened: Note) -> None:
    opened(BUSY, OTHER)
    cloud.endpoint.faults.add(
        Fault(Trouble.ERROR, "AccessDeniedException", operation="StopNotebookInstance", region=REGION)
    )
    done = imported("stop", "--all-i-opened", "--yes", "--json")
    assert done.status == 1
    assert [each["notebook"]["name"] for each in done.json["stopped"]] == [OTHER]
    assert [(each["notebook"]["name"], each["problem"]["code"]) for each in done.json["left"]] == [
        (BUSY, "access-denied")
    ]


def test_one_whose_platform_can_not_be_read_now_is_left_out(imported: Run, cloud: SampleCloud, opened: Note) -> None:
    opened(BUSY, OTHER)
    cloud.endpoint.faults.add(
        Fault(Trouble.ERROR, "InternalFailure", operation="DescribeNotebookInstance", region=REGION)
    )
    done = imported("stop", "--all-i-opened", "--yes")
    assert (done.status, done.out) == (1, f"{OTHER} is stopping.\n")
    assert stopped(cloud) == {OTHER}


@pytest.mark.parametrize(
    "args", [(), (BUSY, "--all-i-opened"), ("--all-i-opened", "--profile", "research"), ("--region", "x")]
)
def test_what_it_is_about_is_said_once(imported: Run, cloud: SampleCloud, args: tuple[str, ...]) -> None:
    refused = imported("stop", *args, "--yes")
    assert refused.status == 2
    assert "Give NAME, or --all-i-opened" in refused.err
    assert stopped(cloud) == set()


def turned_off() -> None:
    path = state_folder() / "looks.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"off": true}')


@pytest.mark.parametrize("how", ["setting", "option"])
def test_with_looks_turned_off_no_link_is_made_and_nothing_counts_as_idle(
    imported: Run, cloud: SampleCloud, opened: Note, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    opened(BUSY, OTHER)
    if how == "setting":
        turned_off()
    option = ["--no-look"] if how == "option" else []
    for target in ([BUSY], ["--all-i-opened"]):
        refused = imported("stop", *target, "--yes", "--if-idle", "30m", *option)
        assert refused.status == 2
        assert f"notebook-tray stop {target[0]} --if-idle 30m --look" in refused.err
        no = asked(imported, monkeypatch, "n\n", "stop", *target, *option)
        assert "Not looked whether anyone works there" in no.err
        assert "kernels running" not in no.err
    assert calls(cloud, PRESIGN) == 0
    assert stopped(cloud) == set()
    assert "kernels running" in asked(imported, monkeypatch, "n\n", "stop", BUSY, "--look").err
    assert calls(cloud, PRESIGN) == 1


@pytest.mark.only_on("linux", reason="jsonschema is not installed for the tests on Windows")
def test_json_is_of_the_form_that_is_documented(
    imported: Run, cloud: SampleCloud, opened: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    opened(BUSY, RETIRED)
    monkeypatch.setattr(jupyter_asking, "look_at", lambda *_: pytest.fail("with --yes there is no question"))
    form: dict[str, Any] = json.loads((SCHEMAS / "stop-all.json").read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    found = imported("stop", "--all-i-opened", "--yes", "--json").json
    Draft202012Validator(form).validate(found)
    assert list(form["properties"]) == list(found)
    for name in ("stopped", "left"):
        assert len(found[name]) == 1
        assert list(form["properties"][name]["items"]["properties"]) == list(found[name][0])


def test_what_a_stop_has_learnt_is_in_the_list(imported: Run, cloud: SampleCloud) -> None:
    assert imported("stop", RETIRED, "--yes").status == 2
    cloud.endpoint.recorder.clear()
    listed = {each["name"]: each["platform"] for each in imported("list", "--json").json["notebooks"]}
    assert (listed[RETIRED], listed[BUSY]) == ("notebook-al2-v2", None)
    assert calls(cloud, "DescribeNotebookInstance") == 0
    # Where it may not be described any more, what is known holds.
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation="DescribeNotebookInstance"))
    assert imported("stop", RETIRED, "--yes").status == 2
    assert stopped(cloud) == set()
