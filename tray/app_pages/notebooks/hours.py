"""The running hours of the rows in sight, as values that JSON has: asked for apart, after the rows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from tray.app_pages.shared.asked import ChoiceError, values_of
from tray.texts import running_hours as texts

if TYPE_CHECKING:
    from tray.model.running_hours import Day

# As many rows as a high screen shows, and more.
MOST_ROWS = 100
_LONGEST_ARN = 256


class Facts(Protocol):
    """What is known of notebook instances beside the snapshot. Both methods return at once."""

    def days(self, arn: str) -> tuple[Day, ...]:
        """Return the running hours of the last days of a notebook instance, the oldest first."""
        ...

    def in_sight(self, arns: tuple[str, ...]) -> None:
        """Hear which notebook instances the user sees."""
        ...


def asked(body: bytes) -> tuple[str, ...]:
    """Return the ARNs that a page asks about: `{"arns": [ARN, …]}`.

    :raises ChoiceError: it is nothing of that form
    """
    match values_of(body):
        case {"arns": list(arns)} if len(arns) <= MOST_ROWS and all(
            isinstance(each, str) and len(each) <= _LONGEST_ARN for each in arns
        ):
            return tuple(arns)
    raise ChoiceError("no ARNs")


def told(arns: Iterable[str], days: Callable[[str], tuple[Day, ...]], today: date) -> dict[str, Any]:
    """Return what a page shows: by ARN, the days (hours of running, hours that are known), and that in words."""
    return {"today": today.isoformat(), "rows": {arn: _row(days(arn)) for arn in arns}}


def _row(days: tuple[Day, ...]) -> dict[str, Any]:
    if not any(each.seen for each in days):
        return {"days": [], "words": texts.not_seen()}
    hours = sum(each.ran for each in days) / 10
    unseen = sum(not each.seen for each in days)
    shown = f"{hours:.0f}" if hours >= 10 else f"{hours:g}"
    return {"days": [[each.ran / 10, each.seen / 10] for each in days], "words": texts.summary(shown, unseen)}
