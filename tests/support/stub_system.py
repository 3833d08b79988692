"""The system bus's services, as far as the program can tell: logind and UPower, without a session or a battery.

https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html
https://upower.freedesktop.org/docs/UPower.html
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass

from jeepney import HeaderFields, Message

from tests.support.bus_peer import Answer, BusPeer, RefusedError

LOGIN = "org.freedesktop.login1"
LOGIN_PATH = "/org/freedesktop/login1"
MANAGER = "org.freedesktop.login1.Manager"
SESSION = "org.freedesktop.login1.Session"
UPOWER = "org.freedesktop.UPower"
UPOWER_PATH = "/org/freedesktop/UPower"
PROPERTIES = "org.freedesktop.DBus.Properties"

SESSION_ID = "c2"
# Signals come from here, whatever path the session was asked by (`bus_label_escape` of systemd).
_SESSION_PATH = f"{LOGIN_PATH}/session/c2"


# InhibitDelayMaxSec of logind.conf(5), by default.
DELAY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Inhibitor:
    """A lock of somebody's: what he asked for, and the end of a pipe that is at its end once he has closed his."""

    what: str
    who: str
    why: str
    mode: str
    pipe: int

    @property
    def is_held(self) -> bool:
        """Whether the other end is still open in any process."""
        try:
            return os.read(self.pipe, 1) != b""
        except BlockingIOError:
            return True


class StubLogind(BusPeer):
    """logind with one session, which is the asker's own; before systemd 243 (`auto` false), it has to be named."""

    def __init__(self, bus_address: str, *, auto: bool = True, idle: bool = False) -> None:
        super().__init__(bus_address, LOGIN, sends_files=True)
        self._paths = {_SESSION_PATH, *([f"{LOGIN_PATH}/session/auto"] if auto else [])}
        self._hints = {"IdleHint": idle, "LockedHint": False}
        self.state = "active"
        self.inhibitors: list[Inhibitor] = []
        self._shutting_down = False
        self._lent: int | None = None
        self._handlers |= {
            "Get": self._get,
            "GetAll": self._get_all,
            "GetSession": self._get_session,
            "Inhibit": self._inhibit,
        }

    @property
    def held(self) -> list[Inhibitor]:
        """The locks that are held now."""
        return [each for each in self.inhibitors if each.is_held]

    def shut_down(self) -> threading.Event:
        """Say that the system shuts down; the event comes when no lock delays that, or the longest delay is over."""
        is_off = threading.Event()
        self._shutting_down = True
        self.emit(LOGIN_PATH, MANAGER, "PrepareForShutdown", "b", True)

        def wait() -> None:
            until = time.monotonic() + DELAY_SECONDS
            while self.held and time.monotonic() < until:
                time.sleep(0.01)
            is_off.set()

        threading.Thread(target=wait, daemon=True).start()
        return is_off

    def stay_on(self) -> None:
        """Say that the system doesn't shut down after all."""
        self._shutting_down = False
        self.emit(LOGIN_PATH, MANAGER, "PrepareForShutdown", "b", False)

    def close(self) -> None:
        """Leave the bus."""
        super().close()
        for inhibitor in self.inhibitors:
            os.close(inhibitor.pipe)
        self.inhibitors.clear()

    def set_hint(self, name: str, value: bool) -> None:
        """Let `IdleHint` or `LockedHint` become another, as the desktop says it."""
        self._hints[name] = value
        changed = {name: ("b", value)}
        self.emit(_SESSION_PATH, PROPERTIES, "PropertiesChanged", "sa{sv}as", SESSION, changed, [])

    def sleep(self) -> None:
        """Say that the computer is about to sleep."""
        self.emit(LOGIN_PATH, MANAGER, "PrepareForSleep", "b", True)

    def wake(self) -> None:
        """Say that the computer woke up."""
        self.emit(LOGIN_PATH, MANAGER, "PrepareForSleep", "b", False)

    def _get_all(self, message: Message) -> Answer:
        if message.header.fields[HeaderFields.path] not in self._paths or message.body != (SESSION,):
            raise RefusedError("org.freedesktop.login1.NoSessionForPID", "the caller belongs to no session")
        return "a{sv}", ({name: ("b", value) for name, value in self._hints.items()} | {"Id": ("s", SESSION_ID)},)

    def _get(self, message: Message) -> Answer:
        path = message.header.fields[HeaderFields.path]
        if path == LOGIN_PATH and message.body == (MANAGER, "PreparingForShutdown"):
            return "v", (("b", self._shutting_down),)
        if path in self._paths and message.body == (SESSION, "State"):
            return "v", (("s", self.state),)
        if path == f"{LOGIN_PATH}/user/self" and message.body == (f"{LOGIN}.User", "State"):
            return "v", (("s", self.state),)
        raise RefusedError("org.freedesktop.DBus.Error.UnknownProperty", str(message.body))

    def _inhibit(self, message: Message) -> Answer:
        what, who, why, mode = message.body
        if self._shutting_down:
            raise RefusedError("org.freedesktop.login1.OperationInProgress", "The operation is already running")
        ours, theirs = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self.inhibitors.append(Inhibitor(what, who, why, mode, ours))
        self._lent = theirs
        return "h", (theirs,)

    def _send(self, message: Message) -> None:
        super()._send(message)
        if self._lent is not None and message.header.fields.get(HeaderFields.signature) == "h":
            os.close(self._lent)  # the other side has its own now
            self._lent = None

    def _get_session(self, message: Message) -> Answer:
        if message.body != (SESSION_ID,):
            raise RefusedError("org.freedesktop.login1.NoSuchSession", str(message.body))
        return "o", (_SESSION_PATH,)


class StubUPower(BusPeer):
    """UPower of a laptop."""

    def __init__(self, bus_address: str, *, on_battery: bool = False) -> None:
        super().__init__(bus_address, UPOWER)
        self._on_battery = on_battery
        self._handlers |= {"Get": self._get}

    def plug(self, *, on_battery: bool) -> None:
        """Pull the mains adapter, or plug it in."""
        self._on_battery = on_battery
        changed = {"OnBattery": ("b", on_battery)}
        self.emit(UPOWER_PATH, PROPERTIES, "PropertiesChanged", "sa{sv}as", UPOWER, changed, [])

    def _get(self, message: Message) -> Answer:
        if message.header.fields[HeaderFields.path] != UPOWER_PATH or message.body != (UPOWER, "OnBattery"):
            raise RefusedError("org.freedesktop.DBus.Error.UnknownProperty", str(message.body))
        return "v", (("b", self._on_battery),)
