"""The embedded endpoint as AWS's own client for Python sees it, and each answer against the service model."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.demo import (
    ANA,
    BEN,
    REGION,
    SteppedClock,
    client_of,
    names,
    notebook,
    open_url,
    refusal,
    visit,
)
from tray.demo.sample import sample_principal
from tray.demo.world import Status

if TYPE_CHECKING:
    from tests.support.endpoint import Endpoint


class TestLists:
    def test_a_summary_holds_what_sagemaker_says(self, client: Any) -> None:
        found = client.list_notebook_instances(NameContains="churn")["NotebookInstances"]
        assert found == [
            {
                "NotebookInstanceName": "churn-model",
                "NotebookInstanceArn": "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model",
                "NotebookInstanceStatus": "InService",
                "Url": "churn-model.notebook.eu-west-1.sagemaker.aws",
                "InstanceType": "ml.t3.medium",
                "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
                "LastModifiedTime": datetime(2026, 1, 1, tzinfo=UTC),
            }
        ]

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({}, ["audit", "churn-model", "customer-segments", "image-labels", "weekly-report"]),
            ({"SortOrder": "Descending", "MaxResults": 2}, ["weekly-report", "image-labels"]),
            ({"SortBy": "CreationTime", "MaxResults": 2}, ["churn-model", "customer-segments"]),
            ({"SortBy": "Status"}, ["image-labels", "churn-model", "weekly-report", "audit", "customer-segments"]),
            ({"StatusEquals": "Stopped"}, ["audit", "customer-segments"]),
            ({"NameContains": "me"}, ["customer-segments"]),
            ({"CreationTimeAfter": datetime(2026, 1, 1, 3, tzinfo=UTC)}, ["audit"]),
            ({"CreationTimeBefore": datetime(2026, 1, 1, 1, tzinfo=UTC)}, ["churn-model"]),
            ({"LastModifiedTimeAfter": datetime(2026, 1, 1, 3, tzinfo=UTC)}, ["audit"]),
            ({"LastModifiedTimeBefore": datetime(2026, 1, 1, 1, tzinfo=UTC)}, ["churn-model"]),
            ({"NotebookInstanceLifecycleConfigNameContains": "night"}, ["weekly-report"]),
            ({"DefaultCodeRepositoryContains": "cod"}, ["weekly-report"]),
            ({"AdditionalCodeRepositoryEquals": "https://example.com/a.git"}, ["audit"]),
            ({"StatusEquals": "Updating"}, []),
        ],
    )
    def test_filters_and_sorts(self, client: Any, given: dict[str, Any], expected: list[str]) -> None:
        assert names(client.list_notebook_instances(**given)) == expected

    def test_accounts_and_regions_have_their_own(self, endpoint: Endpoint) -> None:
        assert names(client_of(endpoint, BEN).list_notebook_instances()) == []
        assert names(client_of(endpoint, ANA, "us-east-1").list_notebook_instances()) == []

    @pytest.mark.parametrize("sort_by", ["Name", "CreationTime", "Status"])
    @pytest.mark.parametrize("order", ["Ascending", "Descending"])
    @pytest.mark.parametrize("size", [7, 100])
    def test_pages_hold_each_of_250_once(
        self, endpoint: Endpoint, client: Any, sort_by: str, order: str, size: int
    ) -> None:
        statuses = (Status.STOPPED, Status.IN_SERVICE)
        many = [notebook(f"n{i * 37 % 250:03}", statuses[i % 2], number=i // 3) for i in range(250)]
        endpoint.world.put(*many)
        paginator = client.get_paginator("list_notebook_instances")
        pages = list(paginator.paginate(MaxResults=size, SortBy=sort_by, SortOrder=order, NameContains="n"))
        keys = {
            "Name": lambda each: each.name,
            "CreationTime": lambda each: (each.created, each.name),
            "Status": lambda each: (each.status.value, each.name),
        }
        everything = [each for each in endpoint.world.notebooks(ANA.account_id, REGION) if "n" in each.name]
        expected = [each.name for each in sorted(everything, key=keys[sort_by], reverse=order == "Descending")]
        assert [name for page in pages for name in names(page)] == expected
        assert {len(names(page)) for page in pages[:-1]} == {size}

    def test_ten_come_where_no_number_is_given(self, endpoint: Endpoint, client: Any) -> None:
        endpoint.world.put(*(notebook(f"n{i}") for i in range(20)))
        assert len(names(client.list_notebook_instances())) == 10

    def test_changes_between_pages_hide_and_repeat_nothing(self, endpoint: Endpoint, client: Any) -> None:
        first = client.list_notebook_instances(MaxResults=2)
        endpoint.world.put(notebook("aaa"))
        endpoint.world.remove(ANA.account_id, REGION, "audit")
        rest = client.list_notebook_instances(MaxResults=3, NextToken=first["NextToken"])
        assert names(first) + names(rest) == [
            "audit", "churn-model", "customer-segments", "image-labels", "weekly-report"
        ]  # fmt: skip
        assert "NextToken" not in rest

    def test_a_token_holds_for_its_own_question_only(self, client: Any) -> None:
        token = client.list_notebook_instances(MaxResults=1)["NextToken"]
        for other in ({"StatusEquals": "Stopped"}, {"SortBy": "Status"}, {"SortOrder": "Descending"}):
            code, words = refusal(client.list_notebook_instances, NextToken=token, **other)
            assert (code, "other filters" in words) == ("ValidationException", True)

    @pytest.mark.parametrize(
        "spoil",
        [lambda t: t[:-4], lambda t: ("B" if t[0] == "A" else "A") + t[1:], lambda _: "nonsense!", lambda _: "é"],
    )
    def test_a_token_of_another_make_is_refused(self, client: Any, spoil: Any) -> None:
        token = client.list_notebook_instances(MaxResults=1)["NextToken"]
        code, words = refusal(client.list_notebook_instances, NextToken=spoil(token))
        assert (code, words) == ("ValidationException", "Invalid NextToken.")


class TestChanges:
    def test_a_description_adds_to_a_summary(self, client: Any) -> None:
        found = client.describe_notebook_instance(NotebookInstanceName="image-labels")
        assert found["FailureReason"] == "No capacity."
        assert found["RoleArn"].startswith("arn:aws:iam::111122223333:role/")
        assert (found["VolumeSizeInGB"], found["PlatformIdentifier"]) == (20, "notebook-al2023-v1")

    def test_start_and_stop_go_through_their_states(self, client: Any, clock: SteppedClock) -> None:
        def status() -> str:
            found = client.describe_notebook_instance(NotebookInstanceName="customer-segments")
            return str(found["NotebookInstanceStatus"])

        client.start_notebook_instance(NotebookInstanceName="customer-segments")
        assert status() == "Pending"
        clock.go(1000)
        assert status() == "InService"
        client.stop_notebook_instance(NotebookInstanceName="customer-segments")
        assert status() == "Stopping"
        clock.go(500)
        assert status() == "Stopped"

    def test_a_wrong_state_is_refused_in_sagemakers_words(self, client: Any) -> None:
        code, words = refusal(client.start_notebook_instance, NotebookInstanceName="churn-model")
        assert code == "ValidationException"
        assert words.startswith("Status (InService) not in ([Stopped, Failed]). Unable to transition to (Pending)")
        code, words = refusal(client.stop_notebook_instance, NotebookInstanceName="customer-segments")
        assert words.startswith("Status (Stopped) not in ([InService]). Unable to transition to (Stopping)")

    @pytest.mark.parametrize(
        "operation",
        [
            "describe_notebook_instance",
            "start_notebook_instance",
            "stop_notebook_instance",
            "create_presigned_notebook_instance_url",
        ],
    )
    def test_an_unknown_name_is_refused(self, client: Any, operation: str) -> None:
        found = refusal(getattr(client, operation), NotebookInstanceName="nobody")
        assert found == ("ValidationException", "RecordNotFound")


class TestRecord:
    def test_calls_are_recorded_without_tokens(self, endpoint: Endpoint, client: Any) -> None:
        token = client.list_notebook_instances(MaxResults=1)["NextToken"]
        client.list_notebook_instances(MaxResults=1, NextToken=token)
        url = open_url(client, SessionExpirationDurationInSeconds=5400)
        visit(url + "&view=lab")
        first, second, presigned, visited = endpoint.recorder.calls()
        assert (first.operation, first.account_id, first.region) == ("ListNotebookInstances", ANA.account_id, REGION)
        assert (first.caller, first.parameters, first.error) == (ANA.arn, {"MaxResults": 1}, "")
        assert second.parameters == {"MaxResults": 1, "NextToken": "…"}
        assert presigned.parameters["SessionExpirationDurationInSeconds"] == 5400
        assert visited.parameters == {
            "NotebookInstanceName": "churn-model",
            "View": "lab",
            "SessionExpirationDurationInSeconds": 5400,
        }
        everything = repr(endpoint.recorder.calls())
        assert token not in everything
        assert parse_qs(urlsplit(url).query)["authToken"][0] not in everything

    def test_refused_calls_are_recorded_too(self, endpoint: Endpoint) -> None:
        stranger = client_of(endpoint, sample_principal("111122223333", "nobody"))
        refusal(stranger.list_notebook_instances)
        (call,) = endpoint.recorder.calls()
        assert (call.caller, call.error) == ("", "UnrecognizedClientException")
