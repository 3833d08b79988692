"""Hosts that answer in ways no Jupyter does, and ways to them that are barred: within limits, and without a secret."""

from __future__ import annotations

import contextlib
import json
import logging
import pickle
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.jupyter_gate import (
    API,
    COOKIE,
    HTML,
    JSON,
    PAGE,
    STARTED,
    STATUS,
    Gate,
    Said,
    idle,
    instead,
    jupyter_gate,
    raw_host,
)
from tray.jupyter import connection
from tray.jupyter.errors import CannotAskError, NotYetError
from tray.jupyter.network import Network
from tray.jupyter.visit import MOST_REDIRECTS, Visit, look
from tray.model.activity import Activity, Reason
from tray.model.notebooks import AuthorizedUrl


@pytest.fixture
def gate() -> Iterator[Gate]:
    with jupyter_gate() as gate:
        gate.leads_to = "/lab"
        gate.instead = idle
        yield gate


def test_the_gate_of_these_tests_is_ready_and_idle(gate: Gate) -> None:
    seen = look(gate.url())
    assert (seen.unknown, seen.last_sign) == (None, datetime.fromisoformat(STARTED))
    with Visit(gate.url()) as visit:
        assert visit.is_ready()


NOT_YET: dict[str, tuple[Said, Reason]] = {
    "a page": ((200, HTML, PAGE), Reason.NOT_JUPYTER),
    "a page that has JSON in it": ((200, HTML, json.dumps(STATUS).encode()), Reason.NOT_JUPYTER),
    "JSON without its type": ((200, {}, json.dumps(STATUS).encode()), Reason.NOT_JUPYTER),
    "a page that says it is JSON": ((200, JSON, PAGE), Reason.ODD),
    "nothing": ((200, JSON, b""), Reason.ODD),
    "half": ((200, JSON, json.dumps(STATUS).encode()[:40]), Reason.ODD),
    "lists in lists": ((200, JSON, b"[" * 100_000), Reason.ODD),
    "a number without an end": ((200, JSON, b"9" * 100_000), Reason.ODD),
    "bytes": ((200, JSON, b"\xff\xfe\x00\x80" * 100), Reason.ODD),
    "too much": ((200, JSON, b" " * (256 * 1024 + 1)), Reason.TOO_LONG),
    "201": ((201, JSON, json.dumps(STATUS).encode()), Reason.NOT_JUPYTER),
    "a redirect": ((302, {"Location": "/lab"}, b""), Reason.NOT_JUPYTER),
    "404": ((404, JSON, b'{"message": "Not found"}'), Reason.NOT_JUPYTER),
    "500": ((500, JSON, b'{"message": "Oh"}'), Reason.NOT_JUPYTER),
    "502": ((502, HTML, PAGE), Reason.NOT_JUPYTER),
    "503": ((503, HTML, PAGE), Reason.NOT_JUPYTER),
}
NEVER: dict[str, tuple[Said, Reason]] = {
    "401": ((401, JSON, b"{}"), Reason.REFUSED),
    "403": ((403, HTML, PAGE), Reason.REFUSED),
    "a redirect to a sign-in": ((302, {"Location": "https://signin.example/?to=lab"}, b""), Reason.ELSEWHERE),
    "a redirect to another scheme": ((307, {"Location": "ftp://127.0.0.1/"}, b""), Reason.ELSEWHERE),
    "a redirect that is no URL": ((302, {"Location": "http://[oops"}, b""), Reason.ELSEWHERE),
    "a redirect as another user": ((302, {"Location": "http://a@127.0.0.1/"}, b""), Reason.ELSEWHERE),
    "a redirect that goes on": ((302, {"Location": "/" + "a" * 9000}, b""), Reason.ELSEWHERE),
}


@pytest.mark.parametrize(("said", "reason"), NOT_YET.values(), ids=NOT_YET)
@pytest.mark.parametrize("path", API)
def test_what_is_not_jupyters_data_is_never_ready_nor_idle(gate: Gate, path: str, said: Said, reason: Reason) -> None:
    instead(gate, path, *said)
    assert look(gate.url()).unknown is reason
    if path == API[0]:
        with Visit(gate.url()) as visit:
            assert not visit.is_ready()


