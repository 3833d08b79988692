"""Every setting of the table, good and bad: what doesn't work is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.aws_settings import (
    NESTED,
    NOT_READ_HERE,
    ROLE,
    SECRET,
    VAGUE,
    VALUES,
    Write,
    check_named,
    outcome,
    pem,
    places,
    why_no_sign_in,
)
from tests.support.cloud import SampleCloud
from tray.aws.setting_table import SETTINGS, AwsSetting
from tray.model.problems import Kind


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some variables name files that are then made, such as SSLKEYLOGFILE."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "setting", [each for each in SETTINGS if each.name and not each.inside], ids=lambda each: each.name
)
def test_a_setting_of_a_profile(
    setting: AwsSetting, write: Write, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in (*setting.variables, *(["AWS_ENDPOINT_URL_SAGEMAKER"] if setting.name == "endpoint_url" else [])):
        monkeypatch.delenv(variable, raising=False)
    for value in (*VALUES, NESTED):
        write(setting.name, value, "")
        problem = outcome()
        fits = setting.rule.fits(value if value != NESTED else {"a": "b"})
        if problem is None:
            if setting not in SETTINGS or setting.of_credentials or setting.of_session:
                continue
            assert fits or setting.name in NOT_READ_HERE, f"botocore takes {value!r}, which the table refuses"
            continue
        if problem.code == "settings-not-understood" and setting.name.startswith(("sso_", "web_identity")):
            assert f"in {sample.files.config}, from line " in problem.remedy  # what goes with it is missing
            continue
        assert problem.code not in VAGUE, problem.text()
        if problem.code == "aws-setting-wrong" and places(problem)["setting"] == setting.name:
            check_named(problem, setting.name, value, secret=setting.secret, config=sample.files.config)


VARIABLES = [(setting, variable) for setting in SETTINGS for variable in setting.variables]


@pytest.mark.parametrize(("setting", "variable"), VARIABLES, ids=[variable for _, variable in VARIABLES])
def test_a_variable(setting: AwsSetting, variable: str, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    if variable == "AWS_ENDPOINT_URL":
        monkeypatch.delenv("AWS_ENDPOINT_URL_SAGEMAKER")
    for value in VALUES:
        monkeypatch.setenv(variable, value)
        problem = outcome()
        if problem is None:
            passed = setting.rule.fits(value) or setting.name in NOT_READ_HERE or not setting.name
            assert passed, f"botocore takes {value!r}, which the table refuses"
            continue
        assert problem.code not in VAGUE, problem.text()
        if problem.code == "aws-setting-wrong":
            check_named(problem, variable, value, secret=setting.secret, config=sample.files.config)


@pytest.mark.parametrize("source", ["EcsContainer", "Environment", "Ec2InstanceMetadata", ""])
@pytest.mark.parametrize(
    "variable",
    [
        *("AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CREDENTIAL_FILE"),
        *("AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "BOTO_CONFIG"),
        *(
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_CREDENTIAL_EXPIRATION",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        ),
    ],
)
def test_a_variable_that_credentials_are_made_of(
    variable: str, source: str, sample: SampleCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.utils.ContainerMetadataFetcher.SLEEP_TIME", 0)
    if source == "EcsContainer":
        # Nobody listens there, on a host that botocore lets be asked without TLS.
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/")
    if source == "Environment":
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    role = f"{ROLE}credential_source = {source}\n" if source else ""
    sample.files.config.write_text(f"{sample.files.config.read_text()}\n[profile made]\nregion = eu-west-1\n{role}")
    for value in ("", "many", "http://[", "http://example.com", "café", "a\nb", "/", pem(tmp_path, "binary")):
        monkeypatch.setenv(variable, value)
        problem = outcome("made")
        assert problem is None or problem.code not in VAGUE, problem.text()
        if problem is not None and problem.code == "aws-setting-wrong":
            assert places(problem)["variable"] == variable


IN_THE_CHAIN = {
    "role": f"{ROLE}source_profile = research\n",
    "web": f"{ROLE}web_identity_token_file = TOKEN\n",
    "environment": f"{ROLE}credential_source = Environment\n",
    "sso": "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Analyst\n",
    "legacy": "sso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 111122223333\n"
    "sso_role_name = Analyst\n",
    "process": "credential_process = /nowhere/helper --password hunter2hunter2\n",
}


@pytest.mark.parametrize("kind", IN_THE_CHAIN)
@pytest.mark.parametrize(
    "name", [each.name for each in SETTINGS if each.of_credentials or each.of_session or each.name == "max_attempts"]
)
def test_a_setting_that_credentials_are_made_of(
    name: str, kind: str, sample: SampleCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_MAX_ATTEMPTS")
    token = tmp_path / "token"
    token.write_text("a.web.identity")
    whole = sample.files.config.read_text("utf-8")
    base = IN_THE_CHAIN[kind].replace("TOKEN", str(token))
    lines = [line for line in base.splitlines() if not line.startswith(f"{name} ")]
    session = {"sso_start_url": "https://x.awsapps.com/start", "sso_region": "eu-west-1"}
    for value in ("", "http://[", NESTED):
        of_session = kind == "sso" and name in {*session, "sso_registration_scopes"}
        text = "\n".join(["[profile made]", "region = eu-west-1", *lines])
        in_session = {**session, **({name: value} if of_session else {})}
        if not of_session:
            text += f"\n{name} = {value}"
        text += "\n[sso-session corp]\n" + "".join(f"{key} = {it}\n" for key, it in in_session.items())
        sample.files.config.write_text(f"{whole}\n{text}", encoding="utf-8")
        problem = outcome("made")
        if problem is not None:
            assert problem.code not in VAGUE - {"settings-not-understood"}, problem.text()
            assert "hunter2" not in problem.text()
            if problem.code == "settings-not-understood":
                assert f"in {sample.files.config}, from line " in problem.remedy
        refused = why_no_sign_in("made")
        assert refused is None or refused.kind is Kind.CONFIGURATION
