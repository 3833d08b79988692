"""A person's way through a tray menu, without a panel: the host's side of StatusNotifierItem and dbusmenu.

    with menu_client(bus_address) as menu:
        menu.open()
        menu.click("forecast", "Open JupyterLab")
        menu.wait_for_entry(re.compile("Opening"))

A path of labels leads to an item, from the top level down. A label is given whole, or as a compiled pattern that is
searched for in it. Everything is synchronous; one client belongs to one thread.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from jeepney import DBus, DBusAddress, HeaderFields, MatchRule, MessageFlag, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection
from jeepney.wrappers import DBusErrorResponse, unwrap_msg

from tests.support.waiting import PATIENCE_SECONDS, wait_until

ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_WATCHER = DBusAddress("/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher", _PROPERTIES)

Label = str | re.Pattern[str]


@dataclass(frozen=True)
class Entry:
    """A menu item as a host would draw it. `kind` is item, check, radio, submenu or separator."""

    id: int
    kind: str
    label: str
    enabled: bool
    checked: bool
    children: tuple[Entry, ...]

    def find(self, *labels: Label) -> Entry:
        """Return the item that a path of labels leads to.

        :raises LookupError: there is none; says which labels there are
        """
        if not labels:
            return self
        for child in self.children:
            if _fits(labels[0], child.label) and child.kind != "separator":
                return child.find(*labels[1:])
        raise LookupError(f"No {labels[0]!r} among {[child.label for child in self.children]}")

    def outline(self) -> list[Any]:
        """Return the labels below this item: a string for each, (label, outline) for a submenu, None for a line."""
        return [child._outlined() for child in self.children]

    def _outlined(self) -> Any:
        if self.kind == "separator":
            return None
        return (self.label, self.outline()) if self.kind == "submenu" else self.label


@dataclass(frozen=True)
class Signal:
    """A signal of the item or its menu."""

    interface: str
    member: str
    body: tuple[Any, ...]


class Later:
    """A call of the icon whose answer is not waited for; see `MenuClient.call_item_later`."""

    def __init__(self, connection: DBusConnection, serial: int, answers: deque[Any]) -> None:
        self._connection = connection
        self._serial = serial
        self._answers = answers

    def answer(self) -> str | None:
        """Return, as far as it was received, the error that it was answered with, "" for success; None if it wasn't."""
        for message in self._answers:
            fields = message.header.fields
            if fields[HeaderFields.reply_serial] == self._serial:
                return str(fields.get(HeaderFields.error_name, ""))
        return None

    def wait_for_answer(self) -> str:
        """Return the error that it is answered with, "" for success."""
        while (answer := self.answer()) is None:
            self._connection.recv_messages(timeout=PATIENCE_SECONDS)
        return answer


