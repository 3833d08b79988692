"""Profiles that the user wants and that are not configured yet, as values. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.lengths import View
    from tray.model.problems import Problem


@dataclass(frozen=True, slots=True)
class NewProfile:
    """A profile to be configured. What is empty, 0 or None is as in a profile that was given no more than its name.

    `aws_profile` is empty for a profile that signs with an access key of its own.
    """

    name: str
    aws_profile: str = ""
    regions: tuple[str, ...] = ()
    session_seconds: int = 0
    view: View | None = None


@dataclass(frozen=True, slots=True)
class FromFile:
    """A profile as an administrator's file has it; with a `problem`, it can't be configured so.

    `unknown_region` is a region of it that botocore doesn't know: AWS may have it all the same.
    """

    name: str
    profile: NewProfile | None = None
    problem: Problem | None = None
    unknown_region: Problem | None = None


@dataclass(frozen=True, slots=True)
class SetUpFile:
    """What an administrator's file asks for. `ignored` are the keys that this release doesn't know."""

    profiles: tuple[FromFile, ...]
    ignored: tuple[str, ...] = ()


def free_name(name: str, taken: Collection[str]) -> str:
    """Return `name`, or `name 2` and so on if another profile has it: no configured profile is overwritten."""
    candidates = itertools.chain([name], (f"{name} {at}" for at in itertools.count(2)))
    return next(free for free in candidates if free not in taken)
