"""`notebook-tray keep` against the embedded endpoint."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_cli import Run
from tests.contract.test_cli import cloud as cloud
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tests.support.cloud import SampleCloud
from tray.fleet.files.state_file import state_folder
from tray.model.kept import MOST_KEPT

NAME, OTHER = "customer-segments", "churn-model"
ARN = "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/{}"
SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "keep.json"


def file() -> Path:
    return state_folder() / "kept-at-top.json"


def test_one_is_kept_listed_and_let_go(imported: Run) -> None:
    assert imported("keep").out == "Nothing is kept at the top of the menu.\n"
    assert imported("keep", NAME).out == f"{NAME} stands at the top of the menu from now on.\n"
    assert imported("keep", NAME).status == 0
    assert json.loads(file().read_text()) == {"kept": [ARN.format(NAME)]}
    if sys.platform != "win32":
        assert file().stat().st_mode & 0o777 == 0o600
    assert imported("keep").out.split() == ["NAME", "REGION", "ACCOUNT", NAME, "eu-west-1", "111122223333"]
    assert imported("keep", NAME, "--off").out == f"{NAME} is no longer kept at the top of the menu.\n"
    assert json.loads(file().read_text()) == {"kept": []}


def test_one_that_aws_lists_no_longer_is_let_go_without_asking_aws(imported: Run, cloud: SampleCloud) -> None:
    imported("keep", NAME)
    cloud.endpoint.world.remove("111122223333", "eu-west-1", NAME)
    assert imported("keep", "--json").json["kept"][0]["name"] == NAME, "it may come back"
    cloud.endpoint.recorder.clear()
    assert imported("keep", NAME, "--off", "--region", "us-east-1").status == 2
    assert imported("keep", NAME, "--off", "--region", "eu-west-1").status == 0
    assert imported("keep", "--json").json["kept"] == []
    assert not cloud.endpoint.recorder.calls()


def test_what_is_not_there_is_refused(imported: Run) -> None:
    gone = imported("keep", "never")
    assert gone.status == 1
    assert "never" in gone.err
    assert imported("keep", "never", "--off").err.startswith("Not kept at the top")
    imported("keep", NAME)
    unknown = imported("keep", "never", "--off")
    assert unknown.status == 2
    assert f"These are: {NAME}." in unknown.err


def test_there_are_enough_at_some_time(imported: Run) -> None:
    file().parent.mkdir(parents=True, exist_ok=True)
    before = [ARN.format(f"gone-{at}") for at in range(MOST_KEPT)]
    file().write_text(json.dumps({"kept": before}))
    refused = imported("keep", NAME)
    assert refused.status == 1
    assert "7 notebook instances are kept at the top already: gone-0, " in refused.err
    assert "notebook-tray keep NAME --off" in refused.err
    assert json.loads(file().read_text()) == {"kept": before}
    assert imported("keep", "gone-3", "--off").status == 0
    assert imported("keep", NAME).status == 0


@pytest.mark.parametrize("args", [["--off"], ["--region", "eu-west-1"], [NAME, "--off", "--profile", "research"]])
def test_options_that_say_nothing_are_wrong_usage(imported: Run, args: list[str]) -> None:
    wrong = imported("keep", *args)
    assert wrong.status == 2
    assert "--off" in wrong.err


def test_uninstall_takes_it_away(imported: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    imported("keep", NAME)
    (state_folder() / "last-opened.json").write_text("{}")
    assert imported("uninstall", "--yes").status == 0
    assert not state_folder().exists()


@pytest.mark.only_on("linux", reason="jsonschema is not installed for the tests on Windows")
def test_json_is_of_the_form_that_is_documented(imported: Run) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    form: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    for args in ([NAME], [OTHER], [], [NAME, "--off"]):
        found = imported("keep", *args, "--json").json
        Draft202012Validator(form).validate(found)
        assert list(form["properties"]) == list(found)
        assert list(form["properties"]["kept"]["items"]["properties"]) == list(found["kept"][0])
