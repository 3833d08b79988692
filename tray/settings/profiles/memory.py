"""A keyring in memory, for `notebook-tray demo` and for tests, which leaves the user's keyring alone."""

from __future__ import annotations

import threading

from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import PasswordDeleteError


class MemoryKeyring(KeyringBackend):
    """Keeps its items as long as the object lives. Safe to use from several threads."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._items: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    @properties.classproperty
    def priority(cls) -> float:  # noqa: N805
        """Never a candidate: the keyring library considers every subclass of KeyringBackend that was ever imported."""
        raise RuntimeError("in memory only: handed to the store by name")

    def get_password(self, service: str, username: str) -> str | None:
        """Return the item's text, None when there is none."""
        with self._lock:
            return self._items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Add or replace the item."""
        with self._lock:
            self._items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Delete the item.

        :raises PasswordDeleteError: there is none
        """
        with self._lock:
            if self._items.pop((service, username), None) is None:
                raise PasswordDeleteError(username)

    def usernames(self, service: str) -> set[str]:
        """Return the user names of all items of `service`."""
        with self._lock:
            return {username for kept_for, username in self._items if kept_for == service}
