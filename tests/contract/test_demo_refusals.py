"""What the embedded endpoint refuses: wrong inputs, wrong signatures, and what it is told to refuse."""

from __future__ import annotations

import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ConnectionClosedError, ReadTimeoutError

from tests.support.aws_model import sagemaker_client
from tests.support.demo import (
    ANA,
    BEN,
    REGION,
    SteppedClock,
    client_of,
    names,
    refusal,
)
from tests.support.endpoint import Endpoint, running_endpoint
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.waiting import PATIENCE_SECONDS, wait_until
from tray.demo.sample import sample_principal
from tray.demo.world import World


def post_signed(
    endpoint: Endpoint, body: bytes, operation: str, *, service: str = "sagemaker", **headers: str
) -> tuple[int, Any]:
    """Send a request signed by botocore; `headers` are changed after signing, "" takes one away."""
    request = AWSRequest("POST", endpoint.url + "/", headers={"X-Amz-Target": f"SageMaker.{operation}"}, data=body)
    SigV4Auth(Credentials(ANA.access_key_id, ANA.secret_access_key), service, REGION).add_auth(request)
    sent = {name: str(value) for name, value in request.headers.items()}
    for name, value in headers.items():
        sent[name.replace("_", "-")] = value
    connection = http.client.HTTPConnection(urlsplit(endpoint.url).netloc, timeout=30)
    connection.request("POST", "/", body, {name: value for name, value in sent.items() if value})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, json.loads(content) if content.startswith(b"{") else content


class TestShapes:
    @pytest.mark.parametrize(
        ("operation", "given", "code", "words"),
        [
            ("list_notebook_instances", {"MaxResults": 0}, "ValidationException", "'maxResults' failed"),
            ("list_notebook_instances", {"MaxResults": 101}, "ValidationException", "less than or equal to 100"),
            ("list_notebook_instances", {"MaxResults": "5"}, "SerializationException", "STRING_VALUE can not be"),
            ("list_notebook_instances", {"StatusEquals": "Gone"}, "ValidationException", "enum value set: [Pending, "),
            ("list_notebook_instances", {"NameContains": "a b"}, "ValidationException", "regular expression pattern"),
            ("list_notebook_instances", {"NameContains": "a" * 64}, "ValidationException", "length less than"),
            ("describe_notebook_instance", {}, "ValidationException", "Value null at 'notebookInstanceName'"),
            ("describe_notebook_instance", {"NotebookInstanceName": "-a"}, "ValidationException", "pattern"),
            ("describe_notebook_instance", {"NotebookInstanceName": 5}, "SerializationException", "NUMBER_VALUE"),
        ],
    )
    def test_a_wrong_input_is_refused(
        self, endpoint: Endpoint, operation: str, given: dict[str, Any], code: str, words: str
    ) -> None:
        lax = client_of(endpoint, validate=False)
        found_code, found_words = refusal(getattr(lax, operation), **given)
        assert (found_code, words in found_words) == (code, True), found_words

    @pytest.mark.parametrize("seconds", [1799, 43201])
    def test_a_session_length_out_of_bounds_is_refused(self, endpoint: Endpoint, seconds: int) -> None:
        lax = client_of(endpoint, validate=False)
        code, words = refusal(
            lax.create_presigned_notebook_instance_url,
            NotebookInstanceName="churn-model",
            SessionExpirationDurationInSeconds=seconds,
        )
        assert code == "ValidationException"
        assert words.startswith(f"1 validation error detected: Value '{seconds}' at 'sessionExpiration")

    def test_several_faults_are_told_together(self, endpoint: Endpoint) -> None:
        lax = client_of(endpoint, validate=False)
        _, words = refusal(lax.list_notebook_instances, MaxResults=0, SortBy="Size")
        assert words.startswith("2 validation errors detected: ")

    @pytest.mark.parametrize(
        ("body", "operation", "code"),
        [
            (b"{", "ListNotebookInstances", "SerializationException"),
            (b"[]", "ListNotebookInstances", "SerializationException"),
            (b'{"Max": 1}', "ListNotebookInstances", "SerializationException"),
            (b"{}", "DeleteNotebookInstance", "UnknownOperationException"),
            (b'{"AdditionalCodeRepositories": "a"}', "UpdateNotebookInstance", "SerializationException"),
            (b'{"InstanceMetadataServiceConfiguration": 1}', "UpdateNotebookInstance", "SerializationException"),
        ],
    )
    def test_what_no_client_sends_is_refused(self, endpoint: Endpoint, body: bytes, operation: str, code: str) -> None:
        status, answer = post_signed(endpoint, body, operation)
        assert (status, answer["__type"]) == (400, code)


