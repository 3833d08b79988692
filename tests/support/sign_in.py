"""Somebody who signs in: what a sign-in shows goes to a person who decides over HTTP, as a browser's forms would."""

from __future__ import annotations

import http.server
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.support.endpoint import Endpoint, running_endpoint
from tests.support.waiting import PATIENCE_SECONDS
from tray.demo.clock import utc_now
from tray.demo.identity_center import Assignment, IdentityCenter, Lifetimes
from tray.demo.world import NotebookInstance, Status, World
from tray.model.problems import Problem
from tray.model.prompts import Callback
from tray.model.sign_in import CallbackAnswer, DeviceCode, MfaQuestion, SignInCancelled

ACCOUNT = "111122223333"
REGION = "eu-west-1"
START_URL = "https://acme.awsapps.com/start"
CENTER = IdentityCenter(START_URL, REGION, "ana", (Assignment(ACCOUNT, "Research", "Analyst"),))

CONFIG = f"""
[sso-session corp]
sso_start_url = {START_URL}
sso_region = {REGION}
[profile research]
sso_session = corp
sso_account_id = {ACCOUNT}
sso_role_name = Analyst
region = {REGION}
[profile teaching]
sso_session = corp
sso_account_id = {ACCOUNT}
sso_role_name = Analyst
region = {REGION}
[profile old]
sso_start_url = {START_URL}
sso_region = {REGION}
sso_account_id = {ACCOUNT}
sso_role_name = Analyst
region = {REGION}
"""


class MovableClock:
    """The world's clock, which can be moved; this computer's stays."""

    def __init__(self) -> None:
        self.offset = utc_now() - utc_now()

    def __call__(self) -> Any:
        return utc_now() + self.offset


def of_many(count: int) -> tuple[IdentityCenter, str]:
    """Return a center with so many roles, whose lifetimes are `impatient`, and an AWS config with a profile for each.

    The profiles are called p0, p1 and so on, and share the session `corp`.
    """
    assignments = tuple(Assignment(ACCOUNT, "Research", f"R{number}") for number in range(count))
    profiles = (
        f"[profile p{number}]\nsso_session = corp\nsso_account_id = {ACCOUNT}\n"
        f"sso_role_name = R{number}\nregion = {REGION}\n"
        for number in range(count)
    )
    session = f"[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = {REGION}\n"
    return impatient(replace(CENTER, assignments=assignments)), session + "".join(profiles)


@contextmanager
def identity_center(
    home: Path, setenv: Callable[[str, str], None], center: IdentityCenter = CENTER, config: str = CONFIG
) -> Iterator[Endpoint]:
    """Run an endpoint with an IAM Identity Center and one notebook instance; lead all AWS calls of this process to it.

    Its lifetimes' interval for device codes is one second, unless `center` says otherwise.
    """
    world = World(MovableClock())
    world.identity_centers.put(center)
    now = world.clock()
    world.put(NotebookInstance("churn-model", ACCOUNT, REGION, Status.IN_SERVICE, "ml.t3.medium", now, now))
    (home / ".aws").mkdir(exist_ok=True)
    (home / ".aws" / "config").write_text(config, encoding="utf-8")
    with running_endpoint(world, jupyter=False) as endpoint:
        for service in ("SAGEMAKER", "SSO_OIDC", "SSO", "STS"):
            setenv(f"AWS_ENDPOINT_URL_{service}", endpoint.url)
        setenv("AWS_MAX_ATTEMPTS", "1")
        yield endpoint


def impatient(center: IdentityCenter = CENTER, **lifetimes: float) -> IdentityCenter:
    """Return `center` with device codes that may be asked after every second."""
    return replace(center, lifetimes=Lifetimes(**{"poll_seconds": 1, **lifetimes}))  # type: ignore[arg-type]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given: Any) -> None:
        return None


_PLAIN = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def fetch(url: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Return the status, the page and where it leads to."""
    data = urlencode(form).encode() if form is not None else None
    try:
        answer = _PLAIN.open(url, data, timeout=PATIENCE_SECONDS)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.read().decode(), answer.headers.get("Location", "")


def decide(url: str, decision: str = "allow") -> str:
    """Open a consent page and press a button on it; return where the browser is sent."""
    status, text, _ = fetch(url)
    assert status == 200, text
    form = re.search(r'name="(ticket|user_code)" value="([^"]+)"', text)
    assert form, text
    where = urlsplit(url)
    _, _, location = fetch(f"{where.scheme}://{where.netloc}{where.path}", {form[1]: form[2], "decision": decision})
    return location


def come_back(location: str) -> str:
    """Have the browser come back to the program, as the consent page says; return the page that tells how it ended."""
    _, _, path = fetch(location)
    return fetch(location.partition("/oauth/")[0] + path)[1]


@dataclass
class Person:
    """A Surface on which somebody does at once what `does` says with each page that is opened."""

    does: Callable[[str], object] = lambda url: fetch(decide(url))
    loopback: bool = True
    waits_seconds: float = PATIENCE_SECONDS
    opened: list[str] = field(default_factory=list, repr=False)
    codes: list[DeviceCode] = field(default_factory=list)
    finished: list[Problem | None] = field(default_factory=list)
    cancels: threading.Event = field(default_factory=threading.Event)

    @property
    def cancelled(self) -> bool:
        return self.cancels.is_set()

    @contextmanager
    def callback(self, state: str) -> Iterator[Callback]:
        if not self.loopback:
            raise OSError(99, "Cannot assign requested address")
        with _listening(self, state) as callback:
            yield callback

    def open(self, url: str) -> None:
        self.opened.append(url)
        threading.Thread(target=self.does, args=(url,), daemon=True).start()

    @contextmanager
    def device_code(self, code: DeviceCode) -> Iterator[None]:
        self.codes.append(code)
        self.open(code.complete_url)
        yield

    def mfa_code(self, question: MfaQuestion) -> str:
        raise AssertionError(f"nobody was to be asked for {question.serial}")

    def mfa_done(self, problem: Problem | None) -> None:
        raise AssertionError(f"nobody was asked: {problem}")


class _Callback:
    def __init__(self, person: Person, port: int) -> None:
        self._person = person
        self.redirect_uri = f"http://127.0.0.1:{port}/oauth/callback"
        self.came = threading.Event()
        self.answer = CallbackAnswer()

    def wait(self, timeout_seconds: float) -> CallbackAnswer | None:
        for _ in range(int(min(self._person.waits_seconds, timeout_seconds) / 0.1) + 1):
            if self.came.wait(0.1):
                return self.answer
            if self._person.cancelled:
                raise SignInCancelled
        return None

    def finish(self, problem: Problem | None) -> None:
        self._person.finished.append(problem)


@contextmanager
def _listening(person: Person, state: str) -> Iterator[_Callback]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = dict(parse_qsl(urlsplit(self.path).query))
            if given.get("state") == state and not callback.came.is_set():
                callback.answer = CallbackAnswer(
                    given.get("code", ""), given.get("error", ""), given.get("error_description", "")
                )
                callback.came.set()
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_given: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        callback = _Callback(person, server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield callback
        finally:
            server.shutdown()
