"""keyring's Secret Service backend, with faster calls, time limits, and a search for the right collection.

keyring opens a bus connection and agrees on a new encryption key for every single item: about 22 ms each, over a
second for 50 profiles, nearly all of it the key agreement (secretstorage.util.open_session). Here a connection
and its key are kept for as long as the service is there. Items, attributes and settings are the same as keyring's, so
that keyring's backend and this one find each other's items.

keyring uses only the default collection, which may change: in KeePassXC, it is the tab in front. This backend therefore
searches all collections for the profiles, and stores new items in the same collection.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from keyring.backends import SecretService
from keyring.errors import PasswordDeleteError

from tray.settings.profiles.items import DAMAGED, SERVICE
from tray.settings.profiles.limits import CALL_SECONDS, PATIENCE_SECONDS, PROMPT_SECONDS
from tray.settings.profiles.secret_bus import (
    CollectionGoneError,
    DismissedError,
    ItemsUnaskedError,
    NoCollectionError,
    NothingOpenError,
    SecretBus,
    UnansweredError,
    UnaskedError,
)

if TYPE_CHECKING:
    from tray.settings.profiles.items import Keyring

_log = logging.getLogger(__name__)

# The items that tell a collection with the profiles from one with just a stray item of the program.
_INDEXES = ("index/a", "index/b")


class SecretServiceKeyring(SecretService.Keyring):
    """keyring's backend with the settings of `like`, and sessions."""

    def __init__(self, like: SecretService.Keyring) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        vars(self).update(vars(like))
        self._lock = threading.Lock()
        self._kept: _Session | None = None
        self._asking = False

    @contextmanager
    def session(self, *, ask: bool = True) -> Iterator[Keyring]:
        """Give the unlocked items of the profiles, over the connection of the last session if it still works.

        One thread has the session at a time. Another thread waits; without `ask`, no longer than for one answer.

        :param ask: whether the user may be asked to unlock the keyring or an item
        :raises Exception: any exception of `secret_bus`; UnaskedError if the user would have to be asked
        """
        if not self._lock.acquire(timeout=PROMPT_SECONDS if ask else CALL_SECONDS):
            # The thread that has the session waits for the user, or for a keyring that doesn't answer.
            raise UnansweredError if ask else UnaskedError if self._asking else TimeoutError
        try:
            self._asking = ask
            session = self._opened()
            try:
                session.begin(ask=ask)
                yield session
            finally:
                self._kept = None if session.bus.broken else session
                if session.bus.broken:
                    session.bus.close()
        finally:
            self._lock.release()

    def _opened(self) -> _Session:
        kept, self._kept = self._kept, None
        if kept is not None:
            if kept.lasts():
                return kept
            kept.bus.close()
        return _Session(self, SecretBus())


