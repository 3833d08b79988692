"""The browser's sessions in notebook instances that were opened here: when each ends, and what is due to be said. Pure.

A session ends after the length that was chosen, or with the credentials that signed its presigned URL if these end
earlier. AWS documents the length (SessionExpirationDurationInSeconds of CreatePresignedNotebookInstanceUrl), and that
IAM's policies are enforced on each request of the session, as the role or user that made the URL; that the session ends
with temporary credentials is not documented, but nobody is promised more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.lengths import View

WARN_SECONDS = (900.0, 300.0)
"""How long before its end the user is told of it, the first time and the last."""

# A session that is told to have ended later than this ended while nobody was there to tell it.
LATE_SECONDS = 90.0
# What ended longer ago than this is forgotten without a word: no run of the program has told it.
FORGOTTEN_SECONDS = 7 * 86_400.0
_REFRESHED_SECONDS = 900.0


class Meanwhile(Enum):
    """What kept the program from telling an end when it came."""

    NOTHING = auto()
    ASLEEP = auto()  # the computer slept
    NOT_RUNNING = auto()  # the program didn't run


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session in the notebook instance that has `arn`, opened as `profile` sees it. Times: seconds since the epoch.

    `session_seconds` is the length that was chosen, `since` the time at which the URL was made, and `ends` the time at
    which the session ends. `limited` says that it ends with the credentials, before the length that was chosen. `told`
    is how many of the warnings the user has had, those included that were due before it began. With `quiet`, the user
    wants no warnings.
    """

    profile: str
    arn: str
    view: View
    session_seconds: int
    since: float
    ends: float
    limited: bool = False
    told: int = 0
    quiet: bool = False

    @property
    def renewable(self) -> bool:
        """Whether opening it again before its end may have it end later.

        Credentials that can be refreshed are so when they end within 15 minutes (botocore's advisory refresh). Those
        that signed so shortly before their end can't be: a session of MFA's, for example.
        """
        return not self.limited or self.ends - self.since > _REFRESHED_SECONDS


def begun(
    profile: str, arn: str, view: View, session_seconds: int, *, since: float, signed_until: float | None
) -> OpenSession:
    """Return a session that begins at `since`.

    :param signed_until: when the credentials that signed its URL end, in seconds since the epoch; None if they don't,
        or don't tell
    """
    chosen = since + session_seconds
    ends = max(since, min(chosen, signed_until if signed_until is not None else chosen))
    session = OpenSession(profile, arn, view, session_seconds, since, ends, ends < chosen)
    return warned(session, since)


def due_at(session: OpenSession) -> float:
    """Return when the next thing is to be said of a session, in seconds since the epoch."""
    if session.quiet or session.told >= len(WARN_SECONDS):
        return session.ends
    return session.ends - WARN_SECONDS[session.told]


def warned(session: OpenSession, now: float) -> OpenSession:
    """Return a session after the warning that is due at `now`: of two that are due, only one is given."""
    passed = sum(session.ends - now <= before for before in WARN_SECONDS)
    return replace(session, told=max(session.told, passed))


def changed(
    sessions: Iterable[OpenSession], new: OpenSession | None, gone: Collection[str], *, now: float, most: int
) -> tuple[OpenSession, ...]:
    """Return the sessions with a `new` one in place of the older in the same notebook instance, and without those gone.

    :param gone: ARNs of notebook instances
    :param most: the number that is kept, the latest
    """
    kept = (
        each
        for each in sessions
        if each.arn not in gone and not (new and each.arn == new.arn) and now - each.ends < FORGOTTEN_SECONDS
    )
    return (*kept, *([new] if new is not None else []))[-most:]
