"""The shorter way for lists: what it answers is what botocore would, and botocore gets whatever it can't answer."""

from __future__ import annotations

import http.server
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import HTTPClientError
from botocore.httpsession import URLLib3Session

from tests.support.cloud import SampleCloud, cloud_of_many, tls_front
from tray.aws import short_way
from tray.aws.cloud import Cloud
from tray.aws.exchange import Answer
from tray.aws.signing import signed_by
from tray.aws.values import Place
from tray.demo.faults import Fault, Trouble
from tray.errors import Kind, TrayError
from tray.model.signer import AwsProfile

HERE_AND_THERE = ("eu-west-1", "us-east-1")
HERE = Place("profile-00", "eu-west-1", AwsProfile("profile-00"))


@dataclass
class Ways:
    """Which way each attempt went: what came of those on the short way, and how many botocore sent itself."""

    short: list[object] = field(default_factory=list)
    long: int = 0


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    with cloud_of_many(tmp_path, 8) as cloud:
        cloud.into(monkeypatch)
        yield cloud


@pytest.fixture
def cloud(sample: SampleCloud) -> Cloud:
    return Cloud()


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> Ways:
    ways = Ways()
    exchange, send = short_way.exchange, URLLib3Session.send

    def seen(*arguments: object) -> Answer:
        try:
            answer: Answer = exchange(*arguments)  # type: ignore[arg-type]
        except Exception as error:
            ways.short.append(type(error).__name__)
            raise
        ways.short.append(answer.status)
        return answer

    def sent(*arguments: object) -> object:
        ways.long += 1
        return send(*arguments)

    monkeypatch.setattr(short_way, "exchange", seen)
    monkeypatch.setattr(URLLib3Session, "send", sent)
    return ways


def attempts(sample: SampleCloud) -> list[str]:
    """Return the errors that AWS answered with, one an attempt."""
    return [call.error for call in sample.endpoint.recorder.calls()]


def assert_listed(cloud: Cloud, place: Place = HERE) -> None:
    assert [notebook.name for notebook in cloud.list_notebooks(place)] == [f"{place.profile}-{place.region}"]


@contextmanager
def http_server(answer: Callable[[http.server.BaseHTTPRequestHandler], None]) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def plainly(*bodies: bytes) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    """Answer with these, one after the other, and from then on with the last."""
    left = list(bodies)

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        body = left.pop(0) if len(left) > 1 else left[0]
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_the_first_call_opens_a_connection_and_those_after_it_take_it(
    cloud: Cloud, sample: SampleCloud, ways: Ways
) -> None:
    first = cloud.list_notebooks(HERE)
    assert [notebook.name for notebook in first] == ["profile-00-eu-west-1"]
    assert (ways.short, ways.long) == ([], 1)
    assert cloud.list_notebooks(HERE) == first
    other = Place("profile-01", "eu-west-1", AwsProfile("profile-01"))
    assert [notebook.name for notebook in cloud.list_notebooks(other)] == ["profile-01-eu-west-1"]
    assert (ways.short, ways.long) == ([200, 200], 1)
    calls = sample.endpoint.recorder.calls()
    assert [call.caller for call in calls] == [sample.profiles[at].principal.arn for at in (0, 0, 1)]
    assert calls[0].parameters == calls[1].parameters


