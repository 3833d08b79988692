"""Signing in through IAM Identity Center, through the real botocore, against the embedded endpoint."""

from __future__ import annotations

import http.server
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.utils import SSOTokenLoader

from tests.support.endpoint import Endpoint
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.sign_in import CENTER, CONFIG, REGION, START_URL, Person, decide, fetch, identity_center, impatient
from tray.aws.cloud import Cloud
from tray.aws.credentials import token_store as cache
from tray.aws.credentials.browser_settings import BrowserSettings
from tray.aws.credentials.token_store import token_cache
from tray.model.notebooks import Scope
from tray.model.problems import Kind, Problem, TrayError
from tray.model.sign_in import Method, SignIn, SignInCancelled
from tray.model.signer import AwsProfile

CORP = SignIn(Method.BROWSER, "corp", "corp")
OLD = SignIn(Method.BROWSER, START_URL, "acme.awsapps.com")
SESSION = BrowserSettings("research", START_URL, REGION, "corp")
RESEARCH, TEACHING, LEGACY = (Scope(name, REGION, AwsProfile(name)) for name in ("research", "teaching", "old"))


@pytest.fixture
def endpoint(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with identity_center(home, monkeypatch.setenv, impatient()) as endpoint:
        yield endpoint


@pytest.fixture
def cloud(endpoint: Endpoint) -> Cloud:
    return Cloud()


def problem_of(call: Callable[..., object], *given: Any, **more: Any) -> Problem:
    with pytest.raises(TrayError) as raised:
        call(*given, **more)
    return raised.value.problem


def calls(endpoint: Endpoint, operation: str) -> int:
    return sum(call.operation == operation for call in endpoint.recorder.calls())


def file_of(key: str) -> dict[str, Any]:
    found: dict[str, Any] = SSOTokenLoader(token_cache())(START_URL, session_name=key)
    return found


def names(cloud: Cloud, scope: Scope) -> list[str]:
    return [notebook.name for notebook in cloud.list_notebooks(scope)]


def test_one_sign_in_serves_all_profiles_of_a_session(cloud: Cloud, endpoint: Endpoint) -> None:
    for scope in (RESEARCH, TEACHING):
        problem = problem_of(cloud.list_notebooks, scope)
        assert (problem.kind, problem.sign_in) == (Kind.SIGN_IN, CORP)
    assert cloud.sign_in_for(AwsProfile("research")) == cloud.sign_in_for(AwsProfile("teaching")) == CORP
    assert not cloud.is_signed_in(CORP)
    before = cloud.sign_in_fingerprint()
    person = Person()
    cloud.sign_in(CORP, person)
    assert person.finished == [None]
    assert cloud.is_signed_in(CORP)
    assert cloud.sign_in_fingerprint() != before
    assert names(cloud, RESEARCH) == names(cloud, TEACHING) == ["churn-model"]
    assert calls(endpoint, "RegisterClient") == calls(endpoint, "CreateToken") == 1
    token = file_of("corp")
    assert {"refreshToken", "registrationExpiresAt", "clientSecret"} < token.keys()


def test_the_address_is_that_of_the_client_with_pkce(cloud: Cloud, endpoint: Endpoint) -> None:
    person = Person()
    cloud.sign_in(CORP, person)
    (url,) = person.opened
    asked = {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}
    assert url.startswith(f"{endpoint.url}/authorize?")
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 32
    assert asked["scopes"] == "sso:account:access"
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    cloud.sign_in(CORP, person)
    again = {name: value for name, (value,) in parse_qs(urlsplit(person.opened[1]).query).items()}
    assert again["state"] != asked["state"]
    assert again["code_challenge"] != asked["code_challenge"]
    assert again["client_id"] == asked["client_id"], "the registration still holds"
    assert calls(endpoint, "RegisterClient") == 1


BARE_BOTO3 = """
import boto3
session = boto3.Session(profile_name="research")
print([n["NotebookInstanceName"] for n in session.client("sagemaker").list_notebook_instances()["NotebookInstances"]])
"""


def bare_boto3() -> str:
    done = subprocess.run([sys.executable, "-c", BARE_BOTO3], capture_output=True, text=True, timeout=120, check=False)
    return done.stdout + done.stderr


def test_every_program_is_signed_in_then(cloud: Cloud) -> None:
    assert "does not exist" in bare_boto3()
    cloud.sign_in(CORP, Person())
    assert bare_boto3() == "['churn-model']\n"


def test_botocore_refreshes_what_was_signed_in_here(cloud: Cloud, endpoint: Endpoint) -> None:
    cloud.sign_in(CORP, Person())
    expire("corp")
    assert bare_boto3() == "['churn-model']\n"
    assert calls(endpoint, "CreateToken") == 2
    expire("corp")
    assert cloud.is_signed_in(CORP), "without a page"
    assert calls(endpoint, "CreateToken") == 3
    assert names(cloud, RESEARCH) == ["churn-model"]
    endpoint.world.grants.end_sessions(START_URL)
    expire("corp")
    assert not cloud.is_signed_in(CORP)


def test_a_sign_in_done_elsewhere_is_used(cloud: Cloud, home: Path) -> None:
    problem_of(cloud.list_notebooks, RESEARCH)
    before = cloud.sign_in_fingerprint()
    # As the AWS CLI does it: other clients, tokens without registrationExpiresAt and refreshToken too.
    Cloud().sign_in(CORP, Person())
    token = {name: file_of("corp")[name] for name in ("startUrl", "region", "accessToken", "expiresAt")}
    token_loader().save_token(START_URL, token, session_name="corp")
    assert cloud.sign_in_fingerprint() != before
    assert names(cloud, RESEARCH) == ["churn-model"]


def token_loader() -> Any:
    """Botocore's own, which writes a token as the AWS CLI does (its stubs say that the token is a text)."""
    return SSOTokenLoader(token_cache())


def expire(key: str) -> None:
    token = file_of(key)
    token["expiresAt"] = "2026-01-01T00:00:00Z"
    token_loader().save_token(START_URL, token, session_name=key)


@pytest.mark.parametrize(("sign_in", "scope", "device"), [(OLD, LEGACY, False), (CORP, RESEARCH, True)])
def test_a_code_where_there_is_no_session_and_where_it_is_forced(
    cloud: Cloud, sign_in: SignIn, scope: Scope, device: bool
) -> None:
    person = Person(decide)
    problem = problem_of(cloud.list_notebooks, scope)
    assert problem.sign_in == sign_in
    cloud.sign_in(sign_in, person, device=device)
    (code,) = person.codes
    assert code.user_code in code.complete_url
    assert code.complete_url.startswith(code.url)
    assert names(cloud, scope) == ["churn-model"]
    assert ("refreshToken" in file_of(None if sign_in is OLD else "corp")) is device  # type: ignore[arg-type]


def test_a_code_where_the_loopback_cannot_be_listened_on(cloud: Cloud) -> None:
    person = Person(decide, loopback=False)
    cloud.sign_in(CORP, person)
    assert person.codes
    assert names(cloud, RESEARCH) == ["churn-model"]


def test_declined(cloud: Cloud) -> None:
    for person, device in (
        (Person(lambda url: fetch(decide(url, "deny"))), False),
        (
            Person(lambda url: decide(url, "deny")),
            True,
        ),
    ):
        problem = problem_of(cloud.sign_in, CORP, person, device=device)
        assert problem.title == "Sign-in declined"
        assert problem.sign_in == CORP
        assert person.finished == ([] if device else [problem])
    assert not cloud.is_signed_in(CORP)


def test_cancelled(cloud: Cloud) -> None:
    for device in (False, True):
        person = Person()
        person.does = lambda _url, person=person: person.cancels.set()
        with pytest.raises(SignInCancelled):
            cloud.sign_in(CORP, person, device=device)
    assert not cloud.is_signed_in(CORP)
    with pytest.raises(SignInCancelled):
        cloud.sign_in(CORP, person)
    assert len(person.opened) == 1, "no page after it"


def test_timed_out(cloud: Cloud, endpoint: Endpoint) -> None:
    problem = problem_of(cloud.sign_in, CORP, Person(lambda _url: None, waits_seconds=0.1))
    assert problem.title == "Sign-in timed out"
    assert "10 minutes" in problem.message
    assert problem.sign_in == CORP
    endpoint.world.identity_centers.put(impatient(device_code_seconds=1))
    assert problem_of(cloud.sign_in, CORP, Person(lambda _url: None), device=True).title == "Sign-in timed out"


def test_asking_more_slowly_when_told_so(cloud: Cloud, endpoint: Endpoint) -> None:
    endpoint.faults.add(Fault(Trouble.ERROR, code="SlowDownException", operation="CreateToken", times=1))
    cloud.sign_in(CORP, Person(decide), device=True)
    first, second = (call.at for call in endpoint.recorder.calls() if call.operation == "CreateToken")
    assert second - first >= timedelta(seconds=5)


@pytest.mark.parametrize("device", [False, True])
def test_the_wrong_region(cloud: Cloud, endpoint: Endpoint, home: Path, device: bool) -> None:
    endpoint.world.identity_centers.put(replace(CENTER, start_url="https://other.awsapps.com/start"))
    config = home / ".aws" / "config"
    config.write_text(CONFIG.replace(START_URL, "https://typo.awsapps.com/start"))
    person = Person()
    problem = problem_of(cloud.sign_in, CORP, person, device=device)
    assert problem.kind is Kind.CONFIGURATION
    assert all(word in problem.text() for word in (f"sso_region ({REGION})", "[sso-session corp]", str(config)))
    assert not person.opened


def test_a_region_that_does_not_exist(
    cloud: Cloud, home: Path, monkeypatch: pytest.MonkeyPatch, closed_port: str
) -> None:
    (home / ".aws" / "config").write_text(CONFIG.replace("sso_region = eu-west-1", "sso_region = eu-wets-1"))
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", closed_port)
    problem = problem_of(cloud.sign_in, CORP, Person())
    assert "sso_region (eu-wets-1)" in problem.remedy


@pytest.fixture
def closed_port() -> str:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


def test_not_reached(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, closed_port: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", closed_port)
    problem = problem_of(cloud.sign_in, CORP, Person())
    assert problem.kind is Kind.UNREACHABLE
    assert problem.sign_in == CORP
    assert "next refresh" not in problem.remedy


@pytest.mark.parametrize("operation", ["RegisterClient", "CreateToken", "StartDeviceAuthorization"])
def test_garbage_in_place_of_an_answer(cloud: Cloud, endpoint: Endpoint, operation: str) -> None:
    endpoint.faults.add(Fault(Trouble.GARBAGE, operation=operation))
    device = operation == "StartDeviceAuthorization"
    problem = problem_of(cloud.sign_in, CORP, Person(), device=device)
    assert problem.title == "Not an answer of AWS"
    assert not cloud.is_signed_in(CORP)


def test_a_hiccup_while_a_code_is_asked_after(cloud: Cloud, endpoint: Endpoint) -> None:
    endpoint.faults.add(Fault(Trouble.DROP, operation="CreateToken", times=2))
    cloud.sign_in(CORP, Person(decide), device=True)
    assert names(cloud, RESEARCH) == ["churn-model"]
    endpoint.faults.add(Fault(Trouble.DROP, operation="CreateToken"))
    assert problem_of(cloud.sign_in, CORP, Person(decide), device=True).kind is Kind.UNREACHABLE


@pytest.mark.parametrize("device", [False, True])
def test_a_registration_that_aws_no_longer_knows_is_made_anew(cloud: Cloud, endpoint: Endpoint, device: bool) -> None:
    grants = (cache.AUTHORIZATION_CODE, "refresh_token")
    foreign = cache.Registration(
        "foreign", "secret", datetime.now(UTC) + timedelta(days=9), SESSION.scopes, () if device else grants
    )
    cache.write_registration(SESSION, foreign)
    if device:
        cloud.sign_in(CORP, Person(decide), device=True)
    else:
        # Its page says so and sends nobody back; the next time there is another.
        person = Person(lambda url: pytest.fail if fetch(url)[0] == 200 else person.cancels.set())
        with pytest.raises(SignInCancelled):
            cloud.sign_in(CORP, person)
        cloud.sign_in(CORP, Person())
    assert calls(endpoint, "RegisterClient") == 1
    assert names(cloud, RESEARCH) == ["churn-model"]


def test_a_registration_that_expires_on_the_way_is_made_anew_at_once(cloud: Cloud, endpoint: Endpoint) -> None:
    endpoint.faults.add(Fault(Trouble.ERROR, code="InvalidClientException", operation="CreateToken", times=1))
    person = Person()
    cloud.sign_in(CORP, person)
    assert len(person.opened) == calls(endpoint, "RegisterClient") == 2
    assert [problem.title if problem else None for problem in person.finished] == ["Once more", None]
    endpoint.faults.add(Fault(Trouble.ERROR, code="InvalidClientException", operation="CreateToken"))
    problem = problem_of(cloud.sign_in, CORP, Person())
    assert "has just registered" in problem.message


def test_an_expired_registration_is_not_used(cloud: Cloud, endpoint: Endpoint) -> None:
    endpoint.world.identity_centers.put(impatient(registration_seconds=600))
    cloud.sign_in(CORP, Person())
    cloud.sign_in(CORP, Person())
    assert calls(endpoint, "RegisterClient") == 2


def test_the_answer_to_another_question_is_not_taken(cloud: Cloud) -> None:
    def with_another_state(url: str) -> None:
        location = decide(url)
        fetch(location.replace("state=", "state=x"))
        fetch(location)

    cloud.sign_in(CORP, Person(with_another_state))
    assert cloud.is_signed_in(CORP)


def test_the_token_cannot_be_written(cloud: Cloud, home: Path) -> None:
    (home / ".aws" / "sso").write_text("not a folder")
    problem = problem_of(cloud.sign_in, CORP, Person())
    assert problem.title == "Sign-in not kept"
    assert str(home / ".aws" / "sso") in problem.message


@pytest.mark.parametrize("device", [False, True])
def test_nothing_secret_is_told(
    cloud: Cloud, endpoint: Endpoint, home: Path, caplog: pytest.LogCaptureFixture, device: bool
) -> None:
    caplog.set_level(logging.INFO)
    cloud.sign_in(CORP, Person(decide if device else (lambda url: fetch(decide(url)))), device=device)
    names(cloud, RESEARCH)
    secrets = [
        value for name, value in file_of("corp").items() if name in ("accessToken", "refreshToken", "clientSecret")
    ]
    endpoint.faults.add(Fault(Trouble.ERROR, code="InvalidGrantException", operation="CreateToken"))
    with pytest.raises(TrayError) as raised:
        cloud.sign_in(CORP, Person(decide if device else (lambda url: fetch(decide(url)))), device=device)
    told = caplog.text + repr(raised.value) + raised.value.problem.text() + json.dumps(str(raised.value.__cause__))
    assert not [name for name in secrets if name in told]


def test_an_mfa_device_after_the_browser(cloud: Cloud, home: Path) -> None:
    mfa = "[profile lab]\nrole_arn = arn:aws:iam::111122223333:role/Lab\nsource_profile = research\nmfa_serial = x\n"
    (home / ".aws" / "config").write_text(CONFIG + mfa)
    assert cloud.sign_in_for(AwsProfile("lab")) == CORP
    cloud.sign_in(CORP, Person())
    assert cloud.sign_in_for(AwsProfile("lab")) == SignIn(Method.MFA, "lab", "lab")


@pytest.mark.parametrize(("hours", "words"), [(3, "3 h behind"), (-24 * 400, "400 days ahead")])
def test_a_clock_that_is_far_off_is_named_before_any_page(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, hours: int, words: str
) -> None:
    class OfAnotherTime(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            later = datetime.now(UTC) + timedelta(hours=hours)
            answer = {"clientId": "i", "clientSecret": "s", "clientSecretExpiresAt": int(later.timestamp()) + 9_000_000}
            self.send_response_only(200)
            self.send_header("Date", format_datetime(later, usegmt=True))
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_given: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), OfAnotherTime) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", f"http://127.0.0.1:{server.server_port}")
        person = Person()
        problem = problem_of(cloud.sign_in, CORP, person)
        server.shutdown()
    assert problem.title == "Clock is wrong"
    assert words in problem.message
    assert not person.opened


def test_the_endpoint_can_be_set_in_the_config(
    cloud: Cloud, endpoint: Endpoint, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_SSO_OIDC")
    services = f"[services here]\nsso_oidc =\n  endpoint_url = {endpoint.url}\n"
    (home / ".aws" / "config").write_text(services + CONFIG.replace("\nregion =", "\nservices = here\nregion ="))
    person = Person()
    cloud.sign_in(CORP, person)
    assert person.opened[0].startswith(f"{endpoint.url}/authorize?")


REFUSALS = ["AccessDeniedException", "InvalidClientException", "UnauthorizedClientException", "ExpiredTokenException"]
REFUSALS += ["InvalidClientMetadataException", "UnsupportedGrantTypeException", "InvalidRedirectUriException"]
REFUSALS += ["InternalServerException", "InvalidRequestException"]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_where_no_client_is_registered_for_codes_a_device_code_is_shown(
    cloud: Cloud, endpoint: Endpoint, refusal: str
) -> None:
    endpoint.faults.add(Fault(Trouble.ERROR, code=refusal, operation="RegisterClient", times=1))
    person = Person(decide)
    cloud.sign_in(CORP, person)
    assert cloud.is_signed_in(CORP)
    assert calls(endpoint, "StartDeviceAuthorization") == 1


@pytest.mark.parametrize("device", [False, True])
@pytest.mark.parametrize("refusal", [each for each in REFUSALS if each != "InvalidRequestException"])
def test_where_no_client_is_registered_at_all_nobody_is_said_to_have_denied_it(
    cloud: Cloud, endpoint: Endpoint, refusal: str, device: bool
) -> None:
    endpoint.faults.add(Fault(Trouble.ERROR, code=refusal, operation="RegisterClient"))
    person = Person()
    problem = problem_of(cloud.sign_in, CORP, person, device=device)
    assert problem.code == "sign-in-registration-refused"
    assert REGION in problem.message
    assert problem.sign_in == CORP
    assert not person.opened


def test_registrations_that_are_throttled_are_not_asked_for_twice(cloud: Cloud, endpoint: Endpoint) -> None:
    endpoint.faults.add(Fault(Trouble.ERROR, code="ThrottlingException", operation="RegisterClient"))
    assert problem_of(cloud.sign_in, CORP, Person()).kind is Kind.THROTTLED
    assert calls(endpoint, "RegisterClient") == 1


SPELLINGS = ["https://ACME.awsapps.com/start", "https://acme.awsapps.com/start/", "https://acme.awsapps.com/start#/"]
SPELLINGS += [
    "https://acme.awsapps.com/start/#/",
    "https://acme.awsapps.com:443/start",
    "HTTPS://Acme.AwsApps.com/start#",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings_of_one_start_url_are_one_sign_in(home: Path, cloud: Cloud, spelling: str) -> None:
    other = CONFIG[CONFIG.index("[profile old]") :].replace("old", "other").replace(START_URL, spelling)
    (home / ".aws" / "config").write_text(CONFIG + other)
    assert cloud.sign_in_for(AwsProfile("old")) == cloud.sign_in_for(AwsProfile("other")) == OLD
    cloud.sign_in(OLD, Person(decide))
    for name, url in (("old", START_URL), ("other", spelling)):
        assert names(cloud, Scope(name, REGION, AwsProfile(name))) == ["churn-model"]
        assert file_of(url)["startUrl"] == url, "where botocore and the AWS CLI look for it"


def test_a_sign_in_done_elsewhere_is_one_for_all_spellings(home: Path, cloud: Cloud) -> None:
    other = CONFIG[CONFIG.index("[profile old]") :].replace("old", "other").replace(START_URL, SPELLINGS[0])
    (home / ".aws" / "config").write_text(CONFIG + other)
    cloud.sign_in(OLD, Person(decide))
    cache.token_path(BrowserSettings("other", SPELLINGS[0], REGION)).unlink()
    assert cloud.is_signed_in(OLD)
    scope = Scope("other", REGION, AwsProfile("other"))
    assert names(Cloud(), scope) == ["churn-model"]


def test_two_portals_are_two_sign_ins(home: Path, cloud: Cloud) -> None:
    other = CONFIG[CONFIG.index("[profile old]") :].replace("old", "other")
    for url in (START_URL + "er", START_URL.replace("acme", "acne"), START_URL + "#/saml", START_URL + "?x"):
        (home / ".aws" / "config").write_text(CONFIG + other.replace(START_URL, url))
        assert cloud.sign_in_for(AwsProfile("other")) not in (OLD, None)
