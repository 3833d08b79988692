"""A peer on a test's bus that answers calls on a thread of its own.

It stands on jeepney, not on the dbus-fast that the program uses: a mistake in the one is not hidden by the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Self

from jeepney import DBus, DBusAddress, HeaderFields, Message, MessageType, new_error, new_method_return, new_signal
from jeepney.io.blocking import Proxy, open_dbus_connection

ALLOW_QUEUE = 0
DO_NOT_QUEUE = 4


class RefusedError(Exception):
    """What a handler raises to answer with an error: `RefusedError(error_name, text)`."""


Answer = tuple[str, tuple[Any, ...]] | None


class BusPeer:
    """Owns a well-known name from its start to its end; `_handlers` answers calls by their member's name.

    A handler is given the message and returns a signature and the values, or None to answer never.
    """

    def __init__(
        self,
        bus_address: str,
        name: str,
        *,
        flags: int = DO_NOT_QUEUE,
        more_names: tuple[str, ...] = (),
        sends_files: bool = False,
    ) -> None:
        self._connection = open_dbus_connection(bus=bus_address, enable_fds=sends_files)
        self._sending = threading.Lock()
        self._closing = threading.Event()
        self._handlers: dict[str, Callable[[Message], Answer]] = {}
        self._name = name
        self._more_names = more_names
        self._flags = flags
        self._thread = threading.Thread(target=self._serve, name=f"peer {name}", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def start(self) -> None:
        """Take the name, and begin to answer."""
        for name in (*self._more_names, self._name):
            Proxy(DBus(), self._connection).RequestName(name, self._flags)
        self._thread.start()

    def release_name(self) -> None:
        """Give the name up, or leave the queue for it, and stay on the bus."""
        self._send(DBus().ReleaseName(self._name))

    def request_name(self) -> None:
        """Take the name, or queue for it."""
        self._send(DBus().RequestName(self._name, self._flags))

    def close(self) -> None:
        """Leave the bus."""
        self._closing.set()
        self._thread.join()
        self._connection.close()

    def emit(self, path: str, interface: str, member: str, signature: str = "", *values: Any) -> None:
        """Send a signal."""
        self._send(new_signal(DBusAddress(path, interface=interface), member, signature or None, values))

    def _send(self, message: Message) -> None:
        with self._sending:
            self._connection.send(message)

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                message = self._connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            except ConnectionError:
                return  # the bus has ended
            if message.header.message_type is MessageType.method_call:
                answer = self._answer(message)
                if answer is not None:
                    self._send(answer)

    def _answer(self, message: Message) -> Message | None:
        member = message.header.fields[HeaderFields.member]
        handler = self._handlers.get(member)
        if handler is None:
            return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "s", (member,))
        try:
            answer = handler(message)
        except RefusedError as refused:
            return new_error(message, refused.args[0], "s", (refused.args[1],))
        return new_method_return(message, answer[0] or None, answer[1]) if answer is not None else None