@pytest.mark.parametrize(("said", "reason"), NEVER.values(), ids=NEVER)
@pytest.mark.parametrize("path", ["/lab", *API])
def test_what_asking_again_does_not_mend(gate: Gate, path: str, said: Said, reason: Reason) -> None:
    instead(gate, path, *said)
    assert look(gate.url()).unknown is reason
    if path in ("/lab", API[0]):
        with Visit(gate.url()) as visit, pytest.raises(CannotAskError) as refused:
            visit.is_ready()
        assert refused.value.reason is reason


@pytest.mark.parametrize(
    "odd", [None, [], {}, {**STATUS, "kernels": "0"}, {"started": STARTED}, {"message": "Not yet"}]
)
def test_json_of_another_form_is_not_ready_nor_idle(gate: Gate, odd: object) -> None:
    instead(gate, API[0], 200, JSON, json.dumps(odd).encode())
    assert look(gate.url()).unknown is Reason.ODD
    with Visit(gate.url()) as visit:
        assert not visit.is_ready()


def test_a_busy_kernel_is_told_where_the_terminals_are_not(gate: Gate) -> None:
    kernel = {"last_activity": STARTED, "execution_state": "busy", "connections": 0}
    answers = {API[1]: (200, JSON, json.dumps([kernel]).encode()), API[2]: (404, JSON, b"{}")}
    gate.instead = lambda path: answers.get(path) or idle(path)
    assert look(gate.url()).busy == 1


def test_an_answer_without_a_date_has_no_age(gate: Gate) -> None:
    for date in ("", "yesterday", "Thu, 99 Nov 2026 12:00:00 GMT", "9" * 5000):
        instead(gate, API[0], 200, {**JSON, "Date": date}, json.dumps(STATUS).encode())
        assert look(gate.url()).unknown is Reason.ODD


def test_ages_are_by_the_answers_date_and_not_by_this_computers_clock(gate: Gate) -> None:
    answered = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=20)
    started = f"{answered - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    head = {**JSON, "Date": format_datetime(answered, usegmt=True)}
    said = {**STATUS, "started": started, "last_activity": started}
    instead(gate, API[0], 200, head, json.dumps(said).encode())
    assert look(gate.url()).quiet_seconds == 3600


@pytest.mark.parametrize("days", [-400, -2, 2, 400, 900_000])
def test_a_clock_that_is_far_off_makes_nothing_idle(gate: Gate, days: int) -> None:
    """Not for a command that stops what is idle, either."""
    date = format_datetime(datetime.now(UTC) + timedelta(days=days), usegmt=True)
    instead(gate, API[0], 200, {**JSON, "Date": date}, json.dumps(STATUS).encode())
    found = look(gate.url())
    assert (found.unknown, found.quiet_seconds) == (Reason.ODD, None)


