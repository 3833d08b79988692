"""What a tray host is heard to ask of an icon: all calls and signals of its two interfaces on a bus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import unwrap_msg

from tests.support.menu_client import ITEM, MENU
from tests.support.waiting import PATIENCE_SECONDS

_MONITORING = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus.Monitoring")
_QUIET_SECONDS = 0.05


@dataclass(frozen=True)
class Heard:
    """A call of a method, or a signal: its name and what came with it."""

    member: str
    values: tuple[Any, ...]


class Overheard:
    """Listens to a bus as dbus-monitor does."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection
        self._all: list[Heard] = []

    def all(self) -> list[Heard]:
        """Return everything so far, in the order in which it was sent."""
        while True:
            try:
                message = self._connection.receive(timeout=_QUIET_SECONDS)
            except TimeoutError:
                return list(self._all)
            if message.header.message_type in (MessageType.method_call, MessageType.signal):
                self._all.append(Heard(message.header.fields[HeaderFields.member], message.body))

    def calls(self, member: str) -> list[tuple[Any, ...]]:
        """Return what every call or signal of this name came with."""
        return [heard.values for heard in self.all() if heard.member == member]

    def events(self) -> list[tuple[str, int]]:
        """Return the events that a host told, each with the id of its item, in the order in which they were sent."""
        events = [values for heard in self.all() for values in _events(heard)]
        return [(kind, identity) for identity, kind, *_ in events]

    def forget(self) -> None:
        """Begin anew: what was heard so far is of no interest."""
        self.all()
        self._all.clear()


def _events(heard: Heard) -> Sequence[tuple[Any, ...]]:
    if heard.member == "EventGroup":
        return list(heard.values[0])
    return [heard.values] if heard.member == "Event" else []


@contextmanager
def overheard(bus_address: str) -> Iterator[Overheard]:
    """Listen to the calls and signals of tray icons and their menus.

    https://dbus.freedesktop.org/doc/dbus-specification.html#bus-messages-become-monitor
    """
    kinds, interfaces = ("method_call", "signal"), (ITEM, MENU)
    rules = [f"type='{kind}',interface='{interface}'" for kind in kinds for interface in interfaces]
    with closing(open_dbus_connection(bus=bus_address)) as connection:
        call = new_method_call(_MONITORING, "BecomeMonitor", "asu", (rules, 0))
        unwrap_msg(connection.send_and_get_reply(call, timeout=PATIENCE_SECONDS))
        yield Overheard(connection)
