"""The notebook hosts: what a browser reaches with a presigned URL.

At AWS each notebook instance has its own host. Here each notebook instance is a path of the endpoint's address.
Jupyter's REST API is below that path, and at `/api/`, as on AWS's hosts; there the cookie says which one is meant.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tray.demo.attempt import Attempt, Desk
from tray.demo.gate import gate_answer
from tray.demo.host_sessions import HostSession, HostSessions
from tray.demo.jupyter import classic_is_installed, jupyter_is_installed
from tray.demo.jupyter_api import JupyterApi, tracked
from tray.demo.pages import PAGE_HEADERS, link_refused_page, not_running_page, opened_page, page, session_ended_page
from tray.demo.passes import cookie_name, issue_pass
from tray.demo.web import LOOPBACK, Request, Response
from tray.demo.world import NotebookInstance, Status, UnknownNotebookError
from tray.model.lengths import View

if TYPE_CHECKING:
    from tray.demo.jupyter import JupyterLab
    from tray.demo.links import Link, PresignedLinks
    from tray.demo.protocol import ApiError

# A browser's visit, and a question to Jupyter's REST API; they are no API operations of AWS's.
OPEN_OPERATION = "OpenNotebook"
ASK_OPERATION = "AskJupyter"

_PATH = re.compile(r"/notebook/([^/]+)/([^/]+)/?")
_VIEW_PATH = re.compile(r"/notebook/([^/]+)/([^/]+)/(lab|tree)")
_API_PATH = re.compile(r"(?:/notebook/([^/]+)/([^/]+))?(/api/.*)")


class NotebookHosts:
    """Answers `GET /notebook/REGION/NAME?authToken=…`, once for each token, and then what its cookie opens.

    `base_url` is the endpoint's address. `jupyter` is None if JupyterLab is not wanted or not installed: then a page
    says what was opened.
    """

    def __init__(self, desk: Desk, links: PresignedLinks, base_url: str, jupyter: JupyterLab | None) -> None:
        self._desk = desk
        self._links = links
        self._own_port = urlsplit(base_url).port or 0
        self._jupyter = jupyter
        self._api = JupyterApi(jupyter)
        self._sessions = HostSessions(desk.world.clock)

    def claims(self, request: Request) -> bool:
        """Return whether this is a browser's visit to a notebook instance."""
        return request.method == "GET" and any(
            pattern.fullmatch(request.path) for pattern in (_PATH, _VIEW_PATH, _API_PATH)
        )

    def answer(self, request: Request) -> Response:
        """Redirect to JupyterLab, answer for Jupyter, or answer with a page that says why not."""
        if found := _API_PATH.fullmatch(request.path):
            return self._ask(replace(request, path=found[3]), unquote(found[1] or ""), unquote(found[2] or ""))
        if found := _VIEW_PATH.fullmatch(request.path):
            session = self._sessions.find(request.headers.get("cookie", ""), unquote(found[1]), unquote(found[2]))
            if session is None:
                return _html(403, session_ended_page())
            return self._land(session, View.LAB if found[3] == "lab" else View.CLASSIC, request)
        return self._visit(request)

    def _visit(self, request: Request) -> Response:
        found = _PATH.fullmatch(request.path)
        region, name = map(unquote, found.groups() if found else ("", ""))
        query = parse_qs(request.query)
        view = View.LAB if query.get("view") == ["lab"] else View.CLASSIC
        link = self._links.redeem(query.get("authToken", [""])[0], region, name)
        asked = {
            "NotebookInstanceName": name,
            "View": view.value,
            **({"SessionExpirationDurationInSeconds": link.session_seconds} if link else {}),
        }
        account_id, error = (link.account_id, "") if link else ("", "LinkRefused")
        self._desk.note(Attempt(OPEN_OPERATION, asked, account_id, region, error=error))
        if link is None:
            return _html(403, link_refused_page())
        session, cookie = self._sessions.begin(link, self._own_port)
        answer = self._land(session, view, request)
        return replace(answer, cookies=(*answer.cookies, cookie))

    def _land(self, session: HostSession, view: View, request: Request) -> Response:
        """Return what a browser with a session is shown."""
        link = session.link_at(self._desk.world.clock())
        path = f"/notebook/{quote(link.region)}/{quote(link.name)}/{'lab' if view is View.LAB else 'tree'}"
        if (refusal := self._closed(link, path)) is not None:
            return refusal
        port = self._jupyter.port() if self._jupyter else None
        if self._jupyter is None or port is None:
            return _html(200, opened_page(link, view, datetime.now().astimezone(), self._hint()))
        answer = _to_jupyter(link, view, port, self._jupyter.pass_key)
        if self._notebook(link).activity is None or "sec-fetch-mode" in request.headers:
            return answer
        # Whoever is no browser would ask JupyterLab itself what runs, which doesn't know what runs in the sample alone.
        address = answer.headers["Location"]
        forward = page(
            f"{link.name} is open", "", head=f'<meta http-equiv="refresh" content="0; url={escape(address)}">'
        )
        return replace(_html(200, forward), cookies=answer.cookies)

    def _ask(self, request: Request, region: str, name: str) -> Response:
        session = self._sessions.find(request.headers.get("cookie", ""), region, name)
        attempt = Attempt(ASK_OPERATION, {"Path": request.path, "Tracked": tracked(request)})
        if session is not None:
            attempt.account_id, attempt.region = session.link.account_id, session.link.region
            attempt.parameters = {"NotebookInstanceName": session.link.name, **attempt.parameters}

        def do() -> Response:
            if session is None:
                attempt.error = "SessionEnded"
                return _html(403, session_ended_page())
            if (refusal := self._closed(session.link, request.path)) is not None:
                return refusal
            notebook = self._notebook(session.link)
            return self._api.answer(notebook, request, self._desk.world.clock())

        return self._desk.serve(attempt, do, _refused)

    def _closed(self, link: Link, address: str) -> Response | None:
        """Return the answer where Jupyter can't be reached; `address` is what was asked for."""
        world = self._desk.world
        try:
            notebook = self._notebook(link)
        except UnknownNotebookError:
            return _html(409, not_running_page(link.name, "unknown"))
        if notebook.status is not Status.IN_SERVICE:
            return _html(409, not_running_page(link.name, notebook.status))
        return gate_answer(notebook, world.durations, world.clock(), address)

    def _hint(self) -> str:
        if self._jupyter is not None:
            return "It could not be started; the log says why."
        if jupyter_is_installed():
            return "This endpoint was started without it."
        return "With the extra “demo” of notebook-tray installed, a real one opens."

    def _notebook(self, link: Link) -> NotebookInstance:
        return self._desk.world.notebook(link.account_id, link.region, link.name)


def _to_jupyter(link: Link, view: View, port: int, pass_key: bytes) -> Response:
    # JupyterLab is another process: it uses the real clock, even if the world has another one.
    session_pass = issue_pass(pass_key, int(time.time()) + link.session_seconds)
    cookie = f"{cookie_name(port)}={session_pass}; Max-Age={link.session_seconds}; Path=/; HttpOnly; SameSite=Lax"
    path = "/tree" if view is View.CLASSIC and classic_is_installed() else "/lab"
    return Response(
        302,
        {
            "Location": f"http://{LOOPBACK}:{port}{path}",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        },
        cookies=(cookie,),
    )


def _html(status: int, content: str) -> Response:
    return Response(status, PAGE_HEADERS, content.encode())


def _refused(error: ApiError) -> Response:
    """Return what the gate answers where it is told to refuse."""
    return _html(error.status, page(error.code or "Refused", ""))
