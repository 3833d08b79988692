"""Profiles that share a client and its connections: each request is signed by whom it is for, and by nobody else.

The endpoint checks every signature and records whose it was.
"""

from __future__ import annotations

import json
import ssl
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.support.cloud import REGIONS, SampleCloud, cloud_of_many, put_one_notebook_each, tls_front
from tests.support.endpoint import running_endpoint
from tests.support.endpoint.faults import Fault, Trouble
from tray.aws.calls.sessions import Sessions
from tray.aws.cloud import Cloud
from tray.demo.sample import SampleProfile, sample_principal
from tray.demo.world import World
from tray.model.lengths import View
from tray.model.notebooks import Notebook, Scope
from tray.model.problems import Kind, TrayError
from tray.model.signer import AwsProfile

PROFILES = 24
THREADS = 32


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    with cloud_of_many(tmp_path, PROFILES) as cloud:
        cloud.into(monkeypatch)
        yield cloud


def scopes(profiles: tuple[SampleProfile, ...]) -> list[Scope]:
    # Region by region: profiles follow each other on the same client and its connections.
    return [Scope(profile.name, region, AwsProfile(profile.name)) for region in REGIONS for profile in profiles]


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def expect_own(scope: Scope, found: tuple[Notebook, ...]) -> None:
    assert [notebook.name for notebook in found] == [f"{scope.profile}-{scope.region}"]


def test_every_request_is_signed_by_whom_it_is_for(cloud: Cloud, sample: SampleCloud) -> None:
    everywhere = scopes(sample.profiles) * 3

    def list_and_open(scope: Scope) -> None:
        (found,) = cloud.list_notebooks(scope)
        expect_own(scope, (found,))
        cloud.create_presigned_url(found, View.LAB, 1800)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(list_and_open, everywhere))
    calls = sample.endpoint.recorder.calls()
    assert Counter((call.operation, call.caller, call.account_id, call.region, call.error) for call in calls) == {
        (operation, profile.principal.arn, profile.principal.account_id, region, ""): 3
        for operation in ("ListNotebookInstances", "CreatePresignedNotebookInstanceUrl")
        for profile in sample.profiles
        for region in REGIONS
    }


def test_attempts_after_a_failure_are_signed_by_the_same(cloud: Cloud, sample: SampleCloud) -> None:
    for profile in sample.profiles[::2]:
        account = profile.principal.account_id
        sample.endpoint.faults.add(
            Fault(Trouble.ERROR, "InternalFailure", status=500, account_id=account, region=REGIONS[0], times=1)
        )
    everywhere = [scope for scope in scopes(sample.profiles) if scope.region == REGIONS[0]]
    with ThreadPoolExecutor(THREADS) as threads:
        for scope, found in zip(everywhere, threads.map(cloud.list_notebooks, everywhere), strict=True):
            expect_own(scope, found)
    attempts = Counter(call.caller for call in sample.endpoint.recorder.calls())
    assert attempts == {each.principal.arn: 2 - at % 2 for at, each in enumerate(sample.profiles)}


def test_profiles_of_equal_settings_share_a_client_and_others_do_not(sample: SampleCloud) -> None:
    append(sample.files.config, "[profile alike]\nregion = us-east-1\noutput = json\ncredential_process = x\n")
    append(sample.files.config, "[profile retrying]\nretry_mode = adaptive\n")
    append(sample.files.credentials, "[retrying]\naws_access_key_id = a\naws_secret_access_key = b\n")
    process = sample.files.config.parent / "process.py"
    process.write_text('print(\'{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b"}\')')
    text = sample.files.config.read_text()
    sample.files.config.write_text(text.replace("process = x", f"process = {sys.executable} {process}"))
    sessions = Sessions()

    def client(aws_profile: str, region: str = "eu-west-1") -> object:
        with sessions.client(AwsProfile(aws_profile), region, "ListNotebookInstances") as found:
            return found

    first = client("profile-00")
    assert client("profile-01") is first
    assert client("alike") is first
    assert client("profile-00", "us-east-1") is not first
    with sessions.client(AwsProfile("retrying"), "eu-west-1", "ListNotebookInstances") as other:
        assert other is not first
        config: Any = other.meta.config
        assert config.retries["mode"] == "adaptive"


