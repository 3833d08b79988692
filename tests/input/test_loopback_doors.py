"""Requests at every door on loopback: the gate with the pages behind it, by its ASGI interface, and the sign-in's."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.bad_input import (
    any_json,
    as_json,
    check_growth,
    damaged,
    fragments,
    json_values,
    long_inputs,
    near,
    raw,
    repeated,
    texts,
)
from tests.support.samples import notebook, snapshot
from tests.unit.test_showing import NoFacts
from tray.app_pages.site import Pages
from tray.fleet.profiles import set_up_forms, setting_checks
from tray.fleet.snapshot import Profile
from tray.model import commands as c
from tray.model.new_profiles import KeyForm
from tray.model.problems import Kind, Problem, TrayError
from tray.pages.callback import CallbackPage
from tray.pages.html import refusal
from tray.pages.visit import PageVisit
from tray.settings.setup_file import read_setup_file
from tray.web.app_gate import MOST_BODY_BYTES, Gate
from tray.web.request import PageRequest

RUNNING = notebook("a")
KNOWN = snapshot(RUNNING, notebook("b", "Stopped"), profiles=(Profile("research", "research", ("eu-west-1",)),))
KNOWN = replace(
    KNOWN,
    listing=replace(
        KNOWN.listing,
        unchecked=(Profile("old", "old"),),
        aws_profiles=("research", "old", "new"),
        problems=(("broken", Problem.of("profile-damaged", Kind.KEYRING, profile="broken")),),
    ),
)
HOST = "127.0.0.1:1"


def _now(act: Any) -> Future[Any]:
    done: Future[Any] = Future()
    try:
        done.set_result(act())
    except TrayError as error:
        done.set_exception(error)
    return done


class Forms:
    """Checks what the user gives, as the program's own do, and asks nobody."""

    def __init__(self) -> None:
        self.centers = self

    def regions(self) -> Future[dict[str, str]]:
        return _now(lambda: {"eu-west-1": "Ireland"})

    def with_key(self, form: KeyForm) -> Future[Any]:
        return _now(lambda: set_up_forms.with_key(form))

    def of_file(self, data: bytes) -> Future[Any]:
        return _now(lambda: read_setup_file(data))

    def of_link(self, _link: str) -> Future[Any]:
        return _now(lambda: read_setup_file(b""))

    def __getattr__(self, _name: str) -> Any:
        def refused(*_: Any, **__: Any) -> Future[Any]:
            def act() -> None:
                raise TrayError("no-center-told", kind=Kind.UNREACHABLE)

            return _now(act)

        return refused


class Checks:
    def check(self, command: Any, listing: Any, *, any_region: bool) -> None:
        setting_checks.check(command, listing, any_region=any_region)

    def regions_for(self, _profile: Any, _listing: Any) -> dict[str, str]:
        return {"eu-west-1": "Ireland"}


