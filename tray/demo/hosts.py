"""The notebook hosts: what a browser reaches with a presigned URL.

At AWS each notebook instance has its own host. Here each notebook instance is a path of the endpoint's address.
"""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from tray.demo.attempt import Attempt, Desk
from tray.demo.jupyter import classic_is_installed, jupyter_is_installed
from tray.demo.pages import PAGE_HEADERS, link_refused_page, not_running_page, opened_page
from tray.demo.passes import cookie_name, issue_pass
from tray.demo.web import LOOPBACK, Request, Response
from tray.demo.world import Status, UnknownNotebookError
from tray.model.lengths import View

if TYPE_CHECKING:
    from tray.demo.jupyter import JupyterLab
    from tray.demo.links import Link, PresignedLinks

OPEN_OPERATION = "OpenNotebook"  # a browser's visit; it is no API operation

_PATH = re.compile(r"/notebook/([^/]+)/([^/]+)/?")


class NotebookHosts:
    """Answers `GET /notebook/REGION/NAME?authToken=…`, once for each token.

    `jupyter` is None if JupyterLab is not wanted or not installed: then a page says what was opened.
    """

    def __init__(self, desk: Desk, links: PresignedLinks, jupyter: JupyterLab | None) -> None:
        self._desk = desk
        self._links = links
        self._jupyter = jupyter

    def claims(self, request: Request) -> bool:
        """Return whether this is a browser's visit to a notebook instance."""
        return request.method == "GET" and _PATH.fullmatch(request.path) is not None

    def answer(self, request: Request) -> Response:
        """Redirect to JupyterLab, or answer with a page that says why not."""
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
        if (status := self._status(link)) is not Status.IN_SERVICE:
            return _html(409, not_running_page(name, status or "unknown"))
        port = self._jupyter.port() if self._jupyter else None
        if self._jupyter is None or port is None:
            return _html(200, opened_page(link, view, datetime.now().astimezone(), self._hint()))
        return _to_jupyter(link, view, port, self._jupyter.pass_key)

    def _hint(self) -> str:
        if self._jupyter is not None:
            return "It could not be started; the log says why."
        if jupyter_is_installed():
            return "This endpoint was started without it."
        return "With the extra “demo” of notebook-tray installed, a real one opens."

    def _status(self, link: Link) -> Status | None:
        try:
            return self._desk.world.notebook(link.account_id, link.region, link.name).status
        except UnknownNotebookError:
            return None


def _to_jupyter(link: Link, view: View, port: int, pass_key: bytes) -> Response:
    # JupyterLab is another process: it uses the real clock, even if the world has another one.
    session_pass = issue_pass(pass_key, int(time.time()) + link.session_seconds)
    cookie = f"{cookie_name(port)}={session_pass}; Max-Age={link.session_seconds}; Path=/; HttpOnly; SameSite=Lax"
    path = "/tree" if view is View.CLASSIC and classic_is_installed() else "/lab"
    return Response(
        302,
        {
            "Location": f"http://{LOOPBACK}:{port}{path}",
            "Set-Cookie": cookie,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        },
    )


def _html(status: int, page: str) -> Response:
    return Response(status, PAGE_HEADERS, page.encode())
