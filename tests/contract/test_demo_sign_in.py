"""The embedded sign-in services as botocore sees them, and each answer against the service models."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.support.aws_model import complaints
from tests.support.endpoint import Endpoint
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.endpoint.iam import MfaDevice, Role, WebIdentity
from tests.support.sign_in import (
    ACCOUNT,
    CENTER,
    REGION,
    START_URL,
    MovableClock,
    decide,
    fetch,
    identity_center,
    impatient,
)
from tray.demo.identity_center import Assignment
from tray.demo.sample import sample_principal

ANA = sample_principal(ACCOUNT, "ana")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/analyst"
GUARDED = f"arn:aws:iam::{ACCOUNT}:role/guarded"
POD = f"arn:aws:iam::{ACCOUNT}:role/pod"
SERIAL = f"arn:aws:iam::{ACCOUNT}:mfa/ana"
RETURN = "http://127.0.0.1:49152/oauth/callback"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CODE_GRANT = "authorization_code"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def endpoint(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with identity_center(home, monkeypatch.setenv, impatient(CENTER)) as endpoint:
        endpoint.world.admit(ANA)
        endpoint.iam.put(
            Role(ROLE, frozenset({ANA.arn}), external_id="corp"),
            Role(GUARDED, frozenset({ANA.arn}), needs_mfa=True),
            Role(POD, frozenset({"oidc.example"})),
            MfaDevice(SERIAL, ANA.arn),
            WebIdentity("a-web-identity-token", "oidc.example", "pod-1"),
        )
        yield endpoint


def client(service: str, endpoint: Endpoint, *, signed: bool = False) -> Any:
    """Return botocore's client, which has each JSON answer judged by the model before it is parsed."""
    session = botocore.session.Session()
    made = session.create_client(
        service,
        region_name=REGION,
        endpoint_url=endpoint.url,
        aws_access_key_id=ANA.access_key_id if signed else None,
        aws_secret_access_key=ANA.secret_access_key if signed else None,
        config=Config(retries={"total_max_attempts": 1}, **({} if signed else {"signature_version": UNSIGNED})),
    )

    def judge(http_response: Any, parsed: Any, model: Any, **_: Any) -> None:
        if http_response.status_code == 200 and model.output_shape is not None:
            if http_response.content.startswith(b"{"):
                assert complaints(model.output_shape, json.loads(http_response.content)) == []
            assert set(parsed) - {"ResponseMetadata"} <= set(model.output_shape.members)
            assert lacking(model.output_shape, parsed) == []

    made.meta.events.register("after-call", judge)
    return made


def lacking(shape: Any, value: Any, where: str = "") -> list[str]:
    """Return the members that the model requires and an answer, parsed already, doesn't have: XML as well as JSON."""
    if shape.type_name != "structure" or not isinstance(value, dict):
        return []
    found = [f"{where}.{name}" for name in shape.required_members if name not in value]
    inner = [lacking(member, value[name], f"{where}.{name}") for name, member in shape.members.items() if name in value]
    return [*found, *(name for names in inner for name in names)]


@pytest.fixture
def oidc(endpoint: Endpoint) -> Any:
    return client("sso-oidc", endpoint)


@pytest.fixture
def portal(endpoint: Endpoint) -> Any:
    return client("sso", endpoint)


@pytest.fixture
def sts(endpoint: Endpoint) -> Any:
    return client("sts", endpoint, signed=True)


def registered(oidc: Any) -> dict[str, str]:
    answer = oidc.register_client(
        clientName="Test",
        clientType="public",
        scopes=["sso:account:access"],
        grantTypes=[CODE_GRANT, "refresh_token", DEVICE_GRANT],
        redirectUris=["http://127.0.0.1/oauth/callback"],
        issuerUrl=START_URL,
    )
    return {"clientId": answer["clientId"], "clientSecret": answer["clientSecret"]}


def authorize(endpoint: Endpoint, known: dict[str, str], **changes: str) -> str:
    given = {
        "response_type": "code",
        "client_id": known["clientId"],
        "redirect_uri": RETURN,
        "state": "the-state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "scopes": "sso:account:access",
        **changes,
    }
    return f"{endpoint.url}/authorize?{urlencode(given)}"


