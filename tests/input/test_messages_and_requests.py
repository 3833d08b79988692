"""What comes over sockets: other processes' messages, requests to loopback pages, and the kernel's table of them."""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.bad_input import (
    any_json,
    as_json,
    check_growth,
    check_shown,
    damaged,
    fragments,
    long_inputs,
    near,
    raw,
    repeated,
    texts,
)
from tray.desktop.single_instance import messages as m
from tray.web import request as r
from tray.web.answer import PageAnswer, fits_header
from tray.web.peer_linux import peer_uid

WHOLE_ASK = {"notebook-tray": 2, "request": "show", "session": {"DISPLAY": ":0"}}
WHOLE_ANSWER = {"notebook-tray": 2, "outcome": "done", "pid": 1, "names": {"notebooks": ["a"]}}
WHOLE_PLACE = {"pid": 1, "address": "/run/x"}
names = st.dictionaries(st.sampled_from(["notebooks", "profiles"]), st.lists(texts, max_size=4).map(tuple), max_size=2)


def messages(whole: dict[str, object]) -> st.SearchStrategy[bytes]:
    return near(whole).map(as_json) | any_json.map(as_json) | damaged(as_json(whole)) | raw


@given(messages(WHOLE_ASK) | messages(WHOLE_ANSWER) | messages(WHOLE_PLACE))
@example(b"[" * 100_000).via("lists within lists")
@example(b'{"notebook-tray": ' + b"9" * 5000 + b"}").via("a number of more digits than Python reads")
@example('{"notebook-tray": 2}'.encode("utf-16")).via("another encoding, which json reads too")
@example(b'{"notebook-tray": 2, "request": {"a": 1}}').via("a request that is an object")
@example(b'{"notebook-tray": 2, "outcome": "done", "pid": 1, "names": {"notebooks": ["a\\u001b[31m", "\\ud800"]}}').via(
    "names that no notebook instance has"
)
def test_a_message_is_of_its_types_or_refused(message: bytes) -> None:
    for read in (m.read_ask, m.read_session, m.read_answer, m.Whereabouts.decoded):
        try:
            found: object = read(message)
        except m.MessageError as error:
            check_shown(str(error), 100)
            continue
        match found:
            case None | m.InstanceRequest():
                pass
            case dict():
                assert all(isinstance(each, str) for pair in found.items() for each in pair)
            case m.InstanceAnswer(outcome, pid, told):
                assert isinstance(outcome, m.InstanceOutcome)
                assert type(pid) is int
                for kind, each in told.items():
                    assert isinstance(kind, str)
                    for name in each:
                        check_shown(name, 128)
            case m.Whereabouts(pid, address):
                assert type(pid) is int
                assert isinstance(address, str)
            case _:
                pytest.fail(f"{found!r}")


@given(st.sampled_from(m.InstanceRequest), st.dictionaries(texts, texts, max_size=3))
def test_a_question_arrives_as_it_was_asked(asked: m.InstanceRequest, session: dict[str, str]) -> None:
    message = m.ask(asked, session)
    assert message.count(b"\n") == 1
    assert m.read_ask(message) is asked
    assert m.read_session(message) == session


shown_names = st.dictionaries(
    st.sampled_from(["notebooks", "profiles"]),
    st.lists(st.text(st.characters(categories=["L", "N"]), max_size=20), max_size=4).map(tuple),
    max_size=2,
)


@given(st.sampled_from(m.InstanceOutcome), st.integers(0, 2**31), shown_names)
def test_an_answer_arrives_as_it_was_given(outcome: m.InstanceOutcome, pid: int, told: m.Names) -> None:
    given_answer = m.InstanceAnswer(outcome, pid, told)
    assert m.read_answer(m.answer(given_answer)) == given_answer


@given(st.integers(0, 2**31), texts)
def test_a_place_is_found_where_it_was_written(pid: int, address: str) -> None:
    where = m.Whereabouts(pid, address)
    assert m.Whereabouts.decoded(where.encoded()) == where


header_names = st.sampled_from(
    ["Host", "host", "Content-Length", "Sec-Purpose", "Range", "A", "", "X:", "a b", "Ä", "\0"]
)
header_values = st.sampled_from(
    [
        "127.0.0.1:1",
        "localhost:1",
        "evil.example",
        "127.0.0.1:1 ",
        "0",
        "1",
        "99999999999999",
        "+1",
        "１",
        "a\tb",
        "a\nb",
    ]
)
header_lines = st.tuples(header_names, st.sampled_from([": ", ":", " : ", ""]), header_values | texts).map("".join)
request_lines = st.sampled_from(
    [
        *("GET /x HTTP/1.1", "POST /x?a HTTP/1.0", "GET  /x HTTP/1.1", "GET /x HTTP/2", "get /x HTTP/1.1", "GET"),
        *("GET /\x85 HTTP/1.1", "GET /x HTTP/1.1 ", "GET http://127.0.0.1:1/x HTTP/1.1", "A" * 20 + " /x HTTP/1.1"),
    ]
)
ends = st.sampled_from(["\r\n", "\n", "\r", "\r\n ", "\r\n\t"])
heads = st.builds(
    lambda first, rest, end, last: (end.join([first, *rest]) + last).encode("utf-8", "surrogatepass"),
    request_lines | texts,
    st.lists(header_lines, max_size=4),
    ends,
    st.sampled_from(["\r\n\r\n", "\n\n", "\r\n", "", "\r\n\r\nbody"]),
)
GOOD_HEAD = b"GET /x HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n"


