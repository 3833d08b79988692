"""A small world on the embedded endpoint, and clients whose every answer is held against the service model."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.aws_model import check_answer, sagemaker_client, service_client
from tests.support.endpoint import Endpoint, running_endpoint
from tray.demo.sample import sample_principal
from tray.demo.world import Durations, NotebookInstance, Principal, Status, World

ANA = sample_principal("111122223333", "ana")
BEN = sample_principal("444455556666", "ben")
REGION = "eu-west-1"


class SteppedClock:
    """The real time, and as much more as it is told."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def go(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


def notebook(name: str, status: Status = Status.IN_SERVICE, *, number: int = 0, **more: Any) -> NotebookInstance:
    created = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    return NotebookInstance(name, ANA.account_id, REGION, status, "ml.t3.medium", created, created, **more)


@contextmanager
def small_endpoint(clock: SteppedClock) -> Iterator[Endpoint]:
    """Run an endpoint with five notebook instances of ANA's in REGION, without JupyterLab."""
    # Long transitions: that they end is for the clock to say, not for the machine's speed.
    world = World(clock, Durations(starting_seconds=1000, stopping_seconds=500, updating_seconds=200))
    world.admit(ANA, BEN)
    world.put(
        notebook("churn-model"),
        notebook("customer-segments", Status.STOPPED, number=1),
        notebook("image-labels", Status.FAILED, number=2, failure_reason="No capacity."),
        notebook("weekly-report", Status.PENDING, number=3, lifecycle_config="nightly", default_code_repository="code"),
        notebook("audit", Status.STOPPED, number=4, additional_code_repositories=("https://example.com/a.git",)),
    )
    with running_endpoint(world, jupyter=False) as running:
        yield running


def client_of(endpoint: Endpoint, principal: Principal = ANA, region: str = REGION, **more: Any) -> Any:
    """Return a client, each successful answer to which must be what the service model says."""
    client = sagemaker_client(
        endpoint.url,
        region,
        principal.access_key_id,
        principal.secret_access_key,
        principal.session_token or None,
        on_answer=lambda operation, answer: check_answer(client, operation, answer),
        **more,
    )
    return client


def logs_client_of(endpoint: Endpoint, principal: Principal = ANA, region: str = REGION, **more: Any) -> Any:
    """Return a client of CloudWatch Logs, as `client_of` does."""
    client = service_client(
        "logs",
        endpoint.url,
        region,
        principal.access_key_id,
        principal.secret_access_key,
        on_answer=lambda operation, answer: check_answer(client, operation, answer),
        **more,
    )
    return client


def refusal(call: Any, **given: Any) -> tuple[str, str]:
    """Return the code and the words with which a call is refused."""
    with pytest.raises(ClientError) as raised:
        call(**given)
    response = raised.value.response
    assert response["ResponseMetadata"]["RequestId"]
    assert response["ResponseMetadata"]["HTTPHeaders"]["x-amzn-errortype"] == response["Error"]["Code"]
    return response["Error"]["Code"], response["Error"]["Message"]


def names(answer: Any) -> list[str]:
    return [each["NotebookInstanceName"] for each in answer["NotebookInstances"]]


def open_url(client: Any, **given: Any) -> str:
    answer = client.create_presigned_notebook_instance_url(NotebookInstanceName="churn-model", **given)
    return str(answer["AuthorizedUrl"])


def visit(url: str) -> tuple[int, str, Any]:
    """Return the status, the page and the headers that a browser gets."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers
