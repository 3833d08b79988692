"""The D-Bus calls of the Secret Service, each with a time limit: a stopped or slow service holds nothing up.

SecretStorage waits for every answer without a limit, makes three calls to read one item, and takes a missing method of
the service for a missing item. Only its key agreement is used here.
The interface: https://specifications.freedesktop.org/secret-service-spec/latest/
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tray.settings.profiles.limits import CALL_SECONDS, PATIENCE_SECONDS, PROMPT_SECONDS, SLOW_SECONDS
from tray.settings.profiles.secret_cipher import as_sent, to_send

if TYPE_CHECKING:
    from secretstorage.dhcrypto import Session

# How often the program checks whether a service that asks the user is still there.
_LOOK_SECONDS = 2.0

BUS_NAME = "org.freedesktop.secrets"
_INTERFACE = "org.freedesktop.Secret"
SERVICE_PATH = "/org/freedesktop/secrets"
SESSION_COLLECTION = f"{SERVICE_PATH}/collection/session"
_DEFAULT_ALIAS = f"{SERVICE_PATH}/aliases/default"
_KEEPASSXC = "org.keepassxc.KeePassXC.MainWindow"

_IS_LOCKED = "org.freedesktop.Secret.Error.IsLocked"
_NO_SESSION = "org.freedesktop.Secret.Error.NoSession"
_NO_METHOD = "org.freedesktop.DBus.Error.UnknownMethod"
_GONE = (
    _NO_METHOD,  # GDBus of an object that isn't there
    "org.freedesktop.DBus.Error.UnknownObject",
    "org.freedesktop.DBus.Error.UnknownInterface",
    "org.freedesktop.Secret.Error.NoSuchObject",
)


class UnaskedError(Exception):
    """The keyring is locked, and the user may not be asked to unlock it."""


class ItemsUnaskedError(UnaskedError):
    """The keyring is open and asks before it gives out an item, but the user may not be asked."""


class DismissedError(Exception):
    """The user declined the keyring's question, or there was no screen for the question."""


class DeclinedError(DismissedError):
    """The user declined the deletion of an item."""


class UnansweredError(Exception):
    """The user did not answer the keyring's question."""


class LacksMethodError(Exception):
    """The program that calls itself the Secret Service lacks a method that every Secret Service has."""


class NothingOpenError(Exception):
    """The password manager runs, but none of its databases is open."""


class NoCollectionError(Exception):
    """There is no collection for new items, and none could be made."""


class CollectionGoneError(Exception):
    """The collection was taken away, or locked, while it was in use."""


