"""`notebook-tray owner-tag`, and the tags that the embedded endpoint has."""

from __future__ import annotations

import json
import sys

import pytest

from tests.contract.test_cli import Run
from tests.contract.test_cli import cloud as cloud
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tests.support.cloud import SampleCloud
from tests.support.endpoint.faults import Fault, Trouble
from tray.aws.cloud import Cloud
from tray.fleet.files.state_file import state_folder
from tray.model.notebooks import Scope
from tray.model.problems import Kind, TrayError
from tray.model.signer import AwsProfile

HERE = Scope("research", "eu-west-1", AwsProfile("research"))


def test_a_tag_is_named_told_and_let_go(run: Run, cloud: SampleCloud) -> None:
    file = state_folder() / "owner-tag.json"
    none = "Owners of notebook instances are not asked for.\n"
    assert run("owner-tag").out == none
    assert "The tag “Owner” names the owner" in run("owner-tag", "Owner").out
    assert json.loads(file.read_text()) == {"key": "Owner"}
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o777 == 0o600
    assert "The tag “Owner”" in run("owner-tag").out
    assert run("owner-tag", "--off").out == none
    assert run("owner-tag").out == none
    assert not cloud.endpoint.recorder.calls()


@pytest.mark.parametrize("arguments", [("Owner", "--off"), ("x" * 129,), ("a\nb",), ("",)])
def test_what_makes_no_sense_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    refused = run("owner-tag", *arguments)
    assert refused.status == 2
    assert "owner-tag" in refused.err
    assert not (state_folder() / "owner-tag.json").exists()


@pytest.mark.usefixtures("cloud")
def test_the_value_of_a_tag_is_what_aws_has(cloud: SampleCloud) -> None:
    aws = Cloud()
    found = {each.name: each for each in aws.list_notebooks(HERE)}
    assert aws.tag(found["churn-model"], "Owner") == "Ana Lima"
    assert aws.tag(found["churn-model"], "owner") == "Ana Lima"
    assert aws.tag(found["churn-model"], "Cost") == ""
    assert aws.tag(found["customer-segments"], "Owner") == ""
    (call, *_) = cloud.endpoint.recorder.calls("ListTags")
    assert call.parameters == {"ResourceArn": found["churn-model"].arn, "MaxResults": 50}
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation="ListTags"))
    with pytest.raises(TrayError) as denied:
        aws.tag(found["churn-model"], "Owner")
    assert denied.value.problem.kind is Kind.DENIED
