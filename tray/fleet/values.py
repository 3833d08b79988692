"""What is known of every notebook now, as one immutable value. The menu's room reads nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from tray.aws.values import Notebook, Place, Status
from tray.choices import View
from tray.profiles.model import Profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tray.errors import Problem
    from tray.signin import SignIn

__all__ = [
    "LastOpened",
    "Notebook",
    "Notice",
    "Opening",
    "Phase",
    "Place",
    "PlaceState",
    "Profile",
    "Snapshot",
    "Status",
    "View",
]


class Phase(Enum):
    """What the program is doing by itself."""

    READING_KEYRING = auto()  # may wait for the person to unlock it
    LISTING = auto()
    RESTING = auto()


@dataclass(frozen=True, slots=True)
class PlaceState:
    """The notebook instances at a place as last listed. Times are seconds since the epoch.

    With a `problem`, the notebooks are those of the last listing that succeeded, if there was one.
    """

    place: Place
    notebooks: tuple[Notebook, ...] = ()
    listed_at: float | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A notebook instance that is being opened, or whose link is being copied (then `copying`)."""

    notebook: Notebook
    view: View
    session_seconds: int
    copying: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """How a person's own choice ended, if it failed: shown until the next choice."""

    subject: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class LastOpened:
    """Which notebook instance the user opened last: its ARN, and the profile through which it was opened."""

    profile: str
    arn: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All of it at one moment; replaced as a whole, never changed.

    `problems` are those that concern no place: the keyring's, a profile's, the AWS config's, by whom they concern.
    `aws_profiles` are the names found in the AWS config and credentials files. `starts_at_login` is what the system
    does at the next login; None while that is not known, or can't be told or changed here. `signing_in` are the
    sign-ins that wait for the person. `last_opened` need not be among the notebook instances that are known.
    """

    phase: Phase = Phase.READING_KEYRING
    profiles: tuple[Profile, ...] = ()
    aws_profiles: tuple[str, ...] = ()
    places: tuple[PlaceState, ...] = ()
    problems: tuple[tuple[str, Problem], ...] = ()
    openings: tuple[Opening, ...] = ()
    signing_in: tuple[SignIn, ...] = ()
    notice: Notice | None = None
    keyring_read: bool = False
    starts_at_login: bool | None = None
    last_opened: LastOpened | None = None

    @property
    def updated_at(self) -> float | None:
        """When a place was last listed, in seconds since the epoch."""
        return max((state.listed_at for state in self.places if state.listed_at is not None), default=None)

    @property
    def notebooks(self) -> tuple[Notebook, ...]:
        """Every notebook instance known, place by place."""
        return tuple(notebook for state in self.places for notebook in state.notebooks)

    @property
    def all_problems(self) -> Iterator[tuple[str, Problem]]:
        """Every problem but the notice's, by whom it concerns: a profile as a rule, once for each of its regions."""
        yield from self.problems
        for state in self.places:
            if state.problem is not None:
                yield state.place.profile, state.problem

    def profile(self, name: str) -> Profile | None:
        """The configured profile called `name`."""
        return next((profile for profile in self.profiles if profile.name == name), None)

    def find(self, profile: str, arn: str) -> Notebook | None:
        """The notebook instance with an ARN, as a profile sees it: two profiles may see the same one."""
        return next((n for n in self.notebooks if n.arn == arn and n.place.profile == profile), None)
