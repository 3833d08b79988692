"""Starts that fail, starts that are refused, and updates on the embedded endpoint, as AWS's own client sees them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.demo import ANA, BEN, REGION, SteppedClock, client_of, logs_client_of, notebook, refusal
from tests.support.endpoint.faults import Fault, Trouble
from tray.demo.lifecycle_logs import LOG_GROUP, on_start_stream
from tray.demo.starts import NO_CAPACITY, RETIRED_PLATFORMS, lifecycle_failure
from tray.demo.world import Status

if TYPE_CHECKING:
    from tests.support.endpoint import Endpoint

NAME = "customer-segments"  # Stopped, of the type ml.t3.medium


def described(client: Any, name: str = NAME) -> Any:
    return client.describe_notebook_instance(NotebookInstanceName=name)


def started(client: Any, clock: SteppedClock, name: str = NAME) -> Any:
    """Start it, and return its description when the start has ended."""
    client.start_notebook_instance(NotebookInstanceName=name)
    clock.go(1000)
    return described(client, name)


class TestFailures:
    def test_without_capacity_a_start_fails_as_that_type_alone(
        self, endpoint: Endpoint, client: Any, clock: SteppedClock
    ) -> None:
        endpoint.world.set_capacity(REGION, "ml.t3.medium", free=False)
        failed = started(client, clock)
        assert (failed["NotebookInstanceStatus"], failed["FailureReason"]) == ("Failed", NO_CAPACITY)
        client.update_notebook_instance(NotebookInstanceName=NAME, InstanceType="ml.t3.large")
        clock.go(200)
        found = started(client, clock)
        assert (found["NotebookInstanceStatus"], found["InstanceType"]) == ("InService", "ml.t3.large")
        assert "FailureReason" not in found

    def test_with_capacity_again_a_second_try_starts(
        self, endpoint: Endpoint, client: Any, clock: SteppedClock
    ) -> None:
        endpoint.world.set_capacity(REGION, "ml.t3.medium", free=False)
        assert started(client, clock)["NotebookInstanceStatus"] == "Failed"
        endpoint.world.set_capacity(REGION, "ml.t3.medium", free=True)
        assert started(client, clock)["NotebookInstanceStatus"] == "InService"

    def test_a_lifecycle_script_fails_a_start_and_leaves_its_log(
        self, endpoint: Endpoint, client: Any, clock: SteppedClock
    ) -> None:
        plain = notebook("nightly", Status.STOPPED, lifecycle_config="Tools", start_log=("first", "second"))
        endpoint.world.put(replace(plain, start_failure=lifecycle_failure(plain.arn, "Tools")))
        failed = started(client, clock, "nightly")
        assert failed["FailureReason"] == (
            "Notebook Instance Lifecycle Config 'arn:aws:sagemaker:eu-west-1:111122223333:"
            "notebook-instance-lifecycle-config/tools' for Notebook Instance 'arn:aws:sagemaker:eu-west-1:111122223333:"
            "notebook-instance/nightly' took longer than 5 minutes. Please check your CloudWatch logs for more details "
            "if your Notebook Instance has Internet access."
        )
        assert failed["NotebookInstanceLifecycleConfigName"] == "Tools"
        given = {"logGroupName": LOG_GROUP, "logStreamName": on_start_stream("nightly")}
        events = logs_client_of(endpoint).get_log_events(**given)["events"]
        assert [event["message"] for event in events] == ["first", "second"]

    def test_one_can_be_pending_for_ever(self, endpoint: Endpoint, client: Any, clock: SteppedClock) -> None:
        endpoint.world.put(notebook("slow", Status.STOPPED, stuck=True))
        assert started(client, clock, "slow")["NotebookInstanceStatus"] == "Pending"
        clock.go(24 * 3600)
        assert described(client, "slow")["NotebookInstanceStatus"] == "Pending"
        code, words = refusal(client.stop_notebook_instance, NotebookInstanceName="slow")
        assert (code, "Status (Pending) not in ([InService])" in words) == ("ValidationException", True)


class TestRefusals:
    def test_a_quota_refuses_what_exceeds_it(self, endpoint: Endpoint, client: Any) -> None:
        endpoint.world.set_quota(ANA.account_id, REGION, "ml.t3.medium", 2)  # churn-model and weekly-report run
        code, words = refusal(client.start_notebook_instance, NotebookInstanceName=NAME)
        assert code == "ResourceLimitExceeded"
        assert words.startswith(
            "The account-level service limit 'ml.t3.medium for notebook instance usage' is 2 Instances, with current "
            "utilization of 2 Instances and a request delta of 1 Instances. Please use AWS Service Quotas"
        )
        assert described(client)["NotebookInstanceStatus"] == "Stopped"

    def test_a_quota_has_room_again_after_a_stop(self, endpoint: Endpoint, client: Any, clock: SteppedClock) -> None:
        endpoint.world.set_quota(ANA.account_id, REGION, "ml.t3.medium", 2)
        client.stop_notebook_instance(NotebookInstanceName="churn-model")
        assert refusal(client.start_notebook_instance, NotebookInstanceName=NAME)[0] == "ResourceLimitExceeded"
        clock.go(500)
        client.start_notebook_instance(NotebookInstanceName=NAME)
        assert refusal(client.start_notebook_instance, NotebookInstanceName="audit")[0] == "ResourceLimitExceeded"
        endpoint.world.set_quota(ANA.account_id, REGION, "ml.t3.medium", None)
        client.start_notebook_instance(NotebookInstanceName="audit")

    @pytest.mark.parametrize("platform", sorted(RETIRED_PLATFORMS))
    def test_a_retired_platform_stops_for_good(
        self, endpoint: Endpoint, client: Any, clock: SteppedClock, platform: str
    ) -> None:
        endpoint.world.put(notebook("old", platform=platform))
        client.stop_notebook_instance(NotebookInstanceName="old")
        clock.go(500)
        assert described(client, "old")["PlatformIdentifier"] == platform
        code, words = refusal(client.start_notebook_instance, NotebookInstanceName="old")
        assert (code, words) == (
            "ValidationException",
            f"Platform identifier ({platform}) is not supported for this service.",
        )
        client.update_notebook_instance(NotebookInstanceName="old", PlatformIdentifier="notebook-al2023-v1")
        clock.go(200)
        assert started(client, clock, "old")["NotebookInstanceStatus"] == "InService"

    @pytest.mark.parametrize(
        ("operation", "name"),
        [
            ("StartNotebookInstance", NAME),
            ("StopNotebookInstance", "churn-model"),
            ("UpdateNotebookInstance", NAME),
            ("DescribeNotebookInstance", NAME),
            ("CreatePresignedNotebookInstanceUrl", "churn-model"),
        ],
    )
    def test_iam_denies_each_call_until_it_is_allowed(self, endpoint: Endpoint, operation: str, name: str) -> None:
        client = client_of(endpoint)
        call = getattr(client, {value: key for key, value in client.meta.method_to_api_mapping.items()}[operation])
        endpoint.iam.deny(f"sagemaker:{operation}", BEN.arn)
        endpoint.iam.deny(f"sagemaker:{operation}", ANA.arn)
        code, words = refusal(call, NotebookInstanceName=name)
        assert code == "AccessDeniedException"
        assert words == (
            f"User: {ANA.arn} is not authorized to perform: sagemaker:{operation} on resource: "
            f"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/{name} because no identity-based policy "
            f"allows the sagemaker:{operation} action"
        )
        assert endpoint.recorder.calls(operation)[-1].error == "AccessDeniedException"
        endpoint.iam.allow(f"sagemaker:{operation}", ANA.arn)
        call(NotebookInstanceName=name)

    def test_iam_can_deny_all(self, endpoint: Endpoint, client: Any) -> None:
        endpoint.iam.deny("sagemaker:ListNotebookInstances")
        for each in (client, client_of(endpoint, BEN)):
            assert refusal(each.list_notebook_instances)[0] == "AccessDeniedException"
        assert described(client)["NotebookInstanceStatus"] == "Stopped"


class TestUpdates:
    def test_an_update_goes_through_updating_to_stopped(
        self, endpoint: Endpoint, client: Any, clock: SteppedClock
    ) -> None:
        client.update_notebook_instance(
            NotebookInstanceName=NAME, InstanceType="ml.m5.xlarge", PlatformIdentifier="notebook-al2023-v2"
        )
        assert described(client)["NotebookInstanceStatus"] == "Updating"
        clock.go(200)
        found = described(client)
        assert found["NotebookInstanceStatus"] == "Stopped"
        assert (found["InstanceType"], found["PlatformIdentifier"]) == ("ml.m5.xlarge", "notebook-al2023-v2")
        (call,) = endpoint.recorder.calls("UpdateNotebookInstance")
        assert call.parameters == {
            "NotebookInstanceName": NAME, "InstanceType": "ml.m5.xlarge", "PlatformIdentifier": "notebook-al2023-v2"
        }  # fmt: skip

    @pytest.mark.parametrize("name", ["churn-model", "weekly-report"])
    def test_what_runs_is_not_updated(self, client: Any, name: str) -> None:
        code, words = refusal(client.update_notebook_instance, NotebookInstanceName=name, InstanceType="ml.m5.xlarge")
        assert code == "ValidationException"
        assert "not in ([Stopped, Failed]). Unable to transition to (Updating)" in words

    def test_failed_ones_can_be_refused_too(self, endpoint: Endpoint, client: Any) -> None:
        endpoint.world.updatable = (Status.STOPPED,)
        given = {"NotebookInstanceName": "image-labels", "InstanceType": "ml.m5.xlarge"}
        _, words = refusal(client.update_notebook_instance, **given)
        assert words.startswith("Status (Failed) not in ([Stopped]). Unable to transition to (Updating)")

    @pytest.mark.parametrize("platform", ["notebook-al1-v1", "notebook-al2-v1", "notebook-al2-v2", "notebook-al2-v3"])
    def test_nothing_moves_to_an_old_platform(self, client: Any, platform: str) -> None:
        code, words = refusal(client.update_notebook_instance, NotebookInstanceName=NAME, PlatformIdentifier=platform)
        assert (code, f"({platform}) is not supported" in words) == ("ValidationException", True)

    @pytest.mark.parametrize(
        ("given", "code", "words"),
        [
            ({"InstanceType": "t3.medium"}, "ValidationException", "'instanceType' failed"),
            ({"InstanceType": "ml.m5.large"}, "ValidationException", "enum value set"),  # it begins with xlarge
            ({"PlatformIdentifier": "notebook-al3-v1"}, "ValidationException", "'platformIdentifier' failed"),
            ({"VolumeSizeInGB": 4}, "ValidationException", "greater than or equal to 5"),
            ({"DisassociateLifecycleConfig": "yes"}, "SerializationException", "can not be converted to Boolean"),
            ({"AdditionalCodeRepositories": ["-"]}, "ValidationException", "pattern"),
            ({"AdditionalCodeRepositories": ["a", "b", "c", "d"]}, "ValidationException", "less than or equal to 3"),
            ({"InstanceMetadataServiceConfiguration": {}}, "ValidationException", "must not be null"),
            ({"LifecycleConfigName": "tools"}, "ValidationException", "doesn't change LifecycleConfigName"),
            ({"RoleArn": "arn:aws:iam::111122223333:role/root"}, "ValidationException", "doesn't change RoleArn"),
        ],
    )
    def test_other_inputs_are_refused_and_recorded(
        self, endpoint: Endpoint, given: dict[str, Any], code: str, words: str
    ) -> None:
        lax = client_of(endpoint, validate=False)
        found_code, found_words = refusal(lax.update_notebook_instance, NotebookInstanceName=NAME, **given)
        assert (found_code, words in found_words) == (code, True), found_words
        assert endpoint.recorder.calls("UpdateNotebookInstance")[-1].parameters == {
            "NotebookInstanceName": NAME, **given
        }  # fmt: skip

    def test_an_unknown_name_is_refused(self, client: Any) -> None:
        found = refusal(client.update_notebook_instance, NotebookInstanceName="nobody")
        assert found == ("ValidationException", "RecordNotFound")

    def test_faults_strike_updates(self, endpoint: Endpoint, client: Any) -> None:
        endpoint.faults.add(Fault(Trouble.ERROR, "ThrottlingException", operation="UpdateNotebookInstance", times=1))
        given = {"NotebookInstanceName": NAME, "InstanceType": "ml.m5.xlarge"}
        assert refusal(client.update_notebook_instance, **given) == ("ThrottlingException", "Rate exceeded")
        client.update_notebook_instance(**given)
