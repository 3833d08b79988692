"""What answers in AWS's place, of any type, through the real botocore: lists, presigned URLs, sign-ins and more."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import urllib3.util
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.bad_input import (
    any_json,
    as_json,
    check_growth,
    check_shown,
    check_told,
    damaged,
    fragments,
    letters,
    long_inputs,
    near,
    pieces,
    raw,
    repeated,
    slow_examples,
    texts,
)
from tests.support.cloud import OF_THE_NETWORK
from tests.support.samples import notebook
from tests.support.saying import Saying, saying
from tray.aws import answers, config
from tray.aws.cloud import Cloud
from tray.aws.credentials.token_store import (
    Registration,
    Token,
    TokenStanding,
    keep_tokens_in,
    token_state,
    write_token,
)
from tray.aws.signin.oidc import Oidc
from tray.aws.signin.problems import CodeNotOffered, RegistrationRefused, StillPending
from tray.aws.signin.ways import browser_settings
from tray.aws.urls import check_notebook_url, is_loopback, with_view
from tray.model.arns import is_notebook_arn
from tray.model.cloud_schedules import NAME_PREFIX, is_own_name
from tray.model.identity_center import CenterRole, center_at, is_account, is_role
from tray.model.lengths import View
from tray.model.notebooks import AuthorizedUrl, Scope
from tray.model.power import Power
from tray.model.prices import MOST_USD_PER_HOUR
from tray.model.problems import TrayError
from tray.model.signer import AwsProfile
from tray.texts.clock import time_of_day

REGION = "eu-west-1"
HERE = Scope("research", REGION, AwsProfile("research"))
A = replace(notebook("a"), scope=HERE)
CENTER = center_at("https://d-1.awsapps.com/start", REGION)
ROLE = CenterRole(CENTER, "111122223333", "Reader")
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

CONFIG = """[profile research]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = x
region = eu-west-1
[profile role]
role_arn = arn:aws:iam::111122223333:role/reader
source_profile = research
region = eu-west-1
"""


@dataclass(frozen=True)
class Cloudy:
    """The program's way to AWS, and what answers there."""

    aws: Saying
    cloud: Cloud


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloudy]:
    folder = tmp_path_factory.mktemp("aws")
    (folder / "config").write_text(CONFIG)
    with saying() as aws, pytest.MonkeyPatch.context() as patch:
        for name in OF_THE_NETWORK:
            patch.delenv(name, raising=False)
        _lead(patch, folder, aws)
        keep_tokens_in(lambda: folder / "tokens")
        yield Cloudy(aws, Cloud())
        keep_tokens_in(None)


@pytest.fixture(autouse=True)
def _led(there: Cloudy, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    # Each test has a home of its own; the way to AWS is one for all of them.
    _lead(monkeypatch, next(tmp_path_factory.getbasetemp().glob("aws0")), there.aws)


def _lead(patch: pytest.MonkeyPatch, folder: Path, aws: Saying) -> None:
    patch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "none"))
    patch.setenv("AWS_ENDPOINT_URL", aws.url)
    patch.setenv("AWS_MAX_ATTEMPTS", "1")
    config._parse.cache_clear()


def summary(name: str = "good", **changes: Any) -> Any:
    return {
        "NotebookInstanceName": name,
        "NotebookInstanceArn": f"arn:aws:sagemaker:{REGION}:111122223333:notebook-instance/{name}",
        "NotebookInstanceStatus": "InService",
        "InstanceType": "ml.t3.medium",
        "CreationTime": 1_700_000_000,
        "LastModifiedTime": 1_700_000_000.5,
        **changes,
    }


