"""ListRegions, and regions that are not enabled, on the embedded endpoint as AWS's own client sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.aws_model import check_answer, service_client
from tests.support.demo import ANA, client_of, logs_client_of, refusal
from tray.demo.regions import ENABLED_BY_DEFAULT, OPT_IN

if TYPE_CHECKING:
    from tests.support.endpoint import Endpoint


def account_client(endpoint: Endpoint, **more: Any) -> Any:
    client = service_client(
        "account",
        endpoint.url,
        "eu-west-1",
        ANA.access_key_id,
        ANA.secret_access_key,
        on_answer=lambda operation, answer: check_answer(client, operation, answer),
        **more,
    )
    return client


def names(answer: Any) -> list[str]:
    return [each["RegionName"] for each in answer["Regions"]]


def test_all_regions_are_listed_with_their_statuses(endpoint: Endpoint) -> None:
    endpoint.world.disable(ANA.account_id, "me-south-1")
    found = {each["RegionName"]: each["RegionOptStatus"] for each in account_client(endpoint).list_regions()["Regions"]}
    assert set(found) == {*ENABLED_BY_DEFAULT, *OPT_IN}
    assert (found["eu-west-1"], found["il-central-1"], found["me-south-1"]) == (
        "ENABLED_BY_DEFAULT",
        "ENABLED",
        "DISABLED",
    )


def test_statuses_and_pages_are_chosen(endpoint: Endpoint) -> None:
    endpoint.world.disable(ANA.account_id, *OPT_IN)
    client = account_client(endpoint)
    wanted = {"RegionOptStatusContains": ["ENABLED", "ENABLED_BY_DEFAULT"]}
    first = client.list_regions(MaxResults=10, **wanted)
    rest = client.list_regions(MaxResults=10, NextToken=first["NextToken"], **wanted)
    assert sorted([*names(first), *names(rest)]) == sorted(ENABLED_BY_DEFAULT)
    assert "NextToken" not in rest
    assert names(client.list_regions(RegionOptStatusContains=["DISABLED"])) == sorted(OPT_IN)


@pytest.mark.parametrize("given", [{"MaxResults": 51}, {"RegionOptStatusContains": ["ON"]}, {"NextToken": "x"}])
def test_what_makes_no_sense_is_refused(endpoint: Endpoint, given: dict[str, Any]) -> None:
    assert refusal(account_client(endpoint, validate=False).list_regions, **given)[0] == "ValidationException"


def test_it_may_be_denied(endpoint: Endpoint) -> None:
    endpoint.iam.deny("account:ListRegions")
    code, words = refusal(account_client(endpoint).list_regions)
    assert code == "AccessDeniedException"
    assert f"account:ListRegions on resource: arn:aws:account::{ANA.account_id}:account" in words


def test_a_region_that_is_not_enabled_does_not_know_the_key(endpoint: Endpoint) -> None:
    endpoint.world.disable(ANA.account_id, "me-south-1")
    for call in (
        client_of(endpoint, region="me-south-1").list_notebook_instances,
        lambda: logs_client_of(endpoint, region="me-south-1").get_log_events(logGroupName="g", logStreamName="s"),
    ):
        code, words = refusal(call)
        assert (code, words) == (
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )
    assert client_of(endpoint).list_notebook_instances()["NotebookInstances"]
