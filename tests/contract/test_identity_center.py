"""Profiles that sign in through IAM Identity Center without an AWS config, from the sign-in to the first list."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.endpoint import Endpoint
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.sign_in import (
    ACCOUNT,
    CENTER,
    REGION,
    START_URL,
    MovableClock,
    Person,
    decide,
    identity_center,
    impatient,
)
from tray.aws.cloud import Cloud
from tray.aws.credentials.token_store import token_folder
from tray.cli import main
from tray.demo.identity_center import Assignment
from tray.model.identity_center import CenterRole, center_at
from tray.model.notebooks import Scope
from tray.model.problems import Kind, TrayError
from tray.model.sign_in import Method, SignIn
from tray.model.signer import AwsProfile

ROOT = Path(__file__).parents[2]
HERE = center_at(START_URL, REGION)
ANALYST = CenterRole(HERE, ACCOUNT, "Analyst")
SCOPE = Scope("mine", REGION, ANALYST)
SESSION = f"[sso-session corp]\nsso_start_url = {START_URL}/#/\nsso_region = {REGION}\n"


@pytest.fixture
def endpoint(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with identity_center(home, monkeypatch.setenv, impatient(), config="") as endpoint:
        yield endpoint


@pytest.fixture
def cloud(endpoint: Endpoint) -> Cloud:
    return Cloud()


def sign_in(cloud: Cloud) -> SignIn:
    needed = cloud.sign_in_for(ANALYST)
    assert needed is not None
    cloud.sign_in(needed, Person())
    return needed


def refusal(cloud: Cloud, scope: Scope = SCOPE) -> TrayError:
    with pytest.raises(TrayError) as refused:
        cloud.list_notebooks(scope)
    return refused.value


def test_the_sign_in_is_offered_and_then_the_role_lists(cloud: Cloud, home: Path) -> None:
    problem = refusal(cloud).problem
    assert (problem.kind, problem.title) == (Kind.SIGN_IN, "Signing in needed")
    assert "profile “mine”" in problem.message
    assert "AWS profile" not in problem.text()
    assert problem.sign_in == SignIn(Method.BROWSER, START_URL, "")
    assert problem.sign_in.name == "acme.awsapps.com"
    assert not cloud.is_signed_in(problem.sign_in)

    cloud.sign_in(problem.sign_in, Person())
    assert cloud.is_signed_in(problem.sign_in)
    assert [found.name for found in cloud.list_notebooks(SCOPE)] == ["churn-model"]
    assert (home / ".aws" / "config").read_text() == ""


def test_accounts_and_roles_are_listed_whole(cloud: Cloud, endpoint: Endpoint) -> None:
    with pytest.raises(TrayError) as refused:
        cloud.assignments.accounts(HERE)
    assert refused.value.problem.sign_in == cloud.sign_in_for(ANALYST)

    many = [Assignment(f"{at:012}", f"Account {at % 7}", "Analyst") for at in range(250)]
    roles = [Assignment(ACCOUNT, "research", f"Role{at:03}") for at in range(130)]
    endpoint.world.identity_centers.put(impatient(replace(CENTER, assignments=(*many, *roles))))
    sign_in(cloud)
    accounts = cloud.assignments.accounts(HERE)
    assert len(accounts) == 251
    assert [each.name for each in accounts] == sorted(each.name for each in accounts)
    assert cloud.assignments.roles(HERE, ACCOUNT) == tuple(f"Role{at:03}" for at in range(130))
    assert [call.operation for call in endpoint.recorder.calls()].count("ListAccounts") == 3


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(Trouble.ERROR, "TooManyRequestsException", operation="ListAccounts"), "sign-ins-throttled"),
        (Fault(Trouble.ERROR, "ForbiddenException", operation="ListAccounts"), "sign-in-refused"),
        (Fault(Trouble.ERROR, "UnauthorizedException", operation="ListAccounts"), "signed-out-of-center"),
        (Fault(Trouble.GARBAGE, operation="ListAccounts"), "sign-in-not-aws"),
        (Fault(Trouble.DROP, operation="ListAccounts"), "unreachable"),
    ],
)
def test_why_no_accounts_are_listed_is_told(cloud: Cloud, endpoint: Endpoint, fault: Fault, code: str) -> None:
    sign_in(cloud)
    endpoint.faults.add(fault)
    with pytest.raises(TrayError) as refused:
        cloud.assignments.accounts(HERE)
    problem = refused.value.problem
    assert problem.code == code
    assert "acme.awsapps.com" in problem.text()


def test_the_token_is_refreshed_without_the_user(cloud: Cloud, endpoint: Endpoint) -> None:
    sign_in(cloud)
    clock = endpoint.world.clock
    assert isinstance(clock, MovableClock)
    (file,) = [path for path in token_folder().glob("*.json") if "accessToken" in path.read_text()]
    kept = json.loads(file.read_text())
    file.write_text(json.dumps({**kept, "expiresAt": "2020-01-01T00:00:00Z"}))
    clock.offset = timedelta(hours=2)
    assert cloud.is_signed_in(SignIn(Method.BROWSER, START_URL, "", HERE))
    renewed = json.loads(file.read_text())
    assert renewed["accessToken"] != kept["accessToken"]
    file.write_text(json.dumps({**renewed, "expiresAt": "2020-01-01T00:00:00Z"}))
    assert Cloud().list_notebooks(SCOPE)
    assert json.loads(file.read_text())["accessToken"] != renewed["accessToken"]


def test_a_session_of_the_aws_config_is_the_same_sign_in(cloud: Cloud, home: Path) -> None:
    (home / ".aws" / "config").write_text(SESSION)
    needed = cloud.sign_in_for(ANALYST)
    assert needed == SignIn(Method.BROWSER, "corp", "corp")
    sign_in(cloud)
    assert cloud.list_notebooks(SCOPE)
    profile = f"[profile research]\nsso_session = corp\nsso_account_id = {ACCOUNT}\nsso_role_name = Analyst\n"
    (home / ".aws" / "config").write_text(SESSION + profile)
    assert cloud.sign_in_for(AwsProfile("research")) == needed
    assert Cloud().list_notebooks(Scope("research", REGION, AwsProfile("research")))


@pytest.mark.parametrize("url", [START_URL, f"{START_URL}/#/"])
def test_an_aws_profile_with_the_start_url_shares_the_sign_in(cloud: Cloud, home: Path, url: str) -> None:
    (home / ".aws" / "config").write_text(
        f"[profile old]\nsso_start_url = {url}\nsso_region = {REGION}\nsso_account_id = {ACCOUNT}\n"
        f"sso_role_name = Analyst\nregion = {REGION}\n"
    )
    old = Scope("old", REGION, AwsProfile("old"))
    assert cloud.sign_in_for(ANALYST) == cloud.sign_in_for(AwsProfile("old"))
    sign_in(cloud)
    assert cloud.list_notebooks(SCOPE)
    assert cloud.list_notebooks(old)


@pytest.mark.parametrize("url", [START_URL, f"{START_URL}/#/"])
def test_the_sign_in_of_an_aws_profile_with_the_start_url_is_used(cloud: Cloud, home: Path, url: str) -> None:
    (home / ".aws" / "config").write_text(
        f"[profile old]\nsso_start_url = {url}\nsso_region = {REGION}\nsso_account_id = {ACCOUNT}\n"
        f"sso_role_name = Analyst\nregion = {REGION}\n"
    )
    needed = cloud.sign_in_for(AwsProfile("old"))
    assert needed is not None
    cloud.sign_in(needed, Person(decide))
    assert cloud.list_notebooks(SCOPE)


def test_no_other_credentials_ever_sign_for_it(cloud: Cloud, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    (home / ".aws" / "config").write_text(
        "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = secret\n"
    )
    assert refusal(cloud).problem.code == "signed-out"
    sign_in(cloud)
    assert cloud.list_notebooks(SCOPE)


def test_a_role_that_is_not_given(cloud: Cloud) -> None:
    sign_in(cloud)
    problem = refusal(cloud, Scope("other", REGION, replace(ANALYST, role="Admin"))).problem
    assert problem.kind is Kind.DENIED
    assert "“Admin” in the account 111122223333" in problem.message
    assert "AWS config" not in problem.remedy


@pytest.mark.usefixtures("memory")
def test_the_command_line_needs_no_aws_config(
    endpoint: Endpoint, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BROWSER", f"{Path(sys.executable).as_posix()} -m tests.support.consenting_browser %s")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (home / ".aws" / "config").unlink()

    def ran(*args: str) -> str:
        monkeypatch.setattr(sys, "argv", ["notebook-tray", *args])
        with contextlib.suppress(SystemExit):
            main()
        said = capsys.readouterr()
        assert not said.err or "browser" in said.err, said.err
        return said.out

    role = ("--sso-start-url", "acme.awsapps.com/start/#/", "--sso-region", REGION)
    ran("profiles", "add", "lab", *role, "--account", ACCOUNT, "--role", "Analyst", "--region", REGION)
    (listed,) = json.loads(ran("profiles", "list", "--json"))["profiles"]
    assert listed["identity_center"] == {
        "start_url": START_URL,
        "region": REGION,
        "account": ACCOUNT,
        "role": "Analyst",
    }
    assert "Analyst in 111122223333" in ran("profiles", "list")
    assert ran("signin", "lab") == "Signed in to acme.awsapps.com (lab).\n"
    assert "churn-model" in ran("list")
    assert not (home / ".aws" / "config").exists()


@pytest.mark.usefixtures("endpoint", "memory")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--account": "12"}, "“12” is not the number of an AWS account."),
        ({"--role": "a b"}, "“a b” is not the name of a role"),
        ({"--sso-start-url": "http://acme.awsapps.com/start"}, "is not the start URL"),
        ({"--sso-start-url": "https://ana:secret@acme.awsapps.com/start"}, "is not the start URL"),
        ({"--sso-region": "eu-west-99"}, "“eu-west-99” is no AWS region"),
        ({"--role": ""}, "Name all of --sso-start-url"),
        ({"--region": ""}, "no AWS profile to name a region"),
    ],
)
def test_what_can_not_be_right_is_refused(
    changed: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {
        "--sso-start-url": START_URL,
        "--sso-region": REGION,
        "--account": ACCOUNT,
        "--role": "A",
        "--region": REGION,
    }
    options = [each for option, value in {**given, **changed}.items() if value for each in (option, value)]
    monkeypatch.setattr(sys, "argv", ["notebook-tray", "profiles", "add", "lab", *options])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_the_region_is_found_by_the_start_url(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", REGION)
    assert cloud.assignments.center_at(START_URL).start_url == START_URL
    with pytest.raises(TrayError) as refused:
        cloud.assignments.center_at("https://other.awsapps.com/start")
    assert refused.value.problem.code == "no-such-center"
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", "http://127.0.0.1:9")
    with pytest.raises(TrayError) as unreachable:
        cloud.assignments.center_at(START_URL)
    assert unreachable.value.problem.code == "no-center-told"