WHOLE = {
    "NotebookInstances": [summary()],
    "PlatformIdentifier": "notebook-al2-v3",
    "FailureReason": "why",
    "Tags": [{"Key": "Owner", "Value": "me"}],
    "events": [{"message": "a\nb", "timestamp": 1}],
    "AuthorizedUrl": "https://a.notebook.eu-west-1.sagemaker.aws/?authToken=x",
    "accountList": [{"accountId": "111122223333", "accountName": "x"}],
    "roleList": [{"roleName": "Reader"}],
    "clientId": "c",
    "clientSecret": "s",
    "clientSecretExpiresAt": 4_000_000_000,
    "deviceCode": "d",
    "userCode": "ABCD-EFGH",
    "verificationUri": "https://device.sso.eu-west-1.amazonaws.com/",
    "verificationUriComplete": "https://device.sso.eu-west-1.amazonaws.com/?user_code=ABCD-EFGH",
    "expiresIn": 600,
    "interval": 1,
    "accessToken": "t",
    "refreshToken": "r",
}
refusals = st.builds(
    lambda kind, words, name: as_json({"__type": kind, name: words}),
    st.sampled_from(["ValidationException", "AccessDeniedException", "x#ResourceNotFound", "", "a\u202e"]) | any_json,
    texts
    | any_json
    | st.sampled_from(
        ["User: \u202ex is not authorized to perform: sagemaker:X because of \x1b[31m", "Status (Pending) not in ([])"]
    ),
    st.sampled_from(["message", "Message", "errorMessage"]),
)
statuses = st.sampled_from([200, 200, 200, 204, 400, 403, 404, 500])
kinds = st.sampled_from(["application/x-amz-json-1.1", "application/json", "text/html", "\u00e4"])
bodies = (
    near(WHOLE).map(as_json)
    | near(WHOLE, st.lists(any_json, max_size=3)).map(as_json)
    | refusals
    | any_json.map(as_json)
    | damaged(as_json(WHOLE))
    | raw
)
names_of_requests = st.sampled_from(["", "1-2-3", "\u00e4" * 3, "x" * 500])


def told_or(act: Callable[[], Any]) -> Any:
    """Return what a call returns; None if it is refused in words."""
    try:
        return act()
    except TrayError as error:
        check_told(error)
        assert len(error.problem.request_id) <= 64
        return None


@given(st.sampled_from(["list", "details", "tag", "log", "URL", "change", "power"]), bodies, statuses, kinds)
@example("list", b"[" * 100_000, 200, "application/json").via("lists within lists")
@example("tag", b'{"Tags": 7}', 200, "application/json").via("a list that is a number")
@example("log", b'{"events": {"a": 1}}', 200, "application/json").via("a list that is an object")
@example("URL", b'{"AuthorizedUrl": 7}', 200, "application/json").via("a URL that is a number")
@example("URL", b'{"AuthorizedUrl": ["https://x"]}', 200, "application/json").via("a URL that is a list")
@example("details", as_json({"FailureReason": "\u202ea" * 5000}), 200, "application/json").via("a reason that turns")
@example("list", as_json({"__type": {"a": 1}, "message": ["x"]}), 400, "application/json").via(
    "a code that is an object"
)
def test_whatever_aws_answers_is_of_its_type_or_told(
    there: Cloudy, check: str, body: bytes, status: int, kind: str
) -> None:
    there.aws.says(body, status, kind.encode("latin-1", "replace").decode("latin-1"), x_amzn_RequestId="1\x9b2")
    CHECKS[check](there.cloud)


def _check_list(cloud: Cloud) -> None:
    for found in told_or(lambda: cloud.list_notebooks(HERE)) or ():
        check_shown(found.name, 63)
        check_shown(found.status, 64)
        check_shown(found.instance_type, 64)
        assert is_notebook_arn(found.arn)
        for time in (found.created, found.modified):
            assert time is None or time.tzinfo is not None


def _check_details(cloud: Cloud) -> None:
    details = told_or(lambda: cloud.describe(A))
    if details is not None:
        check_shown(details.platform, 64)
        check_shown(details.failure_reason, 1024)


def _check_tag(cloud: Cloud) -> None:
    check_shown(told_or(lambda: cloud.tag(A, "Owner")) or "", 256)


def _check_log(cloud: Cloud) -> None:
    for line in told_or(lambda: cloud.start_log(A)) or ():
        check_shown(line, 1001)


def _check_url(cloud: Cloud) -> None:
    url = told_or(lambda: cloud.create_presigned_url(A, View.LAB, 3600))
    if url is not None:
        assert isinstance(url, AuthorizedUrl)
        check_shown(url.reveal(), 16 * 1024)


def _check_change(cloud: Cloud) -> None:
    assert told_or(lambda: cloud.start(A)) is None
    assert told_or(lambda: cloud.change_type(A, "ml.t3.large")) is None


def _check_power(cloud: Cloud) -> None:
    assert cloud.may(HERE, Power.STOP, "a") in (True, False, None)


CHECKS = {
    "list": _check_list,
    "details": _check_details,
    "tag": _check_tag,
    "log": _check_log,
    "URL": _check_url,
    "change": _check_change,
    "power": _check_power,
}


