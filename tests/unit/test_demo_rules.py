"""The endpoint's rules by themselves: input shapes, faults, session passes, pages, samples."""

from __future__ import annotations

import configparser
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.support.endpoint.faults import Fault, Faults, Trouble
from tests.support.endpoint.recorder import Call, Recorder
from tray.demo.activity import NOTHING
from tray.demo.cloudwatch import GET_LOG_EVENTS
from tray.demo.links import Link
from tray.demo.pages import opened_page
from tray.demo.passes import cookie_name, issue_pass, pass_expiry
from tray.demo.sample import sample_notebooks, sample_profiles, write_sample_files
from tray.demo.shapes import INPUTS, Fields, Flag, Member, Shape, Text, Texts, Timestamp, Whole
from tray.demo.starts import RETIRED_PLATFORMS
from tray.demo.world import Status
from tray.model.lengths import View

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def model() -> Any:
    return boto3.Session().client("sagemaker", region_name="eu-west-1").meta.service_model


@pytest.mark.parametrize("operation", sorted(INPUTS))
def test_inputs_are_those_of_the_service_model(model: Any, operation: str) -> None:
    check_members(INPUTS[operation], model.operation_model(operation).input_shape)


def test_the_input_for_logs_is_that_of_its_service_model() -> None:
    logs = boto3.Session().client("logs", region_name="eu-west-1").meta.service_model
    check_members(GET_LOG_EVENTS, logs.operation_model("GetLogEvents").input_shape)


def check_members(ours: Shape, shape: Any) -> None:
    assert set(ours.members) == set(shape.members)
    assert ours.required == set(shape.required_members)
    for name, theirs in shape.members.items():
        check_member(name, ours.members[name], theirs)


def check_member(name: str, ours: Member, theirs: Any) -> None:
    rules = theirs.metadata
    match ours:
        case Text() as text if name == "InstanceType":
            assert set(text.values) <= set(rules["enum"])  # new types come each month
        case Text() as text:
            assert theirs.type_name == "string", name
            assert text.pattern == rules.get("pattern", ""), name
            assert (text.minimum, text.maximum) == (rules.get("min", 0), rules.get("max")), name
            assert list(text.values) == rules.get("enum", []), name
        case Whole(minimum, maximum):
            assert theirs.type_name in ("integer", "long"), name
            assert (minimum, maximum) == (rules["min"], rules.get("max", 2**63 - 1)), name
        case Timestamp():
            assert theirs.type_name == "timestamp", name
        case Flag():
            assert theirs.type_name == "boolean", name
        case Texts(each, maximum):
            assert (theirs.type_name, maximum) == ("list", rules.get("max")), name
            check_member(name, each, theirs.member)
        case Fields(members):
            assert set(members) == set(theirs.members) == set(theirs.required_members), name
            for part, member in members.items():
                check_member(part, member, theirs.members[part])


def test_statuses_are_those_of_the_service_model(model: Any) -> None:
    assert list(Status) == model.shape_for("NotebookInstanceStatus").enum


def test_faults_strike_what_they_match_as_often_as_they_say() -> None:
    faults = Faults()
    throttled = Fault(Trouble.ERROR, "ThrottlingException", region="eu-west-1", times=2)
    denied = Fault(Trouble.ERROR, "AccessDeniedException", operation="StopNotebookInstance")
    faults.add(throttled)
    faults.add(denied)
    assert faults.strike("ListNotebookInstances", "1", "us-east-1") is None
    struck = [faults.strike("StopNotebookInstance", "1", "eu-west-1") for _ in range(4)]
    assert struck == [throttled, throttled, denied, denied]
    faults.clear()
    assert faults.strike("StopNotebookInstance", "1", "eu-west-1") is None


def test_a_fault_can_be_for_one_account() -> None:
    faults = Faults()
    faults.add(Fault(Trouble.DROP, account_id="111122223333"))
    assert faults.strike("ListNotebookInstances", "444455556666", "eu-west-1") is None
    assert faults.strike("ListNotebookInstances", "111122223333", "eu-west-1") is not None


def test_an_operation_can_have_a_latency_of_its_own() -> None:
    faults = Faults()
    faults.set_latency(0.1)
    faults.set_latency(2, "StartNotebookInstance")
    assert faults.latency_seconds("ListNotebookInstances") == 0.1
    assert faults.latency_seconds("StartNotebookInstance") == 2
    faults.clear()
    assert faults.latency_seconds("StartNotebookInstance") == 0


