"""Problems in words for the user: a function for each code, with the places of its sentences as arguments.

Imported where a problem is first read, not at the start.
"""

from __future__ import annotations

from collections.abc import Mapping

from tray.texts.problems import (
    aws_files,
    commands,
    config,
    connection,
    credentials,
    desktop,
    finding,
    general,
    keyring,
    owners,
    platforms,
    power,
    refusals,
    set_up,
    settings,
    sign_in,
)
from tray.texts.problems.table import ADVICE, PROBLEMS, Words

__all__ = [
    "advice_of",
    "aws_files",
    "commands",
    "config",
    "connection",
    "credentials",
    "desktop",
    "finding",
    "general",
    "keyring",
    "owners",
    "platforms",
    "power",
    "refusals",
    "set_up",
    "settings",
    "sign_in",
    "words_of",
]


def words_of(code: str, places: Mapping[str, object]) -> Words:
    """Return the words of the problem with a code, in the user's language."""
    return PROBLEMS[code](**places)


def advice_of(code: str, places: Mapping[str, object]) -> str:
    """Return a sentence on what else can be done, in the user's language."""
    return ADVICE[code](**places)
