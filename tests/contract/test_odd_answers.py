"""What answers in AWS's place may be odd, endless or slow: it is said, in bounded time, and hides nothing else."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.support.cloud import SampleCloud, sample_cloud
from tray.aws import answers
from tray.aws import cloud as cloud_module
from tray.aws.botocore_patches import limits
from tray.aws.calls.sessions import Sessions
from tray.aws.calls.visits import visit
from tray.aws.cloud import Cloud
from tray.model.lengths import View
from tray.model.notebooks import Notebook, Scope
from tray.model.problems import Kind, Problem, TrayError
from tray.model.signer import AwsProfile

HERE = Scope("research", "eu-west-1", AwsProfile("research"))
Answer = Callable[[socket.socket, bytes], None]


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with sample_cloud(tmp_path) as made:
        made.into(monkeypatch)
        yield made


@contextmanager
def answering(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Answer on loopback in SageMaker's place; gives how many requests there were so far, one number each."""
    asked: list[int] = []
    over = threading.Event()

    def converse(peer: socket.socket) -> None:
        with peer:
            try:
                while not over.is_set():
                    request = b""
                    while b"\r\n\r\n" not in request:
                        part = peer.recv(65536)
                        if not part:
                            return
                        request += part
                    head, _, body = request.partition(b"\r\n\r\n")
                    length = next(
                        int(line.split(b":")[1])
                        for line in head.split(b"\r\n")
                        if line.lower().startswith(b"content-l")
                    )
                    while len(body) < length:
                        body += peer.recv(65536)
                    asked.append(len(asked))
                    answer(peer, body)
            except OSError:
                return

    def accept() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=converse, args=[peer], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", f"http://127.0.0.1:{listener.getsockname()[1]}")
        try:
            yield asked
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)


def reply(peer: socket.socket, body: bytes, more: str = "") -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    peer.sendall(head.encode() + body)


def saying(value: Any) -> Answer:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return lambda peer, _: reply(peer, body)