def test_the_record_holds_the_latest_calls_only() -> None:
    recorder = Recorder()
    for number in range(20_010):
        recorder.record(Call(NOON, str(number), "1", "eu-west-1", "arn"))
    assert len(recorder.calls()) == 20_000
    assert recorder.calls()[0].operation == "10"
    assert [call.operation for call in recorder.calls("500")] == ["500"]


def test_a_pass_tells_its_expiry_to_who_has_the_key() -> None:
    text = issue_pass(b"key", 1_800_000_000)
    assert pass_expiry(b"key", text) == 1_800_000_000


@pytest.mark.parametrize("change", [lambda t: t.replace("18", "19", 1), lambda t: t[:-1], lambda _: "", lambda _: "é"])
def test_a_changed_pass_is_none(change: Any) -> None:
    assert pass_expiry(b"key", change(issue_pass(b"key", 1_800_000_000))) == 0


def test_a_pass_of_another_key_is_none() -> None:
    assert pass_expiry(b"other", issue_pass(b"key", 1_800_000_000)) == 0


def test_two_jupyters_have_cookies_of_their_own() -> None:
    assert cookie_name(8888) != cookie_name(8889)


@pytest.mark.parametrize(
    ("hour", "seconds", "until"), [(12, 5400, "13:30"), (20, 43200, "08:00, 03 March"), (12, 1800, "12:30")]
)
def test_the_page_says_what_was_opened_and_until_when(hour: int, seconds: int, until: str) -> None:
    now = NOON.replace(hour=hour)
    link = Link("111122223333", "eu-west-1", "churn-model", seconds, now)
    page = opened_page(link, View.LAB, now, "A <hint>.")
    for words in ("churn-model is open", "eu-west-1", "JupyterLab", f"<dd>{until}</dd>", "A &lt;hint&gt;."):
        assert words in page


def test_samples_are_eight_in_many_states_over_three_regions() -> None:
    notebooks = sample_notebooks(lambda: NOON)
    assert len(notebooks) == 8
    assert len({notebook.region for notebook in notebooks}) == 3
    assert {notebook.status for notebook in notebooks} == {
        Status.IN_SERVICE, Status.STOPPED, Status.FAILED, Status.PENDING, Status.STOPPING
    }  # fmt: skip
    assert all(notebook.failure_reason for notebook in notebooks if notebook.status is Status.FAILED)
    assert [each.name for each in notebooks if each.becomes and not each.due] == ["price-elasticity"]
    assert [each.name for each in notebooks if each.platform in RETIRED_PLATFORMS] == ["claims-text-mining"]
    busy = [each.name for each in notebooks for kernel in (each.activity or NOTHING).kernels if kernel.state == "busy"]
    assert busy == ["churn-model", "churn-model"]
    assert all(notebook.created < notebook.modified <= NOON for notebook in notebooks)
    assert {(notebook.account_id, notebook.region) for notebook in notebooks} == {
        (profile.principal.account_id, region) for profile in sample_profiles() for region in profile.regions
    }


def test_sample_files_are_read_by_the_sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profiles = sample_profiles()
    profiles = (profiles[0], replace(profiles[1], principal=replace(profiles[1].principal, session_token="token")))
    files = write_sample_files(tmp_path, "http://127.0.0.1:9", profiles)
    for name, value in files.environment.items():
        monkeypatch.setenv(name, value)
    assert boto3.Session().available_profiles == [profile.name for profile in profiles]
    for profile in profiles:
        session = boto3.Session(profile_name=profile.name)
        credentials = session.get_credentials()
        assert credentials is not None
        assert session.region_name == profile.regions[0]
        assert credentials.access_key == profile.principal.access_key_id
        assert credentials.secret_key == profile.principal.secret_access_key
        assert (credentials.token or "") == profile.principal.session_token
        assert session.client("sagemaker").meta.endpoint_url == "http://127.0.0.1:9"


@pytest.mark.only_on("linux", "darwin", reason="file modes are POSIX's")
def test_sample_files_are_for_their_owner_only(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("left by another run")
    (tmp_path / "credentials").chmod(0o644)
    files = write_sample_files(tmp_path, "http://127.0.0.1:9", sample_profiles())
    for path in (files.config, files.credentials):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    parser = configparser.ConfigParser()
    parser.read(files.credentials)
    assert parser.sections() == ["research", "forecasting"]


def test_loopback_is_kept_off_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "intranet.example")
    files = write_sample_files(tmp_path, "http://127.0.0.1:9", sample_profiles())
    assert files.environment["no_proxy"] == files.environment["NO_PROXY"] == "intranet.example,127.0.0.1"
