"""What answers in Jupyter's place: its API's JSON, its heads, and where it leads to."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import quote
from urllib.request import Request

import pytest
import urllib3.util
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.bad_input import (
    any_json,
    as_json,
    check_growth,
    check_shown,
    damaged,
    fragments,
    json_values,
    letters,
    long_inputs,
    near,
    numbers,
    raw,
    repeated,
    texts,
)
from tests.support.saying import Saying, saying
from tray.jupyter.errors import CannotAskError
from tray.jupyter.visit import Visit, _Cookies, _time, root_of
from tray.model.activity import Activity, Reason, activity_of, is_status
from tray.model.notebooks import AuthorizedUrl

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LONG_AGO = "2026-11-27T08:00:00Z"
STATUS: dict[str, Any] = {"started": LONG_AGO, "last_activity": LONG_AGO, "kernels": 1, "connections": 0}
KERNEL: dict[str, Any] = {"execution_state": "idle", "last_activity": LONG_AGO, "connections": 0}
BUSY = {**KERNEL, "execution_state": "busy"}
TERMINAL = {"name": "1", "last_activity": LONG_AGO}

values = json_values(
    st.none()
    | numbers
    | texts
    | st.sampled_from(
        ["busy", "idle", "starting", LONG_AGO, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "2026-11-27"]
    ),
    most=4,
)
kernels = st.lists(near(KERNEL, values) | near(BUSY, values) | any_json, max_size=4) | any_json


@given(near(STATUS, values) | any_json, kernels, st.lists(near(TERMINAL, values), max_size=2) | any_json)
@example(STATUS, [KERNEL], []).via("Jupyter's own")
@example(STATUS, [{**KERNEL, "connections": True}], []).via("a number that is true")
@example(STATUS, [{**KERNEL, "execution_state": ["busy"]}], []).via("a state that is a list")
@example({**STATUS, "kernels": 10**400}, [KERNEL], []).via("a number beyond all floats")
def test_whatever_jupyter_answers_nobody_is_idle_by_mistake(status: Any, listed: Any, terminals: Any) -> None:
    assert isinstance(is_status(status), bool)
    found = activity_of(status, listed, terminals, NOW)
    quiet = found.quiet_seconds
    check_shown(found.text(NOW), 300)
    if quiet is None:
        return
    # Idle is told only where each part of the answer is as Jupyter's own.
    assert quiet >= 0
    assert is_status(status)
    assert isinstance(listed, list)
    assert all(each["execution_state"] in ("idle", "dead") for each in listed)
    assert terminals == []


@given(st.lists(near(KERNEL, values) | any_json, max_size=4), st.integers(0, 4), any_json, any_json)
def test_an_odd_kernel_hides_no_busy_one(odd: list[Any], at: int, status: Any, terminals: Any) -> None:
    assert activity_of(status, [*odd[:at], BUSY, *odd[at:]], terminals, NOW).busy >= 1


@given(st.datetimes(timezones=st.just(UTC)) | st.just(datetime.max.replace(tzinfo=UTC)))
@example(datetime.max.replace(tzinfo=UTC)).via("the last time there is")
def test_any_date_of_an_answer_will_do(answered_at: datetime) -> None:
    assert isinstance(activity_of(STATUS, [KERNEL], [], answered_at), Activity)


@given(
    texts
    | st.sampled_from(["Fri, 27 Nov 2026 12:00:00 GMT", "Fri, 99 Nov 2026 12:00:00 +9999", "27 Nov 10000 0:0 GMT"])
)
def test_a_date_has_a_zone_or_is_none(date: str) -> None:
    found = _time(date)
    assert found is None or found.utcoffset() == timedelta(0)


paths = st.lists(st.sampled_from(["", "lab", "tree", "user", "a", "..", "%2e%2e", "notebooks"]), max_size=5).map(
    "/".join
)


@given(paths | texts, paths | texts)
def test_a_root_is_a_path_that_ends_with_a_slash(start: str, end: str) -> None:
    root = root_of(f"/{start}", f"/{end}")
    assert root.endswith("/")
    assert root.startswith("/")
    assert len(root) <= len(start) + len(end) + 3


@pytest.fixture(scope="module")
def gate() -> Iterator[Saying]:
    with saying() as there:
        yield there


locations = st.sampled_from(
    [
        "/lab",
        "//evil.example/",
        "http://evil.example/",
        "https://127.0.0.1/",
        "http://[",
        "/\\evil.example",
        "http:///",
        "?",
        "#",
    ]
) | texts.map(lambda text: text.encode("latin-1", "replace").decode("latin-1").replace("\r", "").replace("\n", ""))
cookies = texts.map(lambda text: quote(text.encode("utf-8", "replace"), safe=";=, %\"'"))
bodies = (
    near(STATUS, values).map(as_json)
    | st.lists(near(KERNEL, values), max_size=3).map(as_json)
    | any_json.map(as_json)
    | damaged(as_json(STATUS))
    | raw
)


@given(
    st.sampled_from([200, 200, 200, 302, 307, 401, 404, 500]),
    st.sampled_from(["application/json", "application/json; charset=x", "text/html", ";", ""]),
    locations,
    cookies,
    bodies,
)
@example(302, "text/html", "http://[", "a=b", b"").via("an address of IPv6 that is cut off")
@example(302, "text/html", "//evil.example/", "a=b", b"").via("another host")
@example(200, "application/json", "", "a=b", b"[" * 100_000).via("lists within lists")
@example(200, "application/json", "", "a=b; expires=Thu, 99 Foo 99999", as_json(STATUS)).via(
    "a cookie with no such day"
)
def test_whatever_answers_at_the_gate_is_told(
    gate: Saying, status: int, kind: str, location: str, cookie: str, body: bytes
) -> None:
    gate.says(body, status, kind, Location=location, Set_Cookie=cookie)
    with Visit(AuthorizedUrl(f"{gate.url}/?authToken=secret")) as visit:
        found = visit.look()
    assert isinstance(found, Activity)
    assert found.unknown is None or isinstance(found.unknown, Reason)
    assert found.quiet_seconds is None or found.quiet_seconds >= 0
    with Visit(AuthorizedUrl(f"{gate.url}/?authToken=secret")) as visit:
        try:
            assert visit.is_ready() in (True, False)
        except CannotAskError as error:
            assert isinstance(error.reason, Reason)


@pytest.mark.parametrize("odd", ["version", "version=x", f"max-age={'9' * 400}", "max-age", "port=a", "expires", ""])
@pytest.mark.parametrize("first", [True, False])
def test_an_odd_attribute_hides_no_cookie_and_prints_nothing(
    odd: str, first: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    """http.cookiejar took no cookie of such an answer, and wrote a traceback to standard error."""
    jar, asked = CookieJar(), Request("https://a.notebook.eu-west-1.sagemaker.aws/lab")
    head = Message()
    for cookie in sorted(["session=good; Path=/; HttpOnly", f"a=b; {odd}; Secure"], reverse=first):
        head.add_header("Set-Cookie", cookie)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        jar.extract_cookies(_Cookies(head), asked)  # type: ignore[arg-type] # all that it reads
    assert {(each.name, each.value) for each in jar} == {("session", "good"), ("a", "b")}
    assert capfd.readouterr().err == ""


@given(locations | st.text(letters, max_size=20))
def test_cookies_go_to_one_host(location: str) -> None:
    visit = Visit(AuthorizedUrl("https://a.notebook.eu-west-1.sagemaker.aws/?authToken=x"))
    first = visit._allowed("https://a.notebook.eu-west-1.sagemaker.aws/")
    visit._origin = first
    try:
        there = visit._allowed(location)
    except CannotAskError:
        return
    assert there == first
    assert urllib3.util.parse_url(location.strip()).host == "a.notebook.eu-west-1.sagemaker.aws"


@long_inputs
@given(fragments)
def test_the_time_grows_with_the_length(fragment: str) -> None:
    def act(text: str) -> None:
        root_of(text, text)
        root_of("/a", f"/{text}")
        activity_of(
            {**STATUS, "started": text}, [{**KERNEL, "last_activity": text, "execution_state": text}], [text], NOW
        )
        _time(text)

    check_growth(act, lambda length: repeated(fragment, length, "/"), 100_000)


@long_inputs
@given(near(KERNEL, values) | any_json)
def test_many_kernels_take_no_longer(kernel: Any) -> None:
    check_growth(lambda listed: activity_of(STATUS, listed, listed, NOW), lambda number: [kernel] * number, 4000)