def test_it_is_asked_as_botocore_asks(cloud: Cloud, ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every byte but for what is another each time: the number of the call, its time, and its signature."""
    asked: list[tuple[str, list[tuple[str, str]]]] = []
    answer = plainly(b'{"NotebookInstances": []}')

    def overhear(handler: http.server.BaseHTTPRequestHandler) -> None:
        asked.append((handler.requestline, sorted((name.lower(), value) for name, value in handler.headers.items())))
        answer(handler)

    with http_server(overhear) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", url)
        for _ in range(2):
            assert cloud.list_notebooks(HERE) == ()
    assert (ways.short, ways.long) == ([200], 1)
    (long_line, long), (short_line, short) = asked
    assert short_line == long_line
    assert [name for name, _ in short] == [name for name, _ in long]
    differing = {name for (name, value), other in zip(short, long, strict=True) if (name, value) != other}
    assert differing - {"x-amz-date", "authorization"} == {"amz-sdk-invocation-id"}


# The real AWS Common Runtime, where the extra `login` puts it; see packaging/requirements-login.in.
LOGIN_EXTRA = Path(__file__).parents[2] / ".venv" / "login-extra"
TWICE = """
import botocore.compat
from tray.aws import short_way
from tray.aws.cloud import Cloud
from tray.aws.values import Place
from tray.model.signer import AwsProfile
assert botocore.compat.HAS_CRT
cloud, exchange, short = Cloud(), short_way.exchange, []
short_way.exchange = lambda *arguments: short.append(1) or exchange(*arguments)
print([cloud.list_notebooks(Place("profile-00", "eu-west-1", AwsProfile("profile-00"))) for _ in range(2)], len(short))
"""


@pytest.mark.only_on("linux", reason="crt is in a folder that packaging/make-venv.sh makes")
def test_it_is_asked_as_botocore_asks_where_crt_signs(sample: SampleCloud) -> None:
    """It puts headers into the request that botocore leaves to urllib3."""
    asked: list[list[str]] = []
    answer = plainly(b'{"NotebookInstances": []}')

    def overhear(handler: http.server.BaseHTTPRequestHandler) -> None:
        asked.append(sorted(name.lower() for name, _ in handler.headers.items()))
        answer(handler)

    with http_server(overhear) as url:
        path = f"{Path(__file__).parents[2]}{os.pathsep}{LOGIN_EXTRA}"
        environment = {**os.environ, "PYTHONPATH": path, "AWS_ENDPOINT_URL_SAGEMAKER": url}
        ran = subprocess.run(
            [sys.executable, "-c", TWICE], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
    assert ran.stdout == "[(), ()] 1\n", ran.stderr
    long, short = asked
    assert short == long
    assert len(set(short)) == len(short)


@pytest.mark.parametrize("token", ["one\ntwo", "one\r\nx-amz-target: two"])
def test_what_can_be_no_header_is_for_botocore_to_refuse(
    cloud: Cloud, sample: SampleCloud, ways: Ways, token: str
) -> None:
    assert_listed(cloud)
    with (
        cloud._sessions.client(AwsProfile("profile-00"), "eu-west-1", "ListNotebookInstances") as client,
        signed_by(Credentials("key", "secret", token)),
        pytest.raises(HTTPClientError, match="header"),
    ):
        client.list_notebook_instances()
    assert (ways.short, len(sample.endpoint.recorder.calls())) == ([], 1)
    assert_listed(cloud)


def test_over_tls(cloud: Cloud, ways: Ways, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with http_server(plainly(b'{"NotebookInstances": []}')) as url, tls_front(tmp_path, url) as front:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(front.certificate))
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", front.url)
        for _ in range(3):
            assert cloud.list_notebooks(HERE) == ()
        assert (ways.short, ways.long, front.connections()) == ([200, 200], 1, 1)


@pytest.mark.parametrize(
    ("fault", "kind", "short"),
    [
        (Fault(Trouble.ERROR, "AccessDeniedException"), Kind.DENIED, [400]),
        (Fault(Trouble.ERROR, "InternalFailure", status=500), Kind.OTHER, [500]),
        (Fault(Trouble.ERROR, "ThrottlingException"), Kind.THROTTLED, [400]),
        (Fault(Trouble.DROP), Kind.UNREACHABLE, ["ConnectionError"]),
    ],
)
def test_what_fails_is_botocores_first_attempt(
    cloud: Cloud,
    sample: SampleCloud,
    ways: Ways,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    kind: Kind,
    short: list[object],
) -> None:
    """The same error in the same number of attempts, whichever way they go."""
    told = []
    for at in range(2):
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
        fresh = Cloud()
        if at:
            assert_listed(fresh)
        ways.short.clear()
        sample.endpoint.recorder.clear()
        sample.endpoint.faults.add(fault)
        with pytest.raises(TrayError) as refused:
            fresh.list_notebooks(HERE)
        sample.endpoint.faults.clear()
        told.append((refused.value.problem.kind, refused.value.problem.text(), len(sample.endpoint.recorder.calls())))
        assert ways.short == (short if at else [])
        assert_listed(fresh)
    assert told[0] == told[1]
    assert told[0][0] is kind


def test_an_attempt_after_a_failure_succeeds(cloud: Cloud, sample: SampleCloud, ways: Ways) -> None:
    assert_listed(cloud)
    sample.endpoint.recorder.clear()
    sample.endpoint.faults.add(Fault(Trouble.ERROR, "InternalFailure", status=500, times=1))
    assert_listed(cloud)
    assert attempts(sample) == ["InternalFailure", ""]
    assert (ways.short, ways.long) == ([500], 2)
    assert_listed(cloud)
    assert ways.short == [500, 200]


def test_throttling_is_told_of(cloud: Cloud, sample: SampleCloud, ways: Ways) -> None:
    assert_listed(cloud)
    sample.endpoint.faults.add(Fault(Trouble.ERROR, "ThrottlingException", times=1))
    assert_listed(cloud)
    assert ways.short == [400]
    assert cloud._sessions._paces["profile-00", "eu-west-1"].limit == 1


def test_silence_is_waited_for_once_an_attempt(
    cloud: Cloud, sample: SampleCloud, ways: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tray.aws.clients._READ_TIMEOUT_SECONDS", 1)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    assert_listed(cloud)
    sample.endpoint.recorder.clear()
    sample.endpoint.faults.add(Fault(Trouble.HANG, times=2))
    with pytest.raises(TrayError) as refused:
        cloud.list_notebooks(HERE)
    assert refused.value.problem.kind is Kind.UNREACHABLE
    assert ways.short == ["TimeoutError"]
    assert len(sample.endpoint.recorder.calls()) == 2
    assert_listed(cloud)


def test_a_failure_of_one_call_is_never_anothers(cloud: Cloud, sample: SampleCloud, ways: Ways) -> None:
    """Half of the profiles are refused, on the connections and threads of the others."""
    everywhere = [
        Place(each.name, region, AwsProfile(each.name)) for region in HERE_AND_THERE for each in sample.profiles
    ] * 8
    refused = {each.name for each in sample.profiles[::2]}
    for each in sample.profiles[::2]:
        account = each.principal.account_id
        sample.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", account_id=account))

    def outcome(place: Place) -> object:
        try:
            assert_listed(cloud, place)
        except TrayError as error:
            return error.problem.text().count(place.aws_profile) and "refused"
        return "listed"

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(outcome, everywhere))
    assert outcomes == ["refused" if place.profile in refused else "listed" for place in everywhere]
    assert {200, 400} == set(ways.short)
    assert len(sample.endpoint.recorder.calls()) == len(everywhere)


def test_closed_connections_are_opened_by_botocore(cloud: Cloud, ways: Ways) -> None:
    assert_listed(cloud)
    cloud.close_connections()
    assert_listed(cloud)
    assert (ways.short, ways.long) == ([], 2)
    assert_listed(cloud)
    assert (ways.short, ways.long) == ([200], 2)


def test_adaptive_retries_pace_every_attempt(cloud: Cloud, ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    for _ in range(2):
        assert_listed(cloud)
    assert (ways.short, ways.long) == ([], 2)


def test_a_botocore_that_keeps_its_connections_elsewhere(
    cloud: Cloud, ways: Ways, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(short_way, "PoolManager", dict)
    for _ in range(2):
        assert_listed(cloud)
    assert (ways.short, ways.long) == ([], 2)
    assert [record.levelno for record in caplog.records if record.name == short_way.__name__] == [logging.WARNING]


def test_answers_that_are_not_plain_go_the_long_way_from_then_on(
    cloud: Cloud, ways: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a proxy that nobody set, which takes answers apart."""
    body = json.dumps({"NotebookInstances": []}).encode()

    def chunked(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))

    with http_server(chunked) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", url)
        for _ in range(4):
            assert cloud.list_notebooks(HERE) == ()
    assert (ways.short, ways.long) == (["NotPlainError"], 4)


def test_a_page_in_place_of_aws(cloud: Cloud, ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network's sign-in page is no empty list, on this way either."""
    with http_server(plainly(b'{"NotebookInstances": []}', b"<html>Welcome</html>")) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", url)
        assert cloud.list_notebooks(HERE) == ()
        with pytest.raises(TrayError):
            cloud.list_notebooks(HERE)
    assert (ways.short, ways.long) == ([200], 1)