def came_back(location: str) -> dict[str, str]:
    assert location.startswith(RETURN)
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def redeem(oidc: Any, known: dict[str, str], code: str, **changes: str) -> dict[str, Any]:
    given = {"redirectUri": RETURN, "codeVerifier": VERIFIER, **changes}
    answer: dict[str, Any] = oidc.create_token(**known, grantType=CODE_GRANT, code=code, **given)
    return answer


def refused(call: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(*given, **more)
    return str(raised.value.response["Error"]["Code"])


def test_a_code_gives_a_token_once_and_only_with_its_verifier(oidc: Any, endpoint: Endpoint) -> None:
    known = registered(oidc)
    back = came_back(decide(authorize(endpoint, known)))
    assert back["state"] == "the-state"
    assert refused(redeem, oidc, known, back["code"], codeVerifier="w" * 64) == "InvalidGrantException"
    fresh = came_back(decide(authorize(endpoint, known)))["code"]
    token = redeem(oidc, known, fresh)
    assert (token["tokenType"], token["expiresIn"] > 0) == ("Bearer", True)
    assert refused(redeem, oidc, known, fresh) == "InvalidGrantException"


def test_a_code_that_waited_too_long_gives_none(oidc: Any, endpoint: Endpoint) -> None:
    known = registered(oidc)
    code = came_back(decide(authorize(endpoint, known)))["code"]
    move(endpoint, timedelta(minutes=5))
    assert refused(redeem, oidc, known, code) == "InvalidGrantException"


def move(endpoint: Endpoint, by: timedelta) -> None:
    clock = endpoint.world.clock
    assert isinstance(clock, MovableClock)
    clock.offset += by


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://127.0.0.1:1/elsewhere"},
        {"redirect_uri": "https://attacker.example/oauth/callback"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"client_id": "unknown"},
        {"code_challenge": "too-short"},
    ],
)
def test_a_wrong_request_leads_nowhere(oidc: Any, endpoint: Endpoint, changes: dict[str, str]) -> None:
    status, _, location = fetch(authorize(endpoint, registered(oidc), **changes))
    assert status >= 400
    assert location == ""


def test_a_denial_comes_back_as_an_error(oidc: Any, endpoint: Endpoint) -> None:
    back = came_back(decide(authorize(endpoint, registered(oidc)), "deny"))
    assert (back["error"], back["state"], "code" in back) == ("access_denied", "the-state", False)


def test_a_device_code_is_pending_then_allowed(oidc: Any, endpoint: Endpoint) -> None:
    known = registered(oidc)
    started = oidc.start_device_authorization(**known, startUrl=START_URL)
    ask = {**known, "grantType": DEVICE_GRANT, "deviceCode": started["deviceCode"]}
    assert refused(oidc.create_token, **ask) == "AuthorizationPendingException"
    assert refused(oidc.create_token, **ask) == "SlowDownException"
    decide(started["verificationUriComplete"])
    move(endpoint, timedelta(seconds=30))
    assert oidc.create_token(**ask)["accessToken"]


def test_a_device_code_that_is_denied_or_too_old(oidc: Any, endpoint: Endpoint) -> None:
    known = registered(oidc)
    for decision, code in (("deny", "AccessDeniedException"), ("", "ExpiredTokenException")):
        started = oidc.start_device_authorization(**known, startUrl=START_URL)
        if decision:
            decide(started["verificationUriComplete"], decision)
        move(endpoint, timedelta(seconds=30) if decision else timedelta(hours=1))
        ask = {**known, "grantType": DEVICE_GRANT, "deviceCode": started["deviceCode"]}
        assert refused(oidc.create_token, **ask) == code


def test_a_refresh_gives_another_token_until_the_session_ends(oidc: Any, endpoint: Endpoint) -> None:
    known = registered(oidc)
    token = redeem(oidc, known, came_back(decide(authorize(endpoint, known)))["code"])
    again = oidc.create_token(**known, grantType="refresh_token", refreshToken=token["refreshToken"])
    assert again["accessToken"] != token["accessToken"]
    endpoint.world.grants.end_sessions(START_URL)
    refresh = {"grantType": "refresh_token", "refreshToken": again.get("refreshToken", token["refreshToken"])}
    assert refused(oidc.create_token, **known, **refresh) == "InvalidGrantException"


