"""What a screen reader is told of the screen: AT-SPI over jeepney.

The interfaces: https://gitlab.gnome.org/GNOME/at-spi2-core/-/tree/main/xml; the numbers of roles and states:
atspi/atspi-constants.h there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

from jeepney import DBus, DBusAddress, HeaderFields, MatchRule, Message, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection
from jeepney.wrappers import unwrap_msg

from tests.support.screen import Box
from tests.support.waiting import PATIENCE_SECONDS

_ACCESSIBLE = "org.a11y.atspi.Accessible"
_COMPONENT = "org.a11y.atspi.Component"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_ROOT = "/org/a11y/atspi/accessible/root"
_REGISTRY = ("org.a11y.atspi.Registry", _ROOT)
_NULL = "/org/a11y/atspi/null"
_OF_THE_SCREEN = 0

Reference = tuple[str, str]
_Call = tuple[Reference, str, str, str, tuple[Any, ...]]
# Where a little-endian message has its serial number: https://dbus.freedesktop.org/doc/dbus-specification.html
_SERIAL = slice(8, 12)


class Role(IntEnum):
    """The roles that are looked for."""

    ARROW = 4
    CHECK_MENU_ITEM = 8
    FRAME = 23
    LABEL = 29
    MENU = 33
    MENU_BAR = 34
    MENU_ITEM = 35
    POPUP_MENU = 41
    PANEL = 39
    PASSWORD_TEXT = 40
    PUSH_BUTTON = 43
    RADIO_MENU_ITEM = 45
    SEPARATOR = 50
    TEXT = 61
    TOGGLE_BUTTON = 62
    TOOL_TIP = 64
    WINDOW = 69
    APPLICATION = 75
    NOTIFICATION = 101


# GNOME's labels have their words in them once more.
_WORDS = {Role.LABEL, Role.TEXT}
_LONG = 3
_NOTHING_INSIDE = {Role.LABEL, Role.SEPARATOR}


class State(IntEnum):
    """The states that are looked for."""

    CHECKED = 4
    ENABLED = 8
    EXPANDED = 10
    FOCUSED = 12
    SELECTED = 23
    SENSITIVE = 24
    SHOWING = 25
    VISIBLE = 30
    CHECKABLE = 41


@dataclass(frozen=True)
class Seen:
    """Something on the screen. `role` is one of `Role` or another number; `box` is where its program says it is."""

    name: str
    role: int
    states: frozenset[int]
    box: Box
    reference: Reference = field(repr=False)
    children: tuple[Seen, ...] = field(default=(), repr=False)

    def has(self, *states: State) -> bool:
        """Return whether it is in all of these states."""
        return self.states.issuperset(states)

    def walk(self) -> Iterator[Seen]:
        """Give it and all that is in it, in the order of reading."""
        yield self
        for child in self.children:
            yield from child.walk()

    def outline(self, depth: int = 0) -> str:
        """Return it and all that is in it as text, a line each."""
        states = " ".join(sorted(State(state).name for state in self.states if state in set(State)))
        line = f"{'  ' * depth}{self.role} {self.name!r} {self.box.edges} {states} {self.reference[1]}"
        return "\n".join([line, *(child.outline(depth + 1) for child in self.children)])


class Accessibility:
    """A connection to the accessibility bus."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection
        # Qt counts its menus among no program's children (QAccessibleApplication leaves popups out); it only tells when
        # one begins to show.
        self._appeared: dict[Reference, None] = {}
        # Calls as they go over the wire, but for their serial numbers: the same are made again and again.
        self._written: dict[_Call, bytes] = {}
        registry = DBusAddress("/org/a11y/atspi/registry", _REGISTRY[0], "org.a11y.atspi.Registry")
        call = new_method_call(registry, "RegisterEvent", "s", ("object:state-changed:showing",))
        unwrap_msg(connection.send_and_get_reply(call, timeout=PATIENCE_SECONDS))
        Proxy(DBus(), connection).AddMatch(
            MatchRule(type="signal", interface="org.a11y.atspi.Event.Object", member="StateChanged")
        )

    def everything(self) -> list[Seen]:
        """Return what is on the screen: every program's windows, and what appeared outside of them.

        Of what is not showing, nothing is looked into.
        """
        seen = [tree for root in self.applications() if (tree := self.look(root, _may_show))]
        inside = {each.reference for tree in seen for each in tree.walk()}
        for root in self._look_at([root for root in self._appeared if root not in inside]):
            if root.has(State.SHOWING) and root.role not in _WORDS and root.reference not in inside:
                tree = self.look(root.reference, _may_show)
                if tree:
                    seen.append(tree)
                    inside |= {each.reference for each in tree.walk()}
        # What has gone is announced anew when it comes again.
        shown = {tree.reference for tree in seen}
        self._appeared = {root: None for root in self._appeared if root in shown}
        return seen

    def applications(self) -> list[Reference]:
        """Return the roots of the programs that speak AT-SPI."""
        (answer,) = self._ask([(_REGISTRY, _ACCESSIBLE, "GetChildren", "", ())])
        return [] if answer is None else [(name, path) for name, path in answer[0] if path != _NULL]

    def process_of(self, reference: Reference) -> int | None:
        """Return the process that something belongs to."""
        message = DBus().GetConnectionUnixProcessID(reference[0])
        reply = self._connection.send_and_get_reply(message, timeout=PATIENCE_SECONDS)
        return None if reply.header.message_type is MessageType.error else reply.body[0]

    def look(self, root: Reference, into: Callable[[Seen], bool]) -> Seen | None:
        """Return something with all that is in it, but for the insides of what `into` is false for.

        None: it is gone.
        """
        found: dict[Reference, Seen] = {}
        children: dict[Reference, list[Reference]] = {}
        level = [root]
        while level:
            seen = self._look_at(level)
            found |= {each.reference: each for each in seen}
            inside = [each.reference for each in seen if into(each)]
            answers = self._ask([(each, _ACCESSIBLE, "GetChildren", "", ()) for each in inside])
            for reference, answer in zip(inside, answers, strict=True):
                children[reference] = [tuple(child) for child in answer[0]] if answer else []
            self._leave_closed(found, children, inside)
            level = [
                child
                for reference in inside
                for child in children[reference]
                if child not in found and child[1] != _NULL
            ]
            level = list(dict.fromkeys(level))
        return _joined(root, found, children) if root in found else None

    def text(self, seen: Seen) -> str:
        """Return the text in a field that shows one."""
        (answer,) = self._ask([(seen.reference, "org.a11y.atspi.Text", "GetText", "ii", (0, -1))])
        return answer[0] if answer else ""

    def do(self, seen: Seen, action: int = 0) -> None:
        """Do what a screen reader's user does by its name for it."""
        self._ask([(seen.reference, "org.a11y.atspi.Action", "DoAction", "i", (action,))])

    def _leave_closed(
        self, found: Mapping[Reference, Seen], children: dict[Reference, list[Reference]], menus: Sequence[Reference]
    ) -> None:
        """Leave out what is in long menus that are not open: GTK tells of all of it."""
        long = [each for each in menus if found[each].role == Role.MENU and len(children[each]) > _LONG]
        first = {seen.reference for seen in self._look_at([children[each][0] for each in long]) if _may_show(seen)}
        for each in long:
            if children[each][0] not in first:
                children[each] = []

    def _look_at(self, references: Sequence[Reference]) -> list[Seen]:
        answers = iter(
            self._ask(
                [
                    call
                    for each in references
                    for call in (
                        (each, _PROPERTIES, "Get", "ss", (_ACCESSIBLE, "Name")),
                        (each, _ACCESSIBLE, "GetRole", "", ()),
                        (each, _ACCESSIBLE, "GetState", "", ()),
                        (each, _COMPONENT, "GetExtents", "u", (_OF_THE_SCREEN,)),
                    )
                ]
            )
        )
        seen = []
        for reference in references:
            name, role, state, extents = (next(answers) for _ in range(4))
            if name is None or role is None or state is None:
                continue  # gone since it was heard of
            words = sum(word << 32 * place for place, word in enumerate(state[0]))
            states = frozenset(number for number in range(64) if words >> number & 1)
            seen.append(Seen(name[0][1], role[0], states, Box(*(extents[0] if extents else (0, 0, 0, 0))), reference))
        return seen

    def _ask(self, calls: Sequence[_Call]) -> list[Any]:
        """Send all calls at once; return the bodies of their answers, None for a refused one."""
        waiting: dict[int, int] = {}
        answers: list[Any] = [None] * len(calls)
        written = bytearray()
        for place, call in enumerate(calls):
            serial = next(self._connection.outgoing_serial)
            written += self._message(call, serial)
            waiting[serial] = place
        self._connection.sock.sendall(written)
        while waiting:
            reply = self._connection.receive(timeout=PATIENCE_SECONDS)
            if reply.header.message_type is MessageType.signal:
                self._hear(reply)
            place_of_reply = waiting.pop(reply.header.fields.get(HeaderFields.reply_serial, 0), None)
            if place_of_reply is not None and reply.header.message_type is MessageType.method_return:
                answers[place_of_reply] = reply.body
        return answers

    def _message(self, call: _Call, serial: int) -> bytearray:
        written = self._written.get(call)
        if written is None:
            (name, path), interface, member, signature, values = call
            message = new_method_call(DBusAddress(path, name, interface), member, signature or None, values)
            written = self._written[call] = message.serialise(serial=serial)
        data = bytearray(written)
        data[_SERIAL] = serial.to_bytes(4, "little")
        return data

    def _hear(self, signal: Message) -> None:
        fields = signal.header.fields
        if fields.get(HeaderFields.member) == "StateChanged" and signal.body[:2] == ("showing", 1):
            self._appeared[fields[HeaderFields.sender], fields[HeaderFields.path]] = None


@contextmanager
def accessibility(bus_address: str) -> Iterator[Accessibility]:
    """Connect to the accessibility bus of a session."""
    with closing(open_dbus_connection(bus=bus_address)) as connection:
        address = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
        (place,) = unwrap_msg(connection.send_and_get_reply(new_method_call(address, "GetAddress")))
    with closing(open_dbus_connection(bus=place)) as connection:
        yield Accessibility(connection)


def _may_show(seen: Seen) -> bool:
    """Whether something may have something in it that shows."""
    return (seen.has(State.SHOWING) and seen.role not in _NOTHING_INSIDE) or seen.role == Role.APPLICATION


def _joined(root: Reference, found: dict[Reference, Seen], children: dict[Reference, list[Reference]]) -> Seen:
    inside = tuple(_joined(child, found, children) for child in children.get(root, ()) if child in found)
    return replace(found[root], children=inside)
