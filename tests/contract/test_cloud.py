"""The way to AWS, through the real boto3, against the embedded endpoint and real failures."""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.certificates import self_signed
from tests.support.cloud import SampleCloud
from tests.support.endpoint.faults import Fault, Trouble
from tray.aws.cloud import Cloud
from tray.demo.world import NotebookInstance, Status
from tray.fleet.refreshing.listing import list_scope
from tray.model.lengths import View
from tray.model.notebooks import Notebook, Scope
from tray.model.problems import Kind, Problem, TrayError
from tray.model.signer import AwsProfile
from tray.texts.reading import Reading, read_as

HERE = Scope("research", "eu-west-1", AwsProfile("research"))


def problem_of(cloud: Cloud, scope: Scope = HERE) -> Problem:
    with pytest.raises(TrayError) as refused:
        cloud.list_notebooks(scope)
    problem = refused.value.problem
    assert scope.profile in problem.text() or scope.aws_profile in problem.text(), "whom it concerns"
    assert "Traceback" not in problem.text()
    return problem


def test_every_page_is_read(cloud: Cloud, sample: SampleCloud) -> None:
    now = datetime.now(UTC)
    sample.endpoint.world.put(
        *(
            NotebookInstance(
                name=f"page-{at:03}",
                account_id="111122223333",
                region="eu-west-1",
                status=Status.STOPPED,
                instance_type="ml.t3.medium",
                created=now - timedelta(days=1),
                modified=now,
            )
            for at in range(250)
        )
    )
    found = cloud.list_notebooks(HERE)
    assert len([n for n in found if n.name.startswith("page-")]) == 250
    calls = sample.endpoint.recorder.calls("ListNotebookInstances")
    assert len(calls) == 3
    assert all(call.parameters["MaxResults"] == 100 for call in calls)


def test_a_notebook_as_it_is_told(cloud: Cloud) -> None:
    (found,) = cloud.find_notebooks(HERE, "churn-model")
    assert isinstance(found, Notebook)
    assert (found.scope, found.status, found.instance_type) == (HERE, "InService", "ml.t3.medium")
    assert found.arn == "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model"
    assert found.created is not None
    assert found.created.tzinfo is UTC


def test_a_part_of_a_name_finds_nothing(cloud: Cloud) -> None:
    assert cloud.find_notebooks(HERE, "churn") == ()


