"""Each row of what can go wrong: the real failure, through the real boto3, and the words that the person gets."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.httpsession import where

from tests.support.cloud import SampleCloud
from tests.support.endpoint import running_endpoint
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.proxies import ISSUER, Authority, company_proxy
from tray.aws.cloud import Cloud
from tray.aws.credentials.token_store import keep_tokens_in
from tray.aws.errors.network import exception_meant
from tray.demo.clock import utc_now
from tray.demo.web import Request, Response
from tray.demo.world import World
from tray.model.lengths import View
from tray.model.notebooks import Notebook, Scope
from tray.model.problems import Kind, Problem, TrayError
from tray.model.signer import AwsProfile

HERE = Scope("research", "eu-west-1", AwsProfile("research"))
HOST = "api.sagemaker.eu-west-1.amazonaws.com"
PASSWORD = "s3cr3t"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def problem_of(cloud: Cloud, scope: Scope = HERE) -> Problem:
    with pytest.raises(TrayError) as refused:
        cloud.list_notebooks(scope)
    problem = refused.value.problem
    assert scope.profile in problem.text() or scope.aws_profile in problem.text(), "whom it concerns"
    assert problem.remedy
    assert PASSWORD not in problem.text()
    assert "aws sso login" not in problem.text()
    return problem


def fault(sample: SampleCloud, code: str, message: str = "", status: int = 400) -> None:
    sample.endpoint.faults.add(Fault(Trouble.ERROR, code, message, status))


def config(sample: SampleCloud, text: str) -> None:
    with sample.files.config.open("a") as file:
        file.write(text)


def port_of(sample: SampleCloud) -> int:
    return urlsplit(sample.endpoint.url).port or 0


def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


# What AWS refuses


def test_access_denied_names_the_action_the_arn_and_who_asked(cloud: Cloud, sample: SampleCloud) -> None:
    (notebook,) = cloud.find_notebooks(HERE, "churn-model")
    fault(sample, "AccessDeniedException")
    problem = denial(cloud, notebook)
    assert problem.kind is Kind.DENIED
    assert f"sagemaker:CreatePresignedNotebookInstanceUrl on {notebook.arn}." in problem.remedy
    assert "arn:aws:iam::111122223333:user/ana" in problem.message
    assert "no identity-based policy allows" in problem.message


def test_an_explicit_deny_is_not_mended_by_allowing(cloud: Cloud, sample: SampleCloud) -> None:
    (notebook,) = cloud.find_notebooks(HERE, "churn-model")
    said = (
        "User: arn:aws:iam::111122223333:user/ana is not authorized to perform:"
        f" sagemaker:CreatePresignedNotebookInstanceUrl on resource: {notebook.arn} with an explicit deny in a service"
        " control policy"
    )
    fault(sample, "AccessDeniedException", said)
    problem = denial(cloud, notebook)
    assert "lift what denies the IAM action sagemaker:CreatePresignedNotebookInstanceUrl" in problem.remedy
    assert "service control policy" in problem.message


def denial(cloud: Cloud, notebook: Notebook) -> Problem:
    with pytest.raises(TrayError) as refused:
        cloud.create_presigned_url(notebook, View.LAB, 1800)
    return refused.value.problem


def test_a_notebook_that_is_gone(cloud: Cloud, sample: SampleCloud) -> None:
    (notebook,) = cloud.find_notebooks(HERE, "churn-model")
    fault(sample, "ValidationException", "RecordNotFound")
    problem = denial(cloud, notebook)
    assert problem.title == "Notebook instance not found"
    assert notebook.arn in problem.message


@pytest.mark.parametrize(
    ("code", "kind", "title", "words"),
    [
        ("ExpiredTokenException", Kind.SIGN_IN, "Credentials expired", "no longer accepts"),
        ("UnrecognizedClientException", Kind.SIGN_IN, "Credentials refused", "not enabled for the account"),
        ("ThrottlingException", Kind.THROTTLED, "AWS is limiting requests", "Rate exceeded"),
        ("ResourceLimitExceeded", Kind.OTHER, "Instance limit reached", "service limit"),
        ("OptInRequired", Kind.CONFIGURATION, "Region not enabled", "eu-west-1"),
    ],
)
def test_codes(cloud: Cloud, sample: SampleCloud, code: str, kind: Kind, title: str, words: str) -> None:
    fault(sample, code)
    problem = problem_of(cloud)
    assert (problem.kind, problem.title) == (kind, title)
    assert words in problem.message


_ROLE = "sso_account_id = 111122223333\nsso_role_name = Analyst\n"
_SERIAL = "mfa_serial = arn:aws:iam::111122223333:mfa/ana\n"
_OTHERS = f"""
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
[profile base]
sso_session = corp
{_ROLE}
"""


@pytest.mark.parametrize(
    ("more", "remedy"),
    [
        ("", "Renew the access keys"),
        ("credential_process = x\n", "credential_process"),
        ("login_session = arn:aws:iam::111122223333:user/ana\n", "aws login --profile research"),
        (f"sso_session = corp\n{_ROLE}", "Choose “Sign in to …”"),
        ("source_profile = base\nrole_arn = x\n", "Choose “Sign in to …”"),
        (f"source_profile = lab\nrole_arn = x\n{_SERIAL}", "Choose “Enter the MFA code for …”"),
        # Where nothing can be signed in to, nothing says so.
        ("sso_session = nosuch\n", "Check what the AWS config file says"),
        (_SERIAL, "Renew the access keys"),
    ],
)
def test_how_to_sign_in_is_said_for_the_profile(cloud: Cloud, sample: SampleCloud, more: str, remedy: str) -> None:
    cloud.list_notebooks(HERE)  # the identity is made: what is added now words the error and signs nothing
    text = sample.files.config.read_text()
    sample.files.config.write_text(text.replace("[profile research]\n", f"[profile research]\n{more}", 1) + _OTHERS)
    assert more.splitlines()[:1] == [] or more.splitlines()[0] in sample.files.config.read_text()
    fault(sample, "ExpiredTokenException")
    assert remedy in problem_of(cloud).remedy


class Portal:
    """Answers for STS and for the portal of Identity Center with one refusal."""

    def __init__(self, path: str, status: int, headers: dict[str, str], body: str) -> None:
        self._path, self._response = path, Response(status, headers, body.encode())

    def claims(self, request: Request) -> bool:
        return request.path == self._path and "x-amz-target" not in request.headers

    def answer(self, _request: Request) -> Response:
        return self._response


class Page(Portal):
    """Answers for everything."""

    def claims(self, _request: Request) -> bool:
        return True


@contextmanager
def portal(monkeypatch: pytest.MonkeyPatch, service: Portal) -> Iterator[None]:
    with running_endpoint(World(), jupyter=False, services=[service]) as endpoint:
        for name in ("STS", "SSO"):
            monkeypatch.setenv(f"AWS_ENDPOINT_URL_{name}", endpoint.url)
        yield


def test_a_role_that_may_not_be_assumed(cloud: Cloud, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    role = "arn:aws:iam::444455556666:role/analyst"
    config(sample, f"[profile role]\nrole_arn = {role}\nsource_profile = research\nregion = eu-west-1\n")
    body = (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        "<Code>AccessDenied</Code><Message>User: arn:aws:iam::111122223333:user/ana is not authorized to perform:"
        f" sts:AssumeRole on resource: {role}</Message></Error></ErrorResponse>"
    )
    with portal(monkeypatch, Portal("/", 403, {"Content-Type": "text/xml"}, body)):
        problem = problem_of(cloud, Scope("mine", "eu-west-1", AwsProfile("role")))
    assert (problem.kind, problem.title) == (Kind.DENIED, "Access denied")
    assert f"sts:AssumeRole on {role}." in problem.remedy
    assert "trust policy" in problem.remedy


def test_a_role_that_identity_center_does_not_give(
    cloud: Cloud, sample: SampleCloud, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(sample, home, "eu-west-1")
    refusal = Portal(
        "/federation/credentials",
        403,
        {"Content-Type": "application/json", "x-amzn-ErrorType": "ForbiddenException"},
        '{"message": "No access"}',
    )
    with portal(monkeypatch, refusal):
        problem = problem_of(cloud, Scope("mine", "eu-west-1", AwsProfile("sso")))
    assert problem.title == "Access denied"
    assert "permission set “Analyst” for the account 111122223333" in problem.remedy
    assert "sagemaker" not in problem.text()


@pytest.mark.parametrize(
    ("minutes", "words"), [(12, "12 min behind"), (-200, "3 h 20 min ahead"), (3 * 24 * 60, "3 days behind")]
)
def test_a_clock_that_is_wrong_is_told_by_how_much(
    cloud: Cloud, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch, minutes: int, words: str
) -> None:
    """AWS's clock is moved here, its Date header and what it holds signatures against: ours is the machine's."""
    move_clock(monkeypatch, timedelta(minutes=minutes))
    problem = problem_of(cloud)
    assert (problem.title, problem.kind) == ("Clock is wrong", Kind.OTHER)
    assert f"This computer's clock is {words}" in problem.message


def move_clock(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    monkeypatch.setattr("tests.support.endpoint.signature.utc_now", lambda: utc_now() + by)
    monkeypatch.setattr(
        "tray.demo.web._Handler.date_time_string", lambda *_: format_datetime(datetime.now(UTC) + by, usegmt=True)
    )


def test_a_signature_that_is_wrong_at_the_right_time(cloud: Cloud, sample: SampleCloud) -> None:
    text = sample.files.credentials.read_text()
    sample.files.credentials.write_text(re.sub(r"(aws_secret_access_key = ).*", r"\1" + "wrong" * 8, text))
    problem = problem_of(cloud)
    assert (problem.title, problem.kind) == ("Signature refused", Kind.SIGN_IN)


@pytest.mark.parametrize("letters", [39, 41])
def test_a_secret_that_is_not_whole_is_named_where_the_signature_is_refused(
    cloud: Cloud, sample: SampleCloud, letters: int
) -> None:
    text = sample.files.credentials.read_text()
    secret = ("wrong" * 9)[:letters]
    sample.files.credentials.write_text(re.sub(r"(aws_secret_access_key = ).*", r"\1" + secret, text))
    cloud.forget_changed_config()
    with pytest.raises(TrayError) as refused:
        cloud.list_notebooks(HERE)
    problem = refused.value.problem
    assert problem.title == "AWS config: aws_secret_access_key doesn't work"
    assert f"as AWS gave it, and is {letters} long." in problem.message
    assert secret not in problem.text()


def test_credentials_for_a_time_that_a_clock_behind_makes_expired(cloud: Cloud, sample: SampleCloud) -> None:
    fault(sample, "RequestExpired", "Request has expired.")
    assert problem_of(cloud).kind is Kind.SIGN_IN


def test_a_profile_that_was_deleted(cloud: Cloud, sample: SampleCloud) -> None:
    cloud.forget_changed_config()
    assert cloud.list_notebooks(HERE)
    for file in (sample.files.config, sample.files.credentials):
        file.write_text("")
    cloud.forget_changed_config()
    problem = problem_of(cloud)
    assert (problem.title, problem.kind) == ("AWS profile not found", Kind.CONFIGURATION)


# What fails on the way


def test_nobody_answers_at_the_port(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", f"http://127.0.0.1:{closed_port()}")
    problem = problem_of(cloud)
    assert (problem.kind, problem.title) == (Kind.UNREACHABLE, "AWS can't be reached")
    assert "127.0.0.1 refused the connection" in problem.message


def test_a_name_that_does_not_resolve(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", "https://sagemaker.invalid")
    monkeypatch.setattr("socket.getaddrinfo", unresolved)
    problem = problem_of(cloud)
    assert (problem.kind, problem.title) == (Kind.UNREACHABLE, "Name not found")
    assert "sagemaker.invalid" in problem.message


_getaddrinfo = socket.getaddrinfo


def unresolved(host: str, port: Any, family: int = 0, kind: int = 0, protocol: int = 0, flags: int = 0) -> object:
    """Ask the system for addresses only: it knows by itself that a name is none, and asks no name server."""
    return _getaddrinfo(host, port, family, kind, protocol, flags | socket.AI_NUMERICHOST)


def test_no_route(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """A multicast address: TCP has no way there, so the kernel refuses at once, and no packet leaves."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", "http://224.0.0.1")
    with socket.socket() as one:
        assert one.connect_ex(("224.0.0.1", 80)) in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL)
    problem = problem_of(cloud)
    assert (problem.kind, problem.title) == (Kind.UNREACHABLE, "No network")
    assert "224.0.0.1" in problem.message


