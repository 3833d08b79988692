"""Why Jupyter can't be asked from this computer, or has not answered yet. None of these has a URL or a cookie in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.activity import Reason


class CannotAskError(Exception):
    """Jupyter can't be asked from here, and asking again doesn't help: a proxy, a rule for addresses, a sign-in."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class NotYetError(Exception):
    """This time there was no answer that tells anything; another time there may be."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
