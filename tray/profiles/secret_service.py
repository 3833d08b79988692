"""keyring's Secret Service backend, made quick for many items.

keyring opens a bus connection and agrees on a new encryption key for every single item: about 22 ms each, over a
second for 50 profiles, nearly all of it the key agreement (secretstorage.util.open_session). Here a connection
and its key serve as long as a `session` lasts. Items, attributes and settings are keyring's own, so each of the
two finds what the other has stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from keyring.backends import SecretService
from keyring.errors import PasswordDeleteError

if TYPE_CHECKING:
    from secretstorage import Collection

    from tray.profiles.items import Keyring


class SecretServiceKeyring(SecretService.Keyring):
    """keyring's backend with the settings of `like`, and sessions."""

    def __init__(self, like: SecretService.Keyring) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        vars(self).update(vars(like))

    @contextmanager
    def session(self) -> Iterator[Keyring]:
        """Open the collection, unlocked, and keep the connection until the end of the `with`.

        A session is for one thread, and short: a service that is started anew does not know it.

        :raises Exception: whatever keyring's backend raises
        """
        collection = self.get_preferred_collection()  # type: ignore[no-untyped-call]
        with closing(collection.connection):
            yield _Session(self, collection)


class _Session:
    """The three methods of keyring's backend, on one open collection."""

    def __init__(self, keyring: SecretServiceKeyring, collection: Collection) -> None:
        self._keyring = keyring
        self._collection = collection

    def get_password(self, service: str, username: str) -> str | None:
        for item in self._collection.search_items(self._keyring._query(service, username)):
            text = item.get_secret().decode("utf-8")
            # The first item that is read agrees on a key; from the collection, the next ones have it too.
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
