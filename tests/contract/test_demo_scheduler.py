"""The endpoint's EventBridge Scheduler: as AWS' own client sees it, against the service model, and beside moto's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from tests.support.aws_model import check_answer, service_client
from tests.support.demo import ANA, BEN, REGION, SteppedClock, refusal
from tests.support.endpoint.iam import Role
from tests.support.endpoint.scheduler import TRUSTED
from tray.demo.web import LOOPBACK
from tray.demo.world import Principal, Status

if TYPE_CHECKING:
    from tests.support.endpoint import Endpoint

ROLE = f"arn:aws:iam::{ANA.account_id}:role/StopNotebooks"
NAME = "notebook-tray-" + "0" * 32


def client_at(url: str, principal: Principal = ANA) -> Any:
    client = service_client(
        "scheduler",
        url,
        REGION,
        principal.access_key_id,
        principal.secret_access_key,
        on_answer=lambda operation, answer: check_answer(client, operation, answer),
    )
    return client


@pytest.fixture
def client(endpoint: Endpoint) -> Any:
    endpoint.iam.put(Role(ROLE, frozenset({TRUSTED})))
    return client_at(endpoint.url)


def given(at: datetime, name: str = NAME, notebook: str = "churn-model", **more: Any) -> dict[str, Any]:
    return {
        "Name": name,
        "GroupName": "default",
        "ScheduleExpression": f"at({at:%Y-%m-%dT%H:%M:%S})",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {
            "Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:stopNotebookInstance",
            "RoleArn": ROLE,
            "Input": json.dumps({"NotebookInstanceName": notebook}),
            **more,
        },
    }


LATER = datetime(2030, 1, 1, 12, tzinfo=UTC)


def test_a_schedule_stops_once_by_the_clock_and_is_gone(endpoint: Endpoint, client: Any, clock: SteppedClock) -> None:
    client.create_schedule(**given(clock() + timedelta(minutes=30)))
    assert [each["Name"] for each in client.list_schedules(NamePrefix="notebook-tray-")["Schedules"]] == [NAME]
    clock.go(1700)
    assert endpoint.world.notebook(ANA.account_id, REGION, "churn-model").status is Status.IN_SERVICE
    assert client.get_schedule(Name=NAME)["Target"]["RoleArn"] == ROLE
    clock.go(200)
    assert client.list_schedules()["Schedules"] == []
    assert endpoint.world.notebook(ANA.account_id, REGION, "churn-model").status is Status.STOPPING
    assert [refused for _, refused in endpoint.scheduler.fired] == [""]


def test_what_can_not_be_stopped_is_refused_and_the_schedule_is_gone(
    endpoint: Endpoint, client: Any, clock: SteppedClock
) -> None:
    client.create_schedule(**given(clock() + timedelta(minutes=30), notebook="customer-segments"))
    clock.go(1900)
    assert endpoint.scheduler.schedules() == ()
    ((_, refused),) = endpoint.scheduler.fired
    assert "Status (Stopped) not in ([InService])" in refused


def test_pages_prefixes_and_accounts(endpoint: Endpoint, client: Any) -> None:
    for number in range(7):
        client.create_schedule(**given(LATER, name=f"notebook-tray-{number:032}"))
    client.create_schedule(**given(LATER, name="other"))
    pages = list(client.get_paginator("list_schedules").paginate(NamePrefix="notebook-tray-", MaxResults=3))
    assert [len(page["Schedules"]) for page in pages] == [3, 3, 1]
    assert len(client.list_schedules()["Schedules"]) == 8
    assert client_at(endpoint.url, BEN).list_schedules()["Schedules"] == []


def test_what_is_refused(endpoint: Endpoint, client: Any) -> None:
    assert refusal(client.get_schedule, Name=NAME)[0] == "ResourceNotFoundException"
    assert refusal(client.update_schedule, **given(LATER))[0] == "ResourceNotFoundException"
    assert refusal(client.delete_schedule, Name=NAME)[0] == "ResourceNotFoundException"
    wrong = given(LATER, RoleArn=ROLE + "2")
    assert refusal(client.create_schedule, **wrong) == (
        "ValidationException",
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    )
    for target in ({"Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:deleteNotebookInstance"}, {"Input": "{}"}):
        assert refusal(client.create_schedule, **given(LATER, **target))[0] == "ValidationException"
    assert refusal(client.create_schedule, **{**given(LATER), "ScheduleExpression": "at(noon)"})[0] == (
        "ValidationException"
    )
    elsewhere = given(LATER, RoleArn="arn:aws:iam::999999999999:role/StopNotebooks")
    assert "iam:PassRole" in refusal(client.create_schedule, **elsewhere)[1]
    endpoint.iam.deny("iam:PassRole")
    assert "iam:PassRole" in refusal(client.create_schedule, **given(LATER))[1]
    endpoint.iam.allow("iam:PassRole")
    endpoint.iam.deny("scheduler:CreateSchedule")
    code, words = refusal(client.create_schedule, **given(LATER))
    assert code == "AccessDeniedException"
    assert (
        f"scheduler:CreateSchedule on resource: arn:aws:scheduler:{REGION}:{ANA.account_id}:schedule/default/" in words
    )


@dataclass(frozen=True)
class Pair:
    ours: Any
    motos: Any


@pytest.fixture
def pair(client: Any) -> Iterator[Pair]:
    server = ThreadedMotoServer(ip_address=LOOPBACK, port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        motos = service_client("scheduler", f"http://{host}:{port}", REGION, ANA.access_key_id, ANA.secret_access_key)
        yield Pair(client, motos)
    finally:
        server.stop()


def answered(client: Any) -> list[Any]:
    """Return what a client is answered to the calls that the program makes, but for what differs by account."""

    def refused(call: Any, **more: Any) -> str:
        # moto's status of a conflict is 400, where the service model has 409.
        with pytest.raises(ClientError) as raised:
            call(**more)
        return str(raised.value.response["Error"]["Code"])

    found: list[Any] = [refused(client.delete_schedule, Name=NAME, GroupName="default")]
    client.create_schedule(**given(LATER))
    found.append(refused(client.create_schedule, **given(LATER)))
    client.update_schedule(**given(LATER + timedelta(hours=1)))
    got = client.get_schedule(Name=NAME, GroupName="default")
    # moto forgets the state with an update.
    members = ("Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow")
    found.append({name: got[name] for name in (*members, "ActionAfterCompletion")})
    found.append({name: got["Target"][name] for name in ("Arn", "RoleArn", "Input")})
    listed = client.list_schedules(GroupName="default", NamePrefix="notebook-tray-", MaxResults=100)["Schedules"]
    found.append([(each["Name"], each["GroupName"], each["Target"]) for each in listed])
    client.delete_schedule(Name=NAME, GroupName="default")
    found.append(client.list_schedules()["Schedules"])
    return found


def test_the_calls_of_the_program_are_answered_as_motos_are(pair: Pair) -> None:
    assert answered(pair.ours) == answered(pair.motos)
