"""Roles, MFA and what expires, through the program's own way to AWS, against the embedded endpoint's STS."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.endpoint.iam import MfaDevice, Role, WebIdentity
from tests.support.secrets_scan import scan_for
from tests.support.surface import Typing
from tray.aws.calls.verdicts import Verdicts
from tray.aws.cloud import Cloud
from tray.demo.identity_center import Assignment, IdentityCenter
from tray.demo.sample import SampleProfile, sample_principal
from tray.model.access_keys import AccessKey
from tray.model.notebooks import Scope
from tray.model.problems import Kind, Problem, TrayError
from tray.model.sign_in import Method, SignIn, SignInCancelled
from tray.model.signer import AwsProfile, Signer, StoredKey
from tray.texts.reading import Reading, read_as

ACCOUNT = "111122223333"
BASE = SampleProfile("base", ("eu-west-1",), sample_principal(ACCOUNT, "ana"))
SERIAL = f"arn:aws:iam::{ACCOUNT}:mfa/ana"
MFA_SIGN_IN = SignIn(Method.MFA, "secured", "secured")


def role(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


CONFIG = f"""
[profile secured]
role_arn = {role("secured")}
source_profile = base
mfa_serial = {SERIAL}
region = eu-central-1
[profile secured-elsewhere]
role_arn = {role("secured")}
source_profile = base
mfa_serial = {SERIAL}
region = us-west-2
[profile beyond]
role_arn = {role("beyond")}
source_profile = secured
[profile chain]
role_arn = {role("far")}
source_profile = middle
region = eu-central-1
[profile middle]
role_arn = {role("middle")}
source_profile = base
external_id = corp
[profile nowhere]
role_arn = {role("middle")}
source_profile = base
external_id = corp
[profile from-environment]
role_arn = {role("middle")}
credential_source = Environment
external_id = corp
[profile on-instance]
role_arn = {role("middle")}
credential_source = Ec2InstanceMetadata
[profile in-container]
role_arn = {role("middle")}
credential_source = EcsContainer
[profile pod]
role_arn = {role("pod")}
web_identity_token_file = TOKEN_FILE
[profile after-pod]
role_arn = {role("far")}
source_profile = pod
[profile loop]
role_arn = {role("middle")}
source_profile = pool
[profile pool]
role_arn = {role("far")}
source_profile = loop
[profile lost]
role_arn = {role("far")}
source_profile = not-there
[profile expired]
aws_access_key_id = ASIAEXPIREDEXPIRED12
aws_secret_access_key = secret-of-long-ago
aws_session_token = token-of-long-ago
[profile signed-in]
login_session = arn:aws:iam::{ACCOUNT}:user/ana
"""


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with sample_cloud(tmp_path, profiles=[BASE]) as sample:
        sample.into(monkeypatch)
        token = tmp_path / "web-token"
        token.write_text("a-web-identity-token")
        with sample.files.config.open("a", encoding="utf-8") as config:
            config.write(CONFIG.replace("TOKEN_FILE", str(token)))
        user = BASE.principal.arn
        sample.endpoint.iam.put(
            Role(role("secured"), frozenset({user}), needs_mfa=True),
            Role(role("beyond"), frozenset({role("secured")})),
            Role(role("middle"), frozenset({user}), external_id="corp"),
            Role(role("far"), frozenset({role("middle"), role("pod")})),
            Role(role("pod"), frozenset({"oidc.example"})),
            MfaDevice(SERIAL, user),
            WebIdentity("a-web-identity-token", "oidc.example", "pod-1"),
        )
        yield sample


def scope(aws_profile: str, region: str = "eu-west-1") -> Scope:
    return Scope(aws_profile, region, AwsProfile(aws_profile))


def problem_of(cloud: Cloud, aws_profile: str) -> Problem:
    with pytest.raises(TrayError) as caught:
        cloud.list_notebooks(scope(aws_profile))
    return caught.value.problem


def signer(sample: SampleCloud) -> str:
    return sample.endpoint.recorder.calls("ListNotebookInstances")[-1].caller


def code(sample: SampleCloud) -> str:
    return sample.endpoint.iam.next_mfa_code(SERIAL)


# Chains


@pytest.mark.parametrize(
    ("aws_profile", "assumed"),
    [("middle", "middle"), ("chain", "far"), ("pod", "pod"), ("after-pod", "far"), ("nowhere", "middle")],
)
def test_a_role_signs(sample: SampleCloud, cloud: Cloud, aws_profile: str, assumed: str) -> None:
    cloud.list_notebooks(scope(aws_profile))
    assert f":assumed-role/{assumed}/" in signer(sample)


def test_sts_is_asked_in_the_profiles_region_and_else_where_it_lists(sample: SampleCloud, cloud: Cloud) -> None:
    cloud.list_notebooks(scope("chain", "us-east-1"))
    assert {call.region for call in sample.endpoint.recorder.calls("AssumeRole")} == {"eu-central-1"}
    sample.endpoint.recorder.clear()
    cloud.list_notebooks(scope("nowhere", "us-east-1"))
    assert {call.region for call in sample.endpoint.recorder.calls("AssumeRole")} == {"us-east-1"}


def test_credentials_of_the_environment(sample: SampleCloud, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", BASE.principal.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", BASE.principal.secret_access_key)
    cloud.list_notebooks(scope("from-environment"))
    assert ":assumed-role/middle/" in signer(sample)


@pytest.mark.parametrize("aws_profile", ["from-environment", "on-instance", "in-container"])
def test_a_source_that_has_no_credentials_is_told(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, aws_profile: str
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9")  # where nobody listens
    problem = problem_of(cloud, aws_profile)
    assert problem.kind is Kind.SIGN_IN
    assert aws_profile in problem.message


@pytest.mark.parametrize(("aws_profile", "named"), [("loop", "pool"), ("lost", "not-there")])
def test_chains_that_lead_nowhere(cloud: Cloud, aws_profile: str, named: str) -> None:
    problem = problem_of(cloud, aws_profile)
    assert problem.kind is Kind.CONFIGURATION
    assert named in problem.message


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ("MultiFactorAuthentication failed with invalid MFA one time pass code.", "invalid MFA one time pass code”."),
        ("Roles may not be assumed by root accounts.", "AWS says: “Roles may not be assumed by root accounts”."),
        (
            "User: arn:aws:iam::1:user/a is not authorized to perform: sts:TagSession on resource: arn:x",
            "sts:TagSession",
        ),
    ],
)
def test_why_sts_refuses_a_role_is_told_in_its_words(
    sample: SampleCloud, cloud: Cloud, refusal: str, words: str
) -> None:
    sample.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDenied", refusal, status=403, operation="AssumeRole"))
    problem = problem_of(cloud, "middle")
    assert problem.title == "Access denied"
    assert words in problem.message


def test_a_refusal_without_a_word_is_told_by_its_code(sample: SampleCloud, cloud: Cloud) -> None:
    sample.endpoint.faults.add(Fault(Trouble.ERROR, "Strange", "", status=500, operation="AssumeRole"))
    assert problem_of(cloud, "middle").message.endswith(": Strange")


def test_temporary_keys_in_the_files_that_are_over(cloud: Cloud) -> None:
    problem = problem_of(cloud, "expired")
    assert problem.kind is Kind.SIGN_IN
    assert "“expired”" in problem.message
    assert problem.sign_in is None
    assert "token-of-long-ago" not in problem.text()


# MFA


def test_unattended_a_code_is_never_asked_for(
    sample: SampleCloud, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda *_: pytest.fail("asked on a terminal"))
    for aws_profile in ("secured", "beyond"):
        problem = problem_of(cloud, aws_profile)
        assert problem.kind is Kind.SIGN_IN
        assert problem.sign_in == MFA_SIGN_IN
        assert SERIAL in problem.message
    assert not sample.endpoint.recorder.calls("AssumeRole")


def test_a_wrong_code_is_asked_again_and_the_right_one_serves_all_that_go_through_it(
    sample: SampleCloud, cloud: Cloud, tmp_path: Path
) -> None:
    right = code(sample)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    surface = Typing("12", wrong, f" {right[:3]} {right[3:]} ")
    cloud.sign_in(MFA_SIGN_IN, surface)
    assert [question.serial for question in surface.questions] == [SERIAL] * 3
    assert [bool(question.refused) for question in surface.questions] == [False, True, True]
    for aws_profile, assumed in (("secured", "secured"), ("secured-elsewhere", "secured"), ("beyond", "beyond")):
        cloud.list_notebooks(scope(aws_profile))
        assert f":assumed-role/{assumed}/" in signer(sample)
    kept = cloud._sessions._identity(AwsProfile("secured")).credentials("eu-west-1").get_frozen_credentials()
    for secret in (kept.secret_key, kept.token):
        assert secret is not None
        assert scan_for(secret, [tmp_path]) == []
        assert secret not in repr(cloud._sessions._memory.__dict__)


def test_they_outlive_a_file_that_changes(sample: SampleCloud, cloud: Cloud) -> None:
    cloud.sign_in(MFA_SIGN_IN, Typing(code(sample)))
    cloud.forget_changed_config()
    cloud.list_notebooks(scope("secured"))
    with sample.files.config.open("a", encoding="utf-8") as config:
        config.write("[profile new]\nregion = eu-west-1\n")
    cloud.forget_changed_config()
    cloud.list_notebooks(scope("secured"))
    text = sample.files.config.read_text(encoding="utf-8")
    sample.files.config.write_text(text.replace(role("secured"), role("another")), encoding="utf-8")
    cloud.forget_changed_config()
    assert problem_of(cloud, "secured").sign_in == MFA_SIGN_IN  # another role: these are not its credentials


def test_cancelling_ends_it(sample: SampleCloud, cloud: Cloud) -> None:
    with pytest.raises(SignInCancelled):
        cloud.sign_in(MFA_SIGN_IN, Typing())
    gone = Typing(code(sample))
    gone.cancelled = True
    with pytest.raises(SignInCancelled):
        cloud.sign_in(MFA_SIGN_IN, gone)
    assert gone.questions == []
    assert problem_of(cloud, "secured").sign_in == MFA_SIGN_IN


def test_a_refusal_that_no_code_mends_is_not_asked_again(sample: SampleCloud, cloud: Cloud) -> None:
    sample.endpoint.iam.put(Role(role("secured"), frozenset()))
    surface = Typing(code(sample), code(sample))
    with pytest.raises(TrayError) as refused:
        cloud.sign_in(MFA_SIGN_IN, surface)
    assert refused.value.problem.kind is Kind.DENIED
    assert len(surface.questions) == 1


def test_when_they_are_over_the_profile_is_marked_again(sample: SampleCloud, cloud: Cloud) -> None:
    cloud.sign_in(MFA_SIGN_IN, Typing(code(sample)))
    cloud.list_notebooks(scope("secured"))
    memory = cloud._sessions._memory
    assert memory is not None
    with memory.mfa._lock:
        for key, (_, credentials) in memory.mfa._kept.items():
            memory.mfa._kept[key] = datetime.now(UTC), credentials
    assert problem_of(cloud, "secured").sign_in == MFA_SIGN_IN


def test_what_aws_no_longer_accepts_is_not_kept(sample: SampleCloud, cloud: Cloud) -> None:
    cloud.sign_in(MFA_SIGN_IN, Typing(code(sample)))
    kept = cloud._sessions._identity(AwsProfile("secured")).credentials("eu-west-1").get_frozen_credentials()
    sample.endpoint.world.dismiss(str(kept.access_key))
    assert problem_of(cloud, "secured").kind is Kind.SIGN_IN
    assert problem_of(cloud, "secured").title == "MFA code needed"


# Ahead of time


def test_credentials_are_refreshed_before_they_expire(sample: SampleCloud, cloud: Cloud) -> None:
    cloud.list_notebooks(scope("middle"))
    cloud.keep_fresh()
    recorder = sample.endpoint.recorder
    assert len(recorder.calls("AssumeRole")) == 1, "nothing is due"
    credentials: Any = cloud._sessions._identity(AwsProfile("middle")).credentials("eu-west-1")
    before = credentials.get_frozen_credentials()
    credentials._time_fetcher = lambda: datetime.now(UTC) + timedelta(minutes=35)
    assert credentials.get_frozen_credentials() == before, "botocore would not do it yet"
    cloud.keep_fresh()
    assert len(recorder.calls("AssumeRole")) == 2
    assert credentials.get_frozen_credentials() != before


def test_what_can_not_be_refreshed_ahead_of_time_is_no_failure(
    sample: SampleCloud, cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    cloud.list_notebooks(scope("middle"))
    credentials: Any = cloud._sessions._identity(AwsProfile("middle")).credentials("eu-west-1")
    credentials._time_fetcher = lambda: datetime.now(UTC) + timedelta(minutes=35)
    sample.endpoint.iam.put(Role(role("middle"), frozenset()))
    cloud.keep_fresh()
    cloud.list_notebooks(scope("middle"))
    secret = credentials.get_frozen_credentials().secret_key
    assert secret not in caplog.text


def sso_profiles(sample: SampleCloud, count: int, token: dict[str, str]) -> list[str]:
    names = [f"sso-{at}" for at in range(count)]
    with sample.files.config.open("a", encoding="utf-8") as config:
        config.write(
            "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n"
            + "".join(
                f"[profile {name}]\nsso_session = corp\nsso_account_id = {ACCOUNT}\nsso_role_name = {name}\n"
                for name in names
            )
        )
    folder = sample.files.config.parent / ".aws" / "sso" / "cache"
    folder.mkdir(parents=True)
    (folder / f"{hashlib.sha1(b'corp', usedforsecurity=False).hexdigest()}.json").write_text(json.dumps(token))
    return names


def list_all(cloud: Cloud, names: list[str]) -> list[str]:
    titles = []

    def one(name: str, region: str) -> None:
        try:
            cloud.list_notebooks(scope(name, region))
        except TrayError as error:
            titles.append(error.problem.title)

    threads = [threading.Thread(target=one, args=(name, r)) for name in names for r in ("eu-west-1", "us-east-1")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return titles


def token_that_ends(at: datetime) -> dict[str, str]:
    written = "%Y-%m-%dT%H:%M:%SZ"
    return {
        "startUrl": "https://corp.awsapps.com/start",
        "region": "eu-west-1",
        "accessToken": "an-access-token-of-yesterday",
        "expiresAt": at.strftime(written),
        "clientId": "a-client",
        "clientSecret": "a-client-secret",
        "registrationExpiresAt": (datetime.now(UTC) + timedelta(days=30)).strftime(written),
        "refreshToken": "a-refresh-token",
    }


def test_fifty_profiles_of_an_expired_session_ask_aws_once(sample: SampleCloud, cloud: Cloud) -> None:
    names = sso_profiles(sample, 50, token_that_ends(datetime.now(UTC) - timedelta(hours=1)))
    for _ in range(3):
        assert list_all(cloud, names) == ["Signing in needed"] * 100
        cloud.keep_fresh()
    assert len(sample.endpoint.recorder.calls("CreateToken")) == 1


def test_a_token_is_refreshed_once_for_all_profiles_of_its_session(sample: SampleCloud, cloud: Cloud) -> None:
    """Each refresh uses its refresh token up: a second one with the same would be refused."""
    world = sample.endpoint.world
    names = [f"sso-{at}" for at in range(20)]
    assignments = tuple(Assignment(ACCOUNT, "Research", name) for name in names)
    start_url = "https://corp.awsapps.com/start"
    world.identity_centers.put(IdentityCenter(start_url, "eu-west-1", "ana", assignments))
    client = world.grants.register(
        "Test", ["sso:account:access"], ["http://127.0.0.1/oauth/callback"], ["authorization_code", "refresh_token"],
        start_url,
    )  # fmt: skip
    tokens = world.grants._begin(client, start_url)
    soon = token_that_ends(datetime.now(UTC) + timedelta(minutes=5))
    own = {"accessToken": tokens.access_token, "refreshToken": tokens.refresh_token}
    sso_profiles(sample, 20, {**soon, **own, "clientId": client.client_id, "clientSecret": client.secret})
    assert list_all(cloud, names) == []
    cloud.keep_fresh()
    assert list_all(cloud, names) == []
    asked = sample.endpoint.recorder.calls("CreateToken")
    assert [call.error for call in asked] == [""]


def test_a_token_that_aws_no_longer_accepts_is_not_shown_again(sample: SampleCloud, cloud: Cloud) -> None:
    names = sso_profiles(sample, 12, token_that_ends(datetime.now(UTC) + timedelta(hours=7)))
    assert set(list_all(cloud, names)) == {"Signing in needed"}
    asked = len(sample.endpoint.recorder.calls("GetRoleCredentials"))
    assert 1 <= asked <= 24
    assert set(list_all(cloud, names)) == {"Signing in needed"}
    assert len(sample.endpoint.recorder.calls("GetRoleCredentials")) == asked


# Access keys of the keyring


def test_an_access_key_of_the_keyring_signs(sample: SampleCloud) -> None:
    principal = BASE.principal
    key = AccessKey(principal.access_key_id, principal.secret_access_key)
    asked: list[str] = []

    def access_key(profile: str) -> AccessKey:
        asked.append(profile)
        return key

    cloud = Cloud(access_key)
    (here,) = cloud.scopes("lab", StoredKey("lab", key.key_id), ("eu-west-1",))
    cloud.list_notebooks(here)
    cloud.list_notebooks(here)
    assert signer(sample) == principal.arn
    assert asked == ["lab"]
    sample.endpoint.world.dismiss(key.key_id)
    with pytest.raises(TrayError) as refused:
        cloud.list_notebooks(here)
    problem = refused.value.problem
    assert (problem.title, problem.kind) == ("Access key refused", Kind.SIGN_IN)
    assert "“Settings…”" in problem.remedy
    with read_as(Reading.COMMAND):
        assert "profiles set lab --access-key" in problem.remedy
    assert key.key_id not in problem.text()
    assert key.secret not in problem.text() + repr(cloud._sessions.__dict__)
    with pytest.raises(TrayError):
        cloud.list_notebooks(here)
    assert asked == ["lab", "lab"], "it may have been replaced"


def test_an_aws_profile_called_like_an_access_key_signs_with_its_own(sample: SampleCloud) -> None:
    """A name says nothing of who signs: the access key of the profile that this one names is not asked for."""
    name = "access key AKIA…MPLE of lab"
    with sample.files.config.open("a", encoding="utf-8") as config:
        config.write(f'[profile "{name}"]\nrole_arn = {role("middle")}\nsource_profile = base\nexternal_id = corp\n')

    def access_key(profile: str) -> AccessKey:
        raise AssertionError(profile)

    Cloud(access_key).list_notebooks(scope(name))
    assert ":assumed-role/middle/" in signer(sample)


def login_cache(folder: Path, monkeypatch: pytest.MonkeyPatch, **left: timedelta) -> Path:
    """Return where `aws login` keeps the session of the profile `signed-in`, as the AWS CLI writes it."""
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(folder))
    path = folder / f"{hashlib.sha256(BASE.principal.arn.encode()).hexdigest()}.json"
    expires = datetime.now(UTC) + left.get("for_", timedelta(hours=1))
    token = {
        "accessKeyId": BASE.principal.access_key_id,
        "secretAccessKey": BASE.principal.secret_access_key,
        "sessionToken": "",
        "accountId": ACCOUNT,
        "expiresAt": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    others = {"tokenType": "aws_sigv4", "clientId": "arn:aws:signin:::devtools/same-device"}
    secrets = {"refreshToken": "refresh", "idToken": "id", "dpopKey": "key"}
    path.write_text(json.dumps({"accessToken": token, **others, **secrets}), encoding="utf-8")
    return path


# The real AWS Common Runtime, where the extra `login` puts it into a process; see packaging/requirements-login.in.
LOGIN_EXTRA = Path(__file__).parents[2] / ".venv" / "login-extra"
LISTING = """
import botocore.compat
from tray.aws.calls.verdicts import Verdicts
from tray.aws.cloud import Cloud
from tray.model.notebooks import Scope
from tray.model.problems import TrayError
from tray.model.signer import AwsProfile, Signer, StoredKey
assert botocore.compat.HAS_CRT
try:
    print(len(Cloud().list_notebooks(Scope("signed-in", "eu-west-1", AwsProfile("signed-in")))))
