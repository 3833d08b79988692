"""The user at gnome-keyring's prompt: org.gnome.keyring.SystemPrompter, which dismisses whatever it is asked.

The interfaces: https://gitlab.gnome.org/GNOME/gcr/-/blob/3.41.1/gcr/org.gnome.keyring.Prompter.xml
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_call

from tests.support.bus_peer import Answer, BusPeer

if TYPE_CHECKING:
    from jeepney import Message

_CALLBACK = "org.gnome.keyring.internal.Prompter.Callback"


class StubPrompter(BusPeer):
    """Counts the prompts for a password, and dismisses each."""

    def __init__(self, bus_address: str) -> None:
        super().__init__(bus_address, "org.gnome.keyring.SystemPrompter")
        self.dismissed = 0
        self._after_the_answer: list[Message] = []
        self._handlers |= {"BeginPrompting": self._begin, "PerformPrompt": self._perform, "StopPrompting": self._stop}

    def _begin(self, message: Message) -> Answer:
        self._tell(message, "PromptReady", "sa{sv}s", "", {}, "")
        return "", ()

    def _perform(self, message: Message) -> Answer:
        self.dismissed += 1
        self._tell(message, "PromptReady", "sa{sv}s", "no", {}, "")
        return "", ()

    def _stop(self, message: Message) -> Answer:
        self._tell(message, "PromptDone")
        return "", ()

    def _tell(self, message: Message, member: str, signature: str = "", *values: object) -> None:
        callback = DBusAddress(message.body[0], message.header.fields[HeaderFields.sender], _CALLBACK)
        self._after_the_answer.append(new_method_call(callback, member, signature or None, values))

    def _send(self, message: Message) -> None:
        super()._send(message)
        if message.header.message_type is MessageType.method_return and self._after_the_answer:
            super()._send(self._after_the_answer.pop())
