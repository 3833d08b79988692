"""Keeps the icon registered with the program that shows tray icons, also when that program comes, goes or is replaced.

The StatusNotifierWatcher's interface:
https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/StatusNotifierWatcher/
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from dbus_fast import Message, MessageType

from tray.desktop.dbus import DBUS, DBUS_PATH, CallError, NoAnswerError, call, call_bus
from tray.desktop.icon.base import HostState
from tray.desktop.icon.linux.host_kinds import ANY, KINDS, HostKind
from tray.desktop.icon.linux.sni import DEFAULT_ITEM_PATH, ITEM_PATH

if TYPE_CHECKING:
    from dbus_fast.aio.message_bus import MessageBus

WATCHER = "org.kde.StatusNotifierWatcher"
WATCHER_PATH = "/StatusNotifierWatcher"

_LONGEST_RETRY_SECONDS = 60.0
# A desktop that has just started may be busy for long.
_REGISTER_SECONDS = 10.0

# Before an item that the watcher has dropped is registered again. It doubles each time.
_FIRST_PAUSE_SECONDS = 1.0

_log = logging.getLogger(__name__)


class Watcher:
    """Keeps the item at `ITEM_PATH` registered.

    `on_host` is called with the first state and at each change of it. `on_kind` is called with what is known of the
    host that took the item, before `on_host`. `on_new_host` is called when there is a host that has read nothing yet.
    None of them may raise. `serve_at` has to serve the item at the path that it gets, and at no other.
    """

    def __init__(
        self,
        bus: MessageBus,
        on_host: Callable[[HostState], None],
        on_kind: Callable[[HostKind], None],
        *,
        on_new_host: Callable[[], None],
        serve_at: Callable[[str], None],
    ) -> None:
        self._bus = bus
        self._on_host = on_host
        self._on_kind = on_kind
        self._on_new_host = on_new_host
        self._serve_at = serve_at
        self._owner = ""
        self._registered_with = ""
        self._changed = asyncio.Event()
        self._pause_seconds = _FIRST_PAUSE_SECONDS
        self._state: HostState | None = None

    async def run(self) -> None:
        """Follow the watcher until cancelled.

        :raises CallError: the bus does not let us follow it
        """
        self._bus.add_message_handler(self._hear)
        await call_bus(
            self._bus, "AddMatch", "s", f"type='signal',sender='{DBUS}',member='NameOwnerChanged',arg0='{WATCHER}'"
        )
        await call_bus(self._bus, "AddMatch", "s", f"type='signal',interface='{WATCHER}',path='{WATCHER_PATH}'")
        # The bus sends in order: we hear of every owner that comes after this answer.
        try:
            self._owner = (await call_bus(self._bus, "GetNameOwner", "s", WATCHER)).body[0]
        except CallError:
            self._owner = ""
        retry_seconds = 1.0
        while True:
            self._changed.clear()
            state = await self._settle()
            if self._changed.is_set():
                continue
            self._report(state)
            if state is not HostState.REFUSED:
                retry_seconds = 1.0
                await self._changed.wait()
                continue
            # Some watchers take their name before they serve their object, and so refuse only at first.
            try:
                async with asyncio.timeout(retry_seconds):
                    await self._changed.wait()
            except TimeoutError:
                retry_seconds = min(2 * retry_seconds, _LONGEST_RETRY_SECONDS)

    def _hear(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        if message.sender == DBUS and message.path == DBUS_PATH and message.member == "NameOwnerChanged":
            name, _old, new = message.body
            if name == WATCHER:
                self._owner = new
                self._registered_with = ""
                self._pause_seconds = _FIRST_PAUSE_SECONDS
                self._on_new_host()
                self._changed.set()
        elif (
            message.sender == self._owner
            and message.interface == WATCHER
            and message.member == "StatusNotifierItemUnregistered"
            and message.signature == "s"
            and self._is_ours(message.body[0])
        ):
            _log.info("The tray has dropped the icon")
            asyncio.get_running_loop().call_later(self._pause_seconds, self._dropped, self._owner)
            self._pause_seconds = min(2 * self._pause_seconds, _LONGEST_RETRY_SECONDS)
        elif (
            message.sender == self._owner
            and message.interface == WATCHER
            and message.member in ("StatusNotifierHostRegistered", "StatusNotifierHostUnregistered")
        ):
            if message.member == "StatusNotifierHostRegistered":
                self._on_new_host()
            self._changed.set()

    def _is_ours(self, service: str) -> bool:
        """Whether a watcher means this item: watchers write our unique name alone, or with the path behind it."""
        name = self._bus.unique_name or ""
        return bool(name) and (service == name or service.startswith((f"{name}/", f"{name}@")))

    def _dropped(self, owner: str) -> None:
        """Register again with a watcher that has dropped the item though this program goes on.

        GNOME's extension does so with an item that has not answered in time, as where a login keeps everything busy.
        """
        if owner == self._owner:
            self._registered_with = ""
            self._on_new_host()
            self._changed.set()

    async def _settle(self) -> HostState:
        """Register with the present watcher, if that is not done yet, and return the state."""
        owner = self._owner
        if not owner:
            return HostState.NO_WATCHER
        if self._registered_with != owner:
            try:
                await self._register(owner)
            except CallError as error:
                _log.info("The tray refused the icon: %s", error)
                return HostState.REFUSED
            self._registered_with = owner
            self._on_kind(await self._kind(owner))
        return HostState.PRESENT if await self._has_host(owner) else HostState.NO_HOST

    async def _register(self, owner: str) -> None:
        """Register by object path, since Flatpak does not allow us a well-known name on the bus.

        Plasma, GNOME's extension, xfce4-panel and waybar take a path and add the sender's unique name. A watcher that
        takes only bus names gets the unique name, which stands for the item at `DEFAULT_ITEM_PATH`. The item is at one
        path only: GNOME's extension looks for items at all paths of all programs, and would show both.
        """
        try:
            self._serve_at(ITEM_PATH)
            await self._call_register(owner, ITEM_PATH)
        except NoAnswerError:
            raise  # the watcher may still take the item, and would look for it at this path
        except CallError as error:
            _log.debug("The tray takes no object path: %s", error)
            self._serve_at(DEFAULT_ITEM_PATH)
            await self._call_register(owner, self._bus.unique_name or "")

    async def _call_register(self, owner: str, service: str) -> None:
        # Called by the owner's unique name and not the well-known one, so that this very watcher answers.
        await call(
            self._bus,
            owner,
            WATCHER_PATH,
            WATCHER,
            "RegisterStatusNotifierItem",
            "s",
            [service],
            seconds=_REGISTER_SECONDS,
        )

    async def _kind(self, owner: str) -> HostKind:
        """Return what is known of the watcher's owner, which is recognised by its other names on the bus."""
        for name, kind in KINDS.items():
            try:
                reply = await call_bus(self._bus, "GetNameOwner", "s", name)
            except CallError:
                continue  # no program has that name
            if reply.body[0] == owner:
                return kind
        return ANY

    async def _has_host(self, owner: str) -> bool:
        try:
            reply = await call(
                self._bus,
                owner,
                WATCHER_PATH,
                "org.freedesktop.DBus.Properties",
                "Get",
                "ss",
                [WATCHER, "IsStatusNotifierHostRegistered"],
                expects="v",
            )
        except CallError as error:
            # The watcher took the item, so we trust it and don't tell the user that there is no tray.
            _log.debug("The tray does not say whether it has a host: %s", error)
            return True
        return bool(reply.body[0].value)

    def _report(self, state: HostState) -> None:
        # A failure because the bus is gone says nothing about the tray.
        if state is not self._state and self._bus.connected:
            _log.info("Tray host: %s", state.value)
            self._state = state
            self._on_host(state)
