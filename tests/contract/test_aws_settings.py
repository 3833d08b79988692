"""Every setting of the table, good and bad, through the program's own way to AWS: what doesn't work is named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, tls_front
from tray.aws.cloud import Cloud
from tray.aws.errors.settings import explained
from tray.aws.setting_table import SETTINGS, Setting
from tray.model.problems import Kind, Problem, TrayError
from tray.model.sign_in import SignInCancelled
from tray.model.signer import AwsProfile

# Of all sorts: empty, of another type, out of range, no address, no file, a section.
VALUES = (
    *("", "many", "-1", "99999999999999999999", "1.5", "true", "café😀", "a b"),
    *("http://[", "http://localhost:99999", "/"),
)
NESTED = "\n  a = b"
# Codes of problems that don't say which setting it is.
VAGUE = {"aws-call-failed", "unknown-botocore", "settings-not-understood", "no-such-endpoint", "sign-in-failed"}
# Of those, what botocore reads in this way to AWS and yet takes with a value that the table has as wrong: only some
# services or some answers make it fail.
NOT_READ_HERE = {
    *("ca_bundle", "proxy_ca_bundle", "proxy_client_cert", "csm_host", "csm_port", "sdk_ua_app_id"),
    *("endpoint_url", "services"),
}
Write = Callable[..., None]
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def outcome(profile: str = "research", region: str = "") -> Problem | None:
    """List what a profile sees, and return why not; what is no TrayError would be called an error of ours."""
    cloud = Cloud()
    try:
        for scope in cloud.scopes("mine", AwsProfile(profile), (region,) if region else ()):
            cloud.list_notebooks(scope)
    except TrayError as error:
        return error.problem
    return None


def why_no_sign_in(profile: str) -> Problem | None:
    try:
        Cloud().sign_in_for(profile)
    except TrayError as error:
        return error.problem
    return None


def places(problem: Problem) -> dict[str, object]:
    return dict(problem.places)


@pytest.fixture
def write(sample: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return what writes a setting into the profile “research”, as its third line."""
    whole = sample.files.config.read_text("utf-8")

    def write(name: str, value: str, more: str = "") -> None:
        text = whole.replace("region = eu-west-1\n", "" if name == "region" else "region = eu-west-1\n", 1)
        text = text.replace("[profile research]\n", f"[profile research]\n{name} = {value}\n", 1)
        sample.files.config.write_text(f"{text}\n{more}", encoding="utf-8")

    return write


def check_named(problem: Problem, name: str, value: str, *, secret: bool, config: Path, line: int = 2) -> None:
    text = problem.text()
    assert problem.kind is Kind.CONFIGURATION
    assert name in text
    if places(problem)["variable"]:
        assert places(problem)["variable"] == name
    else:
        assert f"({config}, line {line})" in text
    if secret:
        assert len(value) < 5 or value not in text
    elif value.strip() and value.isprintable() and "\n" not in value and "//" not in value:
        assert f"“{value}”" in text


@pytest.mark.parametrize(
    "setting", [each for each in SETTINGS if each.name and not each.inside], ids=lambda each: each.name
)
def test_a_setting_of_a_profile(
    setting: Setting, write: Write, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch
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
def test_a_variable(setting: Setting, variable: str, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
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
    monkeypatch.setenv("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "1")
    if source == "EcsContainer":
        # Nobody listens there, on a host that botocore lets be asked without TLS.
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/")
    if source == "Environment":
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    role = f"{ROLE}credential_source = {source}\n" if source else ""
    sample.files.config.write_text(f"{sample.files.config.read_text()}\n[profile made]\nregion = eu-west-1\n{role}")
    for value in ("", "many", "http://[", "http://example.com", "café😀", "a\nb", "/", pem(tmp_path, "binary")):
        monkeypatch.setenv(variable, value)
        problem = outcome("made")
        assert problem is None or problem.code not in VAGUE, problem.text()
        if problem is not None and problem.code == "aws-setting-wrong":
            assert places(problem)["variable"] == variable


ROLE = "role_arn = arn:aws:iam::111122223333:role/analyst\n"
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


# What a wrong value does that only some ways to AWS read.


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy"])
@pytest.mark.parametrize(
    "value",
    ["many", "http://[", "http://127.0.0.1:99999", "http://:80", "ftp://x", "://", "http://a b", "café😀", "http://"],
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


def pem(folder: Path, kind: str) -> str:
    path = folder / kind
    match kind:
        case "empty":
            path.touch()
        case "garbage":
            path.write_text("no certificate\n")
        case "folder":
            path.mkdir()
        case "binary":
            path.write_bytes(bytes(range(256)))
        case "pipe":
            os.mkfifo(path)
        case "loop":
            path.symlink_to(path)
        case "device":
            return "/dev/zero"
    return str(path)


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
