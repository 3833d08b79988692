"""AWS's answers as values: what makes no sense is left out or refused, so that it hides nothing else."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from tray.aws.errors.garbled import GarbledAnswerError
from tray.aws.foreign_text import harmless
from tray.model.arns import is_notebook_arn
from tray.model.notebooks import Notebook, Scope, check_notebook_name
from tray.model.power import Details
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from types_boto3_sagemaker import SageMakerClient
    from types_boto3_sagemaker.type_defs import ListNotebookInstancesOutputTypeDef, NotebookInstanceSummaryTypeDef

log = logging.getLogger(__name__)

A = TypeVar("A", bound=Mapping[str, object])

# MaxResults of ListNotebookInstances is 1 to 100 (botocore's service model): the fewest round trips.
PAGE_SIZE = 100
# The limit for one list: 20,000 notebook instances. By default, AWS allows an account 20 in each region.
_MOST_PAGES = 200
MOST_LOG_LINES = 20
# Of one event, from its end: it may have a million lines, of which the last are told.
_MOST_OF_EVENT = 32 * 1024
# SageMaker began in the first. Near the year 9999 a time has no local one, and no menu could show it.
_YEARS = range(2017, 2100)
# FailureReason's maximum in botocore's service model.
_MOST_REASON = 1024
# TagValue's, too.
_MOST_TAG = 256
_WORD = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


def pages(client: SageMakerClient, filters: dict[str, Any]) -> Iterator[ListNotebookInstancesOutputTypeDef]:
    """Yield all pages of a list. botocore's paginator does the same, but creates a class for each list."""
    asked: dict[str, Any] = {"SortBy": "Name", "SortOrder": "Ascending", "MaxResults": PAGE_SIZE, **filters}
    seen: set[str] = set()
    for _ in range(_MOST_PAGES):
        page = checked(client.list_notebook_instances(**asked), "NotebookInstances")
        if not isinstance(page["NotebookInstances"], list):
            break
        yield page
        token = page.get("NextToken")
        if not token:
            return
        if not isinstance(token, str) or token in seen:
            break  # a repeated token would repeat the same pages without end
        seen.add(token)
        asked["NextToken"] = token
    raise GarbledAnswerError


def checked(answer: A, member: str) -> A:
    """Return `answer` if it has `member`: botocore reads a network's sign-in page as an empty answer."""
    if member not in answer:
        raise GarbledAnswerError
    return answer


def text_in(answer: Mapping[str, Any], member: str) -> str:
    """Return a text of an answer: botocore passes on what another program answers, whatever its type."""
    value = answer.get(member)
    if not isinstance(value, str) or not value:
        raise GarbledAnswerError
    return value


def acknowledged(answer: Mapping[str, Any]) -> None:
    """Return if AWS gave this answer, which has no members: botocore takes a network's page for one of those, too.

    AWS's own have the id of the request, and are of its JSON even where they are empty.
    """
    meta = answer.get("ResponseMetadata", {})
    if not meta.get("RequestId") and "json" not in meta.get("HTTPHeaders", {}).get("content-type", ""):
        raise GarbledAnswerError


def notebook_of(scope: Scope, summary: NotebookInstanceSummaryTypeDef) -> Notebook | None:
    """Return a notebook instance from its summary; None if the summary is invalid, so that the others still show."""
    try:
        return Notebook(
            scope=scope,
            name=check_notebook_name(_text(summary["NotebookInstanceName"])),
            arn=_arn(_text(summary["NotebookInstanceArn"])),
            status=_word(summary.get("NotebookInstanceStatus")),
            instance_type=_word(summary.get("InstanceType")),
            created=_utc(summary.get("CreationTime")),
            modified=_utc(summary.get("LastModifiedTime")),
        )
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, TrayError) as error:
        log.warning("%s, %s: a notebook instance makes no sense: %s", scope.profile, scope.region, type(error).__name__)
        return None


def details_of(answer: Mapping[str, Any]) -> Details:
    """Return what DescribeNotebookInstance tells beside what the list tells."""
    from tray.aws.errors.refusals import one_line

    return Details(
        platform=_word(answer.get("PlatformIdentifier")),
        failure_reason=one_line(str(answer.get("FailureReason") or ""), _MOST_REASON),
    )


def tag_of(answer: Mapping[str, Any], key: str) -> str:
    """Return the value of a tag in ListTags' answer; of keys that differ in case alone, the very one if it is there."""
    from tray.aws.errors.refusals import one_line

    tags = answer.get("Tags")
    found = {
        str(each.get("Key")): str(each.get("Value") or "")
        for each in (tags if isinstance(tags, list) else ())
        if isinstance(each, Mapping)
    }
    alike = (value for each, value in found.items() if each.casefold() == key.casefold())
    return one_line(found.get(key) or next(alike, ""), _MOST_TAG)


def log_lines_of(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the last lines of GetLogEvents' answer, without what looks secret."""
    events = answer.get("events")
    # As many as were asked for.
    latest = events[-MOST_LOG_LINES:] if isinstance(events, list) else []
    found = [each.get("message") for each in latest if isinstance(each, Mapping)]
    last: list[str] = []
    for line in chain.from_iterable(map(_lines_from_end, (each for each in reversed(found) if isinstance(each, str)))):
        # A carriage return is the cause itself where the script has Windows' line ends.
        if word := harmless(line.replace("\r", "^M").removesuffix("^M")):
            last.append(word)
            if len(last) == MOST_LOG_LINES:
                break
    return tuple(reversed(last))


def _lines_from_end(message: str) -> Iterator[str]:
    end = message[-_MOST_OF_EVENT:]
    if len(end) == len(message):
        return reversed(message.split("\n"))
    # A line without its beginning may be half a secret, which doesn't look like one.
    return reversed(end.split("\n")[1:] or [message[:_MOST_OF_EVENT]])


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _arn(value: str) -> str:
    if not is_notebook_arn(value):
        raise ValueError("not an ARN")
    return value


def _word(value: object) -> str:
    """Return a word such as a status; empty for any other value, so that an odd status hides no notebook instance."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""


def _utc(time: datetime | None) -> datetime | None:
    # A time from before SageMaker is none. Of one before 1970, Windows' C library tells no hour of the day.
    return time.astimezone(UTC) if time is not None and time.year in _YEARS else None
