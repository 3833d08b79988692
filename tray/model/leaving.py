"""What becomes of notebook instances that are to be stopped when the user logs out or shuts the computer down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from tray.model.problems import Kind

if TYPE_CHECKING:
    from tray.model.activity import Activity


class WhyNot(Enum):
    """Why a notebook instance was not stopped when the user left. The values are stored, so they stay the same."""

    BUSY = "busy"  # a kernel ran something, or was about to
    UNKNOWN = "unknown"  # Jupyter didn't tell whether a kernel runs something
    NO_LOOKS = "no-looks"  # the user has turned looks off
    CHANGING = "changing"  # it was starting, for example, and can be stopped only while it runs
    RETIRED = "retired"  # AWS may not start it again
    PLATFORM = "platform"  # nobody could tell whether AWS starts it again
    SIGNED_OUT = "signed-out"
    UNREACHABLE = "unreachable"
    DENIED = "denied"
    FAILED = "failed"  # AWS refused it for another reason
    NO_TIME = "no-time"  # the answer came later than the system waits
    NOT_TOLD = "not-told"  # the program didn't run, or the session ended without a word, as where the power is cut


_OF_KIND = {
    Kind.SIGN_IN: WhyNot.SIGNED_OUT,
    Kind.UNREACHABLE: WhyNot.UNREACHABLE,
    Kind.THROTTLED: WhyNot.UNREACHABLE,
    Kind.DENIED: WhyNot.DENIED,
}


@dataclass(frozen=True, slots=True)
class NotStopped:
    """That the notebook instance with `arn`, as `profile` sees it, was not stopped when the user left.

    `at` is when that was, in seconds since the epoch; 0 if it isn't known.
    """

    profile: str
    arn: str
    at: float
    why: WhyNot


def why_of(kind: Kind) -> WhyNot:
    """Return why a stop failed, of the kind of its problem."""
    return _OF_KIND.get(kind, WhyNot.FAILED)


def speaks_against(activity: Activity | None, *, not_looked: bool) -> WhyNot | None:
    """Return what speaks against a stop without the user; None if nothing does.

    A kernel that runs something does, and so does whatever isn't known: an hour costs less than a day's work. A page
    on the screen is the user's own, who leaves; a terminal may be anything, and the user was told so.

    :param activity: what a look has found; None if there was none in time
    :param not_looked: whether the user has turned looks off
    """
    if activity is not None and (activity.busy or activity.starting):
        return WhyNot.BUSY
    if not_looked:
        return WhyNot.NO_LOOKS
    if activity is None or activity.unknown is not None:
        return WhyNot.UNKNOWN
    return None
