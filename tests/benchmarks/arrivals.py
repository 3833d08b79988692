"""When requests arrive at the endpoint, on the clock that all processes of a machine share (CLOCK_MONOTONIC)."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.waiting import wait_until
from tray.demo.web import Request, Response

LIST = "ListNotebookInstances"
PRESIGN = "CreatePresignedNotebookInstanceUrl"
VISIT = "a browser's visit"
PAGE = "/-/bench/page"

_PATH = "/-/bench/"


class Stopwatch:
    """A service of the endpoint that claims no call, and notes when each came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._arrivals: list[tuple[float, str, str]] = []

    def claims(self, request: Request) -> bool:
        """Note a request, and return whether it is one for the notes themselves."""
        if request.path.startswith(_PATH) and request.path != PAGE:
            return True
        operation = request.headers.get("x-amz-target", "").rpartition(".")[2]
        if operation or request.method == "GET":
            about = json.loads(request.body).get("NotebookInstanceName", "") if operation == PRESIGN else ""
            with self._lock:
                self._arrivals.append((request.received, operation or VISIT, about))
        return request.path == PAGE

    def answer(self, request: Request) -> Response:
        """Return the notes; a POST empties them."""
        if request.path == PAGE:
            return Response(200)
        with self._lock:
            arrivals = list(self._arrivals)
            if request.method == "POST":
                self._arrivals.clear()
        return Response(200, body=json.dumps(arrivals).encode())


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request: when its first line had come, in seconds on the monotonic clock, and of what operation.

    `about` is the name of the notebook instance that a presigned URL is asked for.
    """

    at: float
    operation: str
    about: str = ""


class EndpointClient:
    """The endpoint in its process, from ours."""

    def __init__(self, url: str, control_url: str, control_token: str) -> None:
        self.url = url
        self._control_url = control_url
        self._control_token = control_token
        # Never through a proxy that the environment names: all of this is loopback.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    @property
    def page(self) -> str:
        """The address of an empty page that is answered at once; asking for it is a visit."""
        return self.url + PAGE

    def forget(self) -> None:
        """Empty the notes."""
        self._ask(self.url + _PATH + "arrivals", b"")

    def arrivals(self, *operations: str, since: float = 0.0) -> tuple[Arrival, ...]:
        """Return what came: all, or some operations."""
        found = (Arrival(*arrival) for arrival in self._ask(self.url + _PATH + "arrivals"))
        return tuple(a for a in found if a.at >= since and (not operations or a.operation in operations))

    def wait_for(self, operation: str, since: float) -> Arrival:
        """Return the first request of an operation that came after `since`."""
        return wait_until(lambda: self.arrivals(operation, since=since), operation)[0]

    def control(self, action: str, **details: Any) -> None:
        """Have the endpoint change something; see `tests.support.endpoint.control.Control`."""
        self._ask(
            self._control_url,
            json.dumps({"action": action, **details}).encode(),
            {"Authorization": f"Bearer {self._control_token}", "Content-Type": "application/json"},
        )

    def _ask(self, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Any:
        request = urllib.request.Request(url, body, dict(headers or {}))
        with self._opener.open(request, timeout=60) as answer:
            return json.load(answer)
