"""The tray icon on Linux: StatusNotifierItem and com.canonical.dbusmenu over dbus-fast, as a pystray backend.

The backend is pure Python, without GTK and X11. So it works on X11 and Wayland alike, wherever the desktop has a tray.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from tray.desktop.dbus import connect, lost_bus
from tray.desktop.icon.artwork import Artwork
from tray.desktop.icon.linux.activations import Activations
from tray.desktop.icon.linux.attention import AttentionCall
from tray.desktop.icon.linux.dbusmenu import MenuService
from tray.desktop.icon.linux.left_click import LeftClicks
from tray.desktop.icon.linux.menu_pace import MenuPace
from tray.desktop.icon.linux.notifications import Notifications
from tray.desktop.icon.linux.sni import ITEM_PATH, MENU_PATH, ItemService, ItemStatus
from tray.desktop.icon.linux.watcher import Watcher
from tray.desktop.icon.linux.wire import dbus_text
from tray.desktop.icon.menu_evaluation import evaluate
from tray.desktop.icon.pystray_core import Icon as PystrayIcon
from tray.desktop.icon.steps import SteppedIcon

if TYPE_CHECKING:
    from dbus_fast.aio.message_bus import MessageBus

    from tray.desktop.icon.base import HostState
    from tray.desktop.icon.linux.host_kinds import HostKind
    from tray.desktop.icon.menutree import Node
    from tray.model.activation import Activation
    from tray.model.notification import Notification

_log = logging.getLogger(__name__)

# The size of the picture beside a notification's text, in pixels.
_NOTIFICATION_IMAGE_SIZE = 48


class Icon(SteppedIcon, PystrayIcon):
    """A `TrayIcon` (see `base.py`) for Linux; an `icon` may be an `Artwork` or one PIL image.

    The thread of `run` is an asyncio loop's.
    """

    HAS_DEFAULT_ACTION = True
    HAS_MENU = True
    HAS_MENU_RADIO = True
    HAS_NOTIFICATION = True

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(name, *args, **kwargs)
        self._program = str(self.title or name)  # the program's name; later titles say how things stand
        # Some panels (tint2 with snixembed, old waybar) never call AboutToShow, and send no "opened" either.
        self.hears_openings = False
        self._attention = False
        self._attention_call = AttentionCall(self._publish_status)
        self._left_clicks = LeftClicks(self._say_right_click)
        self._activations = Activations()
        self._item = ItemService(
            name, on_activate=self._activate, on_secondary=self._secondary, on_token=self._activations.provide
        )
        self._menu_service = MenuService(
            on_open=self._opened,
            on_click=self._clicked,
            on_read=self._left_clicks.seen,
            on_out_of_date=self._update_menu,
        )
        self._menu_pace = MenuPace(partial(self._take, self._evaluate_menu))
        self._opening = False
        self._loop: asyncio.AbstractEventLoop | None = None
        # These belong to the loop's thread.
        self._bus: MessageBus | None = None
        self._item_path = ITEM_PATH
        self._notifications: Notifications | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._stopped = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def attention(self) -> bool:
        """Whether the icon asks to be brought into sight."""
        return self._attention

    @attention.setter
    def attention(self, value: bool) -> None:
        self._attention = value
        self._post(self._publish_status)

    def run(self, setup: Callable[[Any], object] | None = None) -> None:
        """Show the icon until `stop`. It may be called once for an icon, and callbacks run on its thread.

        `setup` runs on a separate thread once the bus is connected; without `setup`, the icon just becomes visible. It
        is no error if this desktop has no tray: the icon waits for a tray, and `on_host` is told.

        :raises TrayError: (desktop, exit status 3) there is no session bus, or the connection to it was lost
        """
        asyncio.run(self._serve(setup))

    def stop(self) -> None:
        """Make `run` return, also if it has yet to begin."""
        self._post(self._stopped.set)

    def take_activation(self) -> Activation | None:
        """Return the token of the click that is being handled, once; None where the host gave none."""
        return self._activations.take()

    def notify(self, notification: Notification) -> None:
        """Show a notification; see `TrayIcon.notify`."""
        self._post(partial(self._publish_notification, notification))

    def withdraw(self, about: str) -> None:
        """Take a notification back; see `TrayIcon.withdraw`."""
        self._post(partial(self._withdraw_notification, about))

    # pystray's setters call these, on any thread.

    def _show(self) -> None:
        # pystray sets this after we return, when the loop's thread may have published it already.
        self._visible = True
        self._post(self._publish_status)

    def _hide(self) -> None:
        self._visible = False
        self._post(self._publish_status)

    def _update_icon(self) -> None:
        self._icon_valid = True
        self._post(self._publish_icon)

    def _update_title(self) -> None:
        self._post(self._publish_title)

    def _update_menu(self) -> None:
        self._post(self._publish_menu)

    def _wake(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._take_steps)

    # From here on, everything runs on the loop's thread.

    async def _serve(self, setup: Callable[[Any], object] | None) -> None:
        bus = await connect()
        disconnected = asyncio.ensure_future(bus.wait_for_disconnect())  # type: ignore[no-untyped-call] # dbus-fast
        stopped = asyncio.ensure_future(self._stopped.wait())
        try:
            self._bus = bus
            self._notifications = Notifications(bus, self._program, self.name, self._act)
            # Exported while still empty: dbus-fast broadcasts every property of a new object, and pixmaps are large.
            bus.export(self._item_path, self._item)
            bus.export(MENU_PATH, self._menu_service)
            self._post(self._publish_icon)
            self._post(self._publish_title)
            self._post(self._publish_status)
            # These two are pystray's: they start the setup thread, then post the menu and let setup go on.
            self._start_setup(partial(self._set_up, setup))
            self._mark_ready()
            self._loop = asyncio.get_running_loop()
            self._begin_steps()
            self._take_steps()  # at once, since the user waits for the icon
            await asyncio.wait({disconnected, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not stopped.done():
                raise lost_bus()
        finally:
            self._end_steps()
            self._attention_call.end()
            self._left_clicks.seen()
            self._menu_pace.end()
            self._menu_service.end()
            self._loop = None
            self._running = self._visible = False
            await self._activations.close()
            await _cancel({stopped, *self._tasks})
            bus.disconnect()
            # The wait ends with the error that broke the connection, if any. The error is of no more use.
            await asyncio.wait({disconnected}, timeout=1.0)
            if disconnected.done() and not disconnected.cancelled():
                disconnected.exception()

    def _take(self, step: Callable[[], None]) -> None:
        # After the connection broke, only the step that stops the icon runs. `_serve` is about to report the break.
        if self._bus is not None and (self._bus.connected or step == self._stopped.set):
            super()._take(partial(self._unless_lost, step))

    def _unless_lost(self, step: Callable[[], None]) -> None:
        """Carry out a step; that the connection breaks in its middle is no error of the step's."""
        try:
            step()
        except OSError:
            if self._bus is not None and self._bus.connected:
                raise

    def _publish_icon(self) -> None:
        icon = self._icon
        if icon is not None:
            self._item.show_pixmaps((icon if isinstance(icon, Artwork) else Artwork.of(icon)).pixmaps)

    def _publish_title(self) -> None:
        self._item.show_title(dbus_text(self.title))

    def _publish_status(self) -> None:
        # An item can't be unregistered from a watcher, but hosts hide a passive item.
        if self._visible:
            calls = self._attention_call.follow(self._attention)
            self._item.show_status(ItemStatus.ATTENTION if calls else ItemStatus.ACTIVE)
        else:
            self._item.show_status(ItemStatus.PASSIVE)
        if self._visible and self._watcher is None and self._bus is not None:
            self._watcher = self._start(self._watch(self._bus).run())

    def _watch(self, bus: MessageBus) -> Watcher:
        return Watcher(
            bus,
            self._host_changed,
            self._host_told,
            on_new_host=self._menu_service.forget_hosts,
            serve_at=partial(self._serve_at, bus),
        )

    def _serve_at(self, bus: MessageBus, path: str) -> None:
        if path != self._item_path:
            bus.unexport(self._item_path, self._item)
            bus.export(path, self._item)
            self._item_path = path

    def _publish_menu(self) -> None:
        if self._opening:
            self._menu_pace.evaluate()
        else:
            self._menu_pace.wish()

    def _evaluate_menu(self) -> None:
        self._menu_service.publish(evaluate(self._menu, self._menu_service.tree))

    def _publish_notification(self, notification: Notification) -> None:
        # Not the icon's present picture: it may call for a sign-in that has nothing to do with this notification.
        image = Artwork.load("attention" if notification.failure else "idle").image(_NOTIFICATION_IMAGE_SIZE)
        if self._notifications is not None:
            self._start(self._notifications.show(notification, image))

    def _withdraw_notification(self, about: str) -> None:
        if self._notifications is not None:
            self._start(self._notifications.withdraw(about))

    def _opened(self) -> None:
        self._left_clicks.opened()
        self.hears_openings = True
        if self._on_open is not None:
            self._guard(self._on_open, "on_open")
            # At once: the host asks whether the menu changed, and the answer has to include what on_open changed.
            self._opening = True
            self._take_steps()
            self._opening = False

    def _clicked(self, node: Node) -> None:
        # Called after the host has its answer, since some hosts keep the menu open until then.
        if node.item is not None and self._loop is not None:
            self._loop.call_soon(self._choose, node)

    def _choose(self, node: Node) -> None:
        """Run an item's action, then update the menu, as pystray does after every choice."""
        if node.item is not None:
            with self._activations.clicked():
                self._guard(partial(node.item, self), f"The menu item “{node.label}”")
            self.update_menu()

    def _activate(self) -> bool:
        default = next((node for node in self._menu_service.tree.root.children if node.default), None)
        if default is not None:
            self._clicked(default)
        else:
            self._left_clicks.refused()
        return default is not None

    def _say_right_click(self) -> None:
        from tray.model.notification import Notification
        from tray.model.notification_kinds import NotificationKind
        from tray.texts.notifications import right_click

        words = right_click(self._program)
        self._publish_notification(Notification(NotificationKind.TRAY, *words, about="right click"))

    def _host_changed(self, state: HostState) -> None:
        if self._on_host is not None:
            self._guard(partial(self._on_host, state), "on_host")

    def _host_told(self, kind: HostKind) -> None:
        """Adapt the menu to this kind of host."""
        self._menu_service.mark_first_alone(kind.first_mark_alone)
        self._activations.holds_answers = kind.busy_until_answered
        if kind.inline_submenus != self.inline_submenus:
            self.inline_submenus = kind.inline_submenus
            self._post(self._publish_menu)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a task on the bus, and keep a reference to it, since the loop itself holds tasks weakly."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("Work on the session bus failed", exc_info=error)


async def _cancel(futures: set[Any]) -> None:
    for future in futures:
        future.cancel()
    await asyncio.gather(*futures, return_exceptions=True)
