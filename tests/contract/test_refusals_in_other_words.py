"""Refusals in the words of services, and of what stands before them: by what users read, through the real boto3."""

from __future__ import annotations

import pytest

from tests.support.cloud import SampleCloud
from tests.support.endpoint.faults import Fault, Trouble
from tray.aws.cloud import Cloud
from tray.model.lengths import View
from tray.model.notebooks import Scope
from tray.model.problems import Kind, Problem, TrayError
from tray.model.signer import AwsProfile

HERE = Scope("research", "eu-west-1", AwsProfile("research"))
OPEN = "sagemaker:CreatePresignedNotebookInstanceUrl"
ARN = "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model"
ANA = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Analyst_0123456789abcdef/ana@example.com"


def refused(cloud: Cloud, sample: SampleCloud, code: str, message: str = "", status: int = 400) -> Problem:
    """Return the problem of an opening that AWS refuses so."""
    (notebook,) = cloud.find_notebooks(HERE, "churn-model")
    sample.endpoint.faults.add(Fault(Trouble.ERROR, code, message, status))
    with pytest.raises(TrayError) as caught:
        cloud.create_presigned_url(notebook, View.LAB, 1800)
    return caught.value.problem


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("NotAuthorizedException", "not authorized"),
        ("UnauthorizedAccess", "You are not authorized"),
        ("Forbidden", "Forbidden"),
        ("KMSAccessDeniedException", "The ciphertext refers to a key that does not exist"),
        ("AccessDeniedException", "null"),
        ("AccessDeniedException", f"User: {ANA} is not authorized to perform {OPEN} on resource: {ARN}"),
        ("AccessDeniedException", f"User: {ANA} is not authorized to perform: {OPEN}\non resource: {ARN} with a deny"),
    ],
)
def test_a_denial_in_whatever_words_is_one(cloud: Cloud, sample: SampleCloud, code: str, message: str) -> None:
    problem = refused(cloud, sample, code, message)
    assert (problem.kind, problem.title) == (Kind.DENIED, "Access denied")
    assert f"{OPEN} on {ARN}." in problem.remedy
    assert "null" not in problem.message
    assert "“Forbidden”" not in problem.message
    if ANA in message:
        assert problem.message.count(ANA) == 1
        assert "is not authorized to perform" not in problem.message, "taken apart"


def test_no_half_of_an_encoded_message_is_shown(cloud: Cloud, sample: SampleCloud) -> None:
    encoded = "Encoded authorization failure message: " + "Ab3_-" * 200
    denied = f"User: {ANA} is not authorized to perform: {OPEN} on resource: {ARN} with an explicit deny. {encoded}"
    for code, message in (
        ("AccessDeniedException", denied),
        ("UnauthorizedOperation", f"You are not authorized to perform this operation. {encoded}"),
    ):
        problem = refused(cloud, sample, code, message)
        assert "Ab3_" not in problem.text()
        assert "“with an explicit deny”" in problem.message or "“You are not authorized" in problem.message
        sample.endpoint.faults.clear()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("TooManyRequests", "slow"),
        ("RateLimitExceeded", ""),
        ("RateExceeded", ""),
        ("ThrottlerException", "x"),
        ("LimitExceededException", "Rate exceeded"),
    ],
)
def test_too_many_calls_by_whatever_code(cloud: Cloud, sample: SampleCloud, code: str, message: str) -> None:
    problem = refused(cloud, sample, code, message)
    assert (problem.kind, problem.title) == (Kind.THROTTLED, "AWS is limiting requests")


def test_a_quota_is_no_rate(cloud: Cloud, sample: SampleCloud) -> None:
    assert refused(cloud, sample, "LimitExceededException", "You have reached your limit").code == "aws-refused"


@pytest.mark.parametrize("code", ["InternalFailure", "InternalServerException", "ServiceUnavailableException"])
def test_what_fails_at_aws_is_its_failure_by_whatever_status(cloud: Cloud, sample: SampleCloud, code: str) -> None:
    assert refused(cloud, sample, code).title == "AWS fails to answer"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ResourceNotFound", "Notebook Instance churn-model not found"),
        ("ResourceNotFoundException", "not found"),
        ("ValidationException", "Notebook Instance [churn-model] does not exist"),
    ],
)
def test_a_notebook_that_is_gone_in_whatever_words(cloud: Cloud, sample: SampleCloud, code: str, message: str) -> None:
    assert refused(cloud, sample, code, message).title == "Notebook instance not found"


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        ("Stopped", "It was stopped meanwhile. Choose “Start and open” in the menu."),
        ("Stopping", "Wait until it has stopped. Choose “Start and open” in the menu."),
        ("Failed", "Choose “Start and open” in the menu."),
        ("Pending", "It is starting, which takes 2 to 3 minutes as a rule: try again then."),
        ("Updating", "It is being updated: start it when that is done."),
        ("Deleting", "It is being deleted: choose another."),
    ],
)
def test_what_to_do_goes_with_the_status_that_it_has_now(
    cloud: Cloud, sample: SampleCloud, status: str, remedy: str
) -> None:
    problem = refused(cloud, sample, "ValidationException", f"Status ({status}) not in ([InService]). Unable to sign.")
    assert f"it is {status}." in problem.message
    assert problem.remedy == remedy


@pytest.mark.parametrize(
    ("region", "asked"), [("ap-east-1", True), ("mx-central-1", True), ("eu-west-1", False), ("cn-north-1", False)]
)
def test_where_a_region_has_to_be_enabled_that_is_asked_first(
    cloud: Cloud, sample: SampleCloud, region: str, asked: bool
) -> None:
    sample.endpoint.faults.add(Fault(Trouble.ERROR, "UnrecognizedClientException"))
    with pytest.raises(TrayError) as caught:
        cloud.list_notebooks(Scope("research", region, AwsProfile("research")))
    remedy = caught.value.problem.remedy
    assert remedy.startswith(f"Ask your administrator whether the account has enabled {region}") == asked
    assert "Renew the access keys" in remedy
