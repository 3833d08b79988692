"""Settings that not every way to AWS reads, that lead to files, or that don't go together."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.aws_settings import NESTED, ROLE, SECRET, VAGUE, Write, check_named, outcome, pem, why_no_sign_in
from tests.support.cloud import SampleCloud, tls_front
from tray.aws.cloud import Cloud
from tray.aws.config import readable_aws_files
from tray.aws.errors.settings import explained
from tray.aws.setting_faults import all_faults
from tray.model.problems import Kind, TrayError
from tray.model.sign_in import Method, SignIn, SignInCancelled


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some variables name files that are then made, such as SSLKEYLOGFILE."""
    monkeypatch.chdir(tmp_path)


# What a wrong value does that only some ways to AWS read.


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy"])
@pytest.mark.parametrize(
    "value",
    ["many", "http://[", "http://127.0.0.1:99999", "http://:80", "ftp://x", "://", "http://a b", "café", "http://"],
)
def test_a_proxy_that_can_not_be_one(
    sample: SampleCloud, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv(variable, value)
    problem = outcome()
    assert problem is None or problem.code not in VAGUE, problem.text()


@pytest.mark.parametrize("kind", ["missing", "folder", "binary", "empty", "loop"])
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"])
def test_a_variable_of_openssl(
    sample: SampleCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, kind: str
) -> None:
    with tls_front(tmp_path, sample.endpoint.url) as front:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", front.url)
        monkeypatch.setenv("AWS_CA_BUNDLE" if variable == "SSLKEYLOGFILE" else "X", str(front.certificate))
        monkeypatch.setenv(variable, pem(tmp_path, kind))
        problem = outcome()
    assert problem is None or problem.code not in VAGUE, problem.text()


@pytest.mark.parametrize("by", ["AWS_DATA_PATH", "HOME"])
@pytest.mark.parametrize(
    "name", ["endpoints.json", "partitions.json", "sagemaker/2017-07-24/service-2.json", "_retry.json"]
)
@pytest.mark.parametrize("data", [b"{", b"\xff\xfe", b"[]"])
def test_data_of_botocores_that_is_broken(
    sample: SampleCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str, name: str, data: bytes
) -> None:
    folder = tmp_path / "home" / ".aws" / "models"
    path = folder / name
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    monkeypatch.setattr("botocore.loaders.Loader.CUSTOMER_DATA_PATH", str(folder if by == "HOME" else tmp_path / "no"))
    if by == "AWS_DATA_PATH":
        monkeypatch.setenv(by, str(folder))
    problem = outcome()
    if problem is not None:
        assert problem.kind is Kind.CONFIGURATION, problem.text()
        assert str(path) in problem.text()


def test_an_address_that_is_none(write: Write, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_SAGEMAKER")
    for value in ("localhost", "http://localhost:99999", "http://[", "ftp://localhost", "http://a b/"):
        write("endpoint_url", value)
        problem = outcome()
        assert problem is not None
        check_named(problem, "endpoint_url", value, secret=False, config=sample.files.config)
    write("services", "local", "[services local]\nsagemaker =\n  endpoint_url = localhost\n")
    problem = outcome()
    assert problem is not None
    assert "endpoint_url of [services local] is “localhost”" in problem.message
    assert f"({sample.files.config}, line 11)" in problem.message


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("", "no such services section"),
        ("[services local]\n", "no such services section"),
        ("[services local]\nsagemaker = http://localhost\n", "sagemaker of [services local]"),
    ],
)
def test_a_services_section_of_another_form(
    write: Write, monkeypatch: pytest.MonkeyPatch, more: str, words: str
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_SAGEMAKER")
    write("services", "local", more)
    problem = outcome()
    assert problem is not None
    assert (problem.code, problem.kind) == ("aws-setting-wrong", Kind.CONFIGURATION)
    assert words in problem.message


def test_an_address_of_no_service_is_found(write: Write) -> None:
    write("services", "local", "[services local]\nendpoint_url = http://localhost:1\n[services good]\ns3 =\n  a = b\n")
    (fault,) = (each for each in all_faults(readable_aws_files(), 50) if each.setting == "endpoint_url")
    problem = fault.error().problem
    assert "endpoint_url of [services local] is “http://localhost:1”" in problem.message
    assert "below the name of a service" in problem.message


def test_a_password_in_an_address_is_not_shown(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_SAGEMAKER")
    write("endpoint_url", "http://ana:hunter2@localhost:99999/?token=hunter3")
    problem = outcome()
    assert problem is not None
    assert "“http://…@localhost:99999/?…”" in problem.message
    assert "hunter" not in problem.text() + str(TrayError.of(problem))


def test_a_secret_in_the_place_of_something_else_is_not_shown(write: Write) -> None:
    write("retry_mode", SECRET)
    problem = outcome()
    assert problem is not None
    assert "retry_mode of [profile research] has a value that can't be used" in problem.message
    assert SECRET not in problem.text()


UNUSABLE = ("missing", "empty", "garbage", "binary", "loop")
ENDLESS = ("pipe", "device")


@pytest.mark.only_on("linux", "darwin", reason="pipes and links in folders")
@pytest.mark.parametrize("kind", [*UNUSABLE, *ENDLESS])
@pytest.mark.parametrize("by", ["ca_bundle", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_certificates_that_can_not_be_used(
    write: Write, sample: SampleCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, by: str
) -> None:
    with tls_front(tmp_path, sample.endpoint.url) as front:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", front.url)
        path = pem(tmp_path, kind)
        if by == "ca_bundle":
            write("ca_bundle", path)
        else:
            monkeypatch.setenv(by, path)
        problem = outcome()
    assert problem is not None
    assert problem.kind is Kind.CONFIGURATION, problem.text()
    assert by in problem.text()
    assert path in problem.text()


@pytest.mark.only_on("linux", "darwin", reason="pipes and links in folders")
@pytest.mark.parametrize("kind", ["missing", "empty", "folder", "binary", "loop", *ENDLESS])
def test_a_token_file_that_can_not_be_used(sample: SampleCloud, tmp_path: Path, kind: str) -> None:
    path = pem(tmp_path, kind)
    text = f"\n[profile made]\nregion = eu-west-1\n{ROLE}web_identity_token_file = {path}\n"
    sample.files.config.write_text(sample.files.config.read_text() + text)
    problem = outcome("made")
    assert problem is not None
    line = sample.files.config.read_text().splitlines().index(f"web_identity_token_file = {path}") + 1
    check_named(problem, "web_identity_token_file", path, secret=False, config=sample.files.config, line=line)


@pytest.mark.parametrize(
    ("profiles", "words"),
    [
        ("[profile made]\nROLEsource_profile = other\n[profile other]\nROLEsource_profile = made\n", "in circles"),
        ("[profile made]\nROLEsource_profile = made\n", "in circles"),
        ("[profile made]\nROLEsource_profile = nobody\n", "no such profile"),
        ("[profile made]\nROLE", "lacks source_profile or credential_source"),
        ("[profile made]\nROLEcredential_source = Nowhere\n", "Environment, Ec2InstanceMetadata, EcsContainer"),
        ("[profile made]\nROLEcredential_source = Environment\nsource_profile = research\n", "both source_profile and"),
        ("[profile made]\naws_access_key_id = AKIAEXAMPLEEXAMPLE12\n", "lacks aws_secret_access_key"),
        (
            "[profile made]\nROLEsource_profile = half\n[profile half]\naws_access_key_id = AKIA\n",
            "aws_secret_access_key",
        ),
        ("[profile made]\nROLEsource_profile = bare\n[profile bare]\nregion = x\n", "must have credentials"),
        ("[profile made]\nsso_account_id = 1\nsso_role_name = x\n", "sso_start_url"),
        ("[profile made]\nsso_session = nobody\nsso_account_id = 1\nsso_role_name = x\n", "nobody"),
        ("[profile made]\nROLEweb_identity_token_file = /nowhere\n", "text file that is there"),
        ("[profile made]\nrole_arn = analyst\nsource_profile = research\n", "ARN of a role"),
        ("[profile made]\nROLEsource_profile = research\nduration_seconds = 1\n", "duration_seconds"),
        ("[profile made]\nROLEsource_profile = research\nrole_session_name = a b\n", "role_session_name"),
        ("[profile made]\nROLEsource_profile = research\nmfa_serial =\n", "mfa_serial of [profile made] is empty"),
        (
            "[profile made]\nROLEsource_profile = research\nmfa_serial =\n  a = b\n",
            "mfa_serial of [profile made] is made",
        ),
        # Of two that are wrong, the one that botocore stumbles on.
        ("[profile made]\nduration_seconds = 1\nsso_account_id = 1\n", "sso_role_name"),
        ("[profile made]\nduration_seconds = 1\nROLE", "lacks source_profile"),
    ],
)
def test_settings_that_do_not_go_together(sample: SampleCloud, profiles: str, words: str) -> None:
    text = f"\n{profiles}".replace("ROLE", ROLE)
    sample.files.config.write_text(sample.files.config.read_text() + text)
    problem = outcome("made", "eu-west-1")
    assert problem is not None
    assert problem.kind is Kind.CONFIGURATION, problem.text()
    assert words in problem.text()
    assert str(sample.files.config) in problem.text()
    assert "AKIAEXAMPLEEXAMPLE12" not in problem.text()


SSO = "[profile sso]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Analyst\nregion = eu-west-1\n"
CORP = "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://x.awsapps.com/start\n"


@pytest.mark.parametrize(
    ("setting", "value"),
    [("retry_mode", "many"), ("max_attempts", "many"), ("defaults_mode", "many"), ("ca_bundle", "/dev/zero")],
)
def test_a_sign_in_names_the_setting_too(
    sample: SampleCloud, monkeypatch: pytest.MonkeyPatch, setting: str, value: str
) -> None:
    monkeypatch.delenv("AWS_MAX_ATTEMPTS")
    sample.files.config.write_text(f"{SSO}{setting} = {value}\n{CORP}")
    signing_in: Any = SimpleNamespace(cancelled=False)  # nothing else of it is come to
    with pytest.raises(TrayError) as refused:
        Cloud().sign_in(SignIn(Method.BROWSER, "corp", "corp"), signing_in)
    assert refused.value.problem.kind is Kind.CONFIGURATION
    assert f"{setting} of [profile sso] is “{value}” ({sample.files.config}, line 6)" in refused.value.problem.message


@pytest.mark.parametrize(
    ("setting", "value"),
    [("sso_start_url", NESTED), ("sso_region", NESTED), ("sso_registration_scopes", NESTED)],
)
def test_a_session_that_is_no_text(sample: SampleCloud, setting: str, value: str) -> None:
    lines = [line for line in CORP.splitlines() if not line.startswith(setting)]
    sample.files.config.write_text("\n".join([SSO, *lines, f"{setting} = {value}", ""]))
    for problem in (why_no_sign_in("sso"), outcome("sso")):
        assert problem is not None
        if problem.kind is not Kind.SIGN_IN:  # a token that isn't there is told first
            assert f"{setting} of [sso-session corp] is made a section" in problem.message


def test_a_region_that_is_none_is_named_with_the_nearest(write: Write, sample: SampleCloud) -> None:
    write("region", "eu west 1")
    problem = outcome()
    assert problem is not None
    check_named(problem, "region", "eu west 1", secret=False, config=sample.files.config)
    assert "Did you mean eu-west-1?" in problem.message
    write("region", "")
    problem = outcome()
    assert problem is not None
    assert f"region of [profile research] is empty ({sample.files.config}, line 2)" in problem.message


def test_a_wrong_setting_of_nobody_else_is_no_excuse(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has nothing to do with a wrong setting is not blamed on it."""
    write("s3", "")
    with pytest.raises(RuntimeError), explained("research"):
        raise RuntimeError("an error of ours")
    with pytest.raises(SignInCancelled), explained("research"):
        raise SignInCancelled


def test_a_csm_host_that_is_nowhere(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("csm_enabled", "true\ncsm_port = 99999")
    problem = outcome()
    assert problem is None or problem.code == "aws-setting-wrong"
    write("csm_enabled", "true\ncsm_host = nowhere.invalid")
    assert outcome() is None or outcome().code == "aws-setting-wrong"  # type: ignore[union-attr]
    write("csm_enabled", "true\ncsm_port = many")
    problem = outcome()
    assert problem is not None
    assert "csm_port" in problem.message


KEYS = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("aws_secret_access_key = wJalrXUtnFEMI", "lacks aws_access_key_id in [profile made]"),
        ("aws_session_token = wJalrXUtnFEMI", "lacks aws_access_key_id in [profile made]"),
        ("source_profile = research", "lacks role_arn in [profile made]"),
        ("credential_source = Environment", "lacks role_arn in [profile made]"),
        ("mfa_serial = arn:aws:iam::111122223333:mfa/ana", "lacks role_arn in [profile made]"),
        ("sso_session = corp", "lacks sso_account_id, sso_role_name in [profile made]"),
        ("aws_access_key = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI", "mean aws_access_key_id?"),
        ("aws_acces_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_acces_key = wJalrXUtnFEMI", "mean aws_access_key_id?"),
        ("credentials_process = /bin/false", "Did you mean credential_process?"),
        ("role-arn = arn:aws:iam::111122223333:role/analyst\nsource-profile = research", "Did you mean role_arn?"),
        ("sso-session = corp\nsso-account-id = 1\nsso-role-name = x", "Did you mean sso_session?"),
        ("output = json\nregions = eu-west-1\ncolour = red", "has no credentials."),
    ],
)
def test_what_lacks_for_credentials_is_named(sample: SampleCloud, settings: str, words: str) -> None:
    with sample.files.config.open("a") as file:
        file.write(f"\n[profile made]\nregion = eu-west-1\n{settings}\n[sso-session corp]\nsso_region = eu-west-1\n")
    problem = outcome("made")
    assert problem is not None
    assert words in problem.message
    assert "wJalr" not in problem.text()
    if "Did you mean" in problem.message or "lacks" in problem.message:
        assert problem.kind is Kind.CONFIGURATION
        assert f"({sample.files.config}, line " in problem.message


@pytest.mark.parametrize("source", [False, True], ids=["own", "of the role's source"])
@pytest.mark.parametrize(
    ("wrong", "setting"),
    [
        (KEYS.replace("AKIAIOSFODNN7EXAMPLE", '"AKIAIOSFODNN7EXAMPLE"'), "aws_access_key_id"),
        (KEYS.replace("AKIAIOSFODNN7EXAMPLE", ""), "aws_access_key_id"),
        (KEYS.replace("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE # mine"), "aws_access_key_id"),
        (f"{KEYS}aws_session_token = 'abc'\n", "aws_session_token"),
    ],
    ids=["quoted", "empty", "comment", "token"],
)
def test_keys_in_another_form_than_aws_gives_them_are_named_after_a_refusal(
    sample: SampleCloud, wrong: str, setting: str, source: bool
) -> None:
    role = "role_arn = arn:aws:iam::111122223333:role/analyst\nsource_profile = made\n"
    with sample.files.config.open("a") as file:
        file.write(f"\n[profile made]\nregion = eu-west-1\n{wrong}")
        file.write(f"[profile over]\nregion = eu-west-1\n{role}")
    problem = outcome("over" if source else "made")
    assert problem is not None
    assert problem.code == "aws-setting-wrong" or "# mine" in wrong, problem.text()  # botocore refuses blanks by itself
    if problem.code == "aws-setting-wrong":
        assert f"The setting {setting} of [profile made]" in problem.message
        assert "quotation marks" in problem.message
    assert "AKIA" not in problem.text()
    assert "wJalr" not in problem.text()


@pytest.mark.parametrize(
    ("key_id", "token", "words"),
    [
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "", "16 capitals and digits"),  # the secret in its place
        ("akiaiosfodnn7example", "", "16 capitals and digits"),
        ("AKIAIOSF", "", "16 capitals and digits"),
        ("${AWS_ACCESS_KEY_ID}", "", "16 capitals and digits"),
        ("<your-access-key-id>", "", "16 capitals and digits"),
        ("ASIAIOSFODNN7EXAMPLE", "", "lacks aws_session_token in [profile made]"),
        ("AKIAIOSFODNN7EXAMPLE", "of-last-week", "No session token goes with"),
    ],
)
@pytest.mark.parametrize("source", [False, True], ids=["own", "of the role's source"])
def test_keys_that_aws_does_not_give_so_are_named_after_a_refusal(
    sample: SampleCloud, key_id: str, token: str, words: str, source: bool
) -> None:
    keys = f"aws_access_key_id = {key_id}\naws_secret_access_key = wJalrXUtnFEMI\n"
    with sample.files.config.open("a") as file:
        file.write(
            f"\n[profile made]\nregion = eu-west-1\n{keys}" + (f"aws_session_token = {token}\n" if token else "")
        )
        file.write("[profile over]\nregion = eu-west-1\nrole_arn = arn:aws:iam::111122223333:role/analyst\n")
        file.write("source_profile = made\n")
    problem = outcome("over" if source else "made")
    assert problem is not None
    assert problem.kind is Kind.CONFIGURATION
    assert words in problem.message
    assert "[profile made]" in problem.message
    assert f"({sample.files.config}, line " in problem.message
    assert key_id not in problem.text()
    assert "of-last-week" not in problem.text()


def test_keys_that_have_the_form_of_keys_are_refused_as_before(sample: SampleCloud) -> None:
    with sample.files.config.open("a") as file:
        file.write(f"\n[profile made]\nregion = eu-west-1\n{KEYS}")
    problem = outcome("made")
    assert problem is not None
    assert problem.code == "credentials-unknown"
