"""Presence on Linux: from logind and UPower on the system bus, where they are there.

logind: https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html (elogind has the same).
UPower: https://upower.freedesktop.org/docs/UPower.html
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dbus_fast import AuthError, BusType, InvalidAddressError, Message, MessageType
from dbus_fast.aio.message_bus import MessageBus

from tray.desktop.dbus import DBUS, CallError, call, call_bus
from tray.desktop.presence.base import PresenceWatch
from tray.desktop.presence.power_supply import POWER_SUPPLIES, on_battery
from tray.model.presence import Presence

LOGIN = "org.freedesktop.login1"
LOGIN_PATH = "/org/freedesktop/login1"
MANAGER = "org.freedesktop.login1.Manager"
SESSION = "org.freedesktop.login1.Session"
UPOWER = "org.freedesktop.UPower"
UPOWER_PATH = "/org/freedesktop/UPower"
PROPERTIES = "org.freedesktop.DBus.Properties"

# The session that this process belongs to, else the one that its user sees (systemd 243 and later). A program that the
# user's systemd starts belongs to no session.
_OWN_SESSION = f"{LOGIN_PATH}/session/auto"

_CONNECT_SECONDS = 5.0

# UPower's signals are matched by path, since UPower also announces every percent of each battery.
_RULES = (
    f"type='signal',sender='{DBUS}',member='NameOwnerChanged',arg0='{LOGIN}'",
    f"type='signal',sender='{DBUS}',member='NameOwnerChanged',arg0='{UPOWER}'",
    f"type='signal',sender='{LOGIN}',interface='{MANAGER}',member='PrepareForSleep'",
    f"type='signal',sender='{LOGIN}',interface='{PROPERTIES}',member='PropertiesChanged',arg0='{SESSION}'",
    f"type='signal',sender='{UPOWER}',path='{UPOWER_PATH}',interface='{PROPERTIES}',member='PropertiesChanged'",
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Told:
    """The last news from the services; `on_battery` is None where UPower is not there."""

    idle: bool = False
    announced: bool = False
    on_battery: bool | None = None


class LinuxPresence(PresenceWatch):
    """Listens on a separate thread, which sleeps until the system has news, and ends where there is no system bus.

    A signal only says that something has changed. The values are then asked for, so that no old value is taken for a
    new one.
    """

    def __init__(self, power_supplies: Path = POWER_SUPPLIES) -> None:
        self._power_supplies = power_supplies
        self._told = _Told()
        self._on_change: Callable[[], None] = lambda: None
        self._on_wake: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        # These belong to the loop's thread.
        self._news = asyncio.Event()
        self._login_owner = ""

    def start(self, on_change: Callable[[], None], on_wake: Callable[[], None]) -> None:
        """Begin to listen. It may be called once."""
        self._on_change, self._on_wake = on_change, on_wake
        threading.Thread(target=self._run, name="presence", daemon=True).start()

    def stop(self) -> None:
        """Stop listening."""
        with self._lock:
            self._stopped = True
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)

    def now(self) -> Presence:
        """Return the last news. Where UPower is not there, the kernel is asked whether the computer runs on battery."""
        told = self._told
        battery = on_battery(self._power_supplies) if told.on_battery is None else told.on_battery
        return Presence(battery, told.idle, told.announced)

    # From here on, everything runs on the watch's own thread.

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except (OSError, EOFError, ValueError, AuthError, InvalidAddressError, CallError) as error:
            _log.info("The system bus tells nothing: %s", str(error) or type(error).__name__)
        except Exception:  # noqa: BLE001 - the program goes on without the news
            _log.exception("Listening on the system bus failed")

    async def _serve(self) -> None:
        with self._lock:
            if self._stopped:
                return
            self._loop = asyncio.get_running_loop()
            self._task = asyncio.ensure_future(self._listen())
        try:
            await asyncio.wait({self._task})
        finally:
            with self._lock:
                self._loop = None
        if not self._task.cancelled():
            self._task.result()

    async def _listen(self) -> None:
        """Keep `_told` up to date until cancelled or until the bus goes.

        The bus goes only with the system, since dbus.service is never restarted.
        """
        async with asyncio.timeout(_CONNECT_SECONDS):
            bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
        gone = asyncio.ensure_future(bus.wait_for_disconnect())  # type: ignore[no-untyped-call] # dbus-fast
        try:
            bus.add_message_handler(self._hear)
            for rule in _RULES:
                await call_bus(bus, "AddMatch", "s", rule)
            while not gone.done():
                self._news.clear()
                self._tell(await self._ask(bus))
                news = asyncio.ensure_future(self._news.wait())
                await asyncio.wait({news, gone}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
        finally:
            bus.disconnect()
            gone.cancel()
            self._tell(_Told())

    def _hear(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        if message.member in ("NameOwnerChanged", "PropertiesChanged"):
            self._news.set()
        elif message.member == "PrepareForSleep" and message.sender == self._login_owner:
            about_to_sleep = message.body[0]
            _log.info("The computer %s", "is about to sleep" if about_to_sleep else "woke up")
            if not about_to_sleep:
                self._on_wake()

    def _tell(self, told: _Told) -> None:
        if told != self._told:
            _log.debug("%s", told)
            self._told = told
            self._on_change()

    async def _ask(self, bus: MessageBus) -> _Told:
        try:
            self._login_owner = str((await call_bus(bus, "GetNameOwner", "s", LOGIN)).body[0])
        except CallError:
            self._login_owner = ""
        return _Told(
            idle=bool(self._login_owner) and await _ask_session(bus),
            announced=bool(self._login_owner),
            on_battery=await _ask_upower(bus),
        )


async def _ask_session(bus: MessageBus) -> bool:
    """Return whether logind has our session as idle or locked; False if we have none, or the desktop doesn't say."""
    try:
        try:
            session = (
                await call(bus, LOGIN, _OWN_SESSION, PROPERTIES, "GetAll", "s", [SESSION], expects="a{sv}")
            ).body[0]
        except CallError:
            identity = os.environ.get("XDG_SESSION_ID")
            if not identity:
                raise
            path = (await call(bus, LOGIN, LOGIN_PATH, MANAGER, "GetSession", "s", [identity], expects="o")).body[0]
            session = (await call(bus, LOGIN, path, PROPERTIES, "GetAll", "s", [SESSION], expects="a{sv}")).body[0]
    except CallError as error:
        _log.debug("No session: %s", error)
        return False
    return any(name in session and session[name].value is True for name in ("IdleHint", "LockedHint"))


async def _ask_upower(bus: MessageBus) -> bool | None:
    try:
        reply = await call(bus, UPOWER, UPOWER_PATH, PROPERTIES, "Get", "ss", [UPOWER, "OnBattery"], expects="v")
    except CallError as error:
        _log.debug("No UPower: %s", error)
        return None
    return reply.body[0].value is True
