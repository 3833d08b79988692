"""Credentials that are looked up at each use, for clients whose signer is known only at the signature."""

from __future__ import annotations

from collections.abc import Callable

from botocore.credentials import Credentials, ReadOnlyCredentials


class LookedUpCredentials(Credentials):
    """Credentials that call `current` at each use; they are what it returns, and its exceptions pass through.

    :param ends_at: returns when they end, in seconds since the epoch; None if they don't, or don't tell
    """

    def __init__(
        self,
        current: Callable[[], ReadOnlyCredentials],
        method: str,
        ends_at: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._current = current
        self.method = method
        self.ends_at = ends_at

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return the present credentials."""
        return self._current()

    @property
    def access_key(self) -> str | None:  # type: ignore[override]
        """The id of the access key."""
        return self._current().access_key

    @property
    def secret_key(self) -> str | None:  # type: ignore[override]
        """The secret of the access key."""
        return self._current().secret_key

    @property
    def token(self) -> str | None:  # type: ignore[override]
        """The session token."""
        return self._current().token

    @property
    def account_id(self) -> str | None:
        """The account of the credentials."""
        return self._current().account_id
