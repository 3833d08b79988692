"""What the services have in common of which the demo has one operation, in AWS' JSON protocol."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from tray.demo.attempt import Attempt, Desk
from tray.demo.protocol import ApiError, answer, error_answer, parse_body

if TYPE_CHECKING:
    from tray.demo.web import Request, Response


class OneOperation(ABC):
    """The service behind `POST /` with an X-Amz-Target that begins with `target_prefix`."""

    service: ClassVar[str]
    target_prefix: ClassVar[str]
    operation: ClassVar[str]

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def claims(self, request: Request) -> bool:
        """Return whether this is a call of the service."""
        target = request.headers.get("x-amz-target", "")
        return request.method == "POST" and request.path == "/" and target.startswith(self.target_prefix)

    def answer(self, request: Request) -> Response:
        """Do what a call asks."""
        operation = request.headers["x-amz-target"].removeprefix(self.target_prefix)
        attempt = Attempt(operation, service=self.service)
        given: dict[str, Any] = {}

        def identify() -> None:
            principal, attempt.region = self._desk.caller(request, self.service)
            attempt.account_id, attempt.caller = principal.account_id, principal.arn
            given.update(parse_body(request.body))
            attempt.parameters = dict(given)

        def do() -> Response:
            if operation != self.operation:
                raise ApiError("UnknownOperationException", f"The operation {operation} is unknown here.")
            return answer(self._do(attempt, given))

        return self._desk.serve(attempt, do, error_answer, identify)

    @abstractmethod
    def _do(self, attempt: Attempt, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the members of the answer.

        :raises ApiError: the service refuses
        """
