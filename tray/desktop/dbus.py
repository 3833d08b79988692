"""The D-Bus session bus: how to connect to it and call methods on it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dbus_fast import AuthError, DBusError, InvalidAddressError, Message, MessageFlag, MessageType
from dbus_fast.aio.message_bus import MessageBus

from tray.model.problems import ExitStatus, Kind, TrayError
from tray.runtime.session_bus import session_bus_address

DBUS = "org.freedesktop.DBus"
DBUS_PATH = "/org/freedesktop/DBus"

# A local daemon answers in milliseconds. A daemon that takes longer than this is hung.
_CONNECT_SECONDS = 5.0
# Of a service's words for an error: they go to the log.
_LONGEST_ERROR = 300


class _NobodyWaits(logging.Filter):
    """Keeps an error out of the log that one of our services answers to a caller who wants no answer.

    dbus-fast (seen in 5.2.0) logs such an error with its traceback, as if it were a fault. An example is a click on a
    menu item that is gone: GNOME and Plasma send clicks without wanting an answer.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], DBusError))


# The second logger is for methods that answer later.
for _name in ("dbus_fast.aio.message_reader", "dbus_fast.aio.message_bus"):
    logging.getLogger(_name).addFilter(_NobodyWaits())


class CallError(Exception):
    """A method call was answered with an error, or not at all."""


class NoAnswerError(CallError):
    """A method call was not answered. The service may still do what the call asks for."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its values, and the unique name of the connection that gave it.

    A value of the type `h` is an index to `files`: descriptors that the caller has to close.
    """

    body: Sequence[Any]
    sender: str
    files: Sequence[int] = ()


async def connect() -> MessageBus:
    """Connect to the session bus.

    :raises TrayError: (desktop, exit status 3) there is none, or it cannot be reached
    """
    address = session_bus_address()
    if address is None:
        raise TrayError("no-bus", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP)
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            return _patient(await MessageBus(address).connect())
    except (OSError, EOFError, ValueError, AuthError, InvalidAddressError) as error:  # a TimeoutError is an OSError
        reason = str(error) or type(error).__name__
        raise TrayError(
            "bus-not-reachable", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP, address=address, reason=reason
        ) from error


class _PatientSocket:
    """A socket whose `send` returns 0 when the socket is full, instead of raising."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket

    def send(self, data: memoryview) -> int:
        try:
            sent: int = self._socket.send(data)
        except BlockingIOError:
            return 0
        return sent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


def _patient(bus: MessageBus) -> MessageBus:
    """Make `bus` wait while its socket is full.

    dbus-fast's writer (seen in 5.2.0) takes a full socket for a broken one and closes the connection. It inherited that
    from python-dbus-next (altdesktop/python-dbus-next#153). Some panels ask for all properties several times at once:
    an icon in six sizes, or a menu of a thousand notebooks, then soon fills the socket. After a short write the writer
    waits until there is room, so a `send` that returns 0 makes it wait.
    """
    writer = bus._writer
    if writer is not None:
        writer.sock = _PatientSocket(writer.sock)  # type: ignore[assignment]
    return bus


def lost_bus() -> TrayError:
    """Return the error for a bus that went away while the icon was shown."""
    return TrayError("bus-lost", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP)


async def call(
    bus: MessageBus,
    destination: str,
    path: str,
    interface: str,
    member: str,
    signature: str = "",
    body: Sequence[Any] = (),
    *,
    expects: str | None = None,
    seconds: float = 10.0,
    autostart: bool = False,
) -> Reply:
    """Call a method and return its answer; `autostart` lets the bus start the service that is called.

    :param expects: the signature that the answer has to have, so that its values are of the types that are read
    :raises NoAnswerError: no answer came within `seconds`
    :raises CallError: the answer is an error, or of another signature
    """
    message = Message(
        destination=destination,
        path=path,
        interface=interface,
        member=member,
        signature=signature,
        body=list(body),
        flags=MessageFlag.NONE if autostart else MessageFlag.NO_AUTOSTART,
    )
    try:
        async with asyncio.timeout(seconds):
            reply = await bus.call(message)
    except (OSError, EOFError) as error:  # a TimeoutError is an OSError
        raise NoAnswerError(f"{interface}.{member}: {error or type(error).__name__}") from error
    if reply is None:
        raise NoAnswerError(f"{interface}.{member}: the connection was closed")
    if reply.message_type is MessageType.ERROR:
        text = reply.body[0] if reply.body else ""
        raise CallError(f"{interface}.{member}: {reply.error_name}: {str(text)[:_LONGEST_ERROR]}")
    if expects is not None and reply.signature != expects:
        raise CallError(f"{interface}.{member}: an answer of other types: {reply.signature[:_LONGEST_ERROR]}")
    return Reply(reply.body, reply.sender or "", reply.unix_fds)


async def call_bus(bus: MessageBus, member: str, signature: str, *body: Any) -> Reply:
    """Call a method of the bus itself.

    :raises CallError: as `call`
    """
    return await call(bus, DBUS, DBUS_PATH, DBUS, member, signature, body)