def test_clients_that_are_not_public_or_return_elsewhere_are_not_registered(oidc: Any) -> None:
    good = {"clientName": "T", "clientType": "public", "grantTypes": [CODE_GRANT], "issuerUrl": START_URL}
    home = {"redirectUris": ["http://127.0.0.1/oauth/callback"]}
    assert refused(oidc.register_client, **{**good, **home, "clientType": "secret"}) == "InvalidClientMetadataException"
    away = {"redirectUris": ["https://attacker.example/"]}
    assert refused(oidc.register_client, **good, **away) == "InvalidRedirectUriException"
    assert refused(oidc.register_client, **good, **home, scopes=["everything"]) == "InvalidScopeException"


def test_an_expired_registration_is_refused(oidc: Any, endpoint: Endpoint) -> None:
    known = registered(oidc)
    move(endpoint, timedelta(days=91))
    assert refused(oidc.start_device_authorization, **known, startUrl=START_URL) == "InvalidClientException"


def test_the_portal_gives_credentials_that_sign_until_they_expire(oidc: Any, portal: Any, endpoint: Endpoint) -> None:
    known = registered(oidc)
    token = redeem(oidc, known, came_back(decide(authorize(endpoint, known)))["code"])["accessToken"]
    assert [each["accountId"] for each in portal.list_accounts(accessToken=token)["accountList"]] == [ACCOUNT]
    roles = portal.list_account_roles(accessToken=token, accountId=ACCOUNT)["roleList"]
    assert roles == [{"roleName": "Analyst", "accountId": ACCOUNT}]
    given = portal.get_role_credentials(accessToken=token, accountId=ACCOUNT, roleName="Analyst")["roleCredentials"]
    assert signs(endpoint, given) == ""
    move(endpoint, timedelta(hours=2))
    assert signs(endpoint, given) == "ExpiredTokenException"


def signs(endpoint: Endpoint, given: dict[str, Any]) -> str:
    """Return the error that SageMaker answers these credentials with, if any."""
    made: Any = botocore.session.Session().create_client(
        "sagemaker",
        region_name=REGION,
        endpoint_url=endpoint.url,
        aws_access_key_id=given["accessKeyId"],
        aws_secret_access_key=given["secretAccessKey"],
        aws_session_token=given["sessionToken"],
    )
    try:
        made.list_notebook_instances()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def test_the_portal_refuses_what_is_not_assigned_or_signed_out(oidc: Any, portal: Any, endpoint: Endpoint) -> None:
    known = registered(oidc)
    token = redeem(oidc, known, came_back(decide(authorize(endpoint, known)))["code"])["accessToken"]
    other = {"accessToken": token, "accountId": ACCOUNT, "roleName": "Administrator"}
    assert refused(portal.get_role_credentials, **other) == "ForbiddenException"
    assert refused(portal.list_account_roles, accessToken=token, accountId="9" * 12) == "ResourceNotFoundException"
    assert refused(portal.list_accounts, accessToken="another") == "UnauthorizedException"
    portal.logout(accessToken=token)
    assert refused(portal.list_accounts, accessToken=token) == "UnauthorizedException"


