"""When a notification is shown: at most one a minute for one matter. Pure: the time is passed in.

Two notifications of the same kind about the same thing are one matter. Of what comes within the minute, the newest is
shown when the minute is over, unless it says what was shown last.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tray.model.notification import Notification

MINUTE_SECONDS = 60.0
# So many matters are remembered: more in one minute are no notifications any more.
MOST_MATTERS = 64

_Matter = tuple[str, str]


@dataclass(slots=True)
class _Shown:
    """The notification of a matter that was shown last; None after it was withdrawn. `at` is when, in seconds."""

    at: float
    last: Notification | None


class Pace:
    """Decides which notifications are shown now. `now` is in seconds, of a clock that is never set back."""

    def __init__(self) -> None:
        self._shown: dict[_Matter, _Shown] = {}
        self._waiting: dict[_Matter, Notification] = {}

    def offer(self, notification: Notification, now: float) -> bool:
        """Return whether to show the notification now; otherwise it waits, or says nothing new."""
        self._forget(now)
        # What waits about the same thing is older news, whatever its kind.
        self._drop_waiting(notification.about)
        matter = _matter(notification)
        shown = self._shown.get(matter)
        if shown is None:
            self._note(matter, notification, now)
            return True
        if shown.last != notification:
            self._waiting[matter] = notification
            _keep_newest(self._waiting)
        return False

    def due(self, now: float) -> tuple[Notification, ...]:
        """Return what has waited long enough, to be shown now."""
        self._forget(now)
        due = tuple(each for matter, each in self._waiting.items() if matter not in self._shown)
        for each in due:
            del self._waiting[_matter(each)]
            self._note(_matter(each), each, now)
        return due

    def due_in(self, now: float) -> float:
        """Return the seconds until something that waits is due; infinite if nothing waits."""
        return min(
            (
                max(0.0, self._shown[matter].at + MINUTE_SECONDS - now) if matter in self._shown else 0.0
                for matter in self._waiting
            ),
            default=math.inf,
        )

    def withdraw(self, about: str) -> None:
        """Forget what waits about something, since it is no longer true."""
        self._drop_waiting(about)
        for matter, shown in self._shown.items():
            if matter[1] == about:
                shown.last = None

    def _drop_waiting(self, about: str) -> None:
        for matter in [matter for matter in self._waiting if matter[1] == about]:
            del self._waiting[matter]

    def _note(self, matter: _Matter, notification: Notification, now: float) -> None:
        self._shown[matter] = _Shown(now, notification)
        _keep_newest(self._shown)

    def _forget(self, now: float) -> None:
        self._shown = {matter: shown for matter, shown in self._shown.items() if now - shown.at < MINUTE_SECONDS}


def _keep_newest(of_matters: dict[_Matter, Any]) -> None:
    while len(of_matters) > MOST_MATTERS:
        del of_matters[next(iter(of_matters))]


def _matter(notification: Notification) -> _Matter:
    return notification.kind.value, notification.about