SCHEDULE = f"{NAME_PREFIX}{'0' * 32}"
PRODUCT = {
    "product": {"attributes": {"regionCode": REGION, "usagetype": "EUW1-Notebk:ml.t3.medium"}},
    "terms": {"OnDemand": {"a": {"priceDimensions": {"b": {"unit": "Hrs", "pricePerUnit": {"USD": "0.05"}}}}}},
}
OF_OTHERS = {
    "PriceList": [as_json(PRODUCT).decode()],
    "Regions": [{"RegionName": REGION, "RegionOptStatus": "ENABLED"}],
    "NextToken": "more",
    "Schedules": [{"Name": SCHEDULE, "State": "ENABLED"}],
    "Name": SCHEDULE,
    "ScheduleArn": "arn:aws:scheduler:eu-west-1:111122223333:schedule/default/x",
    "ScheduleExpression": "at(2026-11-28T18:00:00)",
    "ScheduleExpressionTimezone": "UTC",
    "Target": {"Arn": "a", "RoleArn": "b", "Input": '{"NotebookInstanceName": "a"}'},
    "Description": "words",
    "NotebookInstances": [summary()],
}
of_others = (
    near(OF_OTHERS).map(as_json)
    | near(PRODUCT).map(lambda product: as_json({"PriceList": [as_json(product).decode()]}))
    | refusals
    | any_json.map(as_json)
    | damaged(as_json(OF_OTHERS))
    | raw
)


@given(st.sampled_from(["price", "regions", "count", "schedule", "schedules", "look"]), of_others, statuses, kinds)
@example("price", as_json({"PriceList": {"a": 1}}), 200, "application/json").via("a list that is an object")
@example("price", as_json({"PriceList": ["[" * 60_000]}), 200, "application/json").via("lists within lists, as a text")
@example("regions", as_json({"Regions": [[], 7, {"RegionName": "\x1b"}]}), 200, "application/json").via("no regions")
@example("look", as_json({**OF_OTHERS, "Target": [], "ScheduleExpression": "at(9999-12-31T23:59:59)"}), 200, "").via(
    "the last second that has a date"
)
@example("schedules", as_json({"Schedules": [{"Name": ["a"]}], "NextToken": {"a": 1}}), 200, "text/html").via(
    "odd types"
)
@slow_examples
def test_whatever_the_other_services_answer_is_of_its_type_or_told(
    there: Cloudy, check: str, body: bytes, status: int, kind: str
) -> None:
    there.aws.says(body, status, kind.encode("latin-1", "replace").decode("latin-1"), x_amzn_RequestId="1\x9b2")
    OF_OTHER_SERVICES[check](there.cloud)


def _check_price(cloud: Cloud) -> None:
    price = told_or(lambda: cloud.price_list.usd_per_hour(HERE, "ml.t3.medium"))
    assert price is None or 0 < price <= MOST_USD_PER_HOUR


def _check_regions(cloud: Cloud) -> None:
    found = told_or(lambda: cloud.looking.regions(HERE))
    assert REGION in found
    for region in found:
        check_shown(region, 50)


def _check_count(cloud: Cloud) -> None:
    found = told_or(lambda: cloud.looking.count(HERE))
    assert found is None or found.count >= 0


def _check_schedule(cloud: Cloud) -> None:
    role = "arn:aws:iam::111122223333:role/scheduler"
    made = lambda: cloud.schedules.put(HERE, SCHEDULE, notebook="a", role=role, at=2e9, description="words")  # noqa: E731
    assert told_or(made) is None
    assert told_or(lambda: cloud.schedules.delete(HERE, SCHEDULE, "111122223333")) in (True, False, None)
    assert told_or(lambda: cloud.schedules.is_there(HERE, SCHEDULE, "111122223333")) in (True, False, None)


def _check_schedules(cloud: Cloud) -> None:
    found = told_or(lambda: cloud.schedules.listed(HERE)) or ()
    assert len(found) <= 500
    assert all(map(is_own_name, found))


def _check_look(cloud: Cloud) -> None:
    for found in told_or(lambda: cloud.schedules.look(HERE, (SCHEDULE,))) or ():
        check_shown(found.notebook, 63)
        check_shown(found.description, 300)
        if found.at is not None:
            assert 0 <= found.at <= 1e11
            assert time_of_day(found.at, 0.0)


OF_OTHER_SERVICES = {
    "price": _check_price,
    "regions": _check_regions,
    "count": _check_count,
    "schedule": _check_schedule,
    "schedules": _check_schedules,
    "look": _check_look,
}


