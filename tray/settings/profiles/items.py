"""The program's items in the keyring: texts by user name. Every error of the keyring becomes a TrayError."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol

from tray.settings.profiles.errors import Doing, is_missing, translated

SERVICE = "notebook-tray"


class Keyring(Protocol):
    """The part of keyring.backend.KeyringBackend that is used here.

    A keyring may also have `session`, a context manager that gives a Keyring. Then it is used through its sessions, and
    the argument `ask` says whether the user may be asked to unlock it.
    """

    def get_password(self, service: str, username: str) -> str | None:
        """Return an item's text, None when there is no such item."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store an item."""

    def delete_password(self, service: str, username: str) -> None:
        """Delete an item, or raise PasswordDeleteError."""


@contextmanager
def opened(keyring: Keyring, *, ask: bool = True) -> Iterator[Items]:
    """Give the items of `keyring`, for one reading or one change.

    :param ask: whether the user may be asked to unlock the keyring; only some keyrings leave that to us

    :raises TrayError: (keyring)
    """
    with ExitStack() as stack:
        session = getattr(keyring, "session", None)
        if session is not None:
            with translated(Doing.OPENING):
                keyring = stack.enter_context(session(ask=ask))
        yield Items(keyring)


class Items:
    """What the store needs of a keyring: write once, read, delete."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def read(self, username: str) -> str | None:
        """Return the item's text, None when there is no such item.

        :raises TrayError: (keyring)
        """
        with translated(Doing.READING):
            return self._read(username)

    def write(self, username: str, text: str) -> None:
        """Add an item.

        :raises TrayError: (keyring)
        """
        with translated(Doing.STORING):
            self._keyring.set_password(SERVICE, username, text)

    def delete(self, username: str) -> None:
        """Delete an item; a missing item is no error.

        :raises TrayError: (keyring) the item is still there
        """
        with translated(Doing.REMOVING):
            try:
                self._keyring.delete_password(SERVICE, username)
            except Exception:  # "no such item" and "no" are one PasswordDeleteError in keyring
                if self._read(username) is not None:
                    raise

    def _read(self, username: str) -> str | None:
        try:
            return self._keyring.get_password(SERVICE, username)
        except Exception as error:
            if is_missing(error):
                return None
            raise
