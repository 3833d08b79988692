"""The steps that every call of a service goes through."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tray.demo.protocol import ApiError

if TYPE_CHECKING:
    from tray.demo.web import Request, Response
    from tray.demo.world import Principal, World

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/[^/,\s]+/([^/,\s]+)/")


@dataclass(slots=True)
class Attempt:
    """A call. `parameters` has only those that are not secret; `error` is the error it was refused with, if any.

    `service` is the prefix of the IAM action that the call needs; it is empty where IAM is not asked.
    """

    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    account_id: str = ""
    region: str = ""
    caller: str = ""
    error: str = ""
    service: str = ""


class Desk:
    """What all services share: the four steps of a call. Tests can replace each step."""

    def __init__(self, world: World) -> None:
        self.world = world

    def caller(self, request: Request, service: str) -> tuple[Principal, str]:  # noqa: ARG002 - stricter desks ask
        """Return the caller and the region, by the access key that the request names. The signature is not checked.

        :raises ApiError: the request names no known access key
        """
        found = _CREDENTIAL.search(request.headers.get("authorization", ""))
        principal = self.world.principal(found[1]) if found else None
        if found is None or principal is None:
            raise ApiError("UnrecognizedClientException", "The security token included in the request is invalid.")
        return principal, found[2]

    def serve(
        self,
        attempt: Attempt,
        do: Callable[[], Response],
        refuse: Callable[[ApiError], Response],
        identify: Callable[[], None] = lambda: None,
    ) -> Response:
        """Identify the caller, carry out the call, and note it.

        `identify` may fill in the caller and the region. `identify` and `do` may raise `ApiError`, which `refuse` turns
        into an answer.
        """
        try:
            identify()
            response = self.perform(attempt, do)
        except ApiError as refusal:
            attempt.error = refusal.code
            response = refuse(refusal)
        self.note(attempt)
        return response

    def perform(self, attempt: Attempt, do: Callable[[], Response]) -> Response:
        """Carry out the call.

        :raises ApiError: the account has not enabled the region, which then knows none of its keys (IAM User Guide,
            "Managing AWS STS in an AWS Region")
        """
        if attempt.service and not self.world.is_enabled(attempt.account_id, attempt.region):
            raise ApiError("UnrecognizedClientException", "The security token included in the request is invalid.")
        return do()

    def note(self, attempt: Attempt) -> None:
        """Note the call and its result."""