@given(st.lists(near(summary()) | st.none(), max_size=4), st.integers(0, 4))
@example([None, {}, summary(NotebookInstanceName=None)], 0).via("records without what makes one")
def test_an_odd_record_hides_no_other(there: Cloudy, odd: list[Any], at: int) -> None:
    there.aws.says(as_json({"NotebookInstances": [*odd[:at], summary("good"), *odd[at:]]}))
    assert "good" in [found.name for found in there.cloud.list_notebooks(HERE)]
    assert answers.tag_of({"Tags": [*odd[:at], {"Key": "Owner", "Value": "me"}, *odd[at:]]}, "Owner") == "me"
    assert "good line" in answers.log_lines_of({"events": [*odd[:at], {"message": "good line"}, *odd[at:]]})


good_hosts = st.sampled_from(["a.notebook.eu-west-1.sagemaker.aws", "a-b.notebook-fips.eu-west-1.sagemaker.aws"])
near_hosts = st.sampled_from(
    [
        *("evil.example", "a.notebook.eu-west-1.sagemaker.aws.evil.example", "a.notebook.us-east-1.sagemaker.aws"),
        *("sagemaker.aws", ".notebook.eu-west-1.sagemaker.aws", "a.notebook.eu-west-1.sagema\u212aer.aws", "127.0.0.1"),
        *("a\u3002notebook.eu-west-1.sagemaker.aws", "a.notebook.eu-west-1.sagemaker.aws.", "[::1]", "localhost"),
    ]
)
urls = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(
        ["https://", "HTTPS://", "http://", "https:", "https:\\\\", " https://", "\x00https://", "javascript:"]
    ),
    st.sampled_from(["", "", "", "u@", "evil.example\\@", "evil.example#@", "evil.example/"]) | pieces,
    good_hosts | near_hosts,
    st.sampled_from(["", "", ":443", ":8443", ":٤٤٣", ":", ":0443", "\t"]) | pieces,
    st.sampled_from(["", "/", "/lab?authToken=x", "?authToken=x#y", "/\r\nSet-Cookie: a", "\\evil.example"]) | texts,
)
GOOD_URL = "https://a.notebook.eu-west-1.sagemaker.aws/?authToken=x"


@given(urls, st.sampled_from(["aws", "aws-cn", "aws-iso", "x"]), st.sampled_from(View))
@example(GOOD_URL, "aws", View.LAB).via("AWS's own")
@example(GOOD_URL + "\r\nSet-Cookie: a=b", "aws", View.CLASSIC).via("a line's end, which urlsplit leaves out")
@example(GOOD_URL.replace("sagemaker", "sagema\u212aer"), "aws", View.LAB).via("a letter that becomes a k")
@example("https://a.notebook.eu-west-1.sage\tmaker.aws/", "aws", View.LAB).via("a tab within the host")
@example(" " + GOOD_URL, "aws", View.LAB).via("a blank before it")
@example("https://[::1", "aws", View.LAB).via("an address of IPv6 that is cut off")
def test_a_url_that_is_opened_is_aws_s_host_for_every_parser(url: str, partition: str, view: View) -> None:
    try:
        opened = with_view(
            check_notebook_url(
                AuthorizedUrl(url), region=REGION, partition=partition, endpoint_url="https://api.sagemaker.aws"
            ),
            view,
        ).reveal()
    except TrayError as error:
        check_told(error)
        assert "authToken" not in str(error.problem)
        return
    # Not by urllib.parse: by the parser that makes the connections, and by the letters themselves.
    found = urllib3.util.parse_url(opened)
    suffix = {"aws": "sagemaker.aws", "aws-cn": "sagemaker.com.cn"}.get(partition)
    assert found.scheme == "https"
    assert found.auth is None
    assert found.port in (None, 443)
    assert found.host is not None
    assert suffix is None or re.fullmatch(rf"[a-z0-9-]+\.notebook(-fips)?\.eu-west-1\.{re.escape(suffix)}", found.host)
    assert re.match(r"https://[a-z0-9.-]+(:0*443|:)?([/?#]|$)", opened, re.IGNORECASE | re.ASCII)
    assert opened.isascii()
    assert opened.isprintable()
    assert " " not in opened


@given(
    st.sampled_from(["http://127.0.0.1:1/", "http://[::1]/", "http://localhost/", "http://[", "http://a:x/"])
    | urls
    | texts
)
@example("https://evil.example\\@[::1]").via("a backslash, which some take for a slash")
@example("https://[::1]\n/").via("a line's end")
@example("http://a@localhost/").via("a user name")
@example("https://[::1]a.notebook.eu-west-1.sagemaker.aws").via("more after the address")
def test_loopback_is_this_computer_alone(url: str) -> None:
    if is_loopback(url):
        host = urllib3.util.parse_url(url.strip()).host or ""
        assert host.strip("[]").lower() == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback


