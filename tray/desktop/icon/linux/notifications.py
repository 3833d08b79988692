"""Desktop notifications: org.freedesktop.Notifications.

https://specifications.freedesktop.org/notification-spec/latest/protocol.html
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from dbus_fast import Message, MessageType, Variant

from tray.desktop.dbus import CallError, call, call_bus
from tray.desktop.icon.linux.activations import is_token
from tray.desktop.icon.linux.wire import dbus_text, notification_body
from tray.model.activation import Activation

if TYPE_CHECKING:
    from dbus_fast.aio.message_bus import MessageBus
    from PIL.Image import Image

    from tray.model.commands import Command
    from tray.model.notification import Notification

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"

# A desktop may have to start its server for the first notification.
_START_SECONDS = 30.0
_ANSWER_SECONDS = 10.0
# A server shows only a few, and keeps a few more; a server that never answers lets no more wait.
_MOST = 16
# Of the body, which is a button without a label.
_DEFAULT = "default"
_CRITICAL = 2

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A notification on the screen: the unique name of its server, the id that this server gave it, and its buttons.

    The same id from another server is not our notification.
    """

    about: str
    server: str
    id: int
    actions: dict[str, Command]


class Notifications:
    """Shows the program's notifications. If the desktop shows none, that is logged and is no error.

    Belongs to the thread of the loop. `name` is the program's name for the user. `desktop_entry` is the name of its
    .desktop file, if one is installed. `on_action` is called with the command of a button that was chosen, and with the
    desktop's permission to come to the front if it gave one, which the callee has to end.
    """

    def __init__(
        self,
        bus: MessageBus,
        name: str,
        desktop_entry: str,
        on_action: Callable[[Command, Activation | None], object],
    ) -> None:
        self._bus = bus
        self._name = name
        self._desktop_entry = desktop_entry
        self._on_action = on_action
        self._listens = False
        self._shown: deque[_Shown] = deque(maxlen=_MOST)
        # Requests are carried out in order, and one call at a time: a removal finds what was shown before it.
        self._waiting: deque[tuple[str, tuple[Notification, Image] | None]] = deque(maxlen=_MOST)
        self._is_working = False
        self._turn = asyncio.Lock()
        # No two notifications have the same keys of buttons: a server that replaces one keeps its id, and a click on
        # the older one may arrive after that.
        self._keys = count(1)
        # The latest token, with the server and the id of the notification that it is for.
        self._token: tuple[str, int, str] | None = None
        self._closing: set[asyncio.Future[None]] = set()  # kept here, since the loop itself holds tasks weakly

    async def show(self, notification: Notification, image: Image) -> None:
        """Show a notification, with `image` (RGBA) beside it, in place of the one about the same matter."""
        self._drop_waiting(notification.about)
        await self._request(notification.about, (notification, image))

    async def withdraw(self, about: str) -> None:
        """Close the notification about this matter. It is no error if it is closed already."""
        self._drop_waiting(about)
        await self._request(about, None)

    def _drop_waiting(self, about: str) -> None:
        for request in [request for request in self._waiting if request[0] == about]:
            self._waiting.remove(request)

    async def _request(self, about: str, wanted: tuple[Notification, Image] | None) -> None:
        """Put a request at the end, and carry out all requests unless another call is at it."""
        self._waiting.append((about, wanted))
        if self._is_working:
            return
        self._is_working = True
        try:
            while self._waiting:
                about, wanted = self._waiting.popleft()
                async with self._turn:
                    if wanted is None:
                        await self._withdraw(about)
                    else:
                        await self._show(*wanted)
        finally:
            self._is_working = False

    async def _show(self, notification: Notification, image: Image) -> None:
        try:
            await self._listen()
            # Asked each time: it is cheap, and another server may have taken over.
            found = await call(
                self._bus,
                SERVICE,
                PATH,
                SERVICE,
                "GetCapabilities",
                expects="as",
                seconds=_START_SECONDS,
                autostart=True,
            )
            capabilities = found.body[0]
            buttons = self._buttons(notification) if "actions" in capabilities else {}
            title, text = _words(notification, capabilities, buttons=bool(buttons))
            before = self._about(notification.about)
            replaced = before.id if before is not None and before.server == found.sender else 0
            if before is not None and replaced and buttons and not before.actions:
                # GNOME Shell 43 would still do on a click what it does without buttons, which closes the notification
                # before the click is told (js/ui/notificationDaemon.js: each replacement connects once more).
                await self._close(before)
                replaced = 0
            reply = await call(
                self._bus,
                SERVICE,
                PATH,
                SERVICE,
                "Notify",
                "susssasa{sv}i",
                [
                    self._name,
                    replaced,
                    "",
                    dbus_text(title),
                    notification_body(text, markup="body-markup" in capabilities),
                    [dbus_text(word) for key, (label, _command) in buttons.items() for word in (key, label)],
                    self._hints(notification, image),
                    -1,  # the server decides how long it is shown
                ],
                expects="u",
                seconds=_ANSWER_SECONDS,
            )
            identity = reply.body[0]
        except CallError as error:
            _log.info("The desktop shows no notification: %s", error)
            return
        if before is not None and before in self._shown:
            self._shown.remove(before)
        actions = {key: command for key, (_label, command) in buttons.items()}
        self._shown.append(_Shown(notification.about, reply.sender, identity, actions))

    def _buttons(self, notification: Notification) -> dict[str, tuple[str, Command]]:
        """Return labels and commands by their keys; a click on the notification itself does what the first does."""
        named = {str(next(self._keys)): action for action in notification.actions}
        return {_DEFAULT: notification.actions[0], **named} if named and notification.click_acts else named

    def _hints(self, notification: Notification, image: Image) -> dict[str, Variant]:
        pixels = [image.width, image.height, 4 * image.width, True, 8, 4, image.tobytes()]
        hints = {
            "desktop-entry": Variant("s", self._desktop_entry),
            "image-data": Variant("(iiibiiay)", pixels),
        }
        if notification.urgent:
            hints["urgency"] = Variant("y", _CRITICAL)
        return hints

    async def _withdraw(self, about: str) -> None:
        shown = self._about(about)
        if shown is not None:
            self._shown.remove(shown)
            await self._close(shown)

    async def _close_if_left(self, shown: _Shown) -> None:
        async with self._turn:
            # The next one about this matter may have taken its place meanwhile, and with that its id.
            if not any((each.server, each.id) == (shown.server, shown.id) for each in self._shown):
                await self._close(shown)

    async def _close(self, shown: _Shown) -> None:
        try:
            await call(
                self._bus, shown.server, PATH, SERVICE, "CloseNotification", "u", [shown.id], seconds=_ANSWER_SECONDS
            )
        except CallError as error:
            _log.debug("Notification %d is not there to be closed: %s", shown.id, error)

    def _about(self, about: str) -> _Shown | None:
        return next((shown for shown in self._shown if shown.about == about), None)

    async def _listen(self) -> None:
        """Have the bus send us what becomes of notifications; done once.

        :raises CallError: the bus refuses
        """
        if not self._listens:
            await call_bus(self._bus, "AddMatch", "s", f"type='signal',interface='{SERVICE}',path='{PATH}'")
            self._bus.add_message_handler(self._hear)
            self._listens = True

    def _hear(self, message: Message) -> None:
        if message.message_type is MessageType.SIGNAL and message.interface == SERVICE and message.sender:
            # Later, since an answer to Notify that came just before still has to be taken in.
            asyncio.get_running_loop().call_soon(
                self._heard, message.sender, str(message.member), message.signature, list(message.body)
            )

    def _heard(self, server: str, member: str, signature: str, values: list[Any]) -> None:
        if (member, signature) not in (
            ("NotificationClosed", "uu"),
            ("ActionInvoked", "us"),
            ("ActivationToken", "us"),
        ):
            return
        identity, value = values
        shown = next((each for each in self._shown if (each.server, each.id) == (server, identity)), None)
        if shown is None:
            return  # of another program
        if member == "NotificationClosed":
            self._shown.remove(shown)
        elif member == "ActivationToken":
            self._token = (server, identity, value) if is_token(value) else None
        elif (command := shown.actions.get(value)) is not None:
            self._chosen(shown, command)

    def _chosen(self, shown: _Shown, command: Command) -> None:
        # Once: GNOME Shell 43 tells of one click on a notification that was replaced several times. A server that
        # leaves it on the screen would leave buttons that do nothing.
        self._shown.remove(shown)
        token, self._token = self._token, None
        is_its_own = token is not None and token[:2] == (shown.server, shown.id)
        # Nothing tells a server that its token is over.
        activation = Activation(token[2], lambda _used: None) if token is not None and is_its_own else None
        self._on_action(command, activation)
        closing = asyncio.ensure_future(self._close_if_left(shown))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)


def _words(notification: Notification, capabilities: Sequence[str], *, buttons: bool) -> tuple[str, str]:
    """Return the title and the text; a server without "body" shows no text, and the title alone is not all."""
    from tray.texts.notifications import in_one_line  # here: not before there is something to show

    text = notification.text if buttons else notification.whole_text
    if "body" in capabilities or not text:
        return notification.title, text
    return in_one_line(notification.title, text), ""