class SecretBus:
    """A connection to the session bus, for one thread at a time.

    Every method raises TimeoutError if there is no answer in time, DBusErrorResponse for an answer that is an error,
    and OSError if there is no bus. `broken` says that the connection can't be used again.
    """

    def __init__(self) -> None:
        from jeepney import MatchRule
        from jeepney.bus import get_bus
        from jeepney.io.blocking import DBusConnection, prep_socket

        class Connection(DBusConnection):  # type: ignore[misc]
            """A connection on which no call waits for ever."""

            def send_and_get_reply(self, message: Any, *, timeout: float | None = None) -> Any:
                return super().send_and_get_reply(message, timeout=CALL_SECONDS if timeout is None else timeout)

        self.broken = False
        self.patience_seconds = PATIENCE_SECONDS
        try:
            address = get_bus("SESSION")
        except (KeyError, ValueError, RuntimeError, StopIteration):
            raise ConnectionRefusedError from None  # there is no address, or none that can be reached
        socket = prep_socket(address, timeout=CALL_SECONDS)
        socket.settimeout(CALL_SECONDS)  # for what is sent: a bus that reads nothing
        self._connection = Connection(socket)
        self._key: Session | None = None
        rule = MatchRule(sender=BUS_NAME, interface=f"{_INTERFACE}.Prompt")
        self._call("/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", "s", rule.serialise(), to="bus")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def owner(self, name: str = BUS_NAME) -> str | None:
        """Return the owner of a name on the bus: a unique name that is never used again. None without an owner."""
        from jeepney import DBusErrorResponse

        with suppress(DBusErrorResponse):
            return str(
                self._call("/org/freedesktop/DBus", "org.freedesktop.DBus", "GetNameOwner", "s", name, to="bus")[0]
            )
        return None

    def is_keepassxc(self) -> bool:
        """Whether the service is KeePassXC, whose collections are the databases that are open."""
        owner = self.owner()
        return owner is not None and self.owner(_KEEPASSXC) == owner

    # Collections

    def collections(self) -> list[str]:
        """Return the paths of all collections except the one that is deleted at logout."""
        return [path for path in self._property(SERVICE_PATH, "Service", "Collections") if path != SESSION_COLLECTION]

    def default_collection(self) -> str | None:
        """Return the path of the default collection, None where there is none."""
        try:
            (path,) = self._service("ReadAlias", "s", "default")
        except LacksMethodError:
            # Those that have no aliases to read may have the one object all the same.
            path = _DEFAULT_ALIAS if self.is_there(_DEFAULT_ALIAS) else "/"
        return str(path) if len(path) > 1 else None

    def is_there(self, collection: str) -> bool:
        """Whether there is such a collection."""
        return self._of_collection(lambda: bool(self._property(collection, "Collection", "Locked")), None) is not None

    def is_locked(self, collection: str) -> bool:
        """Whether a collection is locked.

        :raises CollectionGoneError: there is no such collection
        """
        locked = self._of_collection(lambda: bool(self._property(collection, "Collection", "Locked")), None)
        if locked is None and collection in self.collections():
            raise LacksMethodError("Locked")
        if locked is None:
            raise CollectionGoneError
        return bool(locked)

    def shows_items(self, collection: str) -> bool:
        """Whether a collection lists items: if it does, it can be searched even while it is locked."""
        return bool(self._of_collection(lambda: self._property(collection, "Collection", "Items"), ()))

    def search(self, collection: str, attributes: Mapping[str, str]) -> list[str]:
        """Return the paths of the items with these attributes; for a locked collection, of those that it shows.

        The service's own search is not used, because KeePassXC asks to unlock a database for it.

        :raises CollectionGoneError: there is no such collection
        """
        found = self._of_collection(
            lambda: self._call(collection, f"{_INTERFACE}.Collection", "SearchItems", "a{ss}", dict(attributes)), None
        )
        if found is None:
            if self.is_there(collection):
                raise LacksMethodError("SearchItems")
            raise CollectionGoneError
        return [str(path) for path in found[0]]

    def create_collection(self) -> str:
        """Make the default collection and return its path; the service usually asks the user.

        :raises NoCollectionError: no collection was made
        """
        label = {f"{_INTERFACE}.Collection.Label": ("s", "Default")}
        path, prompt = self._service("CreateCollection", "a{sv}s", label, "default")
        if len(path) <= 1:
            try:
                _signature, path = self.prompt(prompt)
            except DismissedError:
                raise NoCollectionError from None
        if len(path) <= 1:
            raise NoCollectionError
        return str(path)

    def unlock(self, paths: Sequence[str]) -> None:
        """Have the user unlock collections or items, all in one request; unlocked ones are left alone.

        :raises DismissedError: the user declined, or there was no screen to ask on
        :raises UnansweredError: nobody answered
        """
        _unlocked, prompt = self._service("Unlock", "ao", list(paths))
        if len(prompt) > 1:
            self.prompt(prompt)

    # Items

    def attributes(self, item: str) -> Mapping[str, str]:
        """Return an item's attributes; none where they can't be had."""
        return dict(self._of_collection(lambda: self._property(item, "Item", "Attributes"), {}))

    def secret(self, item: str) -> bytes | None:
        """Return the secret of an item; None if the item is gone.

        :raises UnaskedError: the item is locked
        """
        from jeepney import DBusErrorResponse

        try:
            (secret,) = self._call(item, f"{_INTERFACE}.Item", "GetSecret", "o", self._session().object_path)
        except DBusErrorResponse as error:
            if error.name == _IS_LOCKED:
                raise UnaskedError from None
            if error.name in _GONE and self._is_gone(item):
                return None
            self._forget_key(error.name)
            raise
        return as_sent(self._session(), bytes(secret[1]), bytes(secret[2]))

    def create_item(self, collection: str, label: str, attributes: Mapping[str, str], secret: bytes) -> None:
        """Add an item; it replaces an item with the same attributes, if there is one.

        :raises DismissedError: the service asked the user for permission, and did not get it
        """
        from jeepney import DBusErrorResponse

        properties = {
            f"{_INTERFACE}.Item.Label": ("s", label),
            f"{_INTERFACE}.Item.Attributes": ("a{ss}", dict(attributes)),
        }
        kept = to_send(self._session(), secret)
        try:
            item, prompt = self._call(
                collection, f"{_INTERFACE}.Collection", "CreateItem", "a{sv}(oayays)b", properties, kept, True
            )
        except DBusErrorResponse as error:
            if error.name == _IS_LOCKED:
                raise CollectionGoneError from None
            if error.name in _GONE:
                raise (LacksMethodError("CreateItem") if self.is_there(collection) else CollectionGoneError) from None
            self._forget_key(error.name)
            raise
        if len(item) <= 1:
            # KeePassXC answers so always, and asks where it has something to ask.
            self.prompt(prompt)

    def delete_item(self, item: str) -> None:
        """Delete an item.

        :raises DeclinedError: the service asked the user, who declined
        """
        (prompt,) = self._call(item, f"{_INTERFACE}.Item", "Delete", None)
        if len(prompt) > 1:
            try:
                self.prompt(prompt)
            except DismissedError:
                raise DeclinedError from None

    def prompt(self, path: str) -> Any:
        """Have the service ask the user, and return the result as a signature and a value.

        :raises DismissedError: the user declined, or there was no screen to ask on
        :raises UnansweredError: nobody answered in 5 minutes
        :raises ConnectionResetError: the service went away meanwhile
        """
        from jeepney import MatchRule, MessageType

        interface, asked_by = f"{_INTERFACE}.Prompt", self.owner()
        rule = MatchRule(path=path, interface=interface, member="Completed", type=MessageType.signal)
        with self._connection.filter(rule) as signals:
            if not self._of_collection(lambda: self._call(path, interface, "Prompt", "s", "") is not None, False):
                raise LacksMethodError("Prompt")
            give_up = time.monotonic() + PROMPT_SECONDS
            while not signals:
                if time.monotonic() > give_up:
                    with suppress(Exception):
                        self._call(path, interface, "Dismiss", None)
                    raise UnansweredError
                self._receive()
                if not signals and self.owner() != asked_by:
                    raise ConnectionResetError
            dismissed, result = signals.popleft().body
        # The time for the user's answer doesn't count as waiting for the service.
        if dismissed:
            raise DismissedError
        return result

    def _receive(self) -> None:
        try:
            self._connection.recv_messages(timeout=_LOOK_SECONDS)
        except TimeoutError:
            return
        except BaseException:
            self.broken = True
            raise

    def _session(self) -> Session:
        from secretstorage.util import open_session

        if self._key is None:
            began = time.monotonic()
            try:
                self._key = open_session(self._connection)
            except BaseException:
                self.broken = True
                raise
            finally:
                self._count(began)
        return self._key

    def _forget_key(self, error: str) -> None:
        if error == _NO_SESSION:
            self.broken = True  # the service was started again under the same name

    def _is_gone(self, item: str) -> bool:
        collection = item.rpartition("/")[0]
        items = self._of_collection(lambda: self._property(collection, "Collection", "Items"), ())
        return item not in items

    def _of_collection(self, ask: Any, gone: Any) -> Any:
        from jeepney import DBusErrorResponse

        try:
            return ask()
        except DBusErrorResponse as error:
            if error.name in _GONE:
                return gone
            raise

    def _property(self, path: str, kind: str, name: str) -> Any:
        from jeepney import DBusErrorResponse

        try:
            answer = self._call(path, "org.freedesktop.DBus.Properties", "Get", "ss", f"{_INTERFACE}.{kind}", name)
        except DBusErrorResponse as error:
            if kind == "Service" and error.name in _GONE:
                raise LacksMethodError(name) from None
            raise
        ((_signature, value),) = answer
        return value

    def _service(self, member: str, signature: str, *values: Any) -> Any:
        from jeepney import DBusErrorResponse

        try:
            return self._call(SERVICE_PATH, f"{_INTERFACE}.Service", member, signature, *values)
        except DBusErrorResponse as error:
            if error.name in _GONE:
                raise LacksMethodError(member) from None
            raise

    def _call(self, path: str, interface: str, member: str, signature: str | None, *values: Any, to: str = "") -> Any:
        from jeepney import DBusAddress, DBusErrorResponse, MessageType, new_method_call

        name = "org.freedesktop.DBus" if to else BUS_NAME
        call = new_method_call(DBusAddress(path, name, interface), member, signature, values)
        began = time.monotonic()
        try:
            if self.patience_seconds <= 0:
                raise TimeoutError
            answer = self._connection.send_and_get_reply(call, timeout=min(CALL_SECONDS, self.patience_seconds))
        except BaseException:
            # A late answer would be taken for the answer to the next call.
            self.broken = True
            raise
        finally:
            self._count(began)
        if answer.header.message_type is MessageType.error:
            raise DBusErrorResponse(answer)
        return answer.body

    def _count(self, began: float) -> None:
        took = time.monotonic() - began
        if took > SLOW_SECONDS:
            self.patience_seconds -= took