xml_parts = st.sampled_from(
    [
        *(
            "<AssumeRoleResponse>",
            "</AssumeRoleResponse>",
            "<AssumeRoleResult>",
            "</AssumeRoleResult>",
            "<Credentials>",
        ),
        *(
            "</Credentials>",
            "<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>",
            f"<SecretAccessKey>{SECRET}</SecretAccessKey>",
        ),
        *("<SessionToken>t\nt</SessionToken>", "<Expiration>2999-01-01T00:00:00Z</Expiration>", "<Expiration/>", "<a"),
        *(
            "<ErrorResponse><Error><Code>AccessDenied</Code>",
            "<Message>\u202e",
            "<!DOCTYPE a [<!ENTITY b 'c'>]>",
            "&b;",
        ),
    ]
)
GOOD_STS = (
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>"
    f"<SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>t</SessionToken>"
    "<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
)
sts_bodies = (
    st.lists(xml_parts | texts.map(escape), max_size=8).map("".join).map(lambda text: text.encode("utf-8", "replace"))
    | damaged(GOOD_STS.encode())
    | raw
)


@slow_examples
@given(sts_bodies, st.sampled_from([200, 200, 200, 400, 403]))
@example(GOOD_STS.replace("<SessionToken>t<", "<SessionToken>t\nt<").encode(), 200).via("a token with a line's end")
@example(GOOD_STS.replace("2999-01-01T00:00:00Z", "soon").encode(), 200).via("a time that is none")
@example(GOOD_STS.replace(f"<SecretAccessKey>{SECRET}</SecretAccessKey>", "").encode(), 200).via("no secret")
@example(GOOD_STS.encode(), 200).via("STS's own")
def test_whatever_sts_answers_signs_or_is_told_without_it(there: Cloudy, body: bytes, status: int) -> None:
    there.aws.says(body, status, "text/xml")
    scope = Scope("role", REGION, AwsProfile("role"))
    cloud = Cloud()
    try:
        cloud.check_signing(scope)
    except TrayError as error:
        check_told(error)
        assert SECRET not in str(error.problem)
        assert SECRET not in str(error)


@pytest.fixture(scope="module")
def oidc(there: Cloudy) -> Oidc:
    sign_in = there.cloud.assignments.sign_in_to(CENTER)
    settings = browser_settings(sign_in, config.readable_aws_files())
    return Oidc(there.cloud._sessions.session(settings.aws_profile, CENTER), sign_in, settings)


def _token(there: Cloudy) -> None:
    sign_in = there.cloud.assignments.sign_in_to(CENTER)
    settings = browser_settings(sign_in, config.readable_aws_files())
    later = datetime.now(UTC) + timedelta(hours=8)
    write_token(settings, Token("token", later), Registration("c", "s", later))


@slow_examples
@given(bodies, statuses)
@example(as_json({"accountList": [{"accountId": "１" * 12, "accountName": 7}, None]}), 200).via(
    "an account of other types"
)
@example(as_json({"roleCredentials": {"accessKeyId": 7, "expiration": "x"}}), 200).via("credentials of other types")
@example(as_json({"roleCredentials": None}), 200).via("no credentials")
@example(
    as_json({"roleCredentials": {"accessKeyId": "a\n", "secretAccessKey": "b", "sessionToken": "c", "expiration": 1}}),
    200,
).via("a key with a line's end that has expired")
@example(
    as_json(
        {"roleCredentials": {"accessKeyId": "a", "secretAccessKey": "b", "sessionToken": "c", "expiration": 10**30}}
    ),
    200,
).via("a time beyond all times")
def test_whatever_the_portal_answers_is_accounts_and_roles_or_told(there: Cloudy, body: bytes, status: int) -> None:
    _token(there)
    there.aws.says(body, status)
    for account in told_or(lambda: there.cloud.assignments.accounts(CENTER)) or ():
        assert is_account(account.id)
        check_shown(account.name, 300)
    assert all(is_role(role) for role in told_or(lambda: there.cloud.assignments.roles(CENTER, "111122223333")) or ())
    told_or(lambda: Cloud().check_signing(Scope("mine", REGION, ROLE)))