class Door:
    """The gate with the pages behind it, and a browser's cookie."""

    def __init__(self) -> None:
        self.done: list[c.Command] = []
        pages = Pages(lambda: KNOWN, self.done.append, NoFacts(), Forms(), checks=Checks(), set_up_seen=lambda: None)
        self.gate = Gate(pages, 1, refusal)
        self.loop = asyncio.new_event_loop()
        entrance = self.gate.entrance("/notebooks").partition(HOST)[2]
        _, headers, _ = self.ask("GET", entrance, [("host", HOST)], b"")
        self.cookie = next(value for name, value in headers if name == "set-cookie").partition(";")[0]

    def ask(
        self, method: str, path: str, headers: list[tuple[str, str]], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Return status, headers and body of the answer to a request."""
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        raw_path = path.encode("latin-1", "replace")
        scope = {
            "type": "http",
            "method": method,
            "path": raw_path.decode("latin-1").partition("?")[0],
            "raw_path": raw_path,
            "query_string": raw_path.partition(b"?")[2],
            "headers": [
                (name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in headers
            ],
            "root_path": "",
            "http_version": "1.1",
            "scheme": "http",
            "server": ("127.0.0.1", 1),
        }
        self.loop.run_until_complete(asyncio.wait_for(self.gate(scope, receive, send), 20))
        start = sent[0]
        assert start["type"] == "http.response.start"
        whole = b"".join(each.get("body", b"") for each in sent[1:])
        answered = [(name.decode("ascii").lower(), value.decode("latin-1")) for name, value in start["headers"]]
        return start["status"], answered, whole

    def post(self, path: str, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """Return the answer to what a page of ours sends."""
        headers = [
            *(("host", HOST), ("origin", f"http://{HOST}"), ("sec-fetch-site", "same-origin"), ("cookie", self.cookie)),
            ("content-length", str(len(body))),
        ]
        return self.ask("POST", path, headers, body)


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    made = Door()
    yield made
    made.loop.close()


OPENS = {"kind": "OpenNotebook", "profile": "research", "arn": RUNNING.arn, "view": "lab", "session_seconds": 14400}
POSTS: dict[str, dict[str, Any]] = {
    "/notebooks/do": OPENS,
    "/notebooks/actions": {"profile": "research", "arn": RUNNING.arn},
    "/notebooks/hours": {"arns": [RUNNING.arn]},
    "/settings/set": {"profile": "research", "setting": "session_seconds", "value": "2h"},
    "/settings/do": {"profile": "research", "do": "test"},
    "/settings/regions": {"profile": "research"},
    "/settings/lost": {"profile": "broken"},
    "/setup/add": {"names": ["new"]},
    "/setup/key": {"name": "k", "key_id": "AKIAIOSFODNN7EXAMPLE", "secret": "x", "token": "", "region": "eu-west-1"},
    "/setup/file": {"text": "[[profiles]]\nname = 'x'\n"},
    "/setup/link": {"link": "https://x.example/"},
    "/setup/add-file": {"plan": "x", "names": ["x"]},
    "/setup/do": {"path": ["x"]},
    "/setup/center": {"start_url": "d-1.awsapps.com/start", "region": ""},
    "/setup/center-cancel": {"center": "x"},
    "/setup/center-accounts": {"center": "x"},
    "/setup/center-roles": {"center": "x", "account": "111122223333"},
    "/setup/center-add": {"center": "x", "roles": []},
}
settings = st.sampled_from(
    [
        *(
            "name",
            "shown",
            "credentials",
            "regions",
            "session_seconds",
            "view",
            "owner-tag",
            "look-before-stop",
            "ready",
        ),
        *("start-at-login", "failed", "x"),
    ]
)
members = json_values(
    st.none()
    | st.booleans()
    | st.integers()
    | texts
    | st.sampled_from(
        ["research", "old", "new", "broken", RUNNING.arn, "lab", "2h", "eu-west-1", ["eu-west-1"], OPENS]
    ),
    most=5,
)
sent = st.sampled_from(sorted(POSTS)).flatmap(
    lambda path: st.tuples(
        st.just(path),
        near(POSTS[path], members).map(as_json) | any_json.map(as_json) | damaged(as_json(POSTS[path])) | raw,
    )
) | st.builds(
    lambda setting, value, profile: (
        "/settings/set",
        as_json({"profile": profile, "setting": setting, "value": value}),
    ),
    settings,
    members | texts,
    st.sampled_from(["", "research", "old"]),
)
EXPECTED = (200, 202, 409, 422)


@given(sent)
@example(("/settings/set", b'{"profile": "research", "setting": "name", "value": "\\ud800"}')).via("half of a pair")
@example(("/settings/set", b'{"profile": "research", "setting": "session_seconds", "value": "\\ud800"}')).via(
    "a length that is half of a pair"
)
@example(("/settings/set", b'{"profile": "", "setting": "owner-tag", "value": "\\ud800"}')).via(
    "a tag that is half a pair"
)
@example(("/settings/set", b'{"profile": "research", "setting": "view", "value": ["lab"]}')).via(
    "a view that is a list"
)
@example(("/notebooks/do", as_json({**OPENS, "view": {"a": 1}}))).via("a view that is an object")
@example(("/notebooks/do", as_json({**OPENS, "kind": ["OpenNotebook"]}))).via("a kind that is a list")
@example(("/notebooks/do", as_json({**OPENS, "session_seconds": 10**30}))).via("seconds for ages")
@example(("/setup/add", b'{"names": [["new"]]}')).via("a name that is a list")
@example(("/setup/file", b'{"text": "\\ud800"}')).via("a file that is half of a pair")
@example(("/notebooks/do", b"[" * 100_000)).via("lists within lists")
def test_whatever_a_page_sends_is_answered_and_never_fails(door: Door, asked: tuple[str, bytes]) -> None:
    path, body = asked
    door.done.clear()
    status, headers, answer = door.post(path, body)
    assert status in EXPECTED, answer
    json.loads(answer)
    assert ("content-type", "application/json") in headers
    # Nothing is carried out of what was refused, and each command is one that the page may ask for.
    assert len(door.done) <= 1
    if door.done:
        assert status == HTTPStatus.ACCEPTED
        assert not isinstance(door.done[0], c.Quit)


names_of_headers = st.sampled_from(
    ["host", "origin", "cookie", "sec-fetch-site", "content-length", "transfer-encoding", "range", "sec-purpose", "x"]
)
values_of_headers = (
    st.sampled_from(
        [HOST, f"http://{HOST}", "evil.example", "same-origin", "none", "cross-site", "0", "-1", "chunked", "null"]
    )
    | texts
)
paths = (
    st.sampled_from([*POSTS, "/notebooks", "/notebooks/events", "/notebooks/main.js", "/", "//", "/..%2f", "/enter/x"])
    | texts
)


@given(
    st.sampled_from(["GET", "POST", "HEAD", "PUT", "OPTIONS", "get", ""]),
    paths,
    st.lists(st.tuples(names_of_headers, values_of_headers), max_size=6),
    raw,
)
@example("GET", "/notebooks", [("host", HOST)], b"").via("no cookie")
@example("GET", "/enter/\ud800", [("host", HOST)], b"").via("a token that can't be one")
@example("GET", "/notebooks", [("host", HOST), ("cookie", "notebook-tray-1=\xff" * 50)], b"").via(
    "cookies of no session"
)
def test_without_the_cookie_nothing_but_a_refusal_is_told(
    door: Door, method: str, path: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    door.done.clear()
    status, answered, answer = door.ask(method, path, headers, body)
    assert status in (403, 404, 405, 408, 413), answer
    assert not door.done
    assert b"research" not in answer
    assert not any(name in ("set-cookie", "location") for name, _ in answered)
    assert any(name == "content-security-policy" for name, _ in answered)
    if any(name == "host" and value != HOST for name, value in headers):
        assert status in (404, 405, 403)


class Shown(PageVisit):
    """A sign-in's page without its server."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        super().__init__(lambda: ("t", "b"), self.taken.append, threading.Event(), 1.0, name="x")
        self._server.close()


@pytest.fixture(scope="module")
def shown() -> Shown:
    return Shown()


@pytest.fixture(scope="module")
def callback() -> CallbackPage:
    with CallbackPage("the state", threading.Event()) as made:
        return made


fields = st.lists(
    st.tuples(
        st.sampled_from(["token", "code", "do", "", "x"]),
        st.sampled_from(["123456", "cancel", "%zz", "%ff", ""]) | texts,
    ),
    max_size=5,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))


