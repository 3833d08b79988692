"""The control interface: faults, latency, statuses and more, for who started the endpoint in another process.

`POST /-/control` and `GET /-/control/calls`, with `Authorization: Bearer TOKEN`. Whoever lacks the token is
told that there is nothing.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.support.endpoint.faults import Fault, Faults, Trouble
from tray.demo.web import Request, Response
from tray.demo.world import Status, UnknownNotebookError, World

if TYPE_CHECKING:
    from tests.support.endpoint.iam import Iam
    from tests.support.endpoint.recorder import Recorder

_PATH = "/-/control"


@dataclass(frozen=True, slots=True)
class ControlAccess:
    """Where the control interface is, and the token that it asks for."""

    url: str
    token: str = field(repr=False)


class Control:
    """Changes what the endpoint does, while it runs.

    Actions, as JSON objects: `{"action": "latency", "seconds": S, "operation": NAME or null}`,
    `{"action": "fault", ...}` with the members of `Fault`, `{"action": "status", "account_id": …, "region": …,
    "name": …, "status": …}`, `{"action": "capacity", ...}` and `{"action": "quota", ...}` with the arguments of
    `World.set_capacity` and `World.set_quota`, `{"action": "deny", "iam_action": …}` and the same with `allow`, and
    `{"action": "clear"}`, which ends faults and latency and empties the record.
    """

    def __init__(self, world: World, iam: Iam, faults: Faults, recorder: Recorder) -> None:
        self._world = world
        self._iam = iam
        self._faults = faults
        self._recorder = recorder
        self._token = secrets.token_urlsafe(32)

    def access(self, base_url: str) -> ControlAccess:
        """Return how to reach it on the endpoint at this address."""
        return ControlAccess(base_url + _PATH, self._token)

    def claims(self, request: Request) -> bool:
        """Return whether this is for the control interface."""
        given = request.headers.get("authorization", "").encode("latin-1", "replace")
        return request.path.startswith(_PATH) and hmac.compare_digest(given, f"Bearer {self._token}".encode())

    def answer(self, request: Request) -> Response:
        """Do what is asked."""
        if request.method == "GET":
            calls = [asdict(call) | {"at": call.at.isoformat()} for call in self._recorder.calls()]
            return _json(200, {"calls": calls})
        try:
            self._act(json.loads(request.body))
        except (KeyError, TypeError, ValueError, UnknownNotebookError) as error:
            return _json(400, {"error": f"{type(error).__name__}: {error}"})
        return _json(200, {})

    def _act(self, asked: Mapping[str, Any]) -> None:
        details = {name: value for name, value in asked.items() if name != "action"}
        match asked["action"]:
            case "latency":
                self._faults.set_latency(float(asked["seconds"]), asked.get("operation"))
            case "fault":
                self._faults.add(Fault(**{**details, "trouble": Trouble(asked["trouble"])}))
            case "status":
                notebook = self._world.notebook(asked["account_id"], asked["region"], asked["name"])
                changed = replace(
                    notebook,
                    status=Status(asked["status"]),
                    modified=self._world.clock(),
                    becomes=None,
                    due=None,
                )
                self._world.put(changed)
            case "capacity":
                self._world.set_capacity(**details)
            case "quota":
                self._world.set_quota(**details)
            case "deny":
                self._iam.deny(asked["iam_action"])
            case "allow":
                self._iam.allow(asked["iam_action"])
            case "clear":
                self._faults.clear()
                self._recorder.clear()
            case other:
                raise ValueError(other)


def _json(status: int, value: Mapping[str, Any]) -> Response:
    return Response(
        status, {"Content-Type": "application/json", "Cache-Control": "no-store"}, json.dumps(value).encode()
    )
