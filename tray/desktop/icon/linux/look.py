"""A look at the desktop over a separate connection to the session bus, on which nothing is registered."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tray.desktop.dbus import DBUS, DBUS_PATH, CallError, call, call_bus, connect
from tray.desktop.icon.base import HostState, Look
from tray.desktop.icon.linux.notifications import PATH as NOTIFICATIONS_PATH
from tray.desktop.icon.linux.notifications import SERVICE as NOTIFICATIONS
from tray.desktop.icon.linux.watcher import WATCHER, WATCHER_PATH

if TYPE_CHECKING:
    from dbus_fast.aio.message_bus import MessageBus

# A desktop that is there answers in milliseconds.
_SECONDS = 5.0


def look() -> Look:
    """See `tray.desktop.icon.look.look`."""
    return asyncio.run(_look())


async def _look() -> Look:
    bus = await connect()
    try:
        host, notifications = await asyncio.gather(_host(bus), _notifications(bus))
    finally:
        bus.disconnect()
        with suppress(Exception):  # the wait ends with the error that ended the connection, if any
            async with asyncio.timeout(1.0):
                await bus.wait_for_disconnect()  # type: ignore[no-untyped-call] # dbus-fast
    graphical = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return Look(graphical, host, notifications)


async def _host(bus: MessageBus) -> HostState:
    """Return whether a host shows icons. Only a running icon can learn whether the host would refuse it.

    Like `Watcher`, this trusts a watcher that doesn't say whether it has a host. A watcher that hangs counts as
    refusing icons.
    """
    try:
        await call_bus(bus, "GetNameOwner", "s", WATCHER)
    except CallError:
        return HostState.NO_WATCHER
    arguments = [WATCHER, "IsStatusNotifierHostRegistered"]
    try:
        reply = await call(
            bus,
            WATCHER,
            WATCHER_PATH,
            "org.freedesktop.DBus.Properties",
            "Get",
            "ss",
            arguments,
            expects="v",
            seconds=_SECONDS,
        )
    except CallError as error:
        return HostState.REFUSED if isinstance(error.__cause__, TimeoutError) else HostState.PRESENT
    return HostState.PRESENT if reply.body[0].value else HostState.NO_HOST


async def _notifications(bus: MessageBus) -> str:
    """Return the name and version of the notification server; or, if none runs, whether the bus starts one."""
    try:
        await call_bus(bus, "GetNameOwner", "s", NOTIFICATIONS)
    except CallError:
        return "started when needed" if NOTIFICATIONS in await _startable(bus) else ""
    try:
        reply = await call(
            bus,
            NOTIFICATIONS,
            NOTIFICATIONS_PATH,
            NOTIFICATIONS,
            "GetServerInformation",
            expects="ssss",
            seconds=_SECONDS,
        )
    except CallError as error:
        return "" if isinstance(error.__cause__, TimeoutError) else "a notification server"
    name, _vendor, version, _specification = reply.body
    return f"{name} {version}".strip() or "a notification server"


async def _startable(bus: MessageBus) -> list[Any]:
    try:
        reply = await call(bus, DBUS, DBUS_PATH, DBUS, "ListActivatableNames", seconds=_SECONDS)
    except CallError:
        return []
    return list(reply.body[0])
