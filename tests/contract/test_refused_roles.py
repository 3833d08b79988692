"""Roles that AWS refuses for a setting of theirs, which it doesn't name: through the real boto3 and a strict STS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.endpoint.iam import Role
from tests.support.surface import Typing
from tray.aws.cloud import Cloud
from tray.demo.sample import SampleProfile, sample_principal
from tray.model.notebooks import Scope
from tray.model.problems import Kind, Problem, TrayError
from tray.model.sign_in import Method, SignIn
from tray.model.signer import AwsProfile

ACCOUNT = "111122223333"
BASE = SampleProfile("base", ("eu-west-1",), sample_principal(ACCOUNT, "ana"))
ROLE = f"arn:aws:iam::{ACCOUNT}:role/analyst"
APP = f"arn:aws:iam::{ACCOUNT}:mfa/ana"
KEY = f"arn:aws:iam::{ACCOUNT}:u2f/user/ana/yubikey-A1B2C3"


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with sample_cloud(tmp_path, profiles=[BASE]) as sample:
        sample.into(monkeypatch)
        sample.endpoint.iam.put(Role(ROLE, frozenset({BASE.principal.arn}), external_id="corp"))
        yield sample


def problem_of(sample: SampleCloud, settings: str, name: str = "x") -> Problem:
    with sample.files.config.open("a", encoding="utf-8") as config:
        config.write(f"[profile x]\nregion = eu-west-1\n{settings}")
    with pytest.raises(TrayError) as caught:
        Cloud().list_notebooks(Scope(name, "eu-west-1", AwsProfile(name)))
    return caught.value.problem


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("role_arn", f'"{ROLE}"'),
        ("role_arn", f"{ROLE} # of production"),
        ("role_arn", "DataScienceAnalystRoleForAll"),
        ("role_arn", BASE.principal.arn),
        ("role_arn", f"arn:aws:sts::{ACCOUNT}:assumed-role/analyst/ana"),
        ("role_arn", "arn:aws:iam::1111-2222-3333:role/analyst"),
        ("external_id", '"corp"'),
        ("external_id", "corp # ours"),
    ],
)
@pytest.mark.parametrize("through", [False, True], ids=["own", "of its source"])
def test_a_setting_that_no_role_has_is_named_in_place_of_a_denial(
    sample: SampleCloud, setting: str, value: str, through: bool
) -> None:
    settings = {"role_arn": ROLE, "external_id": "corp"} | {setting: value}
    text = "source_profile = base\n" + "".join(f"{name} = {given}\n" for name, given in settings.items())
    more = f"[profile over]\nrole_arn = {ROLE}-over\nsource_profile = x\n" if through else ""
    problem = problem_of(sample, text + more, "over" if through else "x")
    assert problem.title == f"AWS config: {setting} doesn't work"
    assert f"The setting {setting} of [profile x]" in problem.message
    assert f"({sample.files.config}, line " in problem.message
    assert "corp" not in problem.text(), "an external id is secret"


def test_a_role_that_is_really_denied_is_denied(sample: SampleCloud) -> None:
    problem = problem_of(sample, f"role_arn = {ROLE}\nsource_profile = base\nexternal_id = other\n")
    assert problem.title == "Access denied"


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("duration_seconds", "43200", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role"),
        ("role_session_name", "Jörg", "“Jörg”"),
        ("role_arn", ROLE.replace("aws:", "aws-us-gov:", 1), "Request ARN is invalid"),
        ("external_id", "corp" * 2, "1 validation error detected: Value at 'externalId' failed to satisfy constraint"),
    ],
)
def test_the_setting_that_sts_refuses_is_named_with_its_words(
    sample: SampleCloud, setting: str, value: str, said: str
) -> None:
    if setting in ("external_id", "role_arn"):
        sample.endpoint.faults.add(Fault(Trouble.ERROR, "ValidationError", said, operation="AssumeRole"))
    settings = {"role_arn": ROLE, "source_profile": "base", "external_id": "corp", setting: value}
    problem = problem_of(sample, "".join(f"{name} = {given}\n" for name, given in settings.items()))
    assert problem.title == f"AWS config: {setting} doesn't work"
    assert said in problem.message
    assert problem.remedy == f"Correct {setting} in [profile x] in {sample.files.config}."
    assert "corpcorp" not in problem.text()


def test_nobody_is_asked_for_the_code_of_a_security_key(sample: SampleCloud) -> None:
    """Of such keys, no role takes a code; IAM lets users register an app besides."""
    problem = problem_of(sample, f"role_arn = {ROLE}\nsource_profile = base\nmfa_serial = {KEY}\n")
    assert problem.kind is Kind.CONFIGURATION
    assert problem.sign_in is None
    assert f"The setting mfa_serial of [profile x] is “{KEY}”" in problem.message
    assert "authenticator app" in problem.message
    person = Typing()
    with pytest.raises(TrayError, match="mfa_serial doesn't work"):
        Cloud().sign_in(SignIn(Method.MFA, "x", "x"), person)
    assert person.questions == []


@pytest.mark.parametrize("serial", [APP, "GAHT12345678", f"arn:aws-cn:iam::{ACCOUNT}:mfa/ana@example.com"])
def test_a_device_that_shows_codes_is_asked_for_one(sample: SampleCloud, serial: str) -> None:
    problem = problem_of(sample, f"role_arn = {ROLE}\nsource_profile = base\nmfa_serial = {serial}\n")
    assert problem.title == "MFA code needed"


BY_TOKEN = "AssumeRoleWithWebIdentity"


@pytest.mark.parametrize(
    ("code", "said", "title", "remedy"),
    [
        ("InvalidIdentityToken", "No OpenIDConnect provider found", "Identity token refused", "identity provider"),
        ("IDPRejectedClaim", "Token rejected", "Identity token refused", "write a new one"),
        ("IDPCommunicationError", "No answer", "AWS fails to answer", "Try again in a minute"),
        ("ExpiredTokenException", "Token expired", "Credentials expired", "(web_identity_token_file) write a new one"),
    ],
)
def test_a_token_of_another_provider_is_no_access_key(
    sample: SampleCloud, tmp_path: Path, code: str, said: str, title: str, remedy: str
) -> None:
    token = tmp_path / "token"
    token.write_text("header.claims.signature")
    sample.endpoint.faults.add(Fault(Trouble.ERROR, code, said, operation=BY_TOKEN))
    problem = problem_of(sample, f"role_arn = {ROLE}\nweb_identity_token_file = {token}\n")
    assert problem.title == title
    assert remedy in problem.remedy
    assert "access keys" not in problem.remedy
    if title.startswith("Identity"):
        assert f"{token}, by which the AWS profile “x” takes its role: {said}" in problem.message
    assert "header.claims" not in problem.text()


@pytest.mark.parametrize(
    ("source", "remedy"),
    [
        ("Environment", "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY where"),
        ("Ec2InstanceMetadata", "write source_profile in place of credential_source"),
        ("EcsContainer", "write source_profile in place of credential_source"),
    ],
)
@pytest.mark.parametrize("through", [False, True], ids=["own", "of its source"])
def test_a_source_with_nothing_in_it_is_named_with_what_helps_there(
    sample: SampleCloud, monkeypatch: pytest.MonkeyPatch, source: str, remedy: str, through: bool
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    more = f"[profile over]\nrole_arn = {ROLE}\nsource_profile = x\n" if through else ""
    problem = problem_of(sample, f"role_arn = {ROLE}\ncredential_source = {source}\n{more}", "over" if through else "x")
    assert problem.title == "No credentials"
    assert f"credential_source of [profile x] says ({source}; {sample.files.config}, line " in problem.message
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("end", "title", "words"),
    [
        ("output = json\n", "No credentials", "The AWS profile “end” has no credentials"),
        ("aws_secret_access_key = x\n", "AWS config not complete", "lacks aws_access_key_id in [profile end]"),
        ("sso_session = corp\n", "AWS config not complete", "lacks sso_account_id, sso_role_name in [profile end]"),
    ],
)
def test_of_a_chain_the_profile_that_lacks_credentials_is_named(
    sample: SampleCloud, end: str, title: str, words: str
) -> None:
    chain = f"[profile middle]\nrole_arn = {ROLE}\nsource_profile = end\n[profile end]\n{end}"
    problem = problem_of(sample, f"role_arn = {ROLE}\nsource_profile = middle\n{chain}")
    assert problem.title == title
    assert words in problem.message


@pytest.mark.parametrize("where", ["source", "default", "nowhere", "own"])
def test_a_device_that_stands_where_aws_vault_reads_it_is_pointed_at(sample: SampleCloud, where: str) -> None:
    sample.endpoint.iam.put(Role(ROLE, frozenset({BASE.principal.arn}), needs_mfa=True))
    serial = f"mfa_serial = {APP}\n"
    source = BASE.principal
    own = "" if where != "source" else serial
    more = f"[profile keys]\n{own}aws_access_key_id = {source.access_key_id}\n"
    more += f"aws_secret_access_key = {source.secret_access_key}\n[default]\n{serial if where == 'default' else ''}"
    text = f"role_arn = {ROLE}\nsource_profile = keys\n{serial if where == 'own' else ''}"
    problem = problem_of(sample, f"{text}{more}")
    assert problem.title == ("MFA code needed" if where == "own" else "Access denied")
    named = {"source": "keys", "default": "default"}.get(where)
    assert ("copy mfa_serial from" in problem.remedy) == bool(named)
    if named:
        assert f"copy mfa_serial from the AWS profile “{named}” to “x”" in problem.remedy