class TestSignatures:
    def test_a_wrong_secret_is_refused(self, endpoint: Endpoint) -> None:
        client = client_of(endpoint, replace(ANA, secret_access_key=BEN.secret_access_key))
        code, words = refusal(client.list_notebook_instances)
        assert code == "InvalidSignatureException"
        assert words.startswith("The request signature we calculated does not match")

    def test_an_unknown_key_is_refused(self, endpoint: Endpoint) -> None:
        client = client_of(endpoint, sample_principal("111122223333", "nobody"))
        expected = ("UnrecognizedClientException", "The security token included in the request is invalid.")
        assert refusal(client.list_notebook_instances) == expected
        endpoint.world.dismiss(ANA.access_key_id)
        assert refusal(client_of(endpoint).list_notebook_instances) == expected

    def test_temporary_credentials_hold_until_they_expire(self, endpoint: Endpoint, clock: SteppedClock) -> None:
        guest = replace(
            sample_principal(ANA.account_id, "guest"), session_token="a-token", expires=clock() + timedelta(hours=1)
        )
        endpoint.world.admit(guest)
        client = client_of(endpoint, guest)
        assert names(client.list_notebook_instances(MaxResults=1)) == ["audit"]
        for token in ("another", ""):
            wrong = client_of(endpoint, replace(guest, session_token=token))
            assert refusal(wrong.list_notebook_instances)[0] == "UnrecognizedClientException"
        clock.go(3600)
        assert refusal(client.list_notebook_instances) == (
            "ExpiredTokenException",
            "The security token included in the request is expired",
        )

    @pytest.mark.parametrize(
        ("headers", "code"),
        [
            ({"Authorization": ""}, "MissingAuthenticationTokenException"),
            ({"Authorization": "AWS4-HMAC-SHA256 Credential=a/b"}, "IncompleteSignatureException"),
            ({"X_Amz_Date": ""}, "IncompleteSignatureException"),
            ({"X_Amz_Date": "yesterday"}, "IncompleteSignatureException"),
            ({"X_Amz_Date": "20200101T000000Z"}, "InvalidSignatureException"),
            ({"X_Amz_Target": "SageMaker.StopNotebookInstance"}, "InvalidSignatureException"),
            ({"X_Amz_Unsigned": "1"}, "InvalidSignatureException"),
        ],
    )
    def test_what_was_not_signed_so_is_refused(self, endpoint: Endpoint, headers: dict[str, str], code: str) -> None:
        status, answer = post_signed(endpoint, b"{}", "ListNotebookInstances", **headers)
        assert (status, answer["__type"]) == (400, code)

    def test_a_signature_for_another_service_is_refused(self, endpoint: Endpoint) -> None:
        _, answer = post_signed(endpoint, b"{}", "ListNotebookInstances", service="sts")
        assert answer["__type"] == "InvalidSignatureException"
        assert "correct service: 'sagemaker'" in answer["message"]

    def test_a_request_to_another_host_name_is_refused(self, endpoint: Endpoint) -> None:
        status, _ = post_signed(endpoint, b"{}", "ListNotebookInstances", Host="rebound.example")
        assert status == 421


