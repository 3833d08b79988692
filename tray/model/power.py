"""Starting and stopping notebook instances, as values: what AWS tells, what is under way, and what is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.activity import Activity
    from tray.model.commands import StartNotebook
    from tray.model.notebooks import Notebook

# Platforms on which AWS may not start a notebook instance again once it has stopped. From 30 June 2025 on, AWS started
# none on Amazon Linux 1 and on the first two of Amazon Linux 2. Whether it still starts the third is not known; it
# can't be chosen for a new one since 2026.
_RETIRED = re.compile(r"notebook-al[12]-")

# Platforms that a notebook instance can be moved to: those of Amazon Linux 2023 in botocore's service model, whose
# pattern for PlatformIdentifier still has the retired ones.
PLATFORMS_TO_MOVE_TO = ("notebook-al2023-v1", "notebook-al2023-v2")

# For how long what AWS denied is not offered again: an administrator may have allowed it by then.
DENIED_SECONDS = 3600.0


def is_retired(platform: str) -> bool:
    """Whether AWS may not start a notebook instance on a platform again once it has stopped."""
    return _RETIRED.match(platform) is not None


class Power(Enum):
    """What a profile may be allowed to do with a notebook instance; the values are AWS's names of the calls."""

    DESCRIBE = "DescribeNotebookInstance"
    START = "StartNotebookInstance"
    CHANGE_TYPE = "UpdateNotebookInstance"
    STOP = "StopNotebookInstance"


@dataclass(frozen=True, slots=True)
class Denial:
    """That AWS denied something for the notebook instance that has `arn`; `since` in seconds since the epoch."""

    arn: str
    power: Power
    since: float


@dataclass(frozen=True, slots=True)
class Details:
    """What DescribeNotebookInstance tells beside what the list tells; a text is empty if AWS names none."""

    platform: str = ""
    failure_reason: str = ""

    @property
    def retired(self) -> bool:
        """Whether AWS may not start the notebook instance again once it has stopped."""
        return is_retired(self.platform)


@dataclass(frozen=True, slots=True)
class Start:
    """A start that is followed. Times are seconds since the epoch.

    `expected_seconds` is how long starts like this one took, None if none is known. `pending` says that the notebook
    instance was seen starting, so that a status that follows is a result; `answering`, that it runs, and Jupyter is
    waited for. `stuck` says that the user has been told that it takes far too long; `kept_closed`, that the user chose
    that it isn't to be opened after all. `asked` is when the user last
    asked for it, None for `since`. `measured` says that the whole start is seen from its beginning, so that others are
    told how long it took. `number` tells two starts of one notebook instance apart.
    """

    command: StartNotebook
    since: float
    expected_seconds: float | None = None
    pending: bool = False
    answering: bool = False
    stuck: bool = False
    kept_closed: bool = False
    asked: float | None = None
    measured: bool = False
    number: int = 0

    @property
    def asked_at(self) -> float:
        """When the user last asked for it, in seconds since the epoch."""
        return self.since if self.asked is None else self.asked


@dataclass(frozen=True, slots=True)
class StopQuestion:
    """The question whether to stop a notebook instance, with what speaks against it.

    `details` and `activity` are None if they can't be told. `second` is the question that follows the first for a
    notebook instance that may never start again. `since` is the time of the question, in seconds since the epoch.
    `not_looked` says that the user has turned looks off.
    """

    notebook: Notebook
    details: Details | None
    activity: Activity | None
    since: float
    second: bool = False
    not_looked: bool = False

    @property
    def retired(self) -> bool:
        """Whether AWS may not start it again once it has stopped, as far as that is known."""
        return self.details is not None and self.details.retired


@dataclass(frozen=True, slots=True)
class Opened:
    """A notebook instance that the user opened or started here; `since` is when, in seconds since the epoch."""

    profile: str
    arn: str
    since: float


@dataclass(frozen=True, slots=True)
class StopAllQuestion:
    """The question whether to stop all that the user opened or started here: what speaks against each stop.

    `apart` are those that may never start again: they are stopped by a question of their own alone. `since` is the time
    of the question, in seconds since the epoch.
    """

    each: tuple[StopQuestion, ...]
    apart: tuple[StopQuestion, ...]
    since: float