@given(st.sampled_from(["GET", "POST", "PUT"]), fields, raw, st.booleans())
@example("POST", "token=\udfff&do=cancel", b"", True).via("half of a pair")
@example("POST", ";&;&" * 500, b"", True).via("separators alone")
def test_a_form_is_taken_from_its_own_page_alone(shown: Shown, method: str, form: str, body: bytes, own: bool) -> None:
    shown.taken.clear()
    path = shown._path if own else "/x"
    content = form.encode("utf-8", "replace") if form else body
    answer = shown._site(PageRequest(method, path, (), content))
    assert answer is not None
    assert shown.taken == []
    assert not shown._cancelled.is_set()


queries = st.lists(
    st.tuples(
        st.sampled_from(["state", "code", "error", "error_description"]),
        st.sampled_from(["the+state", "x", "%00", "%ed%a0%80"]) | texts,
    ),
    max_size=5,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))


@given(queries)
@example("state=%ff%fe&code=x").via("a state that is no text")
@example("state=the+state&state=the+state&code=x").via("two states")
@example("state=&state=the+state&code=x").via("two states, one of them empty")
@example("state=the+state&code=&code=x").via("two codes, one of them empty")
@example("state=the+state&error=%00&error_description=why").via("an error of nothing that can be seen")
def test_a_browser_comes_back_with_its_state_or_not_at_all(callback: CallbackPage, query: str) -> None:
    target = "/oauth/callback?" + query.encode("ascii", "replace").decode().replace(" ", "+")
    came = callback._came.is_set()
    answer = callback._site(PageRequest("GET", target))
    status = getattr(answer, "status", HTTPStatus.OK)
    if callback._came.is_set() and not came:
        assert query.count("state=") == 1
        found = callback._answer
        assert found is not None
        assert not found.code or query.count("code=") == 1
        assert bool(found.code) != bool(found.error)
        assert found.error.isprintable()
        assert found.description.isprintable()
        assert len(found.description) <= 500
        callback._came.clear()
    else:
        assert status in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.OK, HTTPStatus.GONE)


@pytest.mark.parametrize("path", ["/notebooks/do", "/settings/set", "/setup/file", "/setup/add"])
@long_inputs
@given(fragments)
def test_the_time_of_a_long_body_grows_with_its_length(door: Door, path: str, fragment: str) -> None:
    name, value = next((name, value) for name, value in reversed(POSTS[path].items()))

    def made(length: int) -> bytes:
        text = repeated(fragment, length)
        return as_json({**POSTS[path], name: [text] * 3 if isinstance(value, list) else text})

    check_growth(lambda body: door.post(path, body), made, 60_000)
    assert MOST_BODY_BYTES > 60_000