def test_an_answer_that_does_not_come(cloud: Cloud, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tray.aws.calls.clients._READ_TIMEOUT_SECONDS", 0.2)
    sample.endpoint.faults.add(Fault(Trouble.HANG))
    problem = problem_of(cloud)
    assert (problem.kind, problem.title) == (Kind.UNREACHABLE, "AWS doesn't answer")
    assert "did not answer in time" in problem.message


def test_a_region_that_identity_center_has_not(
    cloud: Cloud, sample: SampleCloud, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_SSO")
    monkeypatch.setattr("socket.getaddrinfo", unresolved)
    cache = signed_in(sample, home, "eu-west-99")
    keep_tokens_in(lambda: cache)
    try:
        problem = problem_of(cloud, Scope("mine", "eu-west-1", AwsProfile("sso")))
    finally:
        keep_tokens_in(None)
    assert problem.title == "Unknown region"
    assert "sso_region" in problem.remedy
    assert "eu-west-99" in problem.message


def signed_in(sample: SampleCloud, home: Path, region: str) -> Path:
    """Configure a profile of an Identity Center in `region` that is signed in to; return the folder of its token."""
    start = "https://corp.awsapps.example/start"
    config(
        sample,
        f"[profile sso]\nsso_start_url = {start}\nsso_region = {region}\n"
        "sso_account_id = 111122223333\nsso_role_name = Analyst\nregion = eu-west-1\n",
    )
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    until = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    token = {"startUrl": start, "region": region, "accessToken": PASSWORD, "expiresAt": until}
    (cache / f"{hashlib.sha1(start.encode()).hexdigest()}.json").write_text(json.dumps(token))  # noqa: S324 - as botocore names it
    return cache


@pytest.mark.parametrize("status", [302, 511])
def test_a_sign_in_page_of_the_network(
    cloud: Cloud, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    page = Page("/", status, {"Content-Type": "text/html", "Location": "/login"}, "<!doctype html><title>Hotel</title>")
    with portal(monkeypatch, page):
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", os.environ["AWS_ENDPOINT_URL_STS"])
        problem = problem_of(cloud)
    assert (problem.kind, problem.title) == (Kind.UNREACHABLE, "Not an answer of AWS")


# Proxies and certificates


def behind(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """Have all go through a proxy, and the notebook instances be where AWS has them."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_SAGEMAKER", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", proxy)


@pytest.mark.parametrize("user", ["me", "http", "p"])
def test_a_proxy_that_is_not_there(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, user: str) -> None:
    port = closed_port()
    behind(monkeypatch, f"http://{user}:{PASSWORD}@127.0.0.1:{port}")
    problem = problem_of(cloud)
    assert (problem.kind, problem.title) == (Kind.UNREACHABLE, "Proxy can't be reached")
    assert f"The proxy 127.0.0.1:{port} " in problem.message


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("socks://me:{}@proxy.example:1080", "SOCKS is not supported"),
        ("socks4://me:{}@proxy.example:1080", "SOCKS is not supported"),
        ("SOCKS5h://me:{}@proxy.example:1080", "SOCKS is not supported"),
        ("quic://me:{}@proxy.example:443", "neither an HTTP nor an HTTPS proxy"),
        ("http://me:{}@proxy.example:3128 ", "has a blank in it"),
        ("proxy.example:3128 ", "has a blank in it"),
        ("http://me:{}@proxy.example:port", "is no URL"),
        ("http://", "is no URL"),
        ("HTTP://me:{}@proxy.example:3128", "begins in capitals"),
        ("http://CORP\\me:{}@proxy.example:3128", "that is not percent-encoded"),
        ("http://me:{}#@proxy.example:3128", "that is not percent-encoded"),
        ("http://me:{}/@proxy.example:3128", "that is not percent-encoded"),
        ('"http://me:{}@proxy.example:3128"', "quotation marks around it"),
        ("'proxy.example:3128'", "is no URL"),
        # Names that DNS can't have: urllib3 raises what no network does.
        ("http://me:{}@proxy..example:3128", "is no URL"),
        (f"http://me:{{}}@{'p' * 64}.example:3128", "is no URL"),
    ],
)
def test_a_proxy_that_no_network_could_make_work(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, proxy: str, words: str
) -> None:
    behind(monkeypatch, proxy.format(PASSWORD))
    problem = problem_of(cloud)
    assert (problem.kind, problem.title) == (Kind.UNREACHABLE, "Proxy can't be used")
    assert words in problem.message
    assert "HTTPS_PROXY" in problem.remedy
    assert PASSWORD not in problem.text()


def test_a_proxy_that_wants_a_password(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    with company_proxy(0, user=f"me:{PASSWORD}") as proxy:
        behind(monkeypatch, f"http://me:wrong-{PASSWORD}@127.0.0.1:{proxy.port}")
        problem = problem_of(cloud)
        assert proxy.asked == [f"CONNECT {HOST}:443"] * 2
        assert proxy.given[0]
        assert not proxy.given[1], "how it wants to be signed in to is asked without a password"
    assert (problem.kind, problem.title) == (Kind.UNREACHABLE, "Proxy wants a password")
    assert "HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT" in problem.remedy


@pytest.mark.parametrize(
    ("asks", "title", "words"),
    [
        ("Negotiate\r\nProxy-Authenticate: NTLM", "Proxy wants another sign-in", "signs in by negotiate, ntlm."),
        ("NTLM TlRMTVNTUAAC", "Proxy wants another sign-in", "signs in by ntlm."),
        ('NTLM\r\nproxy-authenticate: Basic realm="corp"', "Proxy wants a password", "a user name and a password"),
    ],
)
def test_a_proxy_that_no_password_opens_is_not_given_one(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, asks: str, title: str, words: str
) -> None:
    refusal = f"407 Proxy Authentication Required\r\nProxy-Authenticate: {asks}"
    with company_proxy(0, refuses_with=refusal) as proxy:
        behind(monkeypatch, f"http://me:{PASSWORD}@127.0.0.1:{proxy.port}")
        problem = problem_of(cloud)
    assert problem.title == title
    assert words in problem.message
    assert ("USER:PASSWORD" in problem.remedy) == ("Basic" in asks)


@pytest.mark.parametrize(
    ("listed", "entry", "instead"),
    [
        ("localhost, *.amazonaws.com", "*.amazonaws.com", ".amazonaws.com"),
        (f"https://{HOST}", f"https://{HOST}", HOST),
        ("api.*.amazonaws.com", "api.*.amazonaws.com", HOST),
        ("localhost .amazonaws.com", "localhost .amazonaws.com", "localhost,.amazonaws.com"),
        ("localhost;.amazonaws.com", "localhost;.amazonaws.com", "localhost,.amazonaws.com"),
        ("*.example.com,10.0.0.0/8,localhost", "", ""),
    ],
)
def test_an_exception_from_the_proxy_that_is_not_understood_is_named(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, listed: str, entry: str, instead: str
) -> None:
    """Python knows other entries of NO_PROXY than curl and Go do: without a word, they would be for nothing."""
    monkeypatch.setenv("NO_PROXY", listed)
    monkeypatch.setenv("no_proxy", listed)
    with company_proxy(0, refuses_with="403 Blocked by policy") as proxy:
        behind(monkeypatch, proxy.address)
        refused = problem_of(cloud)
    gone = problem_of(cloud)
    assert (refused.title, gone.title) == ("Proxy refused", "Proxy can't be reached")
    for problem in (refused, gone):
        named = f"NO_PROXY has “{entry}”, which is not understood here: write {instead} there"
        assert (named in problem.remedy) == bool(entry), problem.remedy


@pytest.mark.parametrize(
    ("listed", "entry"),
    [
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("10.1.*", "10.1.*"),
        ("10.2.0.0/16, x", ""),
        ("10.1.2.3", ""),
        ("*", ""),
        ("/", ""),
    ],
)
def test_addresses_of_a_network_are_no_exception(monkeypatch: pytest.MonkeyPatch, listed: str, entry: str) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, listed)
    assert exception_meant("https://10.1.2.3:8443/x") == ((entry, "10.1.2.3") if entry else ("", ""))


def test_a_proxy_that_does_not_let_us_through(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    with company_proxy(0, refuses_with="403 Blocked by policy") as proxy:
        behind(monkeypatch, proxy.address)
        problem = problem_of(cloud)
        assert (problem.kind, problem.title) == (Kind.UNREACHABLE, "Proxy refused")
        assert "403 Blocked by policy" in problem.message
        unknown = problem_of(cloud, Scope("mine", "eu-west-99", AwsProfile("research")))
        assert unknown.title == "Unknown region", "a proxy that finds no such name says so with any status"


def test_tls_inspection_is_named_by_who_issued_the_certificate(
    cloud: Cloud, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = f"me:{PASSWORD}"
    with company_proxy(0, authority=authority, user=user) as proxy:
        behind(monkeypatch, f"http://{user}@127.0.0.1:{proxy.port}")
        problem = problem_of(cloud)
        assert (problem.kind, problem.title) == (Kind.UNREACHABLE, "Certificate not trusted")
        assert f"issued by “{ISSUER}”" in problem.message
        assert HOST in problem.message
        assert "system's certificate store" in problem.remedy
        asked = len(proxy.asked)
        problem_of(cloud, Scope("again", "eu-west-1", AwsProfile("research")))
        assert len(proxy.asked) == asked + 1, "who issued it was looked for once"


def test_a_bundle_that_does_not_vouch_for_it_is_named(
    cloud: Cloud, sample: SampleCloud, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with company_proxy(port_of(sample), authority=authority) as proxy:
        behind(monkeypatch, proxy.address)
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", f"https://127.0.0.1:{port_of(sample)}")
        monkeypatch.setenv("AWS_CA_BUNDLE", where())
        problem = problem_of(cloud)
        assert "AWS_CA_BUNDLE" in problem.message
        monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "missing.pem"))
        with pytest.raises(TrayError) as refused:
            Cloud().list_notebooks(HERE)
        assert f"AWS_CA_BUNDLE is “{tmp_path / 'missing.pem'}”" in refused.value.problem.message
        for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
            monkeypatch.setenv(name, str(authority.bundle))
            assert Cloud().list_notebooks(HERE), "and it is trusted where it is named"
            monkeypatch.delenv(name)
        text = sample.files.config.read_text()
        sample.files.config.write_text(
            text.replace("[profile research]\n", f"[profile research]\nca_bundle = {authority.bundle}\n")
        )
        assert Cloud().list_notebooks(HERE)


def test_a_certificate_of_another_time(
    cloud: Cloud, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = Authority(tmp_path, valid_from=timedelta(days=2))
    with company_proxy(0, authority=authority) as proxy:
        behind(monkeypatch, proxy.address)
        monkeypatch.setenv("AWS_CA_BUNDLE", str(authority.bundle))
        problem = problem_of(cloud)
    assert problem.title == "Certificate out of date"
    assert "date and time" in problem.remedy


def test_what_speaks_no_tls(cloud: Cloud, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", f"https://127.0.0.1:{port_of(sample)}")
    problem = problem_of(cloud)
    assert problem.kind is Kind.UNREACHABLE
    assert problem.title in ("No secure connection", "AWS can't be reached")


@pytest.mark.parametrize("by", ["the profile", "a services section", "a variable"])
def test_who_set_the_address_is_told_where_no_aws_answers(
    cloud: Cloud, sample: SampleCloud, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    url = f"{sample.endpoint.url}/not-here"
    monkeypatch.delenv("AWS_ENDPOINT_URL_SAGEMAKER")
    text = sample.files.config.read_text()
    if by == "a variable":
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        words, remedy = "The address is that of the environment variable AWS_ENDPOINT_URL.", "correct AWS_ENDPOINT_URL."
    elif by == "the profile":
        text = text.replace("[profile research]\n", f"[profile research]\nendpoint_url = {url}\n")
        words, remedy = "endpoint_url in [profile research]", "correct endpoint_url in [profile research]"
    else:
        text = text.replace("[profile research]\n", "[profile research]\nservices = vpc\n")
        text += f"[services vpc]\nsagemaker =\n  endpoint_url = {url}\n"
        words, remedy = "endpoint_url in [services vpc]", "correct endpoint_url in [services vpc]"
    sample.files.config.write_text(text)
    problem = problem_of(cloud)
    assert problem.title == "Not an answer of AWS"
    assert words in problem.message
    assert f"Otherwise {remedy}" in problem.remedy
    if by != "a variable":
        assert f"({sample.files.config}, line " in problem.message
