"""A notification server that keeps what it is asked to show, with the abilities that a test gives it.

https://specifications.freedesktop.org/notification-spec/latest/protocol.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.bus_peer import Answer, BusPeer, RefusedError

if TYPE_CHECKING:
    from jeepney import Message

NAME = "org.freedesktop.Notifications"


@dataclass(frozen=True)
class Shown:
    """One call of Notify."""

    id: int
    title: str
    body: str
    hints: dict[str, Any]
    program: str


class StubNotifications(BusPeer):
    """Answers as a notification server with `capabilities` does."""

    def __init__(self, bus_address: str, *, capabilities: tuple[str, ...] = ("body",), failing: bool = False) -> None:
        super().__init__(bus_address, NAME)
        self._capabilities = capabilities
        self._failing = failing
        self.shown: list[Shown] = []
        self.closed: list[int] = []
        self._handlers |= {
            "GetCapabilities": lambda _message: ("as", (list(self._capabilities),)),
            "Notify": self._notify,
            "CloseNotification": self._close,
        }

    def _notify(self, message: Message) -> Answer:
        if self._failing:
            raise RefusedError("org.freedesktop.Notifications.MaxNotificationsExceeded", "too many")
        name, _replaces, _icon, title, body, _actions, hints, _seconds = message.body
        self.shown.append(Shown(len(self.shown) + 1, title, body, hints, name))
        return "u", (len(self.shown),)

    def _close(self, message: Message) -> Answer:
        self.closed.append(message.body[0])
        return "", ()
