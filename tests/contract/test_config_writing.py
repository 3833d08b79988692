"""Roles of IAM Identity Center in the AWS config file: what is there stays, and other programs can use what comes."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.endpoint import Endpoint
from tests.support.sign_in import ACCOUNT, REGION, START_URL, Person, identity_center, impatient
from tray.aws.cloud import Cloud
from tray.aws.signin.config_writing import BACKUP_SUFFIX, ConfigRole, write_roles
from tray.model.identity_center import CenterRole, center_at
from tray.model.notebooks import Scope
from tray.model.problems import TrayError
from tray.model.signer import AwsProfile

ANALYST = CenterRole(center_at(START_URL, REGION), ACCOUNT, "Analyst")
LAB = ConfigRole("Research Analyst", ANALYST, REGION)
OWN = "# My own.\r\n[profile mine]\r\nregion = us-east-1 ; here\r\n\r\n[sso-session acme]\r\nsso_start_url=https://x.awsapps.com/start\r\nsso_region=eu-west-1"


BOTO3_ALONE = """
import boto3
print(boto3.Session(profile_name="Research Analyst").client("sagemaker").list_notebook_instances())
"""


@pytest.fixture
def endpoint(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with identity_center(home, monkeypatch.setenv, impatient(), config="") as endpoint:
        (home / ".aws" / "config").unlink()
        yield endpoint


@pytest.fixture
def config(endpoint: Endpoint, home: Path) -> Path:
    return home / ".aws" / "config"


def test_a_new_file_serves_the_tray_and_botocore_with_the_same_sign_in(config: Path) -> None:
    cloud = Cloud()
    needed = cloud.sign_in_for(ANALYST)
    assert needed is not None
    cloud.sign_in(needed, Person())
    written = write_roles([LAB])
    assert (written.names, written.path, written.backup) == (("Research Analyst",), config, None)
    assert stat.S_IMODE(config.stat().st_mode) == 0o600 or os.name == "nt"
    cloud.forget_changed_config()
    assert cloud.list_notebooks(Scope("mine", REGION, ANALYST))
    assert cloud.list_notebooks(Scope("aws", REGION, AwsProfile("Research Analyst")))
    assert cloud.sign_in_for(ANALYST) == cloud.sign_in_for(AwsProfile("Research Analyst"))
    ran = subprocess.run([sys.executable, "-c", BOTO3_ALONE], capture_output=True, text=True, timeout=60, check=False)
    assert "churn-model" in ran.stdout, ran.stderr


def test_what_is_there_stays_byte_for_byte(config: Path) -> None:
    config.write_bytes(OWN.encode())
    config.chmod(0o640)
    written = write_roles([LAB, replace(LAB, name="mine")])
    assert written.names == ("Research Analyst", "mine-2")
    text = config.read_bytes().decode()
    assert text.startswith(OWN)
    assert "\r\n[sso-session acme-2]\r\n" in text
    assert "\n" not in text.replace("\r\n", "")
    assert stat.S_IMODE(config.stat().st_mode) == 0o640 or os.name == "nt"
    assert written.backup == config.with_name("config" + BACKUP_SUFFIX)
    assert written.backup.read_bytes() == OWN.encode()
    assert sorted(each.name for each in config.parent.iterdir()) == ["config", "config" + BACKUP_SUFFIX]


def test_a_role_that_is_there_is_not_written_again(config: Path) -> None:
    write_roles([LAB])
    before = config.read_bytes()
    assert write_roles([replace(LAB, name="other")]).names == ()
    assert config.read_bytes() == before
    assert write_roles([replace(LAB, role=replace(ANALYST, role="Admin"))]).names == ("Research Analyst-2",)
    assert config.read_text().count("[sso-session") == 1


@pytest.mark.only_on("linux", "darwin", reason="symbolic links need a right on Windows")
def test_a_link_stays_a_link(config: Path, tmp_path: Path) -> None:
    dotfiles = tmp_path / "dotfiles"
    dotfiles.mkdir()
    (dotfiles / "aws").write_text("# mine\n")
    config.symlink_to(dotfiles / "aws")
    write_roles([LAB])
    assert config.is_symlink()
    assert (dotfiles / "aws").read_text().startswith("# mine\n\n[sso-session acme]\n")


@pytest.mark.parametrize("content", [b"\xff\xfe[\0d\0", b"\xef\xbb\xbf[profile a]\n"])
def test_a_file_that_can_not_be_added_to_is_left_alone(config: Path, content: bytes) -> None:
    config.write_bytes(content)
    with pytest.raises(TrayError):
        write_roles([LAB])
    assert config.read_bytes() == content


def test_a_name_that_no_section_can_have(config: Path) -> None:
    odd = replace(LAB, name='Übung]\n[default]"; rm')
    written = write_roles([odd])
    assert "[default]" not in config.read_text()
    (name,) = written.names
    assert Cloud().scopes("x", AwsProfile(name), ())[0].region == REGION


def test_an_sso_session_with_a_name_in_any_letters_is_used(config: Path) -> None:
    config.write_text(f"[sso-session münchen]\nsso_start_url = {START_URL}\nsso_region = {REGION}\n", encoding="utf-8")
    before = config.read_bytes()
    assert write_roles([LAB]).names == ("Research Analyst",)
    assert config.read_bytes().startswith(before)
    assert "\nsso_session = münchen\n" in config.read_text(encoding="utf-8")
