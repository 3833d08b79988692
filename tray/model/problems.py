"""Problems as codes and values; `tray/texts/problems` turns them into the user's words when they are read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.sign_in import SignIn
    from tray.texts.problems.table import Words


class ExitStatus(IntEnum):
    """Exit statuses of every `notebook-tray` command."""

    DONE = 0
    REFUSED = 1  # AWS or a notebook said no
    USAGE = 2
    NO_DESKTOP = 3  # no tray or no browser here
    KEYRING = 4


class Kind(Enum):
    """The kind of a problem, where a surface treats one kind differently from another."""

    SIGN_IN = "sign-in"  # credentials missing or expired: signing in mends it
    DENIED = "denied"
    UNREACHABLE = "unreachable"
    THROTTLED = "throttled"
    CONFIGURATION = "configuration"
    KEYRING = "keyring"
    DESKTOP = "desktop"
    OTHER = "other"


Places = tuple[tuple[str, object], ...]
"""Values by the names of the places that they fill in sentences; the values are hashable."""


# The places that mark a problem whose remedy is a sign-in in the menu.
_SIGNS_IN = (("how", "mfa"), ("how", "browser"))


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure, for the user to read.

    `code` says what happened (`keyring-locked`), and `places` say what it concerns: the function for this code in
    `tray/texts/problems` makes the sentences. `advice` is the code of one more sentence of the remedy, with its places.
    `request_id` is AWS's id of the request that failed, if there is one; `lines` are the end of a foreign log. If there
    is a `sign_in`, that sign-in mends the problem, and a click can begin it. No member ever holds a presigned URL, a
    token or a key.
    """

    code: str
    places: Places = ()
    kind: Kind = Kind.OTHER
    sign_in: SignIn | None = None
    advice: tuple[str, Places] | None = None
    # Not compared, because each request has another id: it doesn't matter to whether two problems are the same.
    request_id: str = field(default="", compare=False)
    lines: tuple[str, ...] = ()

    @classmethod
    def of(cls, code: str, kind: Kind = Kind.OTHER, sign_in: SignIn | None = None, **places: object) -> Problem:
        """Return the problem with a code; `places` are the values for its sentences."""
        return cls(code, tuple(places.items()), kind, sign_in)

    @property
    def title(self) -> str:
        """The problem in a few words that fit a menu line, in the user's language."""
        return self._words().title

    @property
    def message(self) -> str:
        """One or two sentences that say what happened to what, in the user's language."""
        return self._words().message

    @property
    def remedy(self) -> str:
        """What to do next, in the user's language."""
        from tray.texts.problems import advice_of

        remedy = self._words().remedy
        return f"{remedy} {advice_of(self.advice[0], dict(self.advice[1]))}" if self.advice else remedy

    def text(self, subject: str = "") -> str:
        """Return the whole problem in lines for a terminal; `subject` says whom it concerns if the title doesn't."""
        from tray.texts.menu_problems import problem

        title = problem(subject, self.title) if subject else self.title
        lines = "".join(f"\n  | {line}" for line in self.lines)
        return f"{title}\n  {self.message}\n  → {self.remedy}{lines}"

    def _words(self) -> Words:
        from tray.texts.problems import words_of

        return words_of(self.code, dict(self.places))


class TrayError(Exception):
    """A failure that is ready to be shown: everything a surface prints comes from its `problem`.

    `code` and `places` are the problem's. `status` is what a command that ends with this error exits with. As a string
    it is English, for the log.
    """

    def __init__(
        self,
        code: str,
        *,
        kind: Kind = Kind.OTHER,
        status: ExitStatus = ExitStatus.REFUSED,
        sign_in: SignIn | None = None,
        **places: object,
    ) -> None:
        super().__init__(code)
        self.problem = Problem.of(code, kind, sign_in, **places)
        self.status = status

    def __str__(self) -> str:
        from tray.texts.language import in_english

        with in_english():
            return f"{self.problem.title}: {self.problem.message}"

    def advised(self, code: str, **places: object) -> TrayError:
        """Return the same failure with one more sentence in its remedy, which says what else this surface offers."""
        return self._with(replace(self.problem, advice=(code, tuple(places.items()))))

    def mended_by(self, sign_in: SignIn | None) -> TrayError:
        """Return the same failure with the sign-in that mends it; with None, its remedy names no sign-in."""
        places = self.problem.places
        if sign_in is None:
            places = tuple((name, "nothing" if (name, value) in _SIGNS_IN else value) for name, value in places)
        return self._with(replace(self.problem, sign_in=sign_in, places=places))

    def of_request(self, request_id: str) -> TrayError:
        """Return the same failure with AWS's id of the request."""
        return self._with(replace(self.problem, request_id=request_id))

    def again(self) -> TrayError:
        """Return the same failure as a new exception: raising one exception again and again grows its traceback."""
        return self._with(self.problem)

    @classmethod
    def of(cls, problem: Problem, status: ExitStatus = ExitStatus.REFUSED) -> TrayError:
        """Return the exception for a problem."""
        error = cls(problem.code, status=status)
        error.problem = problem
        return error

    def _with(self, problem: Problem) -> TrayError:
        return TrayError.of(problem, self.status)
