"""The session managers of desktops, as far as their clients can tell: GNOME's, and Xfce's.

GNOME's: `org.gnome.SessionManager.xml` and `gsm-manager.c` of gnome-session. Xfce's: `xfsm-manager.c` and
`xfsm-client.c` of xfce4-session. Both send the signals to everybody, from the client's path.
"""

from __future__ import annotations

import threading
from enum import Enum, auto

from jeepney import HeaderFields, Message

from tests.support.bus_peer import Answer, BusPeer, RefusedError

_RESTART_NEVER = 3


class Phase(Enum):
    """What a session manager is doing."""

    RUNNING = auto()
    QUERY = auto()
    END = auto()
    OVER = auto()


class StubSessionManager(BusPeer):
    """GNOME's session manager, which waits for its clients as long as a test does."""

    NAME, PATH, INTERFACE = "org.gnome.SessionManager", "/org/gnome/SessionManager", "org.gnome.SessionManager"
    CLIENT = "org.gnome.SessionManager.ClientPrivate"

    def __init__(self, bus_address: str) -> None:
        super().__init__(bus_address, self.NAME)
        self.phase = Phase.RUNNING
        self.clients: dict[str, str] = {}  # by path, whose
        self.answers: list[tuple[Phase, bool, str]] = []
        self.registrations = 0
        self._agreed = threading.Event()
        self._handlers |= {
            "RegisterClient": self._register,
            "UnregisterClient": self._unregister,
            "EndSessionResponse": self._respond,
        }

    def ask(self) -> None:
        """Ask whether the session may end."""
        self.phase = Phase.QUERY
        self._tell("QueryEndSession", "u", 0)

    def go_on(self) -> None:
        """Say that the session goes on after all."""
        self.phase = Phase.RUNNING
        self._tell("CancelEndSession")

    def end(self) -> threading.Event:
        """Say that the session ends; the event comes when all clients have agreed, or are gone."""
        self.phase = Phase.END
        self._agreed.clear()
        if not self.clients:
            self._agreed.set()
        self._tell("EndSession", "u", 0)
        return self._agreed

    def _tell(self, member: str, signature: str = "", *values: object) -> None:
        for path in tuple(self.clients):
            self.emit(path, self.CLIENT, member, signature, *values)

    def _register(self, message: Message) -> Answer:
        if self.phase is not Phase.RUNNING:
            raise RefusedError(f"{self.INTERFACE}.NotInRunning", "Unable to register client")
        self.registrations += 1
        path = f"{self.PATH}/Client{self.registrations}"
        self.clients[path] = message.body[0]
        return "o", (path,)

    def _unregister(self, message: Message) -> Answer:
        if self.clients.pop(message.body[0], None) is None:
            raise RefusedError(f"{self.INTERFACE}.NotRegistered", "Unable to find the client")
        if not self.clients:
            self._agreed.set()
        return "", ()

    def _respond(self, message: Message) -> Answer:
        path = message.header.fields[HeaderFields.path]
        if path not in self.clients:
            raise RefusedError("org.freedesktop.DBus.Error.UnknownObject", path)
        self.answers.append((self.phase, *message.body))
        if self.phase is Phase.END:
            del self.clients[path]
            if not self.clients:
                self._agreed.set()
        return "", ()


class StubXfceSessionManager(StubSessionManager):
    """Xfce's session manager, which saves sessions, and starts their programs with the next."""

    NAME, PATH, INTERFACE = "org.xfce.SessionManager", "/org/xfce/SessionManager", "org.xfce.Session.Manager"
    CLIENT = "org.xfce.Session.Client"

    def __init__(self, bus_address: str) -> None:
        super().__init__(bus_address)
        self.started_again: set[str] = set()
        self._handlers |= {"SetSmProperties": self._set_properties}

    def ask(self) -> None:
        """Ask whether the session may end; each client counts as saving before."""
        self._tell("StateChanged", "uu", 0, 3)
        super().ask()

    def save(self) -> None:
        """Save the session, which goes on. A client that is still registered in a minute is killed."""
        self._tell("StateChanged", "uu", 0, 3)

    def _register(self, message: Message) -> Answer:
        answer = super()._register(message)
        self.started_again |= set(self.clients)
        return answer

    def _set_properties(self, message: Message) -> Answer:
        if message.body[0] == {"RestartStyleHint": ("y", _RESTART_NEVER)}:
            self.started_again.discard(message.header.fields[HeaderFields.path])
        return "", ()
