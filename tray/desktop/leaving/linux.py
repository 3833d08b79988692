"""The end of the session on Linux: from systemd's logind, and from the desktop's session manager where it tells it.

logind tells of shutdowns alone, and waits for those who hold a delay lock, for 5 s by default (InhibitDelayMaxSec):
https://systemd.io/INHIBITOR_LOCKS/ and https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html
(elogind has the same). A session manager tells of logouts too (`session_managers.py`); the program is its client for as
long as there is something to hold the end up for. Where neither tells, the session's end is a signal like another:
`is_ending` then asks what the signal means (`signs.py`).
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from dbus_fast import AuthError, BusType, InvalidAddressError, Message, MessageType
from dbus_fast.aio.message_bus import MessageBus

from tray.desktop.dbus import DBUS, CallError, call, call_bus, connect
from tray.desktop.leaving.base import MOST_SECONDS, Hold, ThreadedWatch
from tray.desktop.leaving.session_managers import SESSION_MANAGERS, Said, SessionClient
from tray.desktop.leaving.signs import LOGIN, LOGIN_PATH, MANAGER, graphical_session_is_up, session_ends
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from collections.abc import Coroutine

_CONNECT_SECONDS = 5.0
# A session manager that saves the session asks within the first time whether it may end; if it doesn't, it takes us as
# its client again after the second.
_SAVES_SECONDS = 1.0
_AGAIN_SECONDS = 60.0

_WHO = "Notebook Tray"

_log = logging.getLogger(__name__)


class LinuxLeaving(ThreadedWatch):
    """Takes logind's lock, and registers with the session manager; where they come later, then."""

    def __init__(self, on_asked: Callable[[], None], on_leaving: Callable[[], None]) -> None:
        super().__init__(on_asked, on_leaving)
        self._was_graphical = False

    def _made(self, words: str) -> Hold:
        return _Hold(words, self)

    def is_ending(self) -> bool:
        """Return whether the session ends: as it was told, or as the system's and the user's services say now."""
        if self._ending:
            return True
        try:
            return asyncio.run(session_ends(was_graphical=self._was_graphical))
        except Exception:  # noqa: BLE001 - the program ends anyway, and then as if nobody had left
            _log.exception("whether the session ends can't be told")
            return False

    def noticed(self, *, graphical: bool) -> None:
        """Note whether systemd knows of the graphical session, whose end it then shows. A hold calls it."""
        self._was_graphical = graphical


class _Hold:
    """What is held from a `hold` to its `release`, on a thread and an event loop of its own."""

    def __init__(self, words: str, watch: LinuxLeaving) -> None:
        self._words = words
        self._watch = watch
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_over = False
        # These belong to the loop's thread.
        self._over = asyncio.Event()

    def release(self) -> None:
        """End it, also before it has begun. Any thread may call this."""
        with self._lock:
            self._is_over = True
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._over.set)

    def run(self) -> None:
        """Hold until released. Raises nothing."""
        try:
            asyncio.run(self._serve())
        except Exception:  # noqa: BLE001 - the program goes on without the news
            _log.exception("Listening for the end of the session failed")

    async def _serve(self) -> None:
        with self._lock:
            if self._is_over:
                return
            self._loop = asyncio.get_running_loop()
        parts = [
            asyncio.ensure_future(_told(self._follow_logind(), "The system bus")),
            asyncio.ensure_future(_told(self._follow_manager(), "The session bus")),
        ]
        try:
            await self._over.wait()
        finally:
            with self._lock:
                self._loop = None
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)

    def _leaves(self) -> None:
        # No longer than the systems give: whatever happens to the one who has to call `release`.
        asyncio.get_running_loop().call_later(MOST_SECONDS, self._watch.release)
        self._watch.leaves()

    async def _follow_logind(self) -> None:
        async with asyncio.timeout(_CONNECT_SECONDS):
            bus = await MessageBus(bus_type=BusType.SYSTEM, negotiate_unix_fd=True).connect()
        news, owner, lock = asyncio.Event(), "", None

        def hear(message: Message) -> None:
            if message.message_type is not MessageType.SIGNAL:
                return
            if message.member == "NameOwnerChanged" and message.sender == DBUS:
                news.set()
            elif message.member == "PrepareForShutdown" and message.sender == owner:
                if message.body[0]:
                    _log.info("The computer is about to shut down")
                    self._leaves()
                else:
                    self._watch.stays()

        try:
            bus.add_message_handler(hear)
            rule = f"type='signal',sender='{LOGIN}',interface='{MANAGER}',member='PrepareForShutdown'"
            await call_bus(bus, "AddMatch", "s", rule)
            rule = f"type='signal',sender='{DBUS}',member='NameOwnerChanged',arg0='{LOGIN}'"
            await call_bus(bus, "AddMatch", "s", rule)
            while True:
                news.clear()
                with suppress(CallError):
                    owner = str((await call_bus(bus, "GetNameOwner", "s", LOGIN)).body[0])
                if lock is None:  # a logind that was started again still knows of it
                    taking = asyncio.ensure_future(self._lock_shutdown(bus))
                    try:
                        lock = await asyncio.shield(taking)
                    except asyncio.CancelledError:
                        lock = await taking  # or the descriptor in the answer would stay open
                        raise
                await news.wait()
        finally:
            if lock is not None:
                os.close(lock)
            bus.disconnect()

    async def _lock_shutdown(self, bus: MessageBus) -> int | None:
        """Return the descriptor that holds shutdowns up while it is open; None where there is no logind."""
        try:
            reply = await call(
                bus,
                LOGIN,
                LOGIN_PATH,
                MANAGER,
                "Inhibit",
                "ssss",
                ["shutdown", _WHO, self._words, "delay"],
                expects="h",
                seconds=_CONNECT_SECONDS,
            )
        except CallError as error:
            _log.info("A shutdown will not wait: %s", error)
            return None
        descriptor: int = reply.files[reply.body[0]]
        os.set_inheritable(descriptor, False)
        _log.info("A shutdown will wait for us")
        return descriptor

    async def _follow_manager(self) -> None:
        bus = await connect()
        manager = _Manager(bus, self._watch, self._leaves)
        try:
            await manager.follow()
        finally:
            if bus.connected:
                await manager.part()
                bus.disconnect()