def test_a_shared_client_signs_for_nobody_by_itself(sample: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import NoCredentialsError

    # Not even for whom botocore would find in the environment.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", sample.profiles[0].principal.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", sample.profiles[0].principal.secret_access_key)
    with Sessions().client(AwsProfile("profile-00"), "eu-west-1", "ListNotebookInstances") as client:
        assert client.list_notebook_instances()["NotebookInstances"]
    with pytest.raises(NoCredentialsError):
        client.list_notebook_instances()
    assert len(sample.endpoint.recorder.calls()) == 1


@pytest.mark.parametrize("section", ["endpoint_url = {url}", "services = local", "services = local, elsewhere"])
def test_a_profiles_own_endpoint_is_its_own(
    cloud: Cloud, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch, section: str
) -> None:
    """What is set for all in the environment would win over a profile's own: here the others have theirs in theirs."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_SAGEMAKER")
    ana = sample_principal("111122223333", "ana")
    with running_endpoint(World(), jupyter=False) as other:
        other.world.admit(ana)
        put_one_notebook_each(other.world, [SampleProfile("own", ("eu-west-1",), ana)])
        services = "[services {}]\nsagemaker =\n  endpoint_url = {}\n"
        config = sample.files.config
        text = config.read_text().replace("region = ", f"endpoint_url = {sample.endpoint.url}\nregion = ")
        config.write_text(
            f"{text}[profile own]\n{section.partition(',')[0].format(url=other.url)}\n"
            + (services.format("local", other.url) if "services" in section else "")
            + (services.format("elsewhere", sample.endpoint.url) if "elsewhere" in section else "")
        )
        append(
            sample.files.credentials,
            f"[own]\naws_access_key_id = {ana.access_key_id}\naws_secret_access_key = {ana.secret_access_key}\n",
        )
        everywhere = [Scope(name, "eu-west-1", AwsProfile(name)) for name in ("own", "profile-00", "profile-01")] * 8
        with ThreadPoolExecutor(8) as threads:
            for scope, found in zip(everywhere, threads.map(cloud.list_notebooks, everywhere), strict=True):
                expect_own(scope, found)
        assert {call.caller for call in other.recorder.calls()} == {ana.arn}
        assert ana.arn not in {call.caller for call in sample.endpoint.recorder.calls()}


def test_a_services_section_that_changes_is_used(cloud: Cloud, sample: SampleCloud) -> None:
    """The same profile, another endpoint: after the file has changed and was looked at again."""
    scope = Scope("profile-00", "eu-west-1", AwsProfile("profile-00"))
    cloud.forget_changed_config()
    expect_own(scope, cloud.list_notebooks(scope))
    text = sample.files.config.read_text()
    sample.files.config.write_text(text.replace("[profile profile-00]\n", "[profile profile-00]\nca_bundle = /none\n"))
    cloud.forget_changed_config()
    expect_own(scope, cloud.list_notebooks(scope))  # on http, a bundle is not looked at: it only makes another client
    sample.files.config.write_text("")
    cloud.forget_changed_config()
    sample.files.credentials.write_text("")
    cloud.forget_changed_config()
    with pytest.raises(TrayError) as refused:
        cloud.list_notebooks(scope)
    assert refused.value.problem.title == "AWS profile not found"


def test_credentials_that_expire_are_refreshed(cloud: Cloud, sample: SampleCloud) -> None:
    """A credential_process whose credentials last too short is asked again, for this profile alone."""
    principal = sample_principal("222233334444", "role")
    sample.endpoint.world.admit(principal)
    folder = sample.files.config.parent
    script, said, asked = folder / "process.py", folder / "said.json", folder / "asked"
    script.write_text(f"print(open({str(said)!r}).read())\nopen({str(asked)!r}, 'a').write('x')\n")

    def lasting(**time: float) -> None:
        said.write_text(
            json.dumps(
                {
                    "Version": 1,
                    "AccessKeyId": principal.access_key_id,
                    "SecretAccessKey": principal.secret_access_key,
                    "SessionToken": principal.session_token,
                    "Expiration": (datetime.now(UTC) + timedelta(**time)).isoformat(),
                }
            )
        )

    append(sample.files.config, f"[profile role]\ncredential_process = {sys.executable} {script}\n")
    scope = Scope("role", "eu-west-1", AwsProfile("role"))
    lasting(minutes=11)  # within the 15 minutes before the end in which botocore refreshes if it can
    assert cloud.list_notebooks(scope) == ()
    first = asked.read_text()
    lasting(hours=1)
    assert cloud.list_notebooks(scope) == ()
    again = asked.read_text()
    assert len(again) > len(first)
    assert cloud.list_notebooks(scope) == ()
    assert asked.read_text() == again, "and not while they last"
    assert {call.caller for call in sample.endpoint.recorder.calls()} == {principal.arn}


def test_a_chain_is_resolved_once_for_all_regions(cloud: Cloud, sample: SampleCloud) -> None:
    principal = sample_principal("222233334444", "role")
    sample.endpoint.world.admit(principal)
    script, asked = sample.files.config.parent / "process.py", sample.files.config.parent / "asked"
    answer = {"Version": 1, "AccessKeyId": principal.access_key_id, "SecretAccessKey": principal.secret_access_key}
    script.write_text(f"print({json.dumps(answer)!r})\nopen({str(asked)!r}, 'a').write('x')\n")
    append(sample.files.config, f"[profile role]\ncredential_process = {sys.executable} {script}\n")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(cloud.list_notebooks, [Scope("role", region, AwsProfile("role")) for region in REGIONS * 2]))
    assert asked.read_text() == "x"


def test_one_profiles_refused_credentials_are_forgotten_and_no_others(cloud: Cloud, sample: SampleCloud) -> None:
    good, bad = (Scope(name, "eu-west-1", AwsProfile(name)) for name in ("profile-00", "profile-01"))
    sample.endpoint.world.dismiss(sample.profiles[1].principal.access_key_id)
    for _ in range(2):
        expect_own(good, cloud.list_notebooks(good))
        with pytest.raises(TrayError) as refused:
            cloud.list_notebooks(bad)
        assert refused.value.problem.kind is Kind.SIGN_IN
    sample.endpoint.world.admit(sample.profiles[1].principal)
    expect_own(bad, cloud.list_notebooks(bad))


def test_throttling_slows_down_one_account_and_region(sample: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    throttled = sample.profiles[0].principal.account_id
    sample.endpoint.faults.add(Fault(Trouble.ERROR, "ThrottlingException", account_id=throttled, region="eu-west-1"))
    cloud = Cloud()
    with pytest.raises(TrayError) as refused:
        cloud.list_notebooks(Scope("profile-00", "eu-west-1", AwsProfile("profile-00")))
    assert refused.value.problem.kind is Kind.THROTTLED
    cloud.list_notebooks(Scope("profile-00", "us-east-1", AwsProfile("profile-00")))
    cloud.list_notebooks(Scope("profile-01", "eu-west-1", AwsProfile("profile-01")))
    limits = {key: pace.limit for key, pace in cloud._sessions._paces.items()}
    assert limits == {
        (AwsProfile("profile-00"), "eu-west-1"): 1,
        (AwsProfile("profile-00"), "us-east-1"): None,
        (AwsProfile("profile-01"), "eu-west-1"): None,
    }


def test_warming_asks_once_and_tells_of_no_failure(cloud: Cloud, sample: SampleCloud) -> None:
    scope = Scope("profile-00", "eu-west-1", AwsProfile("profile-00"))
    sample.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", times=1))
    cloud.warm(scope)
    assert len(sample.endpoint.recorder.calls()) == 1
    cloud.warm(scope)
    cloud.warm(scope)
    calls = sample.endpoint.recorder.calls()
    assert [call.error for call in calls] == ["AccessDeniedException", ""]
    assert calls[1].parameters == {"MaxResults": 1}
    cloud.warm(Scope("gone", "eu-west-1", AwsProfile("gone")))


@pytest.fixture
def moto() -> Iterator[str]:
    """Moto's server, which takes any signature, under any address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield "http://{}:{}".format(*server.get_host_and_port())
    finally:
        server.stop()


def test_a_profiles_own_certificates_are_trusted_for_it_alone_and_read_once(
    moto: str, cloud: Cloud, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    read: list[str] = []
    load = ssl.SSLContext.load_verify_locations

    def count(self: ssl.SSLContext, cafile: str | None = None, *others: str | None) -> None:
        read.append(str(cafile))
        load(self, cafile, *others)

    with tls_front(tmp_path, moto) as front:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", front.url)
        monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", count)
        trusting = sample.profiles[: PROFILES // 2]
        text = sample.files.config.read_text()
        for profile in trusting:
            header = f"[profile {profile.name}]\n"
            text = text.replace(header, f"{header}ca_bundle = {front.certificate}\n")
        sample.files.config.write_text(text)
        together = threading.Barrier(8)  # so that there are several connections

        def list_at(scope: Scope) -> None:
            together.wait(60)
            assert cloud.list_notebooks(scope) == ()

        with ThreadPoolExecutor(8) as threads:
            list(
                threads.map(
                    list_at,
                    [Scope(each.name, region, AwsProfile(each.name)) for each in trusting for region in REGIONS],
                )
            )
        assert front.connections() >= len(REGIONS), "a client a region, with connections of its own"
        assert read == [str(front.certificate)]
        last = sample.profiles[-1].name
        with pytest.raises(TrayError) as refused:
            cloud.list_notebooks(Scope(last, "eu-west-1", AwsProfile(last)))
        assert refused.value.problem.title == "Certificate not trusted"


def test_roles_are_assumed_each_for_its_own_profile(moto: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """moto keeps the notebook instances of each account apart, and tells an account by the role that was assumed."""
    for name in ("AWS_ENDPOINT_URL_SAGEMAKER", "AWS_ENDPOINT_URL_STS"):
        monkeypatch.setenv(name, moto)
    accounts = [f"{100_000_000_000 + at}" for at in range(6)]
    folder = home / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text("[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret\n")
    (folder / "config").write_text(
        "".join(
            f"[profile {account}]\nrole_arn = arn:aws:iam::{account}:role/tray\nsource_profile = base\n"
            for account in accounts
        )
    )
    cloud = Cloud()
    for account in accounts:
        boto3.Session(profile_name=account).client("sagemaker", region_name="eu-west-1").create_notebook_instance(
            NotebookInstanceName=f"in-{account}",
            InstanceType="ml.t3.medium",
            RoleArn=f"arn:aws:iam::{account}:role/notebooks",
        )
    everywhere = [Scope(account, "eu-west-1", AwsProfile(account)) for account in accounts] * 4
    with ThreadPoolExecutor(8) as threads:
        for scope, found in zip(everywhere, threads.map(cloud.list_notebooks, everywhere), strict=True):
            assert [notebook.arn.split(":")[4] for notebook in found] == [scope.profile]
