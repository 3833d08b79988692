"""The session managers of Linux desktops that tell programs over D-Bus that the session ends, and wait for them.

GNOME's manager has MATE's and Cinnamon's as relatives, under the same name. It waits for an answer to QueryEndSession
for a second, and for one to EndSession for ten (`org.gnome.SessionManager.ClientPrivate.xml` of gnome-session). Xfce's
(`xfsm-manager.c` of xfce4-session 4.20) waits for 60 and for 7 seconds. ksmserver (KDE) and lxqt-session have no such
interface: `signs.py` tells of their end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from dbus_fast import Message, MessageType, Variant

from tray.desktop.dbus import CallError, call, call_bus

if TYPE_CHECKING:
    from dbus_fast.aio.message_bus import MessageBus

_APP = "notebook-tray"
_ANSWER_SECONDS = 1.0
# XSMP's SmRestartNever, and what xfce4-session calls a client that it takes for one that saves its state.
_RESTART_NEVER = 3
_SAVING = 3

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SessionManager:
    """A session manager's names on the bus."""

    name: str
    path: str
    interface: str
    client_interface: str
    saves_sessions: bool = False


SESSION_MANAGERS = (
    SessionManager(
        "org.gnome.SessionManager",
        "/org/gnome/SessionManager",
        "org.gnome.SessionManager",
        "org.gnome.SessionManager.ClientPrivate",
    ),
    SessionManager(
        "org.xfce.SessionManager",
        "/org/xfce/SessionManager",
        "org.xfce.Session.Manager",
        "org.xfce.Session.Client",
        saves_sessions=True,
    ),
)
_CLIENT_INTERFACES = frozenset(manager.client_interface for manager in SESSION_MANAGERS)


class Said(Enum):
    """What a session manager says to its clients."""

    ASKS = auto()  # whether the session may end
    ENDS = auto()
    GOES_ON = auto()  # it doesn't end after all
    SAVES = auto()  # the session is saved; a question may follow at once
    FORGETS = auto()  # the registration is worth nothing any more


_SAID = {
    "QueryEndSession": Said.ASKS,
    "EndSession": Said.ENDS,
    "CancelEndSession": Said.GOES_ON,
    "Stop": Said.FORGETS,
}


class SessionClient:
    """The program as a client of the session manager that is there, if there is one. For one thread, the bus's.

    :param hear: called with what the manager says
    """

    def __init__(self, bus: MessageBus, hear: Callable[[Said], None]) -> None:
        self._bus = bus
        self._hear = hear
        self._manager: SessionManager | None = None
        self._owner = ""
        self._path = ""
        # What comes right behind the answer to the registration is handled before that answer: a list while that is so.
        self._early: list[Message] | None = None

    async def listen(self) -> None:
        """Prepare to hear a manager. Once for a connection, before `register`.

        :raises CallError: the bus refuses
        """
        self._bus.add_message_handler(self._receive)
        for manager in SESSION_MANAGERS:
            rule = f"type='signal',sender='{manager.name}',interface='{manager.client_interface}'"
            await call_bus(self._bus, "AddMatch", "s", rule)

    async def register(self) -> bool:
        """Register with the first manager that is there and takes clients; return whether one did."""
        early: list[Message] = []
        self._early = early
        try:
            manager = await self._register()
        finally:
            self._early = None
        if manager is None:
            return False
        for message in early:
            self._receive(message)
        if manager.saves_sessions:
            await self._be_left_out(manager)
        return True

    async def _register(self) -> SessionManager | None:
        for manager in SESSION_MANAGERS:
            try:
                reply = await call(
                    self._bus,
                    manager.name,
                    manager.path,
                    manager.interface,
                    "RegisterClient",
                    "ss",
                    [_APP, ""],
                    expects="o",
                    seconds=5.0,
                )
            except CallError as error:
                _log.debug("%s takes no client: %s", manager.name, error)
                continue
            self._manager, self._owner, self._path = manager, reply.sender, str(reply.body[0])
            _log.info("Registered with %s", manager.name)
            return manager
        return None

    async def agree(self) -> None:
        """Answer a question, or that what had to be done before the end is done."""
        if self._manager is None:
            return
        try:
            await self._call(self._manager, "EndSessionResponse", "bs", True, "")
        except CallError as error:
            _log.info("The session manager took no answer: %s", error)

    async def unregister(self) -> None:
        """Be no client any more."""
        manager, self._manager = self._manager, None
        if manager is None:
            return
        try:
            await call(
                self._bus,
                manager.name,
                manager.path,
                manager.interface,
                "UnregisterClient",
                "o",
                [self._path],
                seconds=_ANSWER_SECONDS,
            )
        except CallError as error:
            _log.debug("%s: %s", manager.name, error)

    async def _be_left_out(self, manager: SessionManager) -> None:
        """Keep the manager from starting the program with a saved session: the autostart entry says whether to."""
        try:
            await self._call(manager, "SetSmProperties", "a{sv}", {"RestartStyleHint": Variant("y", _RESTART_NEVER)})
        except CallError as error:
            _log.info("The session manager may start the program with a saved session: %s", error)

    async def _call(self, manager: SessionManager, member: str, signature: str, *values: object) -> None:
        await call(
            self._bus,
            manager.name,
            self._path,
            manager.client_interface,
            member,
            signature,
            values,
            seconds=_ANSWER_SECONDS,
        )

    def _receive(self, message: Message) -> None:
        manager = self._manager
        if message.message_type is not MessageType.SIGNAL:
            return
        if self._early is not None and message.interface in _CLIENT_INTERFACES:
            self._early.append(message)
            return
        if manager is None or (message.sender, message.path, message.interface) != (
            self._owner,
            self._path,
            manager.client_interface,
        ):
            return
        if (said := _SAID.get(message.member or "")) is not None:
            self._hear(said)
        elif message.member == "StateChanged" and manager.saves_sessions and _SAVING in message.body[1:]:
            # When xfce4-session saves the session and doesn't end it, it tells its clients on D-Bus nothing but this,
            # takes no answer, and kills the program after 75 s. When it does end it, QueryEndSession follows at once.
            self._hear(Said.SAVES)