class _Manager:
    """The desktop's session manager, whichever there is: the program is its client, and answers what it says.

    :param leaves: called when the session ends
    """

    def __init__(self, bus: MessageBus, watch: LinuxLeaving, leaves: Callable[[], None]) -> None:
        self._bus = bus
        self._watch = watch
        self._leaves = leaves
        self._client = SessionClient(bus, self._hear)
        self._news = asyncio.Event()
        self._said: list[Said] = []
        self._must_agree = False
        # A registration is worth something if no manager has come or gone since it was begun.
        self._changes, self._registered_at = 0, -1

    async def follow(self) -> None:
        """Be its client, and that of one which comes later, until this is cancelled."""
        self._watch.noticed(graphical=await graphical_session_is_up(self._bus))
        await self._client.listen()
        self._bus.add_message_handler(self._owner_changed)
        for manager in SESSION_MANAGERS:
            rule = f"type='signal',sender='{DBUS}',member='NameOwnerChanged',arg0='{manager.name}'"
            await call_bus(self._bus, "AddMatch", "s", rule)
        while True:
            if self._registered_at != self._changes:
                await self._register()
            await self._news.wait()
            self._news.clear()
            while self._said:
                await self._answer(self._said.pop(0))

    async def part(self) -> None:
        """Let the session end if it waits for us, and be its client no longer."""
        if self._must_agree:
            await self._client.agree()
        else:
            await self._client.unregister()

    def _hear(self, what: Said) -> None:
        self._said.append(what)
        self._news.set()
        if what is Said.ENDS:  # at once, since a manager that comes to its end may close the bus
            _log.info("The session ends")
            self._leaves()

    def _owner_changed(self, message: Message) -> None:
        names = [manager.name for manager in SESSION_MANAGERS]
        if message.member == "NameOwnerChanged" and message.sender == DBUS and message.body[0] in names:
            self._changes += 1
            self._news.set()

    async def _register(self) -> None:
        began = self._changes
        await self._client.unregister()  # with the manager that is there now, perhaps
        self._registered_at = began if await self._client.register() else -1

    async def _answer(self, said: Said) -> None:
        match said:
            case Said.ASKS:
                self._watch.asked()
                await self._client.agree()
            case Said.ENDS:
                self._must_agree = True
            case Said.GOES_ON:
                self._must_agree = False
                self._watch.stays()
            case Said.SAVES:
                await asyncio.sleep(_SAVES_SECONDS)
                if not self._said:
                    await self._client.unregister()
                    await asyncio.sleep(_AGAIN_SECONDS)
                    await self._register()
            case Said.FORGETS:
                await self._client.unregister()


async def _told(follow: Coroutine[None, None, None], whose: str) -> None:
    try:
        await follow
    except (OSError, EOFError, ValueError, AuthError, InvalidAddressError, CallError, TrayError) as error:
        _log.info("%s tells nothing of the end of the session: %s", whose, str(error) or type(error).__name__)
