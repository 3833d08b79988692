"""The doctor's way to AWS: endpoints on loopback that answer, are gone, or are something else; clocks and proxies."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, sample_cloud, tls_front
from tests.support.proxies import ISSUER, Authority, company_proxy
from tray.aws.calls.connectivity import Connectivity, reach
from tray.aws.errors import connection as connection_errors
from tray.cli.doctor.checks import CheckState
from tray.cli.doctor.network import certificates_check, clock_check, proxy_check, region_check
from tray.model.notebooks import Scope
from tray.model.signer import AwsProfile

HERE = Scope("research", "eu-west-1", AwsProfile("research"))
REFUSAL = b'{"__type": "MissingAuthenticationTokenException"}'


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    connection_errors._issuers.clear()
    with sample_cloud(tmp_path) as cloud:
        cloud.into(monkeypatch)
        yield cloud


@contextmanager
def answering(body: bytes, *, status: int = 403, date: str = "", request_id: str = "1234") -> Iterator[str]:
    """Answer every request on loopback alike."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response_only(status)
            if date:
                self.send_header("Date", date)
            if request_id:
                self.send_header("x-amzn-RequestId", request_id)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_a_region_that_answers_nobody_is_reached(cloud: SampleCloud) -> None:
    found = reach(HERE)
    assert (found.problem, found.url) == (None, cloud.endpoint.url)
    check = region_check(found)
    assert (check.name, check.state) == ("region eu-west-1", CheckState.OK)
    assert f"{found.milliseconds} ms" in check.what
    assert clock_check([found]).state is CheckState.OK
    (call,) = cloud.endpoint.recorder.calls("ListNotebookInstances")
    assert (call.caller, call.error) == ("", "MissingAuthenticationTokenException"), "it was asked by nobody"


def test_a_region_that_is_gone(cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", f"http://127.0.0.1:{closed.getsockname()[1]}")
        check = region_check(reach(HERE))
    assert check.state is CheckState.FAILED
    assert "refused the connection" in check.what
    assert check.remedy


@pytest.mark.parametrize("status", [200, 407, 511])
def test_a_page_in_the_place_of_aws(cloud: SampleCloud, status: int) -> None:
    with answering(b"<html>Please sign in</html>", status=status, request_id="") as url:
        check = region_check(_reach_at(url))
    assert check.state is CheckState.FAILED
    assert check.what.startswith("Proxy wants a password" if status == 407 else "Not an answer of AWS")


def test_an_endpoint_that_hangs_up(cloud: SampleCloud) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: server.accept()[0].close(), daemon=True)
        thread.start()
        check = region_check(_reach_at(f"http://127.0.0.1:{server.getsockname()[1]}"))
        thread.join()
    assert (check.state, check.what.partition(":")[0]) == (CheckState.FAILED, "AWS can't be reached")


def test_an_unknown_host_that_answers_as_json(cloud: SampleCloud) -> None:
    with answering(REFUSAL, request_id="") as url:
        assert region_check(_reach_at(url)).what.startswith("Not an answer of AWS")


@pytest.mark.parametrize(
    ("ahead", "state", "words"),
    [
        (timedelta(seconds=-20), CheckState.OK, "Agrees"),
        (timedelta(minutes=-3), CheckState.WARNING, "3 min behind"),
        (timedelta(hours=3, minutes=20), CheckState.FAILED, "3 h 20 min ahead"),
    ],
)
def test_a_clock_that_is_wrong(cloud: SampleCloud, ahead: timedelta, state: CheckState, words: str) -> None:
    theirs = format_datetime(datetime.now(UTC) - ahead, usegmt=True)
    with answering(REFUSAL, date=theirs) as url:
        found = _reach_at(url)
    assert found.problem is None
    check = clock_check([found])
    assert check.state is state
    assert words in check.what
    assert bool(check.remedy) is (state is not CheckState.OK)


def test_no_answer_tells_no_clock() -> None:
    assert clock_check([]).state is CheckState.SKIPPED
    assert proxy_check([]).state is CheckState.SKIPPED
    assert certificates_check([]).state is CheckState.SKIPPED


def test_proxies(cloud: SampleCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_check([reach(HERE)]).what == "None is used."
    monkeypatch.delenv("AWS_ENDPOINT_URL_SAGEMAKER")
    authority = Authority(tmp_path)
    with (
        answering(REFUSAL) as url,
        company_proxy(int(url.rpartition(":")[2]), authority=authority, user="ana:planted-pass") as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", proxy.address)
        refused = proxy_check([reach(HERE)])
        assert refused.state is CheckState.FAILED
        assert "wants a password" in refused.what
        assert proxy.address in refused.what

        monkeypatch.setenv("HTTPS_PROXY", f"http://ana:planted-pass@127.0.0.1:{proxy.port}")
        untrusted = reach(HERE)
        assert proxy_check([untrusted]).state is CheckState.OK
        check = certificates_check([untrusted])
        assert check.state is CheckState.FAILED
        assert ISSUER in check.what

        monkeypatch.setenv("AWS_CA_BUNDLE", str(authority.bundle))
        trusted = reach(HERE)
        assert trusted.problem is None
        through = proxy_check([trusted])
        assert through.state is CheckState.OK
        assert f"{proxy.address} (HTTPS_PROXY, with a user name and a password)" in through.what
        check = certificates_check([trusted])
        assert (check.state, check.what) == (CheckState.OK, f"Trusted by AWS_CA_BUNDLE, issued by “{ISSUER}”.")
        monkeypatch.setenv("NO_PROXY", ".amazonaws.com")
        assert "HTTPS_PROXY does not apply" in proxy_check([trusted]).what
        for text in (refused, through, check, untrusted, trusted):
            assert "planted-pass" not in repr(text)


def test_a_certificate_that_nobody_vouches_for(
    cloud: SampleCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(REFUSAL) as url, tls_front(tmp_path, url) as front:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", front.url)
        assert certificates_check([reach(HERE)]).state is CheckState.FAILED
        monkeypatch.setenv("AWS_CA_BUNDLE", str(front.certificate))
        assert certificates_check([reach(HERE)]).state is CheckState.OK
        monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "none.pem"))
        gone = certificates_check([reach(HERE)])
        assert gone.state is CheckState.FAILED
        assert "AWS_CA_BUNDLE" in gone.what
        assert "none.pem" in gone.what


def _reach_at(url: str) -> Connectivity:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", url)
        return reach(HERE)
