"""Why a start failed, by AWS's reason: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Words of the reasons that AWS gives, in lower case, in public reports: see docs of DescribeNotebookInstance for
# FailureReason, and the issues named in the demo's samples.
_CAPACITY = ("insufficient", "capacity")
_QUOTA = ("service limit", "quota")
_LIFECYCLE = "lifecycle"
_SLOW = ("5 minutes", "five minutes", "timed out", "took longer")


# What lifecycle scripts print as they fail: one with Windows' line ends, one that downloads something without a way to
# the internet, and one for an older platform (Amazon Linux 2023 has neither initctl nor cron).
_IN_LOGS = (
    ("line-ends", re.compile(r"\^M|\\r'|bad interpreter", re.ASCII)),
    ("no-network", re.compile(r"could not resolve|name resolution|network is unreachable|timed? ?out", re.ASCII)),
    ("no-command", re.compile(r"command not found|initctl|no such file or directory", re.ASCII)),
)


def cause_in(log: Iterable[str]) -> str:
    """Return why a lifecycle script failed, by what it printed: `line-ends`, `no-network`, `no-command`, or nothing."""
    said = [line.lower().replace("^m", "^M") for line in log]
    return next((cause for cause, words in _IN_LOGS if any(words.search(line) for line in said)), "")


def cause_of(reason: str) -> str:
    """Return `capacity`, `quota`, `lifecycle-slow`, `lifecycle-failed`, or `other`."""
    said = reason.lower()
    if _LIFECYCLE in said:
        return "lifecycle-slow" if any(word in said for word in _SLOW) else "lifecycle-failed"
    if any(word in said for word in _QUOTA):
        return "quota"
    if all(word in said for word in _CAPACITY):
        return "capacity"
    return "other"
