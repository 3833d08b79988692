"""CloudWatch Logs, as far as it shows what lifecycle scripts printed: GetLogEvents.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tray.demo.lifecycle_logs import LogEvent, UnknownLogError
from tray.demo.one_operation import OneOperation
from tray.demo.protocol import ApiError
from tray.demo.shapes import Flag, Shape, Text, Whole

if TYPE_CHECKING:
    from tray.demo.attempt import Attempt

_MOST_EVENTS = 10_000
_MOST_BYTES = 1 << 20
# AWS counts 26 bytes for each event besides its message.
_EVENT_BYTES = 26
_LONGEST = 2**63 - 1
_TOKEN = re.compile(r"([fb])/(\d{56})")

GET_LOG_EVENTS = Shape(
    MappingProxyType(
        {
            "logGroupName": Text(r"[\.\-_/#A-Za-z0-9]+", minimum=1, maximum=512),
            "logGroupIdentifier": Text(r"[\w#+=/:,.@-]*", minimum=1, maximum=2048),
            "logStreamName": Text("[^:*]*", minimum=1, maximum=512),
            "startTime": Whole(0, _LONGEST),
            "endTime": Whole(0, _LONGEST),
            "nextToken": Text(minimum=1),
            "limit": Whole(1, _MOST_EVENTS),
            "startFromHead": Flag(),
            "unmask": Flag(),
        }
    ),
    frozenset({"logStreamName"}),
)


class CloudWatchLogs(OneOperation):
    """CloudWatch Logs, with what `world.logs` has."""

    service = "logs"
    target_prefix = "Logs_20140328."
    operation = "GetLogEvents"

    def _do(self, attempt: Attempt, given: Mapping[str, Any]) -> dict[str, Any]:
        try:
            GET_LOG_EVENTS.check(given)
        except ApiError as error:
            code = "InvalidParameterException" if error.code == "ValidationException" else error.code
            raise ApiError(code, error.message) from None
        group = given.get("logGroupName") or ""
        if not group:
            raise ApiError("InvalidParameterException", "This endpoint finds log groups by logGroupName alone.")
        world = self._desk.world
        try:
            events = world.logs.read(attempt.account_id, attempt.region, group, given["logStreamName"], world.clock())
        except UnknownLogError as error:
            raise ApiError("ResourceNotFoundException", str(error)) from None
        begin, end = given.get("startTime", 0), given.get("endTime", _LONGEST)
        return _page([event for event in events if begin <= event.timestamp < end], given)


def _page(events: list[LogEvent], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return one page and the tokens of its neighbours.

    Without a token, a page has the latest events unless `startFromHead`. At the end of the stream, the token of the
    next page is the one that was given.
    """
    forward, at = _start(events, given)
    onwards = events[at:] if forward else events[:at][::-1]
    count = _fitting(onwards, given.get("limit") or _MOST_EVENTS)
    begin, end = (at, at + count) if forward else (at - count, at)
    return {
        "events": [
            {"timestamp": event.timestamp, "message": event.message, "ingestionTime": event.timestamp}
            for event in events[begin:end]
        ],
        "nextForwardToken": f"f/{end:056}",
        "nextBackwardToken": f"b/{begin:056}",
    }


def _start(events: list[LogEvent], given: Mapping[str, Any]) -> tuple[bool, int]:
    """Return whether the page goes forward, and where it begins.

    :raises ApiError: the token is not one of ours
    """
    token = given.get("nextToken")
    if token is None:
        return (True, 0) if given.get("startFromHead") else (False, len(events))
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise ApiError("InvalidParameterException", "The specified nextToken is invalid.")
    return found[1] == "f", min(int(found[2]), len(events))


def _fitting(events: list[LogEvent], limit: int) -> int:
    """Return how many of the first events a page has room for."""
    room = _MOST_BYTES
    for count, event in enumerate(events[:limit]):
        room -= len(event.message.encode()) + _EVENT_BYTES
        if room < 0:
            return count
    return min(limit, len(events))