@given(heads | raw | damaged(GOOD_HEAD))
@example(GOOD_HEAD).via("a browser's")
@example(GOOD_HEAD.replace(b"\r\n\r\n", b"\r\nHost: evil.example\r\n\r\n")).via("two hosts")
@example(GOOD_HEAD.replace(b": 1", b":\r\n 1")).via("a header on two lines")
@example(b"GET /x HTTP/1.1\r\nHost: 127.0.0.1:\xb9\r\n\r\n").via("a digit of another script")
def test_a_request_is_for_this_page_or_none(head: bytes) -> None:
    assert isinstance(r.is_complete(head), bool)
    found = r.parse_head(head, 1)
    if found is None:
        return
    assert r.body_start(head) <= len(head)
    # What the standard library's own parser makes of the same head.
    line, _, rest = head.partition(b"\r\n")
    headers = http.client.parse_headers(io.BytesIO(rest))
    assert line.decode("latin-1").split(" ")[:2] == [found.method, found.target]
    assert [each.lower().strip() for each in headers.get_all("host", [])] in (["127.0.0.1:1"], ["localhost:1"])
    assert len(found.headers) == len(headers.items())
    for name, value in found.headers:
        assert name == name.lower()
        assert not set(value) & {"\r", "\n", "\0"}
    assert found.target.isascii()
    assert found.target.isprintable()
    assert isinstance(r.is_visit(found), bool)
    length = r.body_bytes(found)
    assert length is None or (type(length) is int and 0 <= length < 10**12)
    assert found.target not in repr(found)


@given(texts, st.binary(max_size=20))
def test_an_answer_has_one_head_whatever_it_leads_to(location: str, body: bytes) -> None:
    if not fits_header(location):
        return
    sent = PageAnswer(HTTPStatus.SEE_OTHER, body, location=location)
    head, _, rest = sent.to_bytes().partition(b"\r\n\r\n")
    assert rest == body
    assert head.count(b"\r\nLocation: ") == 1


TCP_LINE = (
    "   0: 0100007F:{here:04X} 0100007F:{there:04X} 01 00000000:00000000 00:00000000 00000000  {uid}        0 1 1"
)
lines_of_tables = st.sampled_from(
    ["", "sl local rem", "   0: 0100007F:0001 0100007F:0002 01", "x " * 12, "0: :: :: 01 a b c d", "\x0b\x85", "ü" * 20]
)


@given(st.lists(lines_of_tables | texts, max_size=5), st.integers(0, 2**32 - 1), st.booleans())
@example(["   0: 0100007F:0001 0100007F:0002 01"], 1, False).via("the line itself, cut off before the user's id")
def test_an_odd_line_of_the_kernel_hides_no_peer(
    tmp_path_factory: pytest.TempPathFactory, odd: list[str], uid: int, first: bool
) -> None:
    folder = tmp_path_factory.mktemp("net")
    wanted = TCP_LINE.format(here=1, there=2, uid=uid)
    lines = [wanted, *odd] if first else [*odd, wanted]
    content = "\n".join(["sl local", *(line.replace("\n", " ") for line in lines)])
    (folder / "tcp").write_bytes(content.encode("utf-8", "surrogatepass"))
    assert peer_uid(("127.0.0.1", 1), ("127.0.0.1", 2), folder) == uid
    assert peer_uid(("127.0.0.1", 1), ("127.0.0.1", 3), folder) is None


def headed(text: str) -> object:
    return r.parse_head(text.encode("latin-1", "replace"), 1)


PARSERS: dict[str, Callable[[str], object]] = {
    "head": headed,
    "complete": lambda text: r.is_complete(text.encode("latin-1", "replace")),
    "session": lambda text: m.read_session(as_json({"session": {text: text}})),
    "answer": lambda text: m.read_answer(as_json({**WHOLE_ANSWER, "names": {"notebooks": [text] * 3}})),
}


@pytest.mark.parametrize("parser", PARSERS)
@long_inputs
@given(fragments, st.sampled_from(["", "GET /", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\na:"]), st.booleans())
def test_the_time_grows_with_the_length(parser: str, fragment: str, beginning: str, whole: bool) -> None:
    end = "\r\n\r\n" if whole else ""
    check_growth(PARSERS[parser], lambda length: repeated(fragment, length, beginning, end), r.MAXIMUM_HEAD_BYTES - 100)


@long_inputs
@given(fragments)
def test_a_long_table_of_the_kernel_takes_no_longer(place: Path, fragment: str) -> None:
    def made(length: int) -> Path:
        folder = place / f"{length}"
        folder.mkdir(exist_ok=True)
        (folder / "tcp").write_bytes(repeated(fragment, length, "x\n").encode("utf-8", "surrogatepass"))
        return folder

    check_growth(lambda folder: peer_uid(("127.0.0.1", 1), ("127.0.0.1", 2), folder), made, 100_000)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("proc")
