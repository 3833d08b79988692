"""The same questions to moto's server and to the embedded endpoint: the same answers, where moto has any.

moto plays AWS more loosely: it starts what runs already, has no transitions, no updates and no presigned URLs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from tests.support.aws_model import sagemaker_client, service_client
from tests.support.endpoint import running_endpoint
from tray.demo.lifecycle_logs import LOG_GROUP, on_start_stream
from tray.demo.sample import sample_principal
from tray.demo.web import LOOPBACK
from tray.demo.world import Durations, NotebookInstance, Status, World

REGION = "eu-west-1"
MOTO_ACCOUNT = "123456789012"  # moto's own account for any access key
STREAM = on_start_stream("model-00")
LINES = [f"line {number}" for number in range(50)]
NAMES = [f"model-{number * 7 % 30:02}" for number in range(30)]

# What AWS answers as well, though moto leaves it out.
_NOT_IN_MOTO = {"PlatformIdentifier", "InstanceMetadataServiceConfiguration", "RootAccess"}
_TIMES = {"CreationTime", "LastModifiedTime"}


@dataclass(frozen=True)
class Pair:
    """A client of each, with the same notebook instances behind them: every third is stopped."""

    ours: Any
    motos: Any
    our_logs: Any
    motos_logs: Any


@pytest.fixture
def pair() -> Iterator[Pair]:
    principal = sample_principal(MOTO_ACCOUNT, "ana")
    keys = (principal.access_key_id, principal.secret_access_key)
    world = World(durations=Durations(0, 0))
    world.admit(principal)
    server = ThreadedMotoServer(ip_address=LOOPBACK, port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        moto_url = f"http://{host}:{port}"
        motos = sagemaker_client(moto_url, REGION, *keys)
        motos_logs = service_client("logs", moto_url, REGION, *keys)
        _print_logs(world, motos_logs)
        for index, name in enumerate(NAMES):
            motos.create_notebook_instance(
                NotebookInstanceName=name,
                InstanceType="ml.t3.medium",
                RoleArn=f"arn:aws:iam::{MOTO_ACCOUNT}:role/notebooks",
                VolumeSizeInGB=20,
            )
            if index % 3 == 0:
                motos.stop_notebook_instance(NotebookInstanceName=name)
            now = datetime.now(UTC)
            status = Status.STOPPED if index % 3 == 0 else Status.IN_SERVICE
            world.put(
                NotebookInstance(
                    name, MOTO_ACCOUNT, REGION, status, "ml.t3.medium", now, now, role_name="notebooks", volume_gb=20
                )
            )
        with running_endpoint(world, jupyter=False) as endpoint:
            our_logs = service_client("logs", endpoint.url, REGION, *keys)
            yield Pair(sagemaker_client(endpoint.url, REGION, *keys), motos, our_logs, motos_logs)
    finally:
        for name in NAMES:
            motos.stop_notebook_instance(NotebookInstanceName=name)
            motos.delete_notebook_instance(NotebookInstanceName=name)
        motos_logs.delete_log_group(logGroupName=LOG_GROUP)
        server.stop()


def _print_logs(world: World, motos_logs: Any) -> None:
    """Have one lifecycle script print the same in both places."""
    begin = datetime.now(UTC) - timedelta(hours=1)
    world.logs.write(MOTO_ACCOUNT, REGION, STREAM, LINES, begin, len(LINES))
    motos_logs.create_log_group(logGroupName=LOG_GROUP)
    motos_logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName=STREAM)
    first = int(begin.timestamp() * 1000)
    events = [{"timestamp": first + 1000 * index, "message": line} for index, line in enumerate(LINES)]
    motos_logs.put_log_events(logGroupName=LOG_GROUP, logStreamName=STREAM, logEvents=events)


def listed(client: Any, **given: Any) -> list[dict[str, Any]]:
    paginator = client.get_paginator("list_notebook_instances")
    return [
        {name: value for name, value in each.items() if name not in _TIMES}
        for page in paginator.paginate(**given)
        for each in page["NotebookInstances"]
    ]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"MaxResults": 7},
        {"MaxResults": 100, "SortOrder": "Descending"},
        {"SortBy": "CreationTime", "MaxResults": 4},
        {"SortBy": "CreationTime", "SortOrder": "Descending"},
        {"NameContains": "-1"},
        {"StatusEquals": "Stopped", "MaxResults": 3},
    ],
)
def test_lists_are_alike(pair: Pair, given: dict[str, Any]) -> None:
    ours = listed(pair.ours, **given)
    assert ours == listed(pair.motos, **given)
    assert ours


def test_pages_are_alike(pair: Pair) -> None:
    def sizes(client: Any) -> list[int]:
        pages = client.get_paginator("list_notebook_instances").paginate(MaxResults=10)
        return [len(page["NotebookInstances"]) for page in pages]

    assert sizes(pair.ours) == sizes(pair.motos) == [10, 10, 10]


def test_descriptions_are_alike(pair: Pair) -> None:
    ours = pair.ours.describe_notebook_instance(NotebookInstanceName="model-00")
    motos = pair.motos.describe_notebook_instance(NotebookInstanceName="model-00")
    assert set(motos) - set(ours) == set()
    assert set(ours) - set(motos) == _NOT_IN_MOTO
    for name in set(motos) - _TIMES - {"ResponseMetadata"}:
        assert ours[name] == motos[name], name
    for name in _TIMES:
        assert abs(ours[name] - motos[name]).total_seconds() < 3600, name


def test_start_and_stop_are_alike(pair: Pair) -> None:
    def statuses(client: Any) -> list[tuple[str, Any]]:
        seen = []
        for operation in ("start_notebook_instance", "stop_notebook_instance"):
            answer = getattr(client, operation)(NotebookInstanceName="model-00")
            found = client.describe_notebook_instance(NotebookInstanceName="model-00")
            seen.append((found["NotebookInstanceStatus"], set(answer)))
        return seen

    ours = statuses(pair.ours)
    assert ours == statuses(pair.motos)
    assert [status for status, _ in ours] == ["InService", "Stopped"]


def refused(client: Any, operation: str, name: str) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as raised:
        getattr(client, operation)(NotebookInstanceName=name)
    response = raised.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]


@pytest.mark.parametrize(
    "operation", ["describe_notebook_instance", "start_notebook_instance", "stop_notebook_instance"]
)
def test_an_unknown_name_is_refused_alike(pair: Pair, operation: str) -> None:
    assert refused(pair.ours, operation, "nobody") == refused(pair.motos, operation, "nobody")


def test_a_wrong_state_is_refused_in_the_same_words(pair: Pair) -> None:
    """Moto checks the state for a deletion only; but for the states, SageMaker's words are the same."""
    ours = refused(pair.ours, "start_notebook_instance", "model-07")
    motos = refused(pair.motos, "delete_notebook_instance", "model-07")
    assert ours[:2] == motos[:2]
    assert ours[2].rstrip(".") == motos[2].replace("(Deleting)", "(Pending)")