def test_a_profile_without_regions_is_in_its_own(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert cloud.scopes("mine", AwsProfile("forecasting"), ()) == (
        Scope("mine", "ap-southeast-2", AwsProfile("forecasting")),
    )
    assert [p.region for p in cloud.scopes("mine", AwsProfile("forecasting"), ("a-b-1", "a-b-2"))] == ["a-b-1", "a-b-2"]


def test_a_profile_that_names_no_region(cloud: Cloud, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    with sample.files.config.open("a") as config:
        config.write("[profile nowhere]\n")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(TrayError) as refused:
        cloud.scopes("mine", AwsProfile("nowhere"), ())
    assert "“Settings…”" in refused.value.problem.remedy
    with read_as(Reading.COMMAND):
        assert "--region" in refused.value.problem.remedy
    cloud.forget_changed_config()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert cloud.scopes("mine", AwsProfile("nowhere"), ())[0].region == "us-west-2"


def test_a_session_length_out_of_bounds_is_refused_before_any_call(cloud: Cloud, sample: SampleCloud) -> None:
    (found,) = cloud.find_notebooks(HERE, "churn-model")
    for seconds in (1799, 43201):
        with pytest.raises(TrayError):
            cloud.create_presigned_url(found, View.LAB, seconds)
    assert sample.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl") == ()
    url = cloud.create_presigned_url(found, View.LAB, 43200).reveal()
    assert url.endswith("&view=lab")


@pytest.mark.parametrize(
    ("fault", "kind", "title"),
    [
        (Fault(Trouble.ERROR, "ExpiredTokenException"), Kind.SIGN_IN, "Credentials expired"),
        (Fault(Trouble.ERROR, "UnrecognizedClientException"), Kind.SIGN_IN, "Credentials refused"),
        (Fault(Trouble.ERROR, "AccessDeniedException"), Kind.DENIED, "Access denied"),
        (Fault(Trouble.ERROR, "ThrottlingException"), Kind.THROTTLED, "AWS is limiting requests"),
        (Fault(Trouble.ERROR, "InternalFailure", "Oh dear.", 500), Kind.UNREACHABLE, "AWS fails to answer"),
        (Fault(Trouble.ERROR, "ServiceUnavailable"), Kind.UNREACHABLE, "AWS fails to answer"),
        (Fault(Trouble.ERROR, "Strange", "Oh dear.", 504), Kind.UNREACHABLE, "AWS fails to answer"),
        (Fault(Trouble.ERROR, "RequestTimeout", status=408), Kind.UNREACHABLE, "AWS fails to answer"),
        (Fault(Trouble.ERROR, "Strange", "Oh dear.", 429), Kind.THROTTLED, "AWS is limiting requests"),
        (Fault(Trouble.ERROR, "SlowDown", status=503), Kind.THROTTLED, "AWS is limiting requests"),
        (Fault(Trouble.ERROR, "RequestThrottledException"), Kind.THROTTLED, "AWS is limiting requests"),
        (Fault(Trouble.ERROR, "NotAuthorized", status=403), Kind.DENIED, "Access denied"),
        (Fault(Trouble.ERROR, "IncompleteSignature"), Kind.SIGN_IN, "Signature refused"),
        (Fault(Trouble.ERROR, "MissingAuthenticationToken", status=403), Kind.SIGN_IN, "Signature refused"),
        (Fault(Trouble.ERROR, "InvalidAccessKeyId", status=403), Kind.SIGN_IN, "Credentials refused"),
        (Fault(Trouble.ERROR, "Strange", "Oh dear."), Kind.OTHER, "AWS refused"),
        (Fault(Trouble.DROP), Kind.UNREACHABLE, "AWS can't be reached"),
        (Fault(Trouble.GARBAGE), Kind.UNREACHABLE, "Not an answer of AWS"),
    ],
)
def test_what_aws_refuses(cloud: Cloud, sample: SampleCloud, fault: Fault, kind: Kind, title: str) -> None:
    sample.endpoint.faults.add(fault)
    problem = problem_of(cloud)
    assert (problem.kind, problem.title) == (kind, title)
    sample.endpoint.faults.clear()
    assert cloud.list_notebooks(HERE), "and it works again once AWS does"


def test_credentials_written_anew_are_used_after_a_refusal(cloud: Cloud, sample: SampleCloud) -> None:
    good = sample.files.credentials.read_text()
    sample.files.credentials.write_text(good.replace("AKIA", "AKIX"))
    assert problem_of(cloud).kind is Kind.SIGN_IN
    sample.files.credentials.write_text(good)
    assert cloud.list_notebooks(HERE)


def test_credentials_written_anew_are_used_without_a_refusal(cloud: Cloud, sample: SampleCloud) -> None:
    cloud.forget_changed_config()
    assert cloud.list_notebooks(HERE)
    sample.files.credentials.write_text(sample.files.credentials.read_text().replace("AKIA", "AKIX"))
    cloud.forget_changed_config()
    assert problem_of(cloud).kind is Kind.SIGN_IN


def config(sample: SampleCloud, text: str) -> None:
    with sample.files.config.open("a") as file:
        file.write(text)


def test_a_profile_that_is_gone(cloud: Cloud) -> None:
    problem = problem_of(cloud, Scope("mine", "eu-west-1", AwsProfile("gone")))
    assert problem.title == "AWS profile not found"
    with read_as(Reading.COMMAND):
        assert "notebook-tray profiles set mine --aws-profile" in problem.remedy


def test_a_profile_without_credentials(cloud: Cloud, sample: SampleCloud) -> None:
    config(sample, "[profile bare]\nregion = eu-west-1\n")
    assert problem_of(cloud, Scope("bare", "eu-west-1", AwsProfile("bare"))).kind is Kind.SIGN_IN


def test_an_identity_center_profile_that_is_not_signed_in(cloud: Cloud, sample: SampleCloud) -> None:
    config(
        sample,
        "[sso-session corp]\nsso_start_url = https://corp.awsapps.example/start\nsso_region = eu-west-1\n"
        "[profile sso]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Analyst\n",
    )
    problem = problem_of(cloud, Scope("sso", "eu-west-1", AwsProfile("sso")))
    assert problem.title == "Signing in needed"
    assert "Choose “Sign in to …”" in problem.remedy


def test_a_role_that_wants_an_mfa_code_asks_nobody(
    cloud: Cloud, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(
        sample,
        "[profile mfa]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = research\n"
        "mfa_serial = arn:aws:iam::111122223333:mfa/ana\n",
    )
    monkeypatch.setattr("getpass.getpass", lambda *_: pytest.fail("asked on a terminal"))
    assert problem_of(cloud, Scope("mfa", "eu-west-1", AwsProfile("mfa"))).title == "MFA code needed"


def test_a_credential_process_that_fails_does_not_show_secrets(cloud: Cloud, sample: SampleCloud) -> None:
    script = sample.files.config.parent / "process.py"
    script.write_text("import sys; print('password: s3cr3t', file=sys.stderr); sys.exit(1)\n")
    config(sample, f"[profile process]\ncredential_process = {sys.executable} {script}\n")
    problem = problem_of(cloud, Scope("process", "eu-west-1", AwsProfile("process")))
    assert problem.kind is Kind.SIGN_IN
    assert "s3cr3t" not in problem.text()


def test_a_credential_process_that_hangs_holds_up_no_other_profile(cloud: Cloud, sample: SampleCloud) -> None:
    release = sample.files.config.parent / "release"
    script = sample.files.config.parent / "process.py"
    script.write_text(
        f"import os, time\nfor _ in range(600):\n    if os.path.exists({str(release)!r}): break\n    time.sleep(0.1)\n"
    )
    config(sample, f"[profile hangs]\ncredential_process = {sys.executable} {script}\n")
    hanging = threading.Thread(target=list_scope, args=(cloud, Scope("hangs", "eu-west-1", AwsProfile("hangs"))))
    hanging.start()
    try:
        assert cloud.list_notebooks(HERE)
        assert hanging.is_alive()
    finally:
        release.touch()
        hanging.join(60)
    assert not hanging.is_alive()


def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_nobody_answers(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", f"http://127.0.0.1:{closed_port()}")
    assert problem_of(cloud).kind is Kind.UNREACHABLE


def test_a_region_that_aws_has_not(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", f"http://127.0.0.1:{closed_port()}")
    problem = problem_of(cloud, Scope("research", "eu-west-99", AwsProfile("research")))
    assert problem.title == "Unknown region"
    with read_as(Reading.COMMAND):
        assert "notebook-tray profiles set research --region" in problem.remedy


def test_a_proxy_that_is_not_there_is_named_without_its_password(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_SAGEMAKER")
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://me:s3cr3t@127.0.0.1:{closed_port()}")
    problem = problem_of(cloud)
    assert problem.kind is Kind.UNREACHABLE
    assert "s3cr3t" not in problem.text()


@contextmanager
def tls_server(folder: Path) -> Iterator[int]:
    """Answer on loopback with a certificate that nobody vouches for."""
    made = self_signed(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with contextlib.suppress(OSError), connection:
                        context.wrap_socket(connection, server_side=True).close()

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def test_a_server_whose_certificate_is_not_trusted(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with tls_server(tmp_path) as port:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", f"https://127.0.0.1:{port}")
        problem = problem_of(cloud)
    assert problem.title == "Certificate not trusted"
    assert "AWS_CA_BUNDLE" in problem.remedy