def test_sts_tells_who_signs_and_gives_roles_to_whom_they_trust(sts: Any) -> None:
    assert (sts.get_caller_identity()["Arn"], sts.get_caller_identity()["Account"]) == (ANA.arn, ACCOUNT)
    assumed = sts.assume_role(RoleArn=ROLE, RoleSessionName="ana", ExternalId="corp")
    assert assumed["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/analyst/ana"
    assert set(assumed["Credentials"]) == {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
    assert refused(sts.assume_role, RoleArn=ROLE, RoleSessionName="ana") == "AccessDenied"
    assert refused(sts.assume_role, RoleArn=POD, RoleSessionName="ana") == "AccessDenied"


def test_sts_takes_the_digits_of_a_device_once(sts: Any, endpoint: Endpoint) -> None:
    asked = {"RoleArn": GUARDED, "RoleSessionName": "ana", "SerialNumber": SERIAL}
    digits = endpoint.iam.next_mfa_code(SERIAL)
    wrong = f"{(int(digits) + 1) % 1_000_000:06}"
    assert refused(sts.assume_role, RoleArn=GUARDED, RoleSessionName="ana") == "AccessDenied"
    assert refused(sts.assume_role, **asked, TokenCode=wrong) == "AccessDenied"
    assert sts.assume_role(**asked, TokenCode=digits)["Credentials"]["SessionToken"]
    assert refused(sts.assume_role, **asked, TokenCode=digits) == "AccessDenied"


def test_sts_gives_a_role_for_a_web_identity_without_a_signature(endpoint: Endpoint) -> None:
    anonymous = client("sts", endpoint)
    asked = {"RoleArn": POD, "RoleSessionName": "ana"}
    answer = anonymous.assume_role_with_web_identity(**asked, WebIdentityToken="a-web-identity-token")
    assert answer["SubjectFromWebIdentityToken"] == "pod-1"
    unknown = refused(anonymous.assume_role_with_web_identity, **asked, WebIdentityToken="another-token")
    assert unknown == "InvalidIdentityToken"


def test_nothing_secret_is_recorded(oidc: Any, sts: Any, endpoint: Endpoint) -> None:
    known = registered(oidc)
    code = came_back(decide(authorize(endpoint, known)))["code"]
    token = redeem(oidc, known, code)
    digits = endpoint.iam.next_mfa_code(SERIAL)
    sts.assume_role(RoleArn=GUARDED, RoleSessionName="ana", SerialNumber=SERIAL, TokenCode=digits)
    recorded = repr(endpoint.recorder.calls())
    for secret in (known["clientSecret"], code, VERIFIER, token["accessToken"], token["refreshToken"], digits):
        assert secret not in recorded


def test_a_code_is_good_for_the_address_that_it_was_asked_for_and_used_up_by_another(
    oidc: Any, endpoint: Endpoint
) -> None:
    known = registered(oidc)
    code = came_back(decide(authorize(endpoint, known)))["code"]
    elsewhere = RETURN.replace("49152", "49153")
    assert refused(redeem, oidc, known, code, redirectUri=elsewhere) == "InvalidGrantException"
    assert refused(redeem, oidc, known, code) == "InvalidGrantException"


def test_a_decision_counts_once_and_from_the_page_alone(oidc: Any, endpoint: Endpoint) -> None:
    found = re.search(r'name="ticket" value="([^"]+)"', fetch(authorize(endpoint, registered(oidc)))[1])
    assert found
    decision = {"ticket": found[1], "decision": "allow"}
    address = f"{endpoint.url}/authorize"
    foreign = urllib.request.Request(address, urlencode(decision).encode(), {"Sec-Fetch-Site": "cross-site"})
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(foreign, timeout=30)
    assert [fetch(address, decision)[0] for _ in range(2)] == [303, 400]


def test_the_portal_gives_a_long_list_in_pages(oidc: Any, portal: Any, endpoint: Endpoint) -> None:
    many = tuple(Assignment(f"{at:012}", f"Account {at}", "Analyst") for at in range(45))
    endpoint.world.identity_centers.put(impatient(replace(CENTER, assignments=many)))
    known = registered(oidc)
    token = redeem(oidc, known, came_back(decide(authorize(endpoint, known)))["code"])["accessToken"]
    pages = list(portal.get_paginator("list_accounts").paginate(accessToken=token))
    assert len(pages) > 1
    listed = [each["accountId"] for page in pages for each in page["accountList"]]
    assert listed == [assignment.account_id for assignment in many]


@pytest.mark.parametrize(("code", "status"), [("SlowDownException", 400), ("InternalServerException", 500)])
def test_faults_strike_the_sign_in_as_the_model_says(oidc: Any, endpoint: Endpoint, code: str, status: int) -> None:
    known = registered(oidc)
    endpoint.faults.add(Fault(Trouble.ERROR, code, operation="CreateToken", times=1))
    with pytest.raises(getattr(oidc.exceptions, code)) as raised:
        oidc.create_token(**known, grantType="refresh_token", refreshToken="any")
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_dropped_connection_strikes_all_of_them(oidc: Any, sts: Any, endpoint: Endpoint) -> None:
    endpoint.faults.add(Fault(Trouble.DROP))
    for call in (lambda: registered(oidc), sts.get_caller_identity):
        with pytest.raises(ConnectionClosedError):
            call()


def test_the_device_of_somebody_else_proves_nothing(sts: Any, endpoint: Endpoint) -> None:
    serial = f"arn:aws:iam::{ACCOUNT}:mfa/ben"
    endpoint.iam.put(MfaDevice(serial, f"arn:aws:iam::{ACCOUNT}:user/ben"))
    digits = endpoint.iam.next_mfa_code(serial)
    asked = {"RoleArn": GUARDED, "RoleSessionName": "ana", "SerialNumber": serial, "TokenCode": digits}
    assert refused(sts.assume_role, **asked) == "AccessDenied"


def with_credentials(endpoint: Endpoint, given: dict[str, Any]) -> Any:
    return botocore.session.Session().create_client(
        "sts",
        region_name=REGION,
        endpoint_url=endpoint.url,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def test_a_session_token_carries_the_mfa_that_it_was_given_for(sts: Any, endpoint: Endpoint) -> None:
    digits = endpoint.iam.next_mfa_code(SERIAL)
    proven = with_credentials(endpoint, sts.get_session_token(SerialNumber=SERIAL, TokenCode=digits)["Credentials"])
    assert proven.assume_role(RoleArn=GUARDED, RoleSessionName="ana")["Credentials"]
    unproven = with_credentials(endpoint, sts.get_session_token()["Credentials"])
    assert refused(unproven.assume_role, RoleArn=GUARDED, RoleSessionName="ana") == "AccessDenied"
    move(endpoint, timedelta(days=1))
    assert refused(proven.get_caller_identity) == "ExpiredToken"


def test_a_chained_role_lasts_an_hour_at_most(sts: Any, endpoint: Endpoint) -> None:
    far = f"arn:aws:iam::{ACCOUNT}:role/far"
    endpoint.iam.put(Role(far, frozenset({ROLE}), maximum_seconds=12 * 3600))
    first = sts.assume_role(RoleArn=ROLE, RoleSessionName="ana", ExternalId="corp")["Credentials"]
    chained = with_credentials(endpoint, first)
    assert refused(chained.assume_role, RoleArn=far, RoleSessionName="ana", DurationSeconds=3601) == "ValidationError"
    assert chained.assume_role(RoleArn=far, RoleSessionName="ana", DurationSeconds=3600)["Credentials"]


def test_a_web_identity_s_token_expires(endpoint: Endpoint) -> None:
    soon = endpoint.world.clock() + timedelta(minutes=5)
    endpoint.iam.put(WebIdentity("a-short-token", "oidc.example", "pod-2", expires=soon))
    anonymous = client("sts", endpoint)
    asked = {"RoleArn": POD, "RoleSessionName": "ana", "WebIdentityToken": "a-short-token"}
    assert anonymous.assume_role_with_web_identity(**asked)["Credentials"]
    move(endpoint, timedelta(minutes=6))
    assert refused(anonymous.assume_role_with_web_identity, **asked) == "ExpiredTokenException"


def test_what_nobody_decided_is_forgotten(oidc: Any, endpoint: Endpoint) -> None:
    known, grants = registered(oidc), endpoint.world.grants
    for _ in range(5):
        fetch(authorize(endpoint, known))
        decide(authorize(endpoint, known))
        oidc.start_device_authorization(**known, startUrl=START_URL)
    move(endpoint, timedelta(days=2))
    fetch(authorize(endpoint, known))
    oidc.start_device_authorization(**known, startUrl=START_URL)
    assert (len(grants._consents), len(grants._codes), len(grants._devices)) == (1, 0, 1)
