"""Until when the credentials hold that signed a presigned URL, for each kind of credentials."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.contract.test_identity_center import SCOPE as CENTER_SCOPE
from tests.contract.test_identity_center import sign_in
from tests.contract.test_roles import BASE, MFA_SIGN_IN, code, scope
from tests.contract.test_roles import sample as sample
from tests.support.cloud import SampleCloud
from tests.support.sign_in import identity_center, impatient
from tests.support.surface import Typing
from tray.aws.cloud import Cloud
from tray.model.access_keys import AccessKey
from tray.model.lengths import View
from tray.model.notebooks import Scope
from tray.model.signer import StoredKey


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


def signed_for(cloud: Cloud, at: Scope) -> float | None:
    """Return for how many seconds the credentials hold that signed a presigned URL."""
    notebook = next(each for each in cloud.list_notebooks(at) if each.running)
    until = cloud.create_presigned_url(notebook, View.LAB, 14400).signed_until
    return None if until is None else until - time.time()


def about(seconds: float) -> object:
    return pytest.approx(seconds, abs=60)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("aws_profile", ["middle", "chain", "pod", "after-pod"])
def test_an_assumed_role_of_an_hour(cloud: Cloud, aws_profile: str) -> None:
    assert signed_for(cloud, scope(aws_profile)) == about(3600)


def test_a_role_of_the_length_that_its_settings_ask_for(sample: SampleCloud, cloud: Cloud) -> None:
    config = sample.files.config.read_text("utf-8")
    sample.files.config.write_text(config.replace("[profile middle]", "[profile middle]\nduration_seconds = 1800"))
    assert signed_for(cloud, scope("middle")) == about(1800)


def test_an_mfa_session_and_a_role_that_it_leads_to(sample: SampleCloud, cloud: Cloud) -> None:
    cloud.sign_in(MFA_SIGN_IN, Typing(code(sample)))
    assert signed_for(cloud, scope("secured")) == about(3600)
    assert signed_for(cloud, scope("beyond")) == about(3600)


@pytest.mark.usefixtures("sample")
def test_an_access_key_of_the_aws_files(cloud: Cloud) -> None:
    assert signed_for(cloud, scope("base")) is None


@pytest.mark.usefixtures("sample")
def test_an_access_key_of_the_keyring() -> None:
    key = AccessKey(BASE.principal.access_key_id, BASE.principal.secret_access_key)
    cloud = Cloud(lambda _: key)
    (at,) = cloud.scopes("lab", StoredKey("lab", key.key_id), ("eu-west-1",))
    assert signed_for(cloud, at) is None


@pytest.mark.parametrize("lasts", [1200, 40_000, None])
def test_what_a_process_says(sample: SampleCloud, cloud: Cloud, tmp_path: Path, lasts: int | None) -> None:
    printed = {
        "Version": 1,
        "AccessKeyId": BASE.principal.access_key_id,
        "SecretAccessKey": BASE.principal.secret_access_key,
    }
    if lasts is not None:
        printed["Expiration"] = (datetime.now(UTC) + timedelta(seconds=lasts)).isoformat()
    (tmp_path / "process.py").write_text(f"print({json.dumps(printed)!r})")
    words = [sys.executable, str(tmp_path / "process.py")]
    command = subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
    with sample.files.config.open("a", encoding="utf-8") as config:
        config.write(f"[profile printed]\nregion = eu-west-1\ncredential_process = {command}\n")
    found = signed_for(cloud, scope("printed"))
    assert found is None if lasts is None else found == about(lasts)


def test_credentials_of_the_environment(sample: SampleCloud, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", BASE.principal.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", BASE.principal.secret_access_key)
    assert signed_for(cloud, scope("from-environment")) == about(3600)
    assert sample.endpoint.recorder.calls("AssumeRole")


@pytest.fixture
def center(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with identity_center(home, monkeypatch.setenv, impatient(), config=""):
        yield


@pytest.mark.usefixtures("center")
def test_a_role_of_identity_center(cloud: Cloud) -> None:
    sign_in(cloud)
    assert signed_for(cloud, CENTER_SCOPE) == about(3600)
