"""Processes that are started for credentials: no console window may flash up for them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from subprocess import CREATE_DEFAULT_ERROR_MODE, CREATE_NO_WINDOW

import pytest

from tray.aws.calls.sessions import Sessions
from tray.model.signer import AwsProfile

HELPER = """
import json
print(json.dumps({"Version": 1, "AccessKeyId": "AKIAEXAMPLE", "SecretAccessKey": "secret"}))
"""

# Windows reports a crash of the process all the same, other than of this one: see `core_dumps`.
WITHOUT_A_WINDOW = CREATE_NO_WINDOW | CREATE_DEFAULT_ERROR_MODE


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helper, config = tmp_path / "my helper.py", tmp_path / "config"
    helper.write_text(HELPER, encoding="utf-8")
    command = subprocess.list2cmdline([sys.executable, str(helper)])
    config.write_text(
        f"[profile direct]\ncredential_process = {command}\n"
        "[profile role]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = direct\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")  # where nobody listens


@pytest.mark.usefixtures("config")
def test_a_profiles_own_process_has_no_window(starts: list[tuple[str, int]]) -> None:
    assert Sessions()._identity(AwsProfile("direct")).credentials("eu-west-1").access_key == "AKIAEXAMPLE"
    assert flags_of_helper(starts) == [WITHOUT_A_WINDOW]


@pytest.mark.usefixtures("config")
def test_that_of_a_roles_source_has_none_either(starts: list[tuple[str, int]]) -> None:
    with pytest.raises(Exception, match=r"127\.0\.0\.1:9"):
        Sessions()._identity(AwsProfile("role")).credentials("eu-west-1")
    assert set(flags_of_helper(starts)) == {WITHOUT_A_WINDOW}


def flags_of_helper(starts: list[tuple[str, int]]) -> list[int]:
    return [flags for command, flags in starts if "my helper.py" in command]
