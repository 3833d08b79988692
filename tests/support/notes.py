"""Notifications of tests, each about something of its own unless the test says about what."""

from __future__ import annotations

from itertools import count
from typing import Any

from tray.model.notification import Notification
from tray.model.notification_kinds import NotificationKind

_numbers = count(1)


def note(text: str, title: str = "Title", **more: Any) -> Notification:
    """Return a notification; `more` are its other members."""
    return Notification(
        more.pop("kind", NotificationKind.DONE), title, text, more.pop("about", f"matter {next(_numbers)}"), **more
    )