class MenuClient:
    """A host of one tray item: `service` is its bus name, `path` its object path."""

    def __init__(self, connection: DBusConnection, service: str, path: str) -> None:
        self._connection = connection
        self._service = service
        self._path = path
        self._heard: deque[Any] = deque()
        self._answers: deque[Any] = deque(maxlen=100)
        for kind in ("method_return", "error"):
            connection.filter(MatchRule(type=kind, sender=service), queue=self._answers)
        for interface in (ITEM, MENU):
            rule = MatchRule(type="signal", sender=service, interface=interface)
            Proxy(DBus(), connection).AddMatch(rule, _timeout=PATIENCE_SECONDS)
            connection.filter(rule, queue=self._heard)
        self._changed: deque[Any] = deque()
        rule = MatchRule(type="signal", sender=service, interface=_PROPERTIES, path=path)
        Proxy(DBus(), connection).AddMatch(rule, _timeout=PATIENCE_SECONDS)
        connection.filter(rule, queue=self._changed)
        self._menu_path = self.item_property("Menu")

    @property
    def address(self) -> tuple[str, str]:
        """The icon's bus name and object path, for a client on another thread."""
        return self._service, self._path

    # The icon

    def item_property(self, name: str) -> Any:
        """Return a property of the icon: `Title`, `Status`, `IconPixmap` and so on."""
        return self._call(self._path, _PROPERTIES, "Get", "ss", ITEM, name)[0][1]

    def item_properties(self) -> dict[str, Any]:
        """Return every property of the icon."""
        (values,) = self._call(self._path, _PROPERTIES, "GetAll", "s", ITEM)
        return {name: value for name, (_signature, value) in values.items()}

    def call_item(self, member: str, signature: str = "", *values: Any) -> Any:
        """Call a method of the icon, such as `Activate`."""
        return self._call(self._path, ITEM, member, signature, *values)

    def call_item_later(self, member: str, signature: str = "", *values: Any) -> Later:
        """Call a method of the icon, and don't wait for the answer."""
        serial = next(self._connection.outgoing_serial)
        address = DBusAddress(self._path, self._service, ITEM)
        self._connection.send(new_method_call(address, member, signature or None, values), serial=serial)
        return Later(self._connection, serial, self._answers)

    def is_there(self) -> bool:
        """Return whether the icon's program is still on the bus."""
        return bool(Proxy(DBus(), self._connection).NameHasOwner(self._service, _timeout=PATIENCE_SECONDS)[0])

    # The menu

    def layout(self) -> Entry:
        """Fetch the whole menu; the entry returned is its root."""
        _revision, root = self.call_menu("GetLayout", "iias", 0, -1, [])
        return _entry(root)

    def outline(self) -> list[Any]:
        """Fetch the whole menu as labels; see `Entry.outline`."""
        return self.layout().outline()

    def open(self) -> bool:
        """Open the menu, as a host does; return whether it has to be fetched anew."""
        (changed,) = self.call_menu("AboutToShow", "i", 0)
        self.event(0, "opened")
        return bool(changed)

    def close(self) -> None:
        """Close the menu."""
        self.event(0, "closed")

    def click(self, *labels: Label) -> Entry:
        """Choose an item once it is there, as a person does; return what it was.

        A notification of the same may be there before it: neither of the two waits for the other.

        :raises TimeoutError: there is none with these labels
        :raises AssertionError: it is one that a person could not choose
        """
        return self._choose(self.wait_for_entry(*labels))

    def click_now(self, *labels: Label) -> Entry:
        """Choose an item that is there; return what it was.

        :raises LookupError: there is none with these labels now
        :raises AssertionError: it is one that a person could not choose
        """
        return self._choose(self.layout().find(*labels))

    def _choose(self, entry: Entry) -> Entry:
        assert entry.enabled, f"{entry.label!r} is disabled"
        assert entry.kind in ("item", "check", "radio"), f"{entry.label!r} is a {entry.kind}"
        self.event(entry.id, "clicked")
        return entry

    def event(self, identity: int, kind: str) -> None:
        """Send an event of an item by its id."""
        self.call_menu("Event", "isvu", identity, kind, ("i", 0), 0)

    def call_menu(self, member: str, signature: str = "", *values: Any) -> Any:
        """Call a method of the menu."""
        return self._call(self._menu_path, MENU, member, signature, *values)

    def tell_menu(self, member: str, signature: str = "", *values: Any) -> None:
        """Call a method of the menu, and want no answer."""
        self._tell(self._menu_path, MENU, member, signature, *values)

    def tell_item(self, member: str, signature: str = "", *values: Any) -> None:
        """Call a method of the icon, and want no answer."""
        self._tell(self._path, ITEM, member, signature, *values)

    def introspect(self) -> tuple[str, str]:
        """Return what the icon and the menu say of themselves, in XML."""
        paths = (self._path, self._menu_path)
        item, menu = (self._call(path, "org.freedesktop.DBus.Introspectable", "Introspect", "")[0] for path in paths)
        return item, menu

    def menu_property(self, name: str) -> Any:
        """Return a property of the menu: `Version`, `Status` and so on."""
        return self._call(self._menu_path, _PROPERTIES, "Get", "ss", MENU, name)[0][1]

    # Waiting

    def wait_for(self, condition: Callable[[Entry], Any], what: str = "the menu to change") -> Entry:
        """Fetch the menu until `condition` holds for its root; return the root."""
        last: list[Entry] = []

        def holds() -> Entry | None:
            last[:] = [self.layout()]
            return last[0] if condition(last[0]) else None

        return wait_until(holds, lambda: f"{what}; it is {last[0].outline()}")

    def wait_for_entry(self, *labels: Label) -> Entry:
        """Fetch the menu until it has an item with these labels; return that item."""

        def there(root: Entry) -> bool:
            try:
                root.find(*labels)
            except LookupError:
                return False
            return True

        return self.wait_for(there, f"a menu item {labels}").find(*labels)

    def signals(self) -> list[Signal]:
        """Return the signals that came since they were last asked for; see `settle`."""
        signals = [_signal(message) for message in self._heard]
        self._heard.clear()
        return signals

    def settle(self) -> list[Signal]:
        """Return `signals()` after the icon has done all that it was asked to before this call.

        Its answers come in order with its signals, and it takes calls in turn with its own work.
        """
        for _ in range(2):
            self.menu_property("Version")
        return self.signals()

    def wait_for_signal(self, member: str) -> Signal:
        """Return the next signal of this name; those before it are dropped."""
        while True:
            signal = _signal(self._connection.recv_until_filtered(self._heard, timeout=PATIENCE_SECONDS))
            if signal.member == member:
                return signal

    def wait_for_properties(self) -> dict[str, Any]:
        """Return the icon's properties whose change it tells next with org.freedesktop.DBus.Properties."""
        message = self._connection.recv_until_filtered(self._changed, timeout=PATIENCE_SECONDS)
        _interface, changed, _invalidated = message.body
        return {name: value for name, (_signature, value) in changed.items()}

    def _tell(self, path: str, interface: str, member: str, signature: str, *values: Any) -> None:
        message = new_method_call(DBusAddress(path, self._service, interface), member, signature or None, values)
        message.header.flags |= MessageFlag.no_reply_expected
        self._connection.send(message)

    def _call(self, path: str, interface: str, member: str, signature: str, *values: Any) -> Any:
        address = DBusAddress(path, self._service, interface)
        message = new_method_call(address, member, signature or None, values)
        return unwrap_msg(self._connection.send_and_get_reply(message, timeout=PATIENCE_SECONDS))


