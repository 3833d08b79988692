"""A notification server that keeps what it is asked to show, with the abilities that a test gives it.

https://specifications.freedesktop.org/notification-spec/latest/protocol.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jeepney import DBusAddress, new_signal

from tests.support.bus_peer import Answer, BusPeer, RefusedError

if TYPE_CHECKING:
    from jeepney import Message

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
WITH_ACTIONS = ("body", "actions")


@dataclass(frozen=True)
class Shown:
    """One call of Notify; `buttons` are labels by their keys."""

    id: int
    title: str
    body: str
    hints: dict[str, Any]
    program: str
    buttons: dict[str, str]
    replaces: int

    def button(self, label: str) -> str:
        """Return the key of a button; that of the notification itself is `default`."""
        return next(key for key, of in self.buttons.items() if of == label and key != "default")


class StubNotifications(BusPeer):
    """Answers as a notification server with `capabilities` does, which may be changed.

    With `closes_at_once`, it shows nothing for long. `silent` names calls that it never answers.
    """

    def __init__(
        self,
        bus_address: str,
        *,
        capabilities: tuple[str, ...] = ("body",),
        failing: bool = False,
        closes_at_once: bool = False,
        silent: tuple[str, ...] = (),
    ) -> None:
        super().__init__(bus_address, NAME)
        self.capabilities = capabilities
        self._failing = failing
        self._closes_at_once = closes_at_once
        self._to_close: Shown | None = None
        self.silent = silent
        self.asked: list[str] = []
        self.shown: list[Shown] = []
        self.closed: list[int] = []
        self._ids = 0
        self._handlers |= {
            "GetCapabilities": self._get_capabilities,
            "Notify": self._notify,
            "CloseNotification": self._close,
        }

    def choose(self, shown: Shown, key: str, token: str = "") -> None:
        """Do as a server does when the user chooses a button, or the notification itself (`default`)."""
        if token:
            self.emit(PATH, NAME, "ActivationToken", "us", shown.id, token)
        self.emit(PATH, NAME, "ActionInvoked", "us", shown.id, key)
        self.dismiss(shown)

    def dismiss(self, shown: Shown) -> None:
        """Do as a server does when the user closes a notification."""
        self.emit(PATH, NAME, "NotificationClosed", "uu", shown.id, 2)

    def _send(self, message: Message) -> None:
        shown, self._to_close = self._to_close, None
        if shown is None:
            super()._send(message)
            return
        # In one piece, so that whoever reads the answer has read the signal, too.
        closed = new_signal(DBusAddress(PATH, interface=NAME), "NotificationClosed", "uu", (shown.id, 2))
        serials = self._connection.outgoing_serial
        with self._sending:
            self._connection.sock.sendall(b"".join(each.serialise(next(serials)) for each in (message, closed)))

    def _get_capabilities(self, _message: Message) -> Answer:
        self.asked.append("GetCapabilities")
        return None if "GetCapabilities" in self.silent else ("as", (list(self.capabilities),))

    def _notify(self, message: Message) -> Answer:
        if self._failing:
            raise RefusedError("org.freedesktop.Notifications.MaxNotificationsExceeded", "too many")
        self.asked.append("Notify")
        name, replaces, _icon, title, body, actions, hints, _seconds = message.body
        if not replaces:
            self._ids += 1
        buttons = dict(zip(actions[::2], actions[1::2], strict=True))
        shown = Shown(replaces or self._ids, title, body, hints, name, buttons, replaces)
        self.shown.append(shown)
        if "Notify" in self.silent:
            return None
        self._to_close = shown if self._closes_at_once else None
        return "u", (shown.id,)

    def _close(self, message: Message) -> Answer:
        self.closed.append(message.body[0])
        return "", ()
