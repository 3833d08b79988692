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
    """Shows notifications of the program that people call `name`; a desktop that shows none is logged, never an error.

    `desktop_entry` is the name of its .desktop file, where one is installed.
    """

    def __init__(self, bus: MessageBus, name: str, desktop_entry: str) -> None:
        self._bus = bus
        self._name = name
        self._desktop_entry = desktop_entry
        # With the unique name of the server that gave the id: another server's same id is not our notification.
        # The third is what it is about. Only the latest: a server keeps no more than a few in sight.
        self._shown: deque[tuple[str, int, str]] = deque(maxlen=16)

        # One at a time, in the order they were asked for: a removal then finds what was shown before it.
        self._turn = asyncio.Lock()

    async def show(self, title: str, message: str, image: Image, about: str = "") -> None:
        """Show one, with `image` (RGBA) beside it; `about` is for `remove`."""
        async with self._turn:
            await self._show(title, message, image, about)

    async def remove(self, about: str | None = None) -> None:
        """Close those that this program showed `about` this, or all; those that are closed already are no error."""
        async with self._turn:
            await self._remove(about)

    async def _show(self, title: str, message: str, image: Image, about: str) -> None:
        pixels = [image.width, image.height, 4 * image.width, True, 8, 4, image.tobytes()]
        hints = {
            "desktop-entry": Variant("s", self._desktop_entry),
            "image-data": Variant("(iiibiiay)", pixels),
        }
        try:
            # Asked each time: it is cheap, and the server may be another one by now.
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
                # 0: a new one, not in place of another; -1: shown for as long as the server thinks fit.
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