@contextmanager
def menu_client(bus_address: str) -> Iterator[MenuClient]:
    """Wait for a tray item on a bus, whichever watcher has it, and be its host."""
    with open_dbus_connection(bus=bus_address) as connection:
        service, path = wait_until(lambda: _registered(connection), "a tray item to register")
        yield MenuClient(connection, service, path)


def _registered(connection: DBusConnection) -> tuple[str, str] | None:
    """Return the bus name and path of the watcher's first item, if there is a watcher and it has one."""
    message = new_method_call(_WATCHER, "Get", "ss", (_WATCHER.bus_name, "RegisteredStatusNotifierItems"))
    try:
        ((_signature, items),) = unwrap_msg(connection.send_and_get_reply(message, timeout=PATIENCE_SECONDS))
    except DBusErrorResponse:
        return None
    if not items:
        return None
    name, slash, path = items[0].partition("/")
    return name, slash + path or "/StatusNotifierItem"


def shown_label(label: str, *, first_mark_alone: bool = False) -> str:
    """Return a label as hosts show it: one underscore marks a mnemonic, two are one underscore.

    With `first_mark_alone`, as GNOME's extension does (`_updateLabel` in its dbusMenu.js, version 46).
    """
    return re.sub("_([^_])", r"\1", label, count=1) if first_mark_alone else re.sub("_(.?)", r"\1", label)


def _fits(wanted: Label, label: str) -> bool:
    return wanted == label if isinstance(wanted, str) else wanted.search(label) is not None


def _signal(message: Any) -> Signal:
    assert message.header.message_type is MessageType.signal
    fields = message.header.fields
    return Signal(fields[HeaderFields.interface], fields[HeaderFields.member], message.body)


def _entry(layout: tuple[int, dict[str, Any], list[Any]]) -> Entry:
    identity, variants, children = layout
    values = {name: value for name, (_signature, value) in variants.items()}
    if values.get("type") == "separator":
        kind = "separator"
    elif values.get("children-display") == "submenu":
        kind = "submenu"
    else:
        kind = {"checkmark": "check", "radio": "radio"}.get(values.get("toggle-type", ""), "item")
    return Entry(
        identity,
        kind,
        shown_label(values.get("label", "")),
        values.get("enabled", True),
        values.get("toggle-state", 0) == 1,
        tuple(_entry(child) for _signature, child in children),
    )