except TrayError as error:
    print(error.problem.kind.value, error.problem.sign_in, error.problem.remedy, sep="|")
"""


def listed_with_crt() -> str:
    ran = subprocess.run(
        [sys.executable, "-c", LISTING],
        env={
            **os.environ,
            "PYTHONPATH": f"{Path(__file__).parents[2]}{os.pathsep}{LOGIN_EXTRA}",
            "AWS_ENDPOINT_URL_SIGNIN": "http://127.0.0.1:9",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return ran.stdout.strip() or ran.stderr


@pytest.mark.only_on("linux", reason="crt is in a folder that packaging/make-venv.sh makes")
def test_a_login_session_works_where_crt_is_there(
    sample: SampleCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = login_cache(tmp_path, monkeypatch)
    assert listed_with_crt() == "3"
    assert sample.endpoint.recorder.calls("ListNotebookInstances")[-1].error == ""
    path.unlink()
    assert listed_with_crt() == "sign-in|None|Run: aws login --profile signed-in"


@pytest.mark.only_on("linux", reason="crt is in a folder that packaging/make-venv.sh makes")
def test_a_login_session_that_can_not_be_refreshed_is_told(
    sample: SampleCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    login_cache(tmp_path, monkeypatch, for_=timedelta(minutes=-5))
    assert listed_with_crt() == "sign-in|None|Run: aws login --profile signed-in"


def test_a_login_session_without_crt_says_what_to_install(cloud: Cloud) -> None:
    problem = problem_of(cloud, "signed-in")
    assert "notebook-tray[login]" in problem.remedy
    assert "“signed-in”" in problem.message


def test_nothing_of_it_is_logged(sample: SampleCloud, cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    cloud.sign_in(MFA_SIGN_IN, Typing(code(sample)))
    cloud.list_notebooks(scope("beyond"))
    kept = cloud._sessions._identity(AwsProfile("beyond")).credentials("eu-west-1").get_frozen_credentials()
    assert str(kept.secret_key) not in caplog.text
    assert str(kept.token) not in caplog.text


# A refusal by one region


def refusing(sample: SampleCloud, code: str) -> None:
    """Have a region that the account has not enabled answer as AWS does."""
    sample.endpoint.faults.add(Fault(Trouble.ERROR, code, region="ap-east-1"))


def many_ways(sample: SampleCloud, how: str) -> tuple[Cloud, Signer]:
    """A cloud whose profile has got its credentials in one of the ways."""
    principal = BASE.principal
    match how:
        case "keys":
            return Cloud(), AwsProfile("base")
        case "web identity":
            return Cloud(), AwsProfile("pod")
        case "role":
            return Cloud(), AwsProfile("chain")
        case "keyring":
            key = AccessKey(principal.access_key_id, principal.secret_access_key)
            return Cloud(lambda _: key), StoredKey("lab", key.key_id)
        case _mfa:
            cloud = Cloud()
            cloud.sign_in(MFA_SIGN_IN, Typing(code(sample)))
            return cloud, AwsProfile("secured")


@pytest.mark.parametrize("how", ["keys", "web identity", "role", "keyring", "mfa"])
@pytest.mark.parametrize("refusal", ["UnrecognizedClientException", "InvalidSignatureException", "AuthFailure"])
def test_a_refusal_by_one_region_is_no_verdict_on_the_credentials(sample: SampleCloud, how: str, refusal: str) -> None:
    cloud, who = many_ways(sample, how)
    here, there = Scope("lab", "eu-west-1", who), Scope("lab", "ap-east-1", who)
    cloud.list_notebooks(here)
    refusing(sample, refusal)
    for _ in range(2):
        with pytest.raises(TrayError) as refused:
            cloud.list_notebooks(there)
        problem = refused.value.problem
        assert (problem.code, problem.kind, problem.sign_in) == ("region-disabled", Kind.CONFIGURATION, None)
        assert "ap-east-1" in problem.message
        cloud.list_notebooks(here)  # with what it has: for a role with a device, no code is asked for


@pytest.mark.parametrize("how", ["keys", "keyring", "mfa"])
def test_what_every_region_refuses_is_refused(sample: SampleCloud, how: str) -> None:
    cloud, who = many_ways(sample, how)
    here, there = Scope("lab", "eu-west-1", who), Scope("lab", "us-east-1", who)
    cloud.list_notebooks(here)
    cloud.list_notebooks(there)
    sample.endpoint.faults.add(Fault(Trouble.ERROR, "UnrecognizedClientException"))
    kinds = []
    for scope_ in (here, there, here, there):
        with pytest.raises(TrayError) as refused:
            cloud.list_notebooks(scope_)
        kinds.append(refused.value.problem.kind)
    assert kinds[1:] == [Kind.SIGN_IN] * 3


def test_what_a_region_said_before_the_files_changed_counts_no_more(sample: SampleCloud) -> None:
    cloud, who = many_ways(sample, "keys")
    cloud.forget_changed_config()
    cloud.list_notebooks(Scope("lab", "eu-west-1", who))
    credentials = sample.files.credentials
    # As a program leaves it that is just writing it.
    lines = credentials.read_text("utf-8").splitlines()
    credentials.write_text("\n".join(line[:-3] if line.startswith("aws_secret") else line for line in lines), "utf-8")
    cloud.forget_changed_config()
    with pytest.raises(TrayError) as refused:
        cloud.list_notebooks(Scope("lab", "us-east-1", who))
    assert refused.value.problem.title == "AWS config: aws_secret_access_key doesn't work"
    assert "as AWS gave it, and is 37 long." in refused.value.problem.message


def test_credentials_that_expired_need_signing_in_whatever_another_region_said(sample: SampleCloud) -> None:
    cloud, who = many_ways(sample, "keys")
    cloud.list_notebooks(Scope("lab", "eu-west-1", who))
    refusing(sample, "ExpiredTokenException")
    with pytest.raises(TrayError) as refused:
        cloud.list_notebooks(Scope("lab", "ap-east-1", who))
    assert refused.value.problem.kind is Kind.SIGN_IN


def test_a_refusal_waits_for_what_another_region_is_about_to_say() -> None:
    verdicts, who, other = Verdicts(), AwsProfile("lab"), AwsProfile("other")
    assert not verdicts.accepted_elsewhere(who, "ap-east-1")
    begun, go_on = threading.Event(), threading.Event()

    def ask(accepts: bool) -> None:
        with suppress(ValueError), verdicts.asking(who, "eu-west-1"):
            begun.set()
            assert go_on.wait(30)
            if not accepts:
                raise ValueError

    for accepts in (True, False):
        begun.clear()
        go_on.clear()
        asking = threading.Thread(target=ask, args=[accepts])
        asking.start()
        assert begun.wait(30)
        threading.Timer(0.2, go_on.set).start()
        with verdicts.asking(other, "us-east-1"):
            said = verdicts.accepted_elsewhere(who, "ap-east-1")
            if not accepts:
                # It accepted before: a refusal of its own takes that back.
                said = said and not (verdicts.accepted_elsewhere(who, "eu-west-1"))
        asking.join(30)
        assert said is True
    assert not verdicts.accepted_elsewhere(who, "ap-east-1")


# What no request can carry

ODD = {
    "a line break": "\n",
    "a header": "\r\nX-Other: 1",
    "a blank": " ",
    "a tab": "\t",
    "another letter": "\u212a",
    "half a letter": "\udc80",
    "a zero": "\0",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("part", ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"])
@pytest.mark.parametrize("aws_profile", ["given", "through"])
def test_malformed_credentials_are_said_to_be_so(
    sample: SampleCloud, tmp_path: Path, part: str, odd: str, aws_profile: str, caplog: pytest.LogCaptureFixture
) -> None:
    """From a program, as a file's line can't have a line break: by themselves, and as those that a role builds on."""
    given = {
        "AccessKeyId": BASE.principal.access_key_id,
        "SecretAccessKey": "s3cr3t" * 6,
        "SessionToken": "t0k3n" * 8,
        "Version": 1,
    }
    name = {"aws_access_key_id": "AccessKeyId", "aws_secret_access_key": "SecretAccessKey"}.get(part, "SessionToken")
    value = str(given[name])
    given[name] = value[:9] + odd + value[9:]
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps(given))
    script = tmp_path / "give.py"
    script.write_text(f"print(open({str(answer)!r}).read())")
    with sample.files.config.open("a", encoding="utf-8") as config:
        config.write(f"[profile given]\ncredential_process = {sys.executable} {script}\n")
        config.write(f"[profile through]\nrole_arn = {role('middle')}\nsource_profile = given\nexternal_id = corp\n")
    problem = problem_of(Cloud(), aws_profile)
    assert (problem.title, problem.kind) == ("Credentials damaged", Kind.CONFIGURATION)
    assert "“given”" in problem.message
    for secret in ("s3cr3t", "t0k3n"):
        assert secret not in problem.text() + caplog.text


@pytest.mark.parametrize("odd", ["\n", "\t", "\u212a"])
@pytest.mark.parametrize("aws_profile", ["from-environment", "plain"])
def test_malformed_credentials_of_the_environment_are_said_to_be_so(
    sample: SampleCloud, monkeypatch: pytest.MonkeyPatch, odd: str, aws_profile: str
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SESSION_TOKEN", f"t0k3n{odd}t0k3n")
    if aws_profile == "plain":
        with sample.files.credentials.open("a", encoding="utf-8") as file:
            file.write("[plain]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\u212ax\n")
    problem = problem_of(Cloud(), aws_profile)
    # Those that a role builds on, botocore keeps to itself: what can be sent, AWS refuses.
    refused = aws_profile == "from-environment" and odd != "\n"
    assert problem.title == ("Credentials refused" if refused else "Credentials damaged")
    assert "t0k3n" not in problem.text()
