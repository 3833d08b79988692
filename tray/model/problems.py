"""What goes wrong: as a code and values, which `tray/texts/problems` puts in the user's words when they are read."""

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
    """What sort of problem it is, where the surface treats one sort differently from another."""

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


# The places of a problem by which its remedy is a sign-in in the menu.
_SIGNS_IN = (("how", "mfa"), ("how", "browser"))


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure, for the user to read.

    `code` says what happened (`keyring-locked`) and `places` what is concerned: a function of this name in
    `tray/texts/problems` makes the sentences. `advice` is a code of one more sentence of the remedy, with its places.
    `request_id` is AWS's name for the request that failed, where there is one.
    Nothing here ever holds a presigned URL, a token or a key. With a `sign_in`, that sign-in mends it, and a click can
    begin it.
    """

    code: str
    places: Places = ()
    kind: Kind = Kind.OTHER
    sign_in: SignIn | None = None
    advice: tuple[str, Places] | None = None
    # Of no account to whether two problems are the same: each request has another.
    request_id: str = field(default="", compare=False)

    @classmethod
    def of(cls, code: str, kind: Kind = Kind.OTHER, sign_in: SignIn | None = None, **places: object) -> Problem:
        """Return the problem with a code; `places` are what its sentences need."""
        return cls(code, tuple(places.items()), kind, sign_in)

    @property
    def title(self) -> str:
        """A few words that fit a menu line, in the user's language."""
        return self._words().title

    @property
    def message(self) -> str:
        """One or two sentences that name what is concerned, in the user's language."""
        return self._words().message

    @property
    def remedy(self) -> str:
        """What to do next, in the user's language."""
        from tray.texts.problems import advice_of

        remedy = self._words().remedy
        return f"{remedy} {advice_of(self.advice[0], dict(self.advice[1]))}" if self.advice else remedy

    def text(self, subject: str = "") -> str:
        """Return all of it in lines for a terminal; `subject` says whom it concerns where the title doesn't."""
        from tray.texts.menu import problem

        title = problem(subject, self.title) if subject else self.title
        return f"{title}\n  {self.message}\n  → {self.remedy}"

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
        """Return the same failure with a sentence more in its remedy: what else can be done from this surface."""
        return self._with(replace(self.problem, advice=(code, tuple(places.items()))))

    def mended_by(self, sign_in: SignIn | None) -> TrayError:
        """Return the same failure, which `sign_in` mends; with None no sign-in does, and its remedy names none."""
        places = self.problem.places
        if sign_in is None:
            places = tuple((name, "nothing" if (name, value) in _SIGNS_IN else value) for name, value in places)
        return self._with(replace(self.problem, sign_in=sign_in, places=places))

    def of_request(self, request_id: str) -> TrayError:
        """Return the same failure of a request that AWS knows by an id."""
        return self._with(replace(self.problem, request_id=request_id))

    def again(self) -> TrayError:
        """Return the same failure as another exception: one that is raised twice grows its traceback for ever."""
        return self._with(self.problem)

    @classmethod
    def of(cls, problem: Problem, status: ExitStatus = ExitStatus.REFUSED) -> TrayError:
        """Return the failure that a problem is."""
        error = cls(problem.code, status=status)
        error.problem = problem
        return error

    def _with(self, problem: Problem) -> TrayError:
        return TrayError.of(problem, self.status)
