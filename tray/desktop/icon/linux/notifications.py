"""Desktop notifications: org.freedesktop.Notifications.

https://specifications.freedesktop.org/notification-spec/latest/protocol.html
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING

from dbus_fast import Variant

from tray.desktop.dbus import CallError, call
from tray.desktop.icon.linux.wire import dbus_text, notification_body

if TYPE_CHECKING:
    from dbus_fast.aio.message_bus import MessageBus
    from PIL.Image import Image

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"

# A desktop may have to start its server for the first notification.
_START_SECONDS = 30.0

_log = logging.getLogger(__name__)


class Notifications:
    """Shows the program's notifications. If the desktop shows none, that is logged and is no error.

    `name` is the program's name for the user. `desktop_entry` is the name of its .desktop file, if one is installed.
    """

    def __init__(self, bus: MessageBus, name: str, desktop_entry: str) -> None:
        self._bus = bus
        self._name = name
        self._desktop_entry = desktop_entry
        # Each with the unique name of the server, the id that this server gave it, and what it is about. The same id
        # from another server is not our notification. Only the latest are kept, since a server shows only a few.
        self._shown: deque[tuple[str, int, str]] = deque(maxlen=16)

        # Requests run one at a time, in order, so that a removal finds the notifications that were shown before it.
        self._turn = asyncio.Lock()

    async def show(self, title: str, message: str, image: Image, about: str = "") -> None:
        """Show a notification, with `image` (RGBA) beside it; `about` is for `remove`."""
        async with self._turn:
            await self._show(title, message, image, about)

    async def remove(self, about: str | None = None) -> None:
        """Close the notifications that this program showed `about` this, or all of them.

        It is no error if a notification is closed already.
        """
        async with self._turn:
            await self._remove(about)

    async def _show(self, title: str, message: str, image: Image, about: str) -> None:
        pixels = [image.width, image.height, 4 * image.width, True, 8, 4, image.tobytes()]
        hints = {
            "desktop-entry": Variant("s", self._desktop_entry),
            "image-data": Variant("(iiibiiay)", pixels),
        }
        try:
            # Asked each time: it is cheap, and another server may have taken over.
            capabilities = await call(
                self._bus, SERVICE, PATH, SERVICE, "GetCapabilities", seconds=_START_SECONDS, autostart=True
            )
            body = notification_body(message, markup="body-markup" in capabilities.body[0])
            reply = await call(
                self._bus,
                SERVICE,
                PATH,
                SERVICE,
                "Notify",
                "susssasa{sv}i",
                # 0: a new notification that replaces none. -1: the server decides how long it is shown.
                [self._name, 0, "", dbus_text(title), body, [], hints, -1],
            )
        except CallError as error:
            _log.info("The desktop shows no notification: %s", error)
        else:
            self._shown.append((reply.sender, reply.body[0], about))

    async def _remove(self, about: str | None) -> None:
        for each in [shown for shown in self._shown if about is None or shown[2] == about]:
            self._shown.remove(each)
            server, identity, _about = each
            try:
                await call(self._bus, server, PATH, SERVICE, "CloseNotification", "u", [identity])
            except CallError as error:
                _log.debug("Notification %d is not there to be closed: %s", identity, error)