@given(st.sampled_from(["registration", "device", "token"]), bodies, statuses)
@example("device", as_json({**WHOLE, "interval": "5"}), 200).via("an interval that is text")
@example("device", as_json({**WHOLE, "interval": [1]}), 200).via("an interval that is a list")
@example("device", as_json({**WHOLE, "interval": 10**12}), 200).via("an interval of ages")
@example("token", as_json({**WHOLE, "expiresIn": 10**18}), 200).via("a token for ages")
@example("token", as_json({**WHOLE, "expiresIn": -1}), 200).via("a token that has expired before")
@example("token", as_json({**WHOLE, "refreshToken": {"a": 1}}), 200).via("a refresh token that is an object")
@example("token", as_json({**WHOLE, "accessToken": "a\nb"}), 200).via("a token with a line's end")
@example("device", as_json({**WHOLE, "userCode": "\u202eABCD\x1b[31m"}), 200).via("a code that turns")
@example("device", as_json({**WHOLE, "verificationUri": "https://\r\na", "verificationUriComplete": 7}), 200).via(
    "an address with lines"
)
@example("device", as_json({**WHOLE, "verificationUriComplete": "https://x/" + "a" * 100_000}), 200).via(
    "an address without end"
)
@example("registration", as_json({**WHOLE, "clientSecretExpiresAt": 10**18}), 200).via("a registration for ages")
@example("registration", as_json({**WHOLE, "clientId": "a\u202e", "clientSecret": "\ud800"}), 200).via(
    "a client that can't be sent"
)
def test_whatever_the_sign_in_is_answered_is_of_its_type_or_told(
    there: Cloudy, oidc: Oidc, step: str, body: bytes, status: int
) -> None:
    there.aws.says(body, status)

    def quietly(act: Callable[[], Any]) -> Any:
        try:
            return told_or(act)
        except (CodeNotOffered, RegistrationRefused, StillPending):
            return None

    later = datetime.now(UTC) + timedelta(hours=8)
    registration = Registration("c", "s", later)
    if step == "registration" and (made := quietly(lambda: oidc.registration(for_code=False, anew=True))) is not None:
        assert isinstance(made[0].expires, datetime)
        for each in (made[0].client_id, made[0].client_secret):
            check_shown(each, 100_000)
    if step == "device" and (device := quietly(lambda: oidc.start_device(registration))) is not None:
        check_shown(device.user_code, 64)
        for url in (device.url, device.complete_url):
            assert re.fullmatch(r"https?://[!-~]+", url), ascii(url[:200])
            assert len(url) <= 16 * 1024
        assert 1 <= device.poll_seconds <= 3600
        assert 1 <= device.expires_in_seconds <= 24 * 3600
    if step == "token" and (token := quietly(lambda: oidc.token_for_device(registration, "d"))) is not None:
        assert token.expires.tzinfo is not None
        assert isinstance(token.refresh_token, str)
        assert re.fullmatch(r"[ -~]+", token.access_token)
        write_token(oidc._settings, token, registration)
        assert token_state(oidc._settings).standing in (
            TokenStanding.VALID,
            TokenStanding.EXPIRED,
            TokenStanding.MISSING,
        )


PARSERS: dict[str, Callable[[str], object]] = {
    "details": lambda text: answers.details_of({"FailureReason": text, "PlatformIdentifier": text}),
    "tags": lambda text: answers.tag_of({"Tags": [{"Key": text, "Value": text}]}, "Owner"),
    "log lines": lambda text: answers.log_lines_of({"events": [{"message": text}]}),
    "notebook": lambda text: answers.notebook_of(HERE, summary(text, NotebookInstanceArn=text, InstanceType=text)),
    "URL": lambda text: check_notebook_url(AuthorizedUrl(text), region=REGION, partition="aws", endpoint_url=""),
    "view": lambda text: with_view(AuthorizedUrl(f"https://a/?{text}"), View.LAB),
}


@pytest.mark.parametrize("parser", PARSERS)
@long_inputs
@given(fragments | st.text(letters, min_size=1, max_size=3), st.sampled_from(["", "https://", GOOD_URL, "arn:aws:"]))
@example("&view=lab", GOOD_URL).via("views without end")
@example("-a", "a").via("hyphens of a name")
def test_the_time_grows_with_the_length(parser: str, fragment: str, beginning: str) -> None:
    def act(text: str) -> None:
        with suppress(TrayError):
            PARSERS[parser](text)

    check_growth(act, lambda length: repeated(fragment, length, beginning), 100_000)
