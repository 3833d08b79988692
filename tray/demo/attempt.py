"""What every call of a service goes through."""

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
    """A call. `parameters` has only what is no secret; `error` is what it was answered with, if it was refused."""

    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    account_id: str = ""
    region: str = ""
    caller: str = ""
    error: str = ""


class Desk:
    """What all services share, and where who tests with the endpoint can step in: a call has four steps."""

    def __init__(self, world: World) -> None:
        self.world = world

    def caller(self, request: Request, service: str) -> tuple[Principal, str]:  # noqa: ARG002 - stricter desks ask
        """Return who calls, and the region: by the access key that the request names. Nobody checks the signature.

        :raises ApiError: it names none that is known
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
        """Identify the caller, do what is asked, and note it.

        `identify` may fill in who calls and from where, and raise `ApiError` as `do` may: `refuse` words both.
        """
        try:
            identify()
            response = self.perform(attempt, do)
        except ApiError as refusal:
            attempt.error = refusal.code
            response = refuse(refusal)
        self.note(attempt)
        return response

    def perform(self, attempt: Attempt, do: Callable[[], Response]) -> Response:  # noqa: ARG002 - as above
        """Do what is asked."""
        return do()

    def note(self, attempt: Attempt) -> None:
        """Note what was asked, and how it went."""