def listed(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> tuple[Notebook, ...]:
    with answering(answer, monkeypatch):
        return Cloud().list_notebooks(HERE)


def problem_of(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> Problem:
    with pytest.raises(TrayError) as caught:
        listed(answer, monkeypatch)
    return caught.value.problem


def summary(name: str = "good", **changes: Any) -> dict[str, Any]:
    return {
        "NotebookInstanceName": name,
        "NotebookInstanceArn": f"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/{name}",
        "NotebookInstanceStatus": "InService",
        "InstanceType": "ml.t3.medium",
        "CreationTime": 1_700_000_000,
        "LastModifiedTime": 1_700_000_000.5,
        **changes,
    }


ODD = {
    "a name that is a number": summary(NotebookInstanceName=7),
    "a name that is a list": summary(NotebookInstanceName=["a"]),
    "a name with an escape": summary(NotebookInstanceName="a\x1b[31m"),
    "a name that is too long": summary(NotebookInstanceName="a" * 1_000_000),
    "a name of hyphens": summary(NotebookInstanceName=f"a{'-' * 100_000}b"),
    "an empty name": summary(NotebookInstanceName=""),
    "no name": {key: value for key, value in summary().items() if key != "NotebookInstanceName"},
    "null": None,
    "an ARN that is none": summary(NotebookInstanceArn="arn:aws:iam::1:role/x"),
    "an ARN that is too long": summary(NotebookInstanceArn=summary()["NotebookInstanceArn"] + "a" * 1_000_000),
    "an ARN that is a number": summary(NotebookInstanceArn=1),
    "an ARN of other letters": summary(NotebookInstanceArn=summary()["NotebookInstanceArn"] + "\u212a"),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_an_odd_record_hides_no_other(
    cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, odd: object, caplog: pytest.LogCaptureFixture
) -> None:
    found = listed(saying({"NotebookInstances": [odd, summary()]}), monkeypatch)
    assert [notebook.name for notebook in found] == ["good"]
    assert "makes no sense" in caplog.text
    assert len(caplog.text) < 2000


# The last second that has a date, in UTC; and times that have one in their own zone alone.
FAR = (253402300799, "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00")


@pytest.mark.parametrize("member", ["NotebookInstanceStatus", "InstanceType", "CreationTime", "LastModifiedTime"])
@pytest.mark.parametrize(
    "value", [["InService"], {"a": 1}, 7, 1e20, -1e20, "x\x1b", "", "9" * 5000, True, None, "NaN", *FAR]
)
def test_an_odd_member_hides_no_record(
    cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, member: str, value: object
) -> None:
    (found,) = listed(saying({"NotebookInstances": [{**summary(), member: value}]}), monkeypatch)
    assert found.name == "good"
    assert isinstance(found.status, str)
    assert isinstance(found.instance_type, str)
    assert not {"\x1b"} & set(found.status + found.instance_type)
    zones = [timezone(timedelta(hours=hours)) for hours in (-12, 14)]
    assert all(
        time is None or time.astimezone(zone).year in range(2016, 2101)
        for time in (found.created, found.modified)
        for zone in zones
    )


@pytest.mark.parametrize(
    "value",
    [
        {"NotebookInstances": "abc"},
        {"NotebookInstances": {"a": 1}},
        {"NotebookInstances": 7},
        {"NotebookInstances": ["abc"]},
        {"NotebookInstances": [[]]},
        {"NotebookInstances": None},
        {"NotebookInstances": [], "NextToken": ["a"]},
        [],
        None,
        7,
        b"",
        b"null",
        b"\xff\xfe{}",
        b'{"NotebookInstances": [',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"<html>",
    ],
    ids=str,
)
def test_an_answer_of_another_shape_is_not_aws_s(
    cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, value: object
) -> None:
    problem = problem_of(saying(value), monkeypatch)
    assert (problem.kind, problem.code) == (Kind.UNREACHABLE, "not-aws")


@pytest.mark.parametrize("tokens", [["a", "b"], ["a", "b", "c", "d", "e"], ["a"]])
def test_pages_that_go_in_circles_end(cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, tokens: list[str]) -> None:
    def answer(peer: socket.socket, _: bytes) -> None:
        reply(peer, json.dumps({"NotebookInstances": [], "NextToken": tokens[len(asked) % len(tokens)]}).encode())

    with answering(answer, monkeypatch) as asked, pytest.raises(TrayError) as caught:
        Cloud().list_notebooks(HERE)
    assert caught.value.problem.code == "not-aws"
    assert len(asked) <= len(tokens) + 1


def test_one_that_is_on_two_pages_is_one(cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook instance that is made between two pages moves the others."""
    both = summary("both"), summary("both", NotebookInstanceStatus="Stopping")

    def answer(peer: socket.socket, _: bytes) -> None:
        first = {"NotebookInstances": [summary("a"), both[0]], "NextToken": "more"}
        reply(peer, json.dumps(first if len(asked) == 1 else {"NotebookInstances": [both[1], summary("c")]}).encode())

    with answering(answer, monkeypatch) as asked:
        found = Cloud().list_notebooks(HERE)
    assert [(each.name, each.status) for each in found] == [
        ("a", "InService"),
        ("both", "Stopping"),
        ("c", "InService"),
    ]


def test_pages_without_end_end(cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_MOST_PAGES", 20)

    def answer(peer: socket.socket, _: bytes) -> None:
        reply(peer, json.dumps({"NotebookInstances": [summary()], "NextToken": f"{len(asked)}"}).encode())

    with answering(answer, monkeypatch) as asked, pytest.raises(TrayError) as caught:
        Cloud().list_notebooks(HERE)
    assert caught.value.problem.code == "not-aws"
    assert len(asked) == 20


def without_end(begins: bytes, goes_on: bytes) -> Answer:
    """Return an answer that begins, and then goes on for as long as it is read."""

    def answer(peer: socket.socket, _: bytes) -> None:
        peer.sendall(begins)
        while True:
            peer.sendall(goes_on)

    return answer


OK, CHUNKS = b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BLANKS = b" " * 65536
WITHOUT_END = {
    "a body": without_end(OK + b"Content-Type: application/x-amz-json-1.1\r\n\r\n", BLANKS),
    "a body of 100 GB": without_end(OK + b"Content-Length: 100000000000\r\n\r\n", BLANKS),
    "chunks": without_end(CHUNKS, b"10000\r\n" + BLANKS + b"\r\n"),
    "chunks of a letter": without_end(CHUNKS, b"1\r\n \r\n" * 10_000),
    "trailers": without_end(CHUNKS + b"2\r\n{}\r\n0\r\n", b"X-A: b\r\n" * 10_000),
    "interim answers": without_end(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
}


def headed(peer: socket.socket, _: bytes) -> None:
    """Fewer headers than http.client takes, of fewer bytes each, which make 6 MB."""
    peer.sendall(b"HTTP/1.1 200 OK\r\n" + (b"X-A: " + b"b" * 65_000 + b"\r\n") * 95)
    reply(peer, b'{"NotebookInstances": []}')


def escaped(peer: socket.socket, _: bytes) -> None:
    reply(peer, b'{"NotebookInstances": [], "a": "%b"}' % (rb"\n" * 300_000))


@pytest.mark.parametrize("answer", [*(pytest.param(it, id=what) for what, it in WITHOUT_END.items()), headed, escaped])
def test_a_body_without_end_ends(cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, answer: Answer) -> None:
    monkeypatch.setattr(limits, "MOST_BYTES", 1_000_000)
    monkeypatch.setattr(limits, "ANSWER_SECONDS", 100.0)  # bytes are what ends it
    problem = problem_of(answer, monkeypatch)
    assert (problem.kind, problem.code) == (Kind.UNREACHABLE, "not-aws")


def test_of_a_long_text_no_more_is_taken_apart_than_is_shown() -> None:
    lines = "ab\n" * 1_000_000
    tracemalloc.start()
    try:
        details = answers.details_of({"FailureReason": lines})
        tag = answers.tag_of({"Tags": [{"Key": "Owner", "Value": lines}]}, "Owner")
        log = answers.log_lines_of({"events": [{"message": lines}] * 30})
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (details.failure_reason, tag, log) == ("ab", "ab", ("ab",) * answers.MOST_LOG_LINES)
    assert most_bytes < 8_000_000  # the lines one by one take 60 MB


def test_of_an_event_s_end_no_line_is_told_without_its_beginning() -> None:
    begun = f"key = {'x' * 40_000}"
    assert answers.log_lines_of({"events": [{"message": f"{begun}\nlast"}]}) == ("last",)
    assert answers.log_lines_of({"events": [{"message": f"first {begun}"}]}) == ("first key …",)


@pytest.mark.parametrize("value", [b"null,", b'{"a":1},', b'{"Url":[[[[[[[[[[[[]]]]]]]]]]]]},'])
def test_more_values_than_an_answer_has_are_not_read(
    cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, value: bytes
) -> None:
    """While JSON is read, no other thread runs: the icon's either."""
    values = value * (limits.MOST_VALUES // 2) + json.dumps(summary()).encode()
    assert listed(saying(b'{"NotebookInstances": [%b]}' % value.rstrip(b",")), monkeypatch) == ()
    monkeypatch.setattr(limits, "MOST_VALUES", 10_000)
    problem = problem_of(saying(b'{"NotebookInstances": [%b]}' % values), monkeypatch)
    assert (problem.kind, problem.code) == (Kind.UNREACHABLE, "not-aws")


@pytest.mark.parametrize(
    "body",
    [
        b"<a " + b" ".join(b'x%d="y"' % number for number in range(60_000)) + b"/>",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    ],
    ids=["attributes", "entities"],
)
def test_xml_that_is_more_than_it_looks_is_not_read(
    cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    """Of STS, whose XML is read under the global lock, too."""

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("it is read")

    monkeypatch.setattr("botocore.parsers.QueryParser._do_parse", forbidden)
    with answering(saying(body), monkeypatch):
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", os.environ["AWS_ENDPOINT_URL_SAGEMAKER"])
        with pytest.raises(TrayError) as caught:
            visit(Sessions(), HERE, "GetCallerIdentity", lambda client: client.get_caller_identity(), "sts")
    assert caught.value.problem.code == "not-aws"


def trickled(text: bytes) -> Answer:
    def answer(peer: socket.socket, _: bytes) -> None:
        for at in range(len(text)):
            peer.sendall(text[at : at + 1])
            time.sleep(0.05)

    return answer


@pytest.mark.parametrize(
    "text",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b" " * 400,
        b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 60,
        b"HTTP/1.1 200 " + b"O" * 400,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 80,
    ],
    ids=["body", "headers", "status", "chunks"],
)
def test_a_byte_now_and_then_keeps_nobody(cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    monkeypatch.setattr(limits, "ANSWER_SECONDS", 0.5)
    begun = time.monotonic()
    problem = problem_of(trickled(text), monkeypatch)
    assert time.monotonic() - begun < 10  # all of it takes 20 s
    assert (problem.kind, problem.code) == (Kind.UNREACHABLE, "no-answer")


def through_proxy(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> Problem:
    """Return the problem with a list through a proxy that answers so, before the limits of AWS's own answer begin."""

    def proxy() -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = listener.accept()
                threading.Thread(target=converse, args=[peer], daemon=True).start()

    def converse(peer: socket.socket) -> None:
        with peer, contextlib.suppress(OSError):
            answer(peer, peer.recv(65536))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=proxy, daemon=True).start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{listener.getsockname()[1]}")
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", "https://sagemaker.eu-west-1.amazonaws.com")
        with pytest.raises(TrayError) as caught:
            Cloud().list_notebooks(HERE)
        listener.shutdown(socket.SHUT_RDWR)
    return caught.value.problem


def test_a_proxy_s_answer_that_trickles_keeps_nobody(cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ANSWER_SECONDS", 0.5)
    begun = time.monotonic()
    problem = through_proxy(trickled(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 60), monkeypatch)
    assert time.monotonic() - begun < 10  # all of it takes 25 s
    assert (problem.kind, problem.code) == (Kind.UNREACHABLE, "no-answer")


def test_a_proxy_s_head_that_does_not_end_is_not_read(cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ANSWER_SECONDS", 100.0)

    def answer(peer: socket.socket, _: bytes) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            peer.sendall(b"X-A: b\r\n" * 1000)

    assert through_proxy(answer, monkeypatch).code == "not-aws"


def test_of_a_proxy_s_reason_no_more_is_told_than_a_line_holds(
    cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = through_proxy(lambda peer, _: peer.sendall(b"HTTP/1.1 403 " + b"No " * 20_000 + b"\r\n\r\n"), monkeypatch)
    assert problem.code == "proxy-refused"
    assert "403 No No" in problem.message
    assert max(len(str(value)) for _, value in problem.places) < 100


@pytest.mark.parametrize(
    "value", [7, True, None, ["https://a"], {"a": 1}, b"\xff".decode("latin-1"), "", "a" * 100_000]
)
def test_a_presigned_url_that_is_none_is_refused_in_words(
    cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, value: object
) -> None:
    notebook = Notebook(HERE, "good", str(summary()["NotebookInstanceArn"]), "InService", "ml.t3.medium", None, None)
    with answering(saying({"AuthorizedUrl": value}), monkeypatch), pytest.raises(TrayError) as caught:
        Cloud().create_presigned_url(notebook, View.LAB, 3600)
    assert caught.value.problem.code in ("not-aws", "link-refused")


@pytest.mark.parametrize("code", [["AccessDenied"], {"a": 1}, 7, True, "A" * 1_000_000, "\x1b]0;pwned\x07", "\u202e"])
def test_a_refusal_with_an_odd_code_is_told_in_words(
    cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, code: object
) -> None:
    body = json.dumps({"__type": code, "message": code}).encode()

    def refuse(peer: socket.socket, _: bytes) -> None:
        head = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.1\r\n"
        peer.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    text = problem_of(refuse, monkeypatch).text()
    assert len(text) < 2000
    assert all(character.isprintable() for character in text.replace("\n", ""))


def test_of_a_refusal_with_an_arn_of_a_megabyte_little_is_kept(
    cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = f"{summary()['NotebookInstanceArn']}{'a' * 1_000_000}"
    said = f"User: me is not authorized to perform: sagemaker:ListNotebookInstances on resource: {arn} because no"
    body = json.dumps({"__type": "AccessDeniedException", "message": said}).encode()

    def refuse(peer: socket.socket, _: bytes) -> None:
        head = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.1\r\n"
        peer.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    problem = problem_of(refuse, monkeypatch)
    assert problem.code == "access-denied"
    assert dict(problem.places)["user"] == "me"
    assert max(len(str(value)) for _, value in problem.places) <= 2000


def test_further_attempts_share_the_time_of_a_call(cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    monkeypatch.setattr(limits, "ANSWER_SECONDS", 0.4)
    monkeypatch.setattr(cloud_module, "_CALL_SECONDS", 0.5)
    with answering(trickled(b"H" * 400), monkeypatch) as asked, pytest.raises(TrayError) as caught:
        Cloud().list_notebooks(HERE)
    assert caught.value.problem.code == "no-answer"
    assert len(asked) <= 2


def test_a_connection_goes_on_after_an_answer_in_time(cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept for the next call is not hung up on when the time of the last one would have been over."""
    monkeypatch.setattr(limits, "ANSWER_SECONDS", 0.5)
    peers: set[socket.socket] = set()

    def answer(peer: socket.socket, _: bytes) -> None:
        peers.add(peer)
        reply(peer, json.dumps({"NotebookInstances": [summary()]}).encode())

    with answering(answer, monkeypatch):
        ours = Cloud()
        for _ in range(4):
            assert len(ours.list_notebooks(HERE)) == 1
            time.sleep(0.3)
    assert len(peers) == 1
    assert not limits._deadlines._until
