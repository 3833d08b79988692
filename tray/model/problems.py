"""What goes wrong, as the user reads it: what happened, what it concerns, what to do next.

The lowest room of the house: every other module may import this one, and it imports none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.sign_in import SignIn


class ExitStatus(IntEnum):
    """Exit statuses of every `notebook-tray` command."""

    DONE = 0
    REFUSED = 1  # AWS or a notebook said no
    USAGE = 2
    NO_DESKTOP = 3  # no tray or no browser here
    KEYRING = 4


class Kind(Enum):
    """What sort of problem it is, where the surface treats one sort differently from another."""

    SIGN_IN = "sign-in"  # credentials missing or expired: signing in mends it
    DENIED = "denied"
    UNREACHABLE = "unreachable"
    THROTTLED = "throttled"
    CONFIGURATION = "configuration"
    KEYRING = "keyring"
    DESKTOP = "desktop"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure in the user's words.

    `title` is a few words that fit a menu line, `message` one or two sentences that name what is concerned,
    and `remedy` what to do next. None of them ever holds a presigned URL, a token or a key. With a `sign_in`, that
    sign-in mends it, and a click can begin it.
    """

    title: str
    message: str
    remedy: str
    kind: Kind = Kind.OTHER
    sign_in: SignIn | None = None

    def text(self, subject: str = "") -> str:
        """Return all of it in lines for a terminal; `subject` says whom it concerns where the title doesn't."""
        return f"{f'{subject}: ' if subject else ''}{self.title}\n  {self.message}\n  → {self.remedy}"


class TrayError(Exception):
    """A failure that is ready to be shown: everything a surface prints comes from its `problem`.

    `status` is what a command that ends with this error exits with.
    """

    def __init__(
        self,
        title: str,
        message: str,
        remedy: str,
        *,
        kind: Kind = Kind.OTHER,
        status: ExitStatus = ExitStatus.REFUSED,
        sign_in: SignIn | None = None,
    ) -> None:
        super().__init__(f"{title}: {message}")
        self.problem = Problem(title, message, remedy, kind, sign_in)
        self.status = status

    def advised(self, more: str) -> TrayError:
        """Return the same failure with a sentence more in its remedy: what else can be done from this surface."""
        return self._with(replace(self.problem, remedy=f"{self.problem.remedy} {more}"))

    def mended_by(self, sign_in: SignIn | None) -> TrayError:
        """Return the same failure, which `sign_in` mends."""
        return self._with(replace(self.problem, sign_in=sign_in))

    def again(self) -> TrayError:
        """Return the same failure as another exception: one that is raised twice grows its traceback for ever."""
        return self._with(self.problem)

    def _with(self, problem: Problem) -> TrayError:
        error = TrayError(problem.title, problem.message, problem.remedy, status=self.status)
        error.problem = problem
        return error
