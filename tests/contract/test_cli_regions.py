"""`notebook-tray profiles regions` against the embedded endpoint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_cli import Run
from tests.contract.test_cli import cloud as cloud
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tests.support.cloud import SampleCloud
from tests.support.endpoint.faults import Fault, Trouble
from tray.demo.regions import ENABLED_BY_DEFAULT
from tray.demo.sample import FORECASTING_ACCOUNT

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"


@pytest.fixture
def churn(run: Run) -> Run:
    """Configure a profile that lists where its account has nothing."""
    assert run("profiles", "add", "churn", "--aws-profile", "research", "--region", "eu-central-1").status == 0
    return run


def test_without_find_it_says_where_the_profile_lists(churn: Run, imported: Run) -> None:
    assert churn("profiles", "regions", "churn").out == "eu-central-1\n"
    assert imported("profiles", "regions", "forecasting").out == "ap-southeast-2\n"
    assert churn("profiles", "regions", "churn", "--json").json["found"] is None


def test_what_is_found_is_shown_and_nothing_is_changed(churn: Run) -> None:
    found = churn("profiles", "regions", "churn", "--find")
    assert found.status == 0
    assert found.out.splitlines() == ["REGION     NOTEBOOK INSTANCES", "eu-west-1  3", "us-east-1  2"]
    assert found.err.splitlines() == [
        "17 regions were looked into",
        "List them with: notebook-tray profiles regions churn --find --set",
    ]
    assert churn("profiles", "regions", "churn").out == "eu-central-1\n"
    assert churn("list", "--profile", "churn").out == ""


def test_what_is_found_is_set(churn: Run) -> None:
    found = churn("profiles", "regions", "churn", "--find", "--set")
    assert found.status == 0
    assert found.out.splitlines()[-1] == "churn now lists: eu-central-1, eu-west-1, us-east-1"
    assert len(churn("list", "--profile", "churn", "--json").json["notebooks"]) == 5
    again = churn("profiles", "regions", "churn", "--find", "--set")
    assert again.status == 0
    assert "churn lists all of them already." in again.err
    assert churn("profiles", "regions", "churn", "--find", "--set", "--json").json["set"] is False


def test_where_nothing_is_found_it_says_in_which_account(run: Run, cloud: SampleCloud) -> None:
    world = cloud.endpoint.world
    for each in list(world.notebooks(FORECASTING_ACCOUNT, "ap-southeast-2")):
        world.remove(FORECASTING_ACCOUNT, "ap-southeast-2", each.name)
    run("profiles", "import", "forecasting")
    found = run("profiles", "regions", "forecasting", "--find")
    assert (found.status, found.out) == (0, "")
    assert found.err.splitlines() == [
        "forecasting: no notebook instances in 17 regions",
        f"This profile is for the account {FORECASTING_ACCOUNT}",
        "Choose a profile for another account, or ask which account the notebooks are in",
    ]
    nothing = run("profiles", "regions", "forecasting", "--find", "--set")
    assert nothing.status == 1
    assert "The profile “forecasting” has no notebook instances in 17 regions." in nothing.err


def test_regions_that_refuse_are_named(churn: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", region="us-east-1"))
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", region="sa-east-1"))
    found = churn("profiles", "regions", "churn", "--find")
    assert found.status == 0
    assert found.err.splitlines()[:3] == [
        "15 regions were looked into",
        "2 regions refused or did not answer",
        "sa-east-1, us-east-1",
    ]
    told = churn("profiles", "regions", "churn", "--find", "--json").json
    assert told["passed_over"] == [
        {"region": "sa-east-1", "code": "access-denied"},
        {"region": "us-east-1", "code": "access-denied"},
    ]
    assert told["looked_into"] == sorted(set(ENABLED_BY_DEFAULT) - {"sa-east-1", "us-east-1"})


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (["churn", "--set"], 2, "--set sets what --find finds: give both."),
        (["nobody", "--find"], 2, "no profile “nobody”"),
    ],
)
def test_wrong_usage(churn: Run, args: list[str], status: int, said: str) -> None:
    wrong = churn("profiles", "regions", *args)
    assert wrong.status == status
    assert said in wrong.err


def test_credentials_that_are_refused_everywhere_are_the_problem(churn: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "ExpiredTokenException"))
    refused = churn("profiles", "regions", "churn", "--find")
    assert refused.status == 1
    assert "expired" in refused.err
    assert refused.out == ""


@pytest.mark.only_on("linux", reason="jsonschema is not installed for the tests on Windows")
@pytest.mark.parametrize("args", [[], ["--find"], ["--find", "--set"]], ids=["", "find", "set"])
def test_json_is_of_the_form_that_is_documented(churn: Run, cloud: SampleCloud, args: list[str]) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", region="us-east-1"))
    form: dict[str, Any] = json.loads((SCHEMAS / "profiles-regions.json").read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    found = churn("profiles", "regions", "churn", *args, "--json").json
    Draft202012Validator(form).validate(found)
    assert list(form["properties"]) == list(found), "a member that the schema doesn't have, or has alone"
    for name, member in form["properties"].items():
        if found[name] and isinstance(found[name], list) and isinstance(found[name][0], dict):
            assert list(member["items"]["properties"]) == list(found[name][0]), name
    assert found["set"] is ("--set" in args)
