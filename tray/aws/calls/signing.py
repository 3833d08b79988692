"""One client for many profiles: each call names its signer, and the client never stores the signer.

The client of a region looks up its credentials at each signature: those of the current call in this thread.
botocore looks them up for each attempt, so a retry uses credentials that were refreshed in the meantime. A request
without a signer would fail, and would not be signed at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from botocore.exceptions import NoCredentialsError

from tray.aws.credentials.looked_up import LookedUpCredentials
from tray.aws.errors.translation import THROTTLING_CODES

if TYPE_CHECKING:
    from botocore.credentials import Credentials, ReadOnlyCredentials

    from tray.aws.calls.concurrency_limit import PacedCall

# botocore makes a call, and runs its handlers, in the thread that asks for it: other threads' values are their own.
_signer: ContextVar[Credentials] = ContextVar("_signer")
_slot: ContextVar[PacedCall] = ContextVar("_slot")


class Anonymous:
    """Where a session that signs for nobody looks for credentials and tokens: there are none."""

    def load_credentials(self) -> None:
        """Return no credentials."""

    def load_token(self, **_: Any) -> None:
        """Return no token."""


class CallSigner:
    """Where a shared client's session looks for credentials: they are those of the call under way."""

    def load_credentials(self) -> Credentials:
        """Return credentials that are nobody's outside of `signed_by`."""
        return LookedUpCredentials(_of_the_call, "call")


def _of_the_call() -> ReadOnlyCredentials:
    signer = _signer.get(None)
    if signer is None:
        raise NoCredentialsError
    return signer.get_frozen_credentials()


@contextmanager
def signed_by(credentials: Credentials, slot: PacedCall | None = None) -> Iterator[None]:
    """Sign this thread's calls inside the block with `credentials`; `slot` is told of throttled attempts."""
    signer = _signer.set(credentials)
    told = _slot.set(slot) if slot is not None else None
    try:
        yield
    finally:
        _signer.reset(signer)
        if told is not None:
            _slot.reset(told)


def notice_throttling(response: tuple[Any, dict[str, Any]] | None, **_: Any) -> None:
    """Handle `needs-retry`, emitted after each attempt; whether there is another is for botocore's handlers to say."""
    slot = _slot.get(None)
    if slot is not None and response is not None and response[1].get("Error", {}).get("Code") in THROTTLING_CODES:
        slot.throttled()
