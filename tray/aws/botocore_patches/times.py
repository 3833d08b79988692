"""Reads times as AWS writes them.

Relies on `parse_timestamp` (botocore/utils.py) and, for the answers of a client, on the session's component
`response_parser_factory` with its `set_parser_defaults(timestamp_parser=...)` (botocore/parsers.py). Without the
first, `datetime.fromisoformat` is used. Without the second, botocore's own parser is used, which takes 30 µs for a
number.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import botocore.parsers
import botocore.utils

from tray.aws.botocore_patches.release import tell_once

if TYPE_CHECKING:
    from botocore.session import Session


# Longer than any form of a time. botocore quotes in its error a value that it can't read.
_LONGEST = 64


def parse_time(value: Any) -> datetime:
    """Return a time that AWS, or a program in its place, wrote in any form. A time without a zone is in UTC.

    :raises ValueError: `value` is not a time
    """
    if isinstance(value, str) and len(value) > _LONGEST:
        raise ValueError("no time")  # dateutil's time grows with the square of a text's length
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    parse = getattr(botocore.utils, "parse_timestamp", None)
    if parse is None:
        found = datetime.fromisoformat(str(value))
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        time: datetime = parse(value)
    except (
        RuntimeError,
        KeyError,
    ) as error:  # botocore's of a number that is too large; dateutil's without a time zone
        raise ValueError("no time") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _time_of_a_record(value: Any) -> datetime | None:
    """Return a time in an answer; None if it can't be read, so that the rest of the record still shows."""
    try:
        return parse_time(value) if len(str(value)) <= _LONGEST else None
    except (RuntimeError, ValueError, OverflowError, OSError, TypeError):
        return None


def register_quick_times(session: Session) -> None:
    """Have the clients of `session` read times by `parse_time`: in SageMaker's protocol they are seconds since 1970."""
    try:
        parsers = botocore.parsers.ResponseParserFactory()
        parsers.set_parser_defaults(timestamp_parser=_time_of_a_record)
        session.register_component("response_parser_factory", parsers)
    except (AttributeError, TypeError):
        tell_once("how answers are read", "their times are read as botocore does it")