@pytest.mark.parametrize("never", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00+00:00", "0001-01-01T00:00:00-14:00"])
@pytest.mark.parametrize("where", ["status", "kernel", "terminal"])
def test_a_time_that_means_never_is_not_idle_and_can_be_told(gate: Gate, where: str, never: str) -> None:
    status = {**STATUS, "last_activity": never, "started": never} if where == "status" else {**STATUS, "kernels": 1}
    kernel = {
        "execution_state": "idle",
        "connections": 10**40,
        "last_activity": never if where == "kernel" else STARTED,
    }
    terminal = {"name": "1", "last_activity": never if where == "terminal" else STARTED}
    answers = {API[0]: status, API[1]: [kernel], API[2]: [terminal]}
    gate.instead = lambda path: (200, JSON, json.dumps(answers[path]).encode()) if path in answers else idle(path)
    found = look(gate.url())
    assert (found.unknown, found.quiet_seconds) == (Reason.ODD, None)
    for hours in (-12, 0, 14):
        assert found.text(datetime.now(timezone(timedelta(hours=hours))))


def test_a_redirect_to_another_host_is_not_followed_and_carries_no_cookie(gate: Gate) -> None:
    with jupyter_gate() as other:
        elsewhere = f"http://localhost:{other.port}/lab"
        for path in ("/lab", *API):
            instead(gate, path, 302, {"Location": elsewhere}, b"")
            assert look(gate.url()).unknown is Reason.ELSEWHERE
        gate.instead, gate.leads_to = idle, elsewhere
        assert look(gate.url()).unknown is Reason.ELSEWHERE
        assert other.asked == []


def test_redirects_come_to_an_end(gate: Gate) -> None:
    gate.instead = lambda path: (302, {"Location": f"{path}a"}, b"")
    assert look(gate.url()).unknown is Reason.NOT_JUPYTER
    assert len(gate.asked) == MOST_REDIRECTS + 1
    with Visit(gate.url()) as visit:
        assert not visit.is_ready()


def test_a_landing_that_broke_off_goes_on_without_the_presigned_url(gate: Gate) -> None:
    answers = iter([(502, HTML, PAGE)])
    gate.instead = lambda path: next(answers, None) if path == "/lab" else idle(path)
    with Visit(gate.url()) as visit:
        assert visit.is_ready()
        assert visit.is_ready()
    assert gate.asked == ["/", "/lab", "/api/status", "/api/status"]


def forever(part: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    def answer(there: socket.socket) -> None:
        while True:
            there.sendall(part)
            time.sleep(pause)

    return answer


def then(head: bytes, more: Callable[[socket.socket], None]) -> Callable[[socket.socket], None]:
    def answer(there: socket.socket) -> None:
        there.sendall(head)
        more(there)

    return answer


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SLOW = 0.05
ENDLESS: dict[str, tuple[Callable[[socket.socket], None], set[Reason]]] = {
    "nothing": (then(b"", lambda _there: time.sleep(3)), {Reason.SLOW}),
    "a head by bytes": (forever(b"H", SLOW), {Reason.SLOW}),
    "a status line": (forever(b"H" * 4096), {Reason.NOT_JUPYTER, Reason.TOO_LONG}),
    "lines of a head": (then(OK, forever(b"X: y\r\n", SLOW)), {Reason.SLOW, Reason.NOT_JUPYTER}),
    "a long head": (then(OK, forever(b"X: " + b"y" * 60_000 + b"\r\n")), {Reason.TOO_LONG}),
    "100 Continue": (forever(b"HTTP/1.1 100 Continue\r\n\r\n"), {Reason.TOO_LONG, Reason.SLOW}),
    "100 Continue, slowly": (forever(b"HTTP/1.1 100 Continue\r\n\r\n", SLOW), {Reason.SLOW}),
    "a body without a length": (then(OK + b"\r\n", forever(b" " * 4096)), {Reason.TOO_LONG}),
    "a body by bytes": (then(OK + b"Content-Length: 100000\r\n\r\n", forever(b" ", SLOW)), {Reason.SLOW}),
    "chunks": (
        then(OK + b"Transfer-Encoding: chunked\r\n\r\n", forever(b"1\r\n \r\n")),
        {Reason.TOO_LONG, Reason.SLOW},
    ),
    "a chunk by bytes": (
        then(OK + b"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n", forever(b" ", SLOW)),
        {Reason.SLOW},
    ),
    "a long chunk": (
        then(OK + b"Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n", forever(b" " * 4096)),
        {Reason.TOO_LONG},
    ),
    "a negative length": (lambda there: there.sendall(OK + b"Content-Length: -1\r\n\r\n[]"), {Reason.ODD, Reason.SLOW}),
    "a huge length": (then(OK + b"Content-Length: 99999999999\r\n\r\n", forever(b" " * 4096)), {Reason.TOO_LONG}),
    "no HTTP": (lambda there: there.sendall(b"220 mail ESMTP\r\n"), {Reason.NOT_JUPYTER}),
    "a chunk that is none": (
        lambda there: there.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
        {Reason.NOT_JUPYTER},
    ),
    "the end": (lambda _there: None, {Reason.UNREACHABLE}),
    "half a body": (
        lambda there: there.sendall(OK + b"Content-Length: 100\r\n\r\n{}"),
        {Reason.NOT_JUPYTER},
    ),
}


@pytest.mark.parametrize(("answer", "reasons"), ENDLESS.values(), ids=ENDLESS)
def test_an_answer_without_an_end_ends_within_the_limits(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[socket.socket], None], reasons: set[Reason]
) -> None:
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 1.0)
    landed = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    turns: list[Callable[[socket.socket], None]] = [lambda there: there.sendall(landed)]
    with raw_host(lambda there: (turns.pop() if turns else answer)(there)) as port:
        seen = look(AuthorizedUrl(f"http://127.0.0.1:{port}/?authToken=x"))
        assert seen.unknown in reasons
        # The same as the answer to the presigned URL.
        assert look(AuthorizedUrl(f"http://127.0.0.1:{port}/?authToken=x")).unknown is not None


