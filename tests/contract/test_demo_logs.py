"""GetLogEvents on the embedded endpoint, as AWS's own client sees it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.cloud import sample_cloud
from tests.support.demo import ANA, BEN, REGION, SteppedClock, logs_client_of, refusal
from tests.support.endpoint.faults import Fault, Trouble
from tray.demo.lifecycle_logs import LOG_GROUP, on_start_stream
from tray.demo.sample_logs import SECRETS

if TYPE_CHECKING:
    from tests.support.endpoint import Endpoint

PLACE = {"logGroupName": LOG_GROUP, "logStreamName": "churn-model/LifecycleConfigOnStart"}
LINES = [f"line {number}" for number in range(100)]


@pytest.fixture
def logs(endpoint: Endpoint, clock: SteppedClock) -> Any:
    """Give a client, in whose reach churn-model's script printed 100 lines in as many seconds, an hour ago."""
    begin = clock() - timedelta(hours=1)
    endpoint.world.logs.write(ANA.account_id, REGION, on_start_stream("churn-model"), LINES, begin, 100)
    return logs_client_of(endpoint)


def messages(page: Any) -> list[str]:
    return [event["message"] for event in page["events"]]


def test_the_latest_lines_come_first_and_in_order(logs: Any) -> None:
    page = logs.get_log_events(**PLACE, limit=20)
    assert messages(page) == LINES[80:]
    before = logs.get_log_events(**PLACE, limit=20, nextToken=page["nextBackwardToken"])
    assert messages(before) == LINES[60:80]
    after = logs.get_log_events(**PLACE, limit=20, nextToken=page["nextForwardToken"], startFromHead=True)
    assert messages(after) == []
    assert after["nextForwardToken"] == page["nextForwardToken"]


def test_all_lines_come_from_the_head_page_by_page(logs: Any) -> None:
    page = logs.get_log_events(**PLACE, limit=30, startFromHead=True)
    found, token = messages(page), ""
    while page["nextForwardToken"] != token:
        token = page["nextForwardToken"]
        page = logs.get_log_events(**PLACE, limit=30, nextToken=token, startFromHead=True)
        found += messages(page)
    assert found == LINES
    assert messages(logs.get_log_events(**PLACE)) == LINES


def test_at_the_head_the_backward_token_stays(logs: Any) -> None:
    page = logs.get_log_events(**PLACE, limit=5, startFromHead=True)
    before = logs.get_log_events(**PLACE, limit=5, nextToken=page["nextBackwardToken"])
    assert (messages(before), before["nextBackwardToken"]) == ([], page["nextBackwardToken"])


def test_a_page_has_at_most_a_mebibyte(endpoint: Endpoint, clock: SteppedClock) -> None:
    long = ["x" * 200_000 for _ in range(8)]
    endpoint.world.logs.write(ANA.account_id, REGION, "long", long, clock() - timedelta(hours=1), 8)
    client = logs_client_of(endpoint)
    for given in ({}, {"startFromHead": True}):
        assert len(client.get_log_events(logGroupName=LOG_GROUP, logStreamName="long", **given)["events"]) == 5


def test_times_choose_lines(logs: Any) -> None:
    times = [event["timestamp"] for event in logs.get_log_events(**PLACE)["events"]]
    assert times == sorted(times)
    page = logs.get_log_events(**PLACE, startTime=times[10], endTime=times[12])
    assert messages(page) == ["line 10", "line 11"]


def test_what_is_not_printed_yet_is_not_there(endpoint: Endpoint, clock: SteppedClock) -> None:
    endpoint.world.logs.write(ANA.account_id, REGION, "now", ["first", "second"], clock(), 1000)
    client = logs_client_of(endpoint)
    assert messages(client.get_log_events(logGroupName=LOG_GROUP, logStreamName="now")) == ["first"]
    clock.go(600)
    assert messages(client.get_log_events(logGroupName=LOG_GROUP, logStreamName="now")) == ["first", "second"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({**PLACE, "logStreamName": "nobody/LifecycleConfigOnStart"}, "The specified log stream does not exist."),
        ({**PLACE, "logGroupName": "/aws/sagemaker/Other"}, "The specified log group does not exist."),
    ],
)
def test_what_is_missing_is_said(logs: Any, given: dict[str, Any], words: str) -> None:
    assert refusal(logs.get_log_events, **given) == ("ResourceNotFoundException", words)


def test_accounts_and_regions_have_their_own(logs: Any, endpoint: Endpoint) -> None:
    for client in (logs_client_of(endpoint, BEN), logs_client_of(endpoint, ANA, "us-east-1")):
        assert refusal(client.get_log_events, **PLACE)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"limit": 0}, "InvalidParameterException"),
        ({"limit": 10_001}, "InvalidParameterException"),
        ({"limit": "5"}, "SerializationException"),
        ({"nextToken": "f/1"}, "InvalidParameterException"),
        ({"logStreamName": "a:b"}, "InvalidParameterException"),
        ({"logGroupName": None}, "InvalidParameterException"),
    ],
)
def test_a_wrong_input_is_refused(endpoint: Endpoint, logs: Any, given: dict[str, Any], code: str) -> None:
    lax = logs_client_of(endpoint, validate=False)
    assert refusal(lax.get_log_events, **{**PLACE, **given})[0] == code


def test_other_operations_are_unknown(endpoint: Endpoint) -> None:
    assert refusal(logs_client_of(endpoint).describe_log_groups)[0] == "UnknownOperationException"


def test_iam_and_faults_refuse_it(endpoint: Endpoint, logs: Any) -> None:
    endpoint.iam.deny("logs:GetLogEvents")
    assert refusal(logs.get_log_events, **PLACE) == (
        "AccessDeniedException",
        f"User: {ANA.arn} is not authorized to perform: logs:GetLogEvents on resource: arn:aws:logs:eu-west-1:"
        "111122223333:log-group:/aws/sagemaker/NotebookInstances:log-stream:churn-model/LifecycleConfigOnStart because "
        "no identity-based policy allows the logs:GetLogEvents action",
    )
    endpoint.iam.allow("logs:GetLogEvents")
    endpoint.faults.add(Fault(Trouble.ERROR, "ThrottlingException", operation="GetLogEvents", times=1))
    assert refusal(logs.get_log_events, **PLACE)[0] == "ThrottlingException"
    assert messages(logs.get_log_events(**PLACE, limit=1)) == ["line 99"]
    assert [call.error for call in endpoint.recorder.calls("GetLogEvents")] == [
        "AccessDeniedException", "ThrottlingException", ""
    ]  # fmt: skip
    assert endpoint.recorder.calls("GetLogEvents")[0].parameters == PLACE


def test_the_samples_failed_one_ends_with_its_cause_after_what_nobody_may_see(tmp_path: Path) -> None:
    with sample_cloud(tmp_path) as sample:
        client = logs_client_of(sample.endpoint, sample.profiles[1].principal, "ap-southeast-2")
        given = {"logGroupName": LOG_GROUP, "logStreamName": on_start_stream("weekly-report")}
        assert len(client.get_log_events(**given)["events"]) > 50
        tail = messages(client.get_log_events(**given, limit=20))
    assert "/bin/bash^M: bad interpreter" in tail[-1]
    assert all(secret in "\n".join(tail) for secret in SECRETS)