class TestFaults:
    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("ThrottlingException", "Rate exceeded"),
            ("ExpiredTokenException", "The security token included in the request is expired"),
            ("ResourceLimitExceeded", "The account-level service limit 'ml.t3.medium for notebook instance usage'"),
        ],
    )
    def test_errors_have_awss_words(self, endpoint: Endpoint, client: Any, code: str, words: str) -> None:
        endpoint.faults.add(Fault(Trouble.ERROR, code, times=1))
        found = refusal(client.start_notebook_instance, NotebookInstanceName="audit")
        assert (found[0], found[1].startswith(words)) == (code, True)
        client.start_notebook_instance(NotebookInstanceName="audit")

    @pytest.mark.parametrize(
        ("call", "operation", "given", "resource"),
        [
            ("list_notebook_instances", "ListNotebookInstances", {}, "*"),
            ("stop_notebook_instance", "StopNotebookInstance", {"NotebookInstanceName": "audit"}, "audit"),
        ],
    )
    def test_a_denial_names_user_action_and_resource(
        self, endpoint: Endpoint, client: Any, call: str, operation: str, given: dict[str, str], resource: str
    ) -> None:
        endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation=operation))
        assert refusal(getattr(client, call), **given) == (
            "AccessDeniedException",
            f"User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sagemaker:{operation} on "
            f"resource: arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/{resource} because no "
            f"identity-based policy allows the sagemaker:{operation} action",
        )

    def test_a_fault_can_be_for_one_region(self, endpoint: Endpoint, client: Any) -> None:
        endpoint.faults.add(Fault(Trouble.ERROR, "ServiceUnavailable", status=503, region="us-east-1"))
        assert names(client.list_notebook_instances(MaxResults=1)) == ["audit"]
        assert refusal(client_of(endpoint, region="us-east-1").list_notebook_instances)[0] == "ServiceUnavailable"

    @pytest.mark.parametrize(
        ("trouble", "error"), [(Trouble.DROP, ConnectionClosedError), (Trouble.HANG, ReadTimeoutError)]
    )
    def test_broken_answers_break_as_networks_do(
        self, endpoint: Endpoint, trouble: Trouble, error: type[BotoCoreError]
    ) -> None:
        endpoint.faults.add(Fault(trouble, times=1))
        plain = sagemaker_client(endpoint.url, REGION, ANA.access_key_id, ANA.secret_access_key, read_timeout_seconds=1)
        with pytest.raises(error):
            plain.list_notebook_instances()
        assert endpoint.recorder.calls()[-1].error == trouble.value
        assert len(names(plain.list_notebook_instances())) == 5

    def test_a_page_of_html_has_no_notebooks_in_it(self, endpoint: Endpoint) -> None:
        """Botocore raises nothing: a client has to see for itself that the list is missing."""
        endpoint.faults.add(Fault(Trouble.GARBAGE, times=1))
        plain = sagemaker_client(endpoint.url, REGION, ANA.access_key_id, ANA.secret_access_key)
        answer = plain.list_notebook_instances()
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert "NotebookInstances" not in answer

    def test_an_answer_takes_its_latency(self, endpoint: Endpoint, client: Any) -> None:
        endpoint.faults.set_latency(0.2, "ListNotebookInstances")
        before = time.monotonic()
        client.list_notebook_instances()
        assert time.monotonic() - before >= 0.2

    def test_64_connections_at_once_are_all_answered(self, endpoint: Endpoint, client: Any) -> None:
        endpoint.faults.set_latency(0.05)
        together = threading.Barrier(64)

        def ask(_: int) -> int:
            together.wait()
            return len(names(client.list_notebook_instances()))

        with ThreadPoolExecutor(64) as pool:
            assert list(pool.map(ask, range(64))) == [5] * 64

    @pytest.mark.only_on("linux", "darwin", reason="Wine wakes no thread that reads from what is shut down")
    def test_stopping_ends_hanging_connections(self) -> None:
        world = World()
        world.admit(ANA)
        with ThreadPoolExecutor(1) as pool:
            with running_endpoint(world, jupyter=False) as endpoint:
                endpoint.faults.add(Fault(Trouble.HANG))
                hanging = pool.submit(client_of(endpoint).list_notebook_instances)
                wait_until(endpoint.recorder.calls, "the call to arrive")
            with pytest.raises(ConnectionClosedError):
                hanging.result(PATIENCE_SECONDS)
        wait_until(
            lambda: not [each for each in threading.enumerate() if "process_request" in each.name],
            "the threads of connections to end",
        )
