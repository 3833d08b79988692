"""A desktop's tray, as far as an icon can tell: org.kde.StatusNotifierWatcher, without anything that draws."""

from __future__ import annotations

from enum import Enum

from jeepney import HeaderFields, Message

from tests.support.bus_peer import DO_NOT_QUEUE, Answer, BusPeer, RefusedError
from tests.support.waiting import wait_until

NAME = "org.kde.StatusNotifierWatcher"
PATH = "/StatusNotifierWatcher"


class Refusal(Enum):
    """Which registrations are answered with an error."""

    NONE = "none"
    PATHS = "object paths"
    ALL = "all"


class StubWatcher(BusPeer):
    """Takes items as Plasma's does: an object path is the sender's, a bus name means `/StatusNotifierItem`."""

    def __init__(
        self,
        bus_address: str,
        *,
        host: bool = True,
        refusal: Refusal = Refusal.NONE,
        flags: int = DO_NOT_QUEUE,
        more_names: tuple[str, ...] = (),
    ) -> None:
        super().__init__(bus_address, NAME, flags=flags, more_names=more_names)
        self.refusal = refusal
        self._host = host
        self._items: list[tuple[str, str]] = []
        self._refused = 0
        self._handlers |= {"RegisterStatusNotifierItem": self._register, "Get": self._get}

    @property
    def items(self) -> tuple[tuple[str, str], ...]:
        """What has registered so far: bus name and object path, a repeated registration included."""
        return tuple(self._items)

    @property
    def refused(self) -> int:
        """How many registrations were refused."""
        return self._refused

    def wait_for_item(self) -> tuple[str, str]:
        """Return the bus name and object path of the first item, when it has registered."""
        return wait_until(lambda: self._items, "an item to register")[0]

    def drop(self, service: str) -> None:
        """Say that an item is no longer registered, though its program goes on."""
        self.emit(PATH, NAME, "StatusNotifierItemUnregistered", "s", service)

    def set_host(self, present: bool) -> None:
        """Let something that shows the items appear or go."""
        self._host = present
        member = "StatusNotifierHostRegistered" if present else "StatusNotifierHostUnregistered"
        self.emit(PATH, NAME, member)

    def _register(self, message: Message) -> Answer:
        (service,) = message.body
        if self.refusal is Refusal.ALL or (self.refusal is Refusal.PATHS and service.startswith("/")):
            self._refused += 1
            raise RefusedError("org.freedesktop.DBus.Error.AccessDenied", "not here")
        if service.startswith("/"):
            self._items.append((message.header.fields[HeaderFields.sender], service))
        else:
            self._items.append((service, "/StatusNotifierItem"))
        return "", ()

    def _get(self, message: Message) -> Answer:
        match message.body:
            case (str(interface), "IsStatusNotifierHostRegistered") if interface == NAME:
                return "v", (("b", self._host),)
            case (str(interface), "RegisteredStatusNotifierItems") if interface == NAME:
                return "v", (("as", [name + path for name, path in self._items]),)
        raise RefusedError("org.freedesktop.DBus.Error.UnknownProperty", str(message.body))