def log_pages(client: Any, token_name: str, **given: Any) -> list[list[str]]:
    """Return the messages of each page, until a token is repeated."""
    pages: list[list[str]] = []
    token = ""
    for _ in range(20):
        more = {"nextToken": token} if token else {}
        page = client.get_log_events(logGroupName=LOG_GROUP, logStreamName=STREAM, **given, **more)
        pages.append([event["message"] for event in page["events"]])
        if page[token_name] == token:
            return pages
        token = page[token_name]
    raise AssertionError(pages)


@pytest.mark.parametrize(
    ("token_name", "given"),
    [
        ("nextBackwardToken", {}),
        ("nextBackwardToken", {"limit": 20}),
        ("nextForwardToken", {"limit": 20, "startFromHead": True}),
        ("nextForwardToken", {"startFromHead": True}),
    ],
)
def test_pages_of_logs_are_alike(pair: Pair, token_name: str, given: dict[str, Any]) -> None:
    ours = log_pages(pair.our_logs, token_name, **given)
    assert ours == log_pages(pair.motos_logs, token_name, **given)
    assert sum(map(len, ours)) == len(LINES)


def test_a_missing_log_group_is_refused_alike(pair: Pair) -> None:
    """Moto says the same of a missing stream in a group that is there, where AWS says “log stream”."""

    def answered(client: Any) -> tuple[int, str, str]:
        with pytest.raises(ClientError) as raised:
            client.get_log_events(logGroupName="/aws/other", logStreamName=STREAM)
        response = raised.value.response
        return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]

    assert answered(pair.our_logs) == answered(pair.motos_logs)
