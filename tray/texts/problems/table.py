"""The table of the functions that make the words of each problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from tray.texts.language import _
from tray.texts.reading import Reading, reading


class Words(NamedTuple):
    """A problem in sentences.

    `title` is a few words that fit a menu line, `message` one or two sentences that name what the problem concerns, and
    `remedy` what to do next.
    """

    title: str
    message: str
    remedy: str


F = TypeVar("F", bound=Callable[..., object])

PROBLEMS: dict[str, Callable[..., Words]] = {}
ADVICE: dict[str, Callable[..., str]] = {}


def problem(words: F) -> F:
    """Register a function for the problem whose code is its name: `keyring_locked` for `keyring-locked`."""
    PROBLEMS[_code(words)] = words  # type: ignore[assignment]
    return words


def advice(words: F) -> F:
    """Register a function for the advice whose code is its name."""
    ADVICE[_code(words)] = words  # type: ignore[assignment]
    return words


def then_again() -> str:
    """Return what to do once what the remedy asks for is done."""
    return _("Then choose Refresh.") if reading() is Reading.STANDING else _("Then try again.")


def by_itself() -> str:
    """Return what happens next with what may be over soon."""
    return _("It is tried again by itself.") if reading() is Reading.STANDING else _("Try again in a minute.")


def sentences(*each: str) -> str:
    """Return the sentences that are not empty, one after the other."""
    return " ".join(filter(None, each))


def _code(words: Callable[..., object]) -> str:
    return words.__name__.strip("_").replace("_", "-")