class _Session:
    """The three methods of keyring's backend, on the collection with the profiles.

    A service knows a client by its connection, and KeePassXC remembers for each connection what the user allowed. A
    connection is therefore kept for as long as it works, even if the reading or change that opened it fails.
    """

    # The Secret Service has no limit, and gnome-keyring takes about as long for a short item as for a long one.
    room = 32 * 1024

    def __init__(self, keyring: SecretServiceKeyring, bus: SecretBus) -> None:
        self.bus = bus
        self._keyring = keyring
        self._service = (os.environ.get("DBUS_SESSION_BUS_ADDRESS"), bus.owner())
        self._collection: str | None = None
        # Whether the collection has profiles, and whether any collection had some before.
        self._found = False
        self._seen = False
        self._ask = False
        # Collections that the user did not want to unlock, and where the profiles might be.
        self._declined: set[str] = set()

    def lasts(self) -> bool:
        """Whether the service is still the one with which the key was agreed."""
        try:
            # A service that was started again knows neither this connection nor its key.
            self.bus.patience_seconds = PATIENCE_SECONDS
            return self._service == (os.environ.get("DBUS_SESSION_BUS_ADDRESS"), self.bus.owner())
        except Exception as error:  # noqa: BLE001 - a new connection helps in every case
            _log.info("the connection to the Secret Service is opened anew: %s", type(error).__name__)
            return False

    def begin(self, *, ask: bool) -> None:
        """Find the collection with the profiles and unlock it; a collection found before is checked again."""
        self._ask = ask
        self.bus.patience_seconds = PATIENCE_SECONDS
        if self._found and self._collection is not None:
            try:
                if not self.bus.is_locked(self._collection):
                    return
            except CollectionGoneError:
                _log.info("the collection with the profiles is gone")
        self._look()

    def get_password(self, service: str, username: str) -> str | None:
        if self._collection is None:
            return None
        for item in self._items(self._collection, service, username):
            text = self._secret(item, self._collection, service)
            if text is not None:
                return _text(text)
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        attributes = self._keyring._query(service, username, application=self._keyring.appid)
        label = f"Password for '{username}' on '{service}'"
        self.prepare()
        if self._collection is None:
            raise NoCollectionError
        self.bus.create_item(self._collection, label, attributes, password.encode())
        self._found = self._seen = True

    def prepare(self) -> None:
        """Make sure that there is a collection to store in: the user may be asked to make or unlock one."""
        if self._collection is None:
            self._collection = self._place()

    def delete_password(self, service: str, username: str) -> None:
        # All of them: one that was copied, as password managers offer it, would keep an access key for ever.
        found = self._items(self._collection, service, username) if self._collection is not None else []
        for item in found:
            self.bus.delete_item(item)
        if not found:
            raise PasswordDeleteError("No such password!")

    def has_password(self, service: str, username: str) -> bool:
        """Whether there is an item, without reading it: KeePassXC may have been told to give it out once."""
        return self._collection is not None and bool(self._items(self._collection, service, username))

    def usernames(self, service: str) -> list[str]:
        """Return the user names of all items of `service` in the collection."""
        name = self._keyring.schemes[self._keyring.scheme]["username"]
        if self._collection is None:
            return []
        items = self.bus.search(self._collection, self._keyring._query(service))
        return [found for item in items if (found := self.bus.attributes(item).get(name)) is not None]

    def _items(self, collection: str, service: str, username: str) -> list[str]:
        """Return the items of this name: of several, the program's own, if any of them is.

        Other programs and users can add items with the same two attributes (`secret-tool store`), and a search finds
        them too. The third attribute is only set when an item is made, as it is by keyring's own backend.
        """
        found = self.bus.search(collection, self._keyring._query(service, username))
        if len(found) < 2:
            return found
        own = [item for item in found if self.bus.attributes(item).get("application") == self._keyring.appid]
        return own or found

    def _secret(self, item: str, collection: str, service: str) -> bytes | None:
        try:
            return self.bus.secret(item)
        except UnaskedError:
            if not self._ask:
                raise ItemsUnaskedError from None
        # While its database is open, KeePassXC asks for each item: one request covers all items of this program.
        try:
            self.bus.unlock(self.bus.search(collection, self._keyring._query(service)))
            return self.bus.secret(item)
        except (DismissedError, UnaskedError):
            # A denial “for the future” holds for this connection. A new connection lets the user decide again.
            self.bus.broken = True
            raise DismissedError from None

    def _look(self) -> None:
        """Find the collection with the profiles and unlock it; without one, unlock those that can't be searched."""
        self._collection, self._found = None, False
        default = getattr(self._keyring, "preferred_collection", None) or self.bus.default_collection()
        places = list(dict.fromkeys(([default] if default else []) + self.bus.collections()))
        if not places and self.bus.is_keepassxc():
            raise NothingOpenError
        found = self._holding(places)
        if not found and (shut := self._doubtful(places, default)):
            self._unlock(shut, needed=default in shut)
            found = self._holding(places)
        if found:
            if self.bus.is_locked(found):
                self._unlock([found], needed=True)
            self._collection, self._found, self._seen = found, True, True
        elif self._seen and self.bus.is_keepassxc():
            raise NothingOpenError  # the profiles' database was closed: the other databases don't show it
        elif default and self.bus.is_there(default):
            self._collection = default

    def _holding(self, places: list[str]) -> str | None:
        holding = [place for place in places if self._search(place)]
        if len(holding) > 1:
            _log.info("there are profiles in %d collections", len(holding))
            with_index = [place for place in holding if any(self._search(place, name) for name in _INDEXES)]
            holding = with_index or holding
        return holding[0] if holding else None

    def _search(self, place: str, username: str | None = None) -> list[str]:
        try:
            return self.bus.search(place, self._keyring._query(SERVICE, username))
        except CollectionGoneError:
            return []

    def _doubtful(self, places: list[str], default: str | None) -> list[str]:
        """Return the locked collections that may have the profiles: the default one, and those that show no item."""
        shut = []
        for place in places:
            try:
                if self.bus.is_locked(place) and (place == default or not self.bus.shows_items(place)):
                    shut.append(place)
            except CollectionGoneError:
                continue
        return [] if self._declined.issuperset(shut) and default not in shut else shut

    def _unlock(self, places: list[str], *, needed: bool) -> None:
        if not self._ask:
            raise UnaskedError
        try:
            self.bus.unlock(places)
        except DismissedError:
            self._declined.update(places)
            if needed:
                raise

    def _place(self) -> str:
        """Return the collection for the very first item without a default collection: an open one, if there is any."""
        others = self.bus.collections()
        unlocked = [place for place in others if not self.bus.is_locked(place)]
        if unlocked:
            return unlocked[0]
        if not others:
            return self.bus.create_collection()
        try:
            self._unlock(others[:1], needed=True)
        except DismissedError:
            raise NoCollectionError from None
        return others[0]


def _text(secret: bytes) -> str:
    """Return a secret as text; for other bytes, a text that its reader finds damaged."""
    try:
        return secret.decode("utf-8")
    except UnicodeDecodeError:
        return DAMAGED