def test_the_page_that_a_landing_ends_at_is_not_waited_for(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 5.0)
    endless = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=b\r\n\r\n"
    status = json.dumps(STATUS).encode()
    answers = [then(endless, forever(b"<p>", SLOW))]

    def answer(there: socket.socket) -> None:
        if answers:
            answers.pop()(there)
            return
        length = f"Content-Length: {len(status)}\r\nConnection: close\r\n\r\n"
        there.sendall(OK + length.encode() + status)

    with raw_host(answer) as port, Visit(AuthorizedUrl(f"http://127.0.0.1:{port}/lab?authToken=x")) as visit:
        assert visit.is_ready()


@pytest.mark.only_on("linux", reason="how a queue that is full drops what comes")
def test_a_host_that_drops_what_this_computer_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 1.0)
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        url = AuthorizedUrl(f"http://127.0.0.1:{full.getsockname()[1]}/?authToken=x")
        assert look(url).unknown is Reason.UNREACHABLE
        with Visit(url) as visit, pytest.raises(CannotAskError):
            visit.is_ready()


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    url = AuthorizedUrl(f"http://127.0.0.1:{port}/?authToken=x")
    assert look(url) == Activity(unknown=Reason.UNREACHABLE)
    with Visit(url) as visit:
        assert not visit.is_ready(), "Jupyter refuses connections until it has started"


@pytest.mark.parametrize(
    "url",
    ["http://notebook.example/?authToken=x", "ftp://127.0.0.1/", "", "https:///x", "http://[", "https://a@b.example/"],
)
def test_an_address_that_no_cookie_may_go_to(url: str) -> None:
    assert look(AuthorizedUrl(url)).unknown is Reason.ELSEWHERE


def test_token_and_cookie_are_in_no_log_exception_or_repr(
    gate: Gate, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 1.0)
    told: list[str] = []
    said = [idle("/api/status"), *(each for each, _ in (*NOT_YET.values(), *NEVER.values()))]
    for answer in said:
        for path in ("/", "/lab", *API):
            # What a host sends back must not leave by an exception's text either.
            location = {"Location": f"http://[{gate.token}\x01/{gate.cookie}"}
            for given in (answer, (302, location, b"")):
                assert given is not None
                gate.instead = lambda asked, path=path, given=given: given if asked == path else idle(asked)
                visit = Visit(gate.url())
                for act in (visit.is_ready, visit.look, lambda visit=visit: pickle.dumps(visit)):
                    try:
                        told.append(repr(act()))
                    except Exception as error:  # noqa: BLE001 - whatever it is
                        told += [*traceback.format_exception(error), repr(error), repr(error.__context__)]
                told += [repr(visit), str(visit), f"{visit}", repr(visit._connection)]
                visit.close()
    for address in (f"http://127.0.0.1:1/?authToken={gate.token}", f"https://{gate.token}@x/", f"http://[{gate.token}"):
        told.append(repr(look(AuthorizedUrl(address))))
    told += [caplog.text, *(repr(record.__dict__) for record in caplog.records)]
    everything = "\n".join(told)
    assert COOKIE in gate.cookies[-1]
    assert gate.token not in everything
    assert gate.cookie not in everything
    assert urlsplit(gate.url().reveal()).query not in everything


@pytest.mark.parametrize("target", ["/?authToken=SECRET", "/?authToken=SECRET\x01", "/?authToken=SECRET\xe9"])
def test_what_is_raised_knows_nothing_of_what_it_was_raised_for(target: str) -> None:
    """http.client's exceptions quote the address, or what the host said; also as the context of another."""
    with raw_host(lambda there: there.sendall(b"SECRET\r\n")) as port:
        asked = connection.Connection(connection.Origin("http", "127.0.0.1", port), Network())
        with pytest.raises(NotYetError) as raised:
            asked.get(target, {"Cookie": "SECRET"})
        assert raised.value.reason is Reason.NOT_JUPYTER
        assert (raised.value.__context__, raised.value.__cause__) == (None, None)
        asked.close()
