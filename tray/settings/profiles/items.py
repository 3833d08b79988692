"""The program's items in the keyring: texts by user name. Every error of the keyring becomes a TrayError."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Protocol

from tray.settings.profiles.errors import Doing, is_missing, translated

SERVICE = "notebook-tray"

# Stands for an item's text that can't be read as text.
DAMAGED = "\0"
# No item of ours is longer than 1,280 letters. What is far longer is not looked at.
_MOST_CHARACTERS = 64 * 1024


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


def _at_once(call: Callable[[], Any]) -> Any:
    return call()


@contextmanager
def opened(
    keyring: Keyring, *, ask: bool = True, limited: Callable[[Callable[[], Any]], Any] = _at_once
) -> Iterator[Items]:
    """Give the items of `keyring`, for one reading or one change.

    :param ask: whether the user may be asked to unlock the keyring; only some keyrings leave that to us
    :param limited: makes a call of a keyring whose calls have no limit of their own: one without sessions

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
    """What the store needs of a keyring: write once, read, delete."""

    def __init__(self, keyring: Keyring, limited: Callable[[Callable[[], Any]], Any] = _at_once) -> None:
        self._keyring = keyring
        self._limited = limited

    def prepare(self) -> None:
        """Have whatever is to be asked before anything can be stored be asked now.

        :raises TrayError: (keyring) nothing can be stored
        """
        if (prepare := getattr(self._keyring, "prepare", None)) is not None:
            with translated(Doing.STORING):
                prepare()

    def usernames(self) -> list[str] | None:
        """Return the user names of all items, None where the keyring can't list them.

        :raises TrayError: (keyring)
        """
        listed = getattr(self._keyring, "usernames", None)
        if listed is None:
            return None
        with translated(Doing.READING):
            return list(self._limited(partial(listed, SERVICE)))

    def read(self, username: str) -> str | None:
        """Return the item's text, None when there is no such item, `DAMAGED` when it is no text of ours.

        :raises TrayError: (keyring)
        """
        with translated(Doing.READING):
            return self._read(username)

    def has(self, username: str) -> bool:
        """Whether there is such an item, whatever it holds.

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
