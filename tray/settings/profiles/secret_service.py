"""keyring's Secret Service backend, made quick for many items that are read often.

keyring opens a bus connection and agrees on a new encryption key for every single item: about 22 ms each, over a
second for 50 profiles, nearly all of it the key agreement (secretstorage.util.open_session). This backend keeps one
connection and its key for as long as the service runs. Items, attributes and settings are the same as keyring's, so
each of the two backends finds what the other has stored.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from keyring.backends import SecretService
from keyring.errors import PasswordDeleteError

if TYPE_CHECKING:
    from secretstorage import Collection

    from tray.settings.profiles.items import Keyring

_log = logging.getLogger(__name__)


class UnaskedError(Exception):
    """The keyring is locked, and the user may not be asked to unlock it."""


class SecretServiceKeyring(SecretService.Keyring):
    """keyring's backend with the settings of `like`, and sessions."""

    def __init__(self, like: SecretService.Keyring) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        vars(self).update(vars(like))
        self._lock = threading.Lock()
        self._kept: _Session | None = None

    @contextmanager
    def session(self, *, ask: bool = True) -> Iterator[Keyring]:
        """Give the unlocked collection, over the connection of the last session if that still works.

        Only one thread at a time has a session; the others wait.

        :param ask: whether the user may be asked to unlock the collection, or to make one if there is none
        :raises Exception: what keyring's backend raises; UnaskedError if the user would have to be asked
        """
        with self._lock:
            session, self._kept = self._kept, None
            if session is None or not session.lasts():
                if session is not None:
                    session.close()
                if not ask and not self._opens_unasked():
                    raise UnaskedError
                session = _Session(self, self.get_preferred_collection())  # type: ignore[no-untyped-call]
            try:
                yield session
            except BaseException:
                # The connection may have caused the error: the next session opens a new one.
                session.close()
                raise
            self._kept = session

    def _opens_unasked(self) -> bool:
        import secretstorage  # installed on Linux alone, while this module is imported everywhere

        with closing(secretstorage.dbus_init()) as connection:
            path = getattr(self, "preferred_collection", secretstorage.collection.DEFAULT_COLLECTION)
            try:
                return not secretstorage.Collection(connection, path).is_locked()
            except secretstorage.ItemNotFoundException:
                return False


class _Session:
    """The three methods of keyring's backend, on one open collection."""

    def __init__(self, keyring: SecretServiceKeyring, collection: Collection) -> None:
        self._keyring = keyring
        self._collection = collection
        self._service = _service(collection)

    def lasts(self) -> bool:
        """Whether the service still is the one that agreed on the key, and the collection is still unlocked."""
        try:
            # A restarted service knows neither our connection nor our key.
            return _service(self._collection) == self._service and not self._collection.is_locked()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, a new connection is the answer
            _log.info("the connection to the Secret Service is opened anew: %s", type(error).__name__)
            return False

    def close(self) -> None:
        """Close the connection."""
        self._collection.connection.close()

    def get_password(self, service: str, username: str) -> str | None:
        for item in self._collection.search_items(self._keyring._query(service, username)):
            text = item.get_secret().decode("utf-8")
            # Reading the first item agrees on a key; through the collection, the next items use the same key.
            self._collection.session = item.session
            return text
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        attributes = self._keyring._query(service, username, application=self._keyring.appid)
        label = f"Password for '{username}' on '{service}'"
        self._collection.create_item(label, attributes, password.encode(), replace=True)

    def delete_password(self, service: str, username: str) -> None:
        for item in self._collection.search_items(self._keyring._query(service, username)):
            item.delete()
            return
        raise PasswordDeleteError("No such password!")


def _service(collection: Collection) -> tuple[str | None, str]:
    """Return the service that keeps a collection: the bus address in use, and the service's unique name on that bus."""
    from jeepney import DBus
    from jeepney.io.blocking import Proxy
    from secretstorage.util import BUS_NAME

    owner: str = Proxy(DBus(), collection.connection).GetNameOwner(BUS_NAME)[0]
    return os.environ.get("DBUS_SESSION_BUS_ADDRESS"), owner
