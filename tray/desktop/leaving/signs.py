"""What shows on Linux that the desktop session ends, when the program is merely told to end itself.

systemd ends the programs of a session with SIGTERM, and so does `kill`. Which of the two it is, logind tells, and the
user's own systemd, where the desktop starts its session with it (GNOME, Plasma).
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from dbus_fast import AuthError, BusType, InvalidAddressError
from dbus_fast.aio.message_bus import MessageBus

from tray.desktop.dbus import CallError, call, connect
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from collections.abc import Coroutine

LOGIN = "org.freedesktop.login1"
LOGIN_PATH = "/org/freedesktop/login1"
MANAGER = "org.freedesktop.login1.Manager"
SYSTEMD = "org.freedesktop.systemd1"
SYSTEMD_PATH = "/org/freedesktop/systemd1"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_SECONDS = 0.5

# A unit's path: systemd escapes what is neither letter nor digit (`bus_path_escape`).
_GRAPHICAL_SESSION = f"{SYSTEMD_PATH}/unit/graphical_2dsession_2etarget"

_log = logging.getLogger(__name__)


async def session_ends(*, was_graphical: bool) -> bool:
    """Return whether any service says that this session, or the system, ends. Takes half a second at most.

    :param was_graphical: whether the user's systemd had the graphical session up before
    """
    asked = [asyncio.ensure_future(_quietly(_login_ends(), "logind"))]
    if was_graphical:
        asked.append(asyncio.ensure_future(_quietly(_units_end(), "systemd")))
    try:
        async with asyncio.timeout(_SECONDS):
            for answer in asyncio.as_completed(asked):
                if await answer:
                    return True
    except TimeoutError:
        _log.info("Whether the session ends was not told in time")
    finally:
        for each in asked:
            each.cancel()
    return False


async def graphical_session_is_up(bus: MessageBus) -> bool:
    """Return whether the user's systemd has the graphical session up.

    :param bus: the session bus
    """
    return await _graphical_session(bus) == "active"


async def _login_ends() -> bool:
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    try:
        if await _property(bus, LOGIN, LOGIN_PATH, MANAGER, "PreparingForShutdown") is True:
            return True
        # The program belongs to a session, or the user's systemd has started it: then it ends with the user's last one.
        for path, interface in ((f"{LOGIN_PATH}/session/auto", "Session"), (f"{LOGIN_PATH}/user/self", "User")):
            state = await _property(bus, LOGIN, path, f"{LOGIN}.{interface}", "State")
            if state is not None:
                _log.info("logind has our %s as “%s”", interface.lower(), state)
                return state == "closing"
        return False
    finally:
        bus.disconnect()


async def _units_end() -> bool:
    bus = await connect()
    try:
        return await _graphical_session(bus) in ("deactivating", "inactive", "failed")
    finally:
        bus.disconnect()


async def _graphical_session(bus: MessageBus) -> object:
    return await _property(bus, SYSTEMD, _GRAPHICAL_SESSION, f"{SYSTEMD}.Unit", "ActiveState")


async def _property(bus: MessageBus, name: str, path: str, interface: str, which: str) -> object:
    """Return the value of a service's property; None where it doesn't tell it."""
    try:
        reply = await call(bus, name, path, _PROPERTIES, "Get", "ss", [interface, which], expects="v", seconds=_SECONDS)
    except CallError as error:
        _log.debug("%s: %s", which, error)
        return None
    value: object = reply.body[0].value
    return value


async def _quietly(answer: Coroutine[Any, Any, bool], whose: str) -> bool:
    try:
        return await answer
    except (OSError, EOFError, ValueError, AuthError, InvalidAddressError, TrayError) as error:
        _log.info("%s can't be asked whether the session ends: %s", whose, str(error) or type(error).__name__)
        return False
