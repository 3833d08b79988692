"""The demo's endpoint as it is shipped, without what the tests add to it (tests/support/endpoint)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests.support.cloud import OF_THE_NETWORK
from tests.support.demo import names, refusal, visit
from tests.support.sign_in import Person
from tray.aws.cloud import Cloud
from tray.demo.endpoint import Endpoint, running_endpoint
from tray.demo.sample import SampleFiles, sample_profiles, sample_world, write_sample_files
from tray.demo.sample_sign_in import add_sign_in_sample
from tray.model.notebooks import Scope
from tray.model.problems import TrayError
from tray.model.signer import AwsProfile

PROFILES = sample_profiles()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with running_endpoint(sample_world(PROFILES), jupyter=False) as endpoint:
        yield endpoint


@pytest.fixture
def files(endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleFiles:
    files = write_sample_files(tmp_path, endpoint.url, PROFILES)
    for name in OF_THE_NETWORK:
        monkeypatch.delenv(name, raising=False)
    for name, value in files.environment.items():
        monkeypatch.setenv(name, value)
    return files


def test_each_key_sees_its_own_account(files: SampleFiles) -> None:
    seen = {}
    for profile in PROFILES:
        client = boto3.Session(profile_name=profile.name, region_name=profile.regions[0]).client("sagemaker")
        seen[profile.name] = set(names(client.list_notebook_instances()))
    assert all(seen.values())
    assert not set.intersection(*seen.values())


def test_an_unknown_key_is_refused(files: SampleFiles, endpoint: Endpoint) -> None:
    endpoint.world.dismiss(PROFILES[0].principal.access_key_id)
    client = boto3.Session(profile_name=PROFILES[0].name, region_name=PROFILES[0].regions[0]).client("sagemaker")
    code, _ = refusal(client.list_notebook_instances)
    assert code == "UnrecognizedClientException"


def test_somebody_signs_in_with_the_sample(files: SampleFiles, endpoint: Endpoint) -> None:
    name = add_sign_in_sample(endpoint.world, files)
    place, cloud = Scope(name, "eu-central-1", AwsProfile(name)), Cloud()
    with pytest.raises(TrayError) as raised:
        cloud.list_notebooks(place)
    needed = raised.value.problem.sign_in
    assert needed
    cloud.sign_in(needed, Person())
    assert [notebook.name for notebook in cloud.list_notebooks(place)] == ["campaign-response"]


def test_a_notebook_opens_once(files: SampleFiles) -> None:
    client = boto3.Session(profile_name=PROFILES[0].name, region_name=PROFILES[0].regions[0]).client("sagemaker")
    url = client.create_presigned_notebook_instance_url(NotebookInstanceName="churn-model")["AuthorizedUrl"]
    assert visit(url)[0] == 200
    assert visit(url)[0] == 403
