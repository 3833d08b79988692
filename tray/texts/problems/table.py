"""Which function has the words of which problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar


class Words(NamedTuple):
    """A problem in sentences.

    `title` is a few words that fit a menu line, `message` one or two sentences that name what is concerned, and
    `remedy` what to do next.
    """

    title: str
    message: str
    remedy: str


F = TypeVar("F", bound=Callable[..., object])

PROBLEMS: dict[str, Callable[..., Words]] = {}
ADVICE: dict[str, Callable[..., str]] = {}


def problem(words: F) -> F:
    """Have a function make the words of the problem whose code is its name: `keyring_locked` of `keyring-locked`."""
    PROBLEMS[_code(words)] = words  # type: ignore[assignment]
    return words


def advice(words: F) -> F:
    """Have a function make the sentence of the advice whose code is its name."""
    ADVICE[_code(words)] = words  # type: ignore[assignment]
    return words


def sentences(*each: str) -> str:
    """Return sentences one after the other; those that are empty are left out."""
    return " ".join(filter(None, each))


def _code(words: Callable[..., object]) -> str:
    return words.__name__.strip("_").replace("_", "-")
