"""One client for many profiles: each call names its signer, and the client never stores the signer.

At each signature, the client of a region looks up the credentials of the current call in this thread. botocore looks
them up for each attempt, so a retry uses credentials that were refreshed in the meantime. A request without a signer
fails and is never signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from botocore.exceptions import NoCredentialsError

from tray.aws.credentials.looked_up import LookedUpCredentials
from tray.aws.errors.codes import THROTTLING_CODES

if TYPE_CHECKING:
    from botocore.credentials import Credentials, ReadOnlyCredentials

    from tray.aws.calls.concurrency_limit import PacedCall

# botocore makes a call, and runs its handlers, in the caller's thread. Each thread has its own value.
_signer: ContextVar[Credentials] = ContextVar("_signer")
_slot: ContextVar[PacedCall] = ContextVar("_slot")


class Anonymous:
    """The source of credentials and tokens for a session that signs nothing: it has none."""

    def load_credentials(self) -> None:
        """Return no credentials."""

    def load_token(self, **_: Any) -> None:
        """Return no token."""


class CallSigner:
    """The source of credentials for a shared client's session: it gives those of the current call."""

    def load_credentials(self) -> Credentials:
        """Return credentials that work only inside `signed_by`."""
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
    """Handle `needs-retry`, which follows each attempt; botocore's own handlers decide whether there is another."""
    slot = _slot.get(None)
    if slot is not None and response is not None and response[1].get("Error", {}).get("Code") in THROTTLING_CODES:
        slot.throttled()
