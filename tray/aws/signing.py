"""One client for many profiles: who signs a request is told with the call, and never known to the client.

botocore's signer takes a request's own credentials from `context["signing"]["request_credentials"]` before those of its
client. The handler that puts them there listens to `before-sign`: the last public event before the signature, emitted
for each attempt, so that a retry uses credentials that were refreshed meanwhile. A client that is shared has no
credentials itself (see `Anonymous`): if ever a request came without a signer, it would fail and not be signed at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from tray.aws.errors import THROTTLING_CODES

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    from tray.aws.pace import Slot

# botocore makes a call, and runs its handlers, in the thread that asks for it: other threads' values are their own.
_signer: ContextVar[Credentials] = ContextVar("_signer")
_slot: ContextVar[Slot] = ContextVar("_slot")


class Anonymous:
    """Where a shared client's session looks for credentials and tokens: there are none."""

    def load_credentials(self) -> None:
        """Return no credentials."""

    def load_token(self, **_: Any) -> None:
        """Return no token."""


@contextmanager
def signed_by(credentials: Credentials, slot: Slot | None = None) -> Iterator[None]:
    """Sign this thread's calls inside the block with `credentials`; `slot` is told of throttled attempts."""
    signer = _signer.set(credentials)
    told = _slot.set(slot) if slot is not None else None
    try:
        yield
    finally:
        _signer.reset(signer)
        if told is not None:
            _slot.reset(told)


def give_signer(request: AWSRequest, **_: Any) -> None:
    """Handle `before-sign`."""
    signer = _signer.get(None)
    if signer is not None:
        request.context.setdefault("signing", {})["request_credentials"] = signer


def notice_throttling(response: tuple[Any, dict[str, Any]] | None, **_: Any) -> None:
    """Handle `needs-retry`, emitted after each attempt; whether there is another is for botocore's handlers to say."""
    slot = _slot.get(None)
    if slot is not None and response is not None and response[1].get("Error", {}).get("Code") in THROTTLING_CODES:
        slot.throttled()
