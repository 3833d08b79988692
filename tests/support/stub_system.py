"""The system bus's services, as far as the program can tell: logind and UPower, without a session or a battery.

https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html
https://upower.freedesktop.org/docs/UPower.html
"""

from __future__ import annotations

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


class StubLogind(BusPeer):
    """logind with one session, which is the asker's own; before systemd 243 (`auto` false), it has to be named."""

    def __init__(self, bus_address: str, *, auto: bool = True, idle: bool = False) -> None:
        super().__init__(bus_address, LOGIN)
        self._paths = {_SESSION_PATH, *([f"{LOGIN_PATH}/session/auto"] if auto else [])}
        self._hints = {"IdleHint": idle, "LockedHint": False}
        self._handlers |= {"GetAll": self._get_all, "GetSession": self._get_session}

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
