"""The part of Jupyter's REST API that tells what runs: /api/status, /api/kernels, /api/terminals.

Where a JupyterLab runs, its own answers are passed on, and what runs in the sample by itself is added to them. Where
none runs, the sample's answers stand alone, in jupyter_server's shapes.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from tray.demo.activity import NOTHING, JupyterActivity
from tray.demo.gate import bad_gateway
from tray.demo.passes import cookie_name, issue_pass
from tray.demo.web import LOOPBACK, Request, Response

if TYPE_CHECKING:
    from tray.demo.jupyter import JupyterLab
    from tray.demo.world import NotebookInstance

STATUS, KERNELS, TERMINALS = "/api/status", "/api/kernels", "/api/terminals"

_PATIENCE_SECONDS = 10.0
_ANSWER_LIMIT = 1 << 20
_PASS_SECONDS = 60


def tracked(request: Request) -> bool:
    """Return whether jupyter_server counts a request as activity of the server.

    Requests with `no_track_activity` don't count, nor does any for the status.
    """
    return request.path != STATUS and "no_track_activity" not in parse_qs(request.query, keep_blank_values=True)


class JupyterApi:
    """Answers for the Jupyter servers of all notebook instances, safe to use from many threads."""

    def __init__(self, lab: JupyterLab | None) -> None:
        self._lab = lab
        self._lock = threading.Lock()
        self._touched: dict[str, datetime] = {}

    def answer(self, notebook: NotebookInstance, request: Request, now: datetime) -> Response:
        """Return what the Jupyter server of a notebook instance answers at `now`."""
        if self._lab is None or (self._lab.settled and self._lab.port() is None):
            return self._of_sample(notebook, request, now)
        port = self._lab.port() if self._lab.settled else None
        answer = _of_lab(port, self._lab.pass_key, request) if port else bad_gateway()
        if notebook.activity is None or answer.status != 200:
            return answer
        return _json(200, self._merged(notebook, request.path, json.loads(answer.body), now), _dated(now))

    def _of_sample(self, notebook: NotebookInstance, request: Request, now: datetime) -> Response:
        activity = notebook.activity or NOTHING
        headers = _dated(now)
        match request.path:
            case "/api/status":
                content: Any = self._status(notebook, activity, now)
            case "/api/kernels":
                content = activity.kernels_json()
            case "/api/terminals":
                content = activity.terminals_json()
            case _:
                return _json(404, {"message": "Not Found", "reason": None}, headers)
        if tracked(request):
            with self._lock:
                self._touched[notebook.arn] = now
        return _json(200, content, headers)

    def _status(self, notebook: NotebookInstance, activity: JupyterActivity, now: datetime) -> dict[str, Any]:
        started = notebook.jupyter_from or notebook.modified
        with self._lock:
            touched = self._touched.get(notebook.arn, started)
        return activity.status_json(started, touched, now)

    def _merged(self, notebook: NotebookInstance, path: str, of_lab: Any, now: datetime) -> Any:
        activity = notebook.activity or NOTHING
        if path == KERNELS:
            return [*activity.kernels_json(), *of_lab]
        if path == TERMINALS:
            return [*activity.terminals_json(), *of_lab]
        if path != STATUS:
            return of_lab
        own = activity.status_json(notebook.jupyter_from or notebook.modified, notebook.modified, now)
        # That JupyterLab was started with the demo is no activity in the sample.
        idle = of_lab["last_activity"] <= of_lab["started"]
        return {
            "connections": own["connections"] + of_lab["connections"],
            "kernels": own["kernels"] + of_lab["kernels"],
            "last_activity": own["last_activity"] if idle else max(own["last_activity"], of_lab["last_activity"]),
            "started": own["started"],
        }


def _of_lab(port: int, pass_key: bytes, request: Request) -> Response:
    """Return JupyterLab's own answer to a request."""
    # JupyterLab uses the real clock.
    session_pass = issue_pass(pass_key, int(time.time()) + _PASS_SECONDS)
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_PATIENCE_SECONDS)
    try:
        target = f"{request.path}?{request.query}" if request.query else request.path
        connection.request("GET", target, headers={"Cookie": f"{cookie_name(port)}={session_pass}"})
        answer = connection.getresponse()
        body = answer.read(_ANSWER_LIMIT)
        headers = {name: value for name in ("Content-Type", "Date") if (value := answer.getheader(name))}
        return Response(answer.status, headers, body)
    except (OSError, http.client.HTTPException):
        return bad_gateway()
    finally:
        connection.close()


def _dated(now: datetime) -> dict[str, str]:
    return {"Date": format_datetime(now.replace(microsecond=0), usegmt=True)}


def _json(status: int, content: Any, headers: Mapping[str, str]) -> Response:
    return Response(status, {**headers, "Content-Type": "application/json"}, json.dumps(content).encode())
