"""The policies in docs/iam-policies.md: their form, and that they allow what the program calls and nothing more."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from tray.aws import service_model
from tray.aws.service_model import OPERATIONS

PAGE = Path(__file__).parents[2] / "docs" / "iam-policies.md"
# What is called beside SageMaker, of the services that the program has for it.
BESIDE = {
    service_model.LOGS: {"GetLogEvents"},
    service_model.PRICING: {"GetProducts"},
    service_model.ACCOUNT: {"ListRegions"},
}
CALLED = {f"sagemaker:{name}" for name in OPERATIONS} | {
    f"{service}:{name}" for service, names in BESIDE.items() for name in names
}
NEEDED = {"sagemaker:ListNotebookInstances", "sagemaker:CreatePresignedNotebookInstanceUrl"}
_ARN = re.compile(r"arn:aws:(sagemaker:\*:111122223333:notebook-instance/\*|logs:\*:111122223333:log-group:[\w/]+:\*)")
# Of the elements of a policy: IAM User Guide, "IAM JSON policy elements reference".
_ELEMENTS = {"Sid", "Effect", "Action", "Resource", "Condition"}
# Those that know no resources: Service Authorization Reference.
_ON_ALL = {"sagemaker:ListNotebookInstances", "pricing:GetProducts", "account:ListRegions"}


@cache
def policies() -> dict[str, dict[str, Any]]:
    """The policies by the headings above them."""
    text = PAGE.read_text("utf-8")
    found = re.findall(r"^## ([^\n]+)\n(?:(?!^## ).)*?^```json\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert len(found) == text.count("```json")
    return {heading: json.loads(policy) for heading, policy in found}


def actions(policy: dict[str, Any], effect: str = "Allow") -> set[str]:
    found = (each["Action"] for each in policy["Statement"] if each["Effect"] == effect)
    return {action for each in found for action in ([each] if isinstance(each, str) else each)}


def test_what_is_asked_of_other_services_is_what_the_code_asks() -> None:
    """The operations of these services are called by their names in Python's form alone."""
    source = "\n".join(path.read_text("utf-8") for path in (PAGE.parents[1] / "tray" / "aws").rglob("*.py"))
    named = set(re.findall(r"client\.(?:get_paginator\(\"(\w+)\"|(\w+)\()", source))
    called = {each for pair in named for each in pair if each and each != "get_paginator"}
    known = {re.sub(r"(?<!^)([A-Z])", r"_\1", action.partition(":")[2]).lower() for action in CALLED}
    ours = {"sagemaker", *BESIDE}
    session = botocore.session.get_session()
    of_these = {
        re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
        for service in ours
        for name in session.get_service_model(service).operation_names
    }
    assert len(called & known) >= 8
    assert called & of_these <= known


@pytest.mark.parametrize("heading", policies())
def test_a_policy_has_the_form_of_one(heading: str) -> None:
    policy = policies()[heading]
    assert list(policy) == ["Version", "Statement"]
    assert policy["Version"] == "2012-10-17"
    sids = [statement["Sid"] for statement in policy["Statement"]]
    assert len(set(sids)) == len(sids)
    for statement in policy["Statement"]:
        assert set(statement) <= _ELEMENTS
        assert {"Effect", "Action", "Resource"} <= set(statement)
        assert re.fullmatch(r"[A-Za-z0-9]+", statement["Sid"])
        assert statement["Effect"] in ("Allow", "Deny")
        assert statement["Resource"] == "*" or _ARN.fullmatch(statement["Resource"])
    # What IAM takes of a managed policy: 6,144 characters without white space.
    assert len(json.dumps(policy, separators=(",", ":"))) < 6144


@pytest.mark.parametrize("heading", policies())
def test_a_policy_allows_nothing_that_the_program_does_not_call(heading: str) -> None:
    assert actions(policies()[heading]) | actions(policies()[heading], "Deny") <= CALLED
    for statement in policies()[heading]["Statement"]:
        if statement["Effect"] == "Allow":
            named = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            assert (statement["Resource"] == "*") == (set(named) <= _ON_ALL), statement["Sid"]


def test_each_policy_is_as_wide_as_its_heading_says() -> None:
    allowed = {heading: actions(policy) for heading, policy in policies().items()}
    assert allowed.pop("To list and to open") == NEEDED
    assert allowed.pop("All that Notebook Tray can use") == CALLED
    power = {f"sagemaker:{name}NotebookInstance" for name in ("Describe", "Start", "Stop")}
    assert allowed.pop("To start and to stop, too") == NEEDED | power | {"logs:GetLogEvents"}
    assert allowed.pop("Only one's own") == NEEDED | power
    assert allowed.pop("Only from your networks") == set()  # it denies
    assert allowed == {}


def test_the_table_has_every_action_once() -> None:
    rows = re.findall(r"^\| `([\w-]+:\w+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(CALLED)
