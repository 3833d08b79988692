"""The program's items in the keyring: texts by user name. Every error of the keyring becomes a TrayError."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Protocol

from tray.settings.profiles.errors import Doing, is_missing, translated

SERVICE = "notebook-tray"

# No item is longer than this, unless the keyring tells that it has room for more. See codec.MAXIMUM_CHARACTERS.
_ROOM = 1280
# Stands for an item's text that can't be read as text.
DAMAGED = "\0"
# No item of this program is nearly as long. A longer text is not read.
_MOST_CHARACTERS = 64 * 1024


class Keyring(Protocol):
    """The part of keyring.backend.KeyringBackend that is used here.

    A keyring may also have `session`, a context manager that gives a Keyring. Then it is used through its sessions, and
    the argument `ask` says whether the user may be asked to unlock it. A keyring may have `room`, the number of
    characters that its items may have.
    """

    def get_password(self, service: str, username: str) -> str | None:
        """Return an item's text, None when there is no such item."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store an item."""

    def delete_password(self, service: str, username: str) -> None:
        """Delete an item, or raise PasswordDeleteError."""


def _at_once(call: Callable[[], Any]) -> Any:
    return call()


@contextmanager
def opened(
    keyring: Keyring, *, ask: bool = True, limited: Callable[[Callable[[], Any]], Any] = _at_once
) -> Iterator[Items]:
    """Give the items of `keyring`, for one reading or one change.

    :param ask: whether the user may be asked to unlock the keyring; only some keyrings leave this to the caller
    :param limited: makes the calls of a keyring without sessions, whose calls have no time limit

    :raises TrayError: (keyring)
    """
    with ExitStack() as stack:
        session = getattr(keyring, "session", None)
        if session is not None:
            with translated(Doing.OPENING):
                keyring = stack.enter_context(session(ask=ask))
            yield Items(keyring)
        else:
            yield Items(keyring, limited)


class Items:
    """The keyring's functions for the store: write once, read, delete."""

    def __init__(self, keyring: Keyring, limited: Callable[[Callable[[], Any]], Any] = _at_once) -> None:
        self._keyring = keyring
        self._limited = limited

    @property
    def room(self) -> int:
        """How many characters an item may have."""
        return int(getattr(self._keyring, "room", _ROOM))

    def prepare(self) -> None:
        """Have the keyring ask the user now, if it has to ask before an item can be stored.

        :raises TrayError: (keyring) no item can be stored
        """
        if (prepare := getattr(self._keyring, "prepare", None)) is not None:
            with translated(Doing.STORING):
                prepare()

    def usernames(self) -> list[str] | None:
        """Return the user names of all items; None if the keyring can't list them.

        :raises TrayError: (keyring)
        """
        listed = getattr(self._keyring, "usernames", None)
        if listed is None:
            return None
        with translated(Doing.READING):
            return list(self._limited(partial(listed, SERVICE)))

    def read(self, username: str) -> str | None:
        """Return the item's text; None if there is no such item; `DAMAGED` if it is no text of this program.

        :raises TrayError: (keyring)
        """
        with translated(Doing.READING):
            return self._read(username)

    def has(self, username: str) -> bool:
        """Whether there is such an item, with any content.

        :raises TrayError: (keyring)
        """
        with translated(Doing.READING):
            return self._has(username)

    def write(self, username: str, text: str) -> None:
        """Add an item.

        :raises TrayError: (keyring)
        """
        with translated(Doing.STORING):
            self._limited(partial(self._keyring.set_password, SERVICE, username, text))

    def delete(self, username: str) -> None:
        """Delete an item; a missing item is no error.

        :raises TrayError: (keyring) the item is still there
        """
        with translated(Doing.REMOVING):
            try:
                self._limited(partial(self._keyring.delete_password, SERVICE, username))
            except TimeoutError:
                raise
            except Exception:  # "no such item" and "no" are one PasswordDeleteError in keyring
                if self._has(username):
                    raise

    def _has(self, username: str) -> bool:
        has = getattr(self._keyring, "has_password", None)
        return self._read(username) is not None if has is None else bool(has(SERVICE, username))

    def _read(self, username: str) -> str | None:
        try:
            text: object = self._limited(partial(self._keyring.get_password, SERVICE, username))
        except UnicodeError:
            return DAMAGED
        except Exception as error:
            if is_missing(error):
                return None
            raise
        if text is None:
            return None
        return text if isinstance(text, str) and len(text) <= _MOST_CHARACTERS else DAMAGED
