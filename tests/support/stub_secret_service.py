"""A program that calls itself the Secret Service: it answers late, lacks methods, or never ends what it asks.

It keeps items in one collection, as far as a test goes; what it hands out isn't encrypted.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import TYPE_CHECKING

from jeepney import HeaderFields, new_error

from tests.support.bus_peer import Answer, BusPeer, RefusedError

if TYPE_CHECKING:
    from jeepney import Message

_PATH = "/org/freedesktop/secrets"
_COLLECTION = f"{_PATH}/collection/one"
_PROMPT = f"{_PATH}/prompt/p1"
_NOT_SUPPORTED = "org.freedesktop.DBus.Error.NotSupported"


class StubSecretService(BusPeer):
    """The Secret Service with an empty collection.

    :param lacks: members that it doesn't know: methods, and properties
    :param late_seconds: how long it takes for each answer
    :param locked: whether the collection is locked; a prompt for it is shown, and never completed
    :param error: the name of the error with which it answers all calls
    """

    def __init__(
        self,
        bus_address: str,
        *,
        lacks: Collection[str] = (),
        late_seconds: float = 0,
        locked: bool = False,
        error: str = "",
    ) -> None:
        super().__init__(bus_address, "org.freedesktop.secrets")
        self._late = threading.Event()
        self._late_seconds = late_seconds
        self._lacks = lacks
        self._locked = locked
        self._error = error
        self.called: list[str] = []
        handlers = {
            "Get": self._get,
            "ReadAlias": lambda _: ("o", (_COLLECTION,)),
            "SearchItems": lambda _: ("ao", ([],)),
            "OpenSession": self._open_session,
            "Unlock": lambda _: ("aoo", ([], _PROMPT if self._locked else "/")),
            "Prompt": lambda _: ("", ()),
            "Dismiss": lambda _: ("", ()),
            "CreateItem": lambda _: ("oo", (f"{_COLLECTION}/1", "/")),
        }
        self._handlers |= {name: handler for name, handler in handlers.items() if name not in lacks}

    def close(self) -> None:
        self._late.set()
        super().close()

    def _answer(self, message: Message) -> Message:
        self.called.append(message.header.fields[HeaderFields.member])
        self._late.wait(self._late_seconds)
        if self._error:
            return new_error(message, self._error, "s", ("a text of its own",))
        return super()._answer(message)

    def _open_session(self, message: Message) -> Answer:
        if message.body[0] != "plain":
            raise RefusedError(_NOT_SUPPORTED, "no")
        return "vo", (("s", ""), f"{_PATH}/session/s1")

    def _get(self, message: Message) -> Answer:
        name = message.body[1]
        values = {"Collections": ("ao", [_COLLECTION]), "Locked": ("b", self._locked), "Items": ("ao", [])}
        if name in self._lacks or name not in values:
            raise RefusedError("org.freedesktop.DBus.Error.UnknownMethod", name)
        return "v", (values[name],)
