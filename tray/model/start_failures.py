"""Why a start failed, by AWS's reason: pure."""

from __future__ import annotations

# Words of the reasons that AWS gives, in lower case, in public reports: see docs of DescribeNotebookInstance for
# FailureReason, and the issues named in the demo's samples.
_CAPACITY = ("insufficient", "capacity")
_QUOTA = ("service limit", "quota")
_LIFECYCLE = "lifecycle"
_SLOW = ("5 minutes", "five minutes", "timed out", "took longer")


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
