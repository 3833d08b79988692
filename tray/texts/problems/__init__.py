"""Problems in words for the user: a function for each code, with the places of its sentences as arguments.

Imported where a problem is first read, not at the start. The door: what is here, `table`, and `connection`, of which
other texts take sentences.
"""

from __future__ import annotations

from collections.abc import Mapping

from tray.texts.problems import (
    aws_files,
    cloud_schedules,
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
    policy,
    power,
    refusals,
    refused_values,
    running_copy,
    set_up,
    settings,
    sign_in,
    start_at_login,
    stop_plans,
)
from tray.texts.problems.table import ADVICE, PROBLEMS, Words
from tray.texts.visible import visible

__all__ = [
    "advice_of",
    "aws_files",
    "cloud_schedules",
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
    "policy",
    "power",
    "refusals",
    "refused_values",
    "running_copy",
    "set_up",
    "settings",
    "sign_in",
    "start_at_login",
    "stop_plans",
    "words_of",
]


# A path has 4,096 bytes at most. A message that quotes much more can't be read.
_LONGEST_PLACE = 8192


def words_of(code: str, places: Mapping[str, object]) -> Words:
    """Return the words of the problem with a code, in the user's language.

    What is put into the sentences may be foreign text: it is shortened, and what can't be seen in it is escaped.
    """
    return PROBLEMS[code](**_shown_in(places))


def advice_of(code: str, places: Mapping[str, object]) -> str:
    """Return a sentence on what else can be done, in the user's language."""
    return ADVICE[code](**_shown_in(places))


def _shown_in(places: Mapping[str, object]) -> dict[str, object]:
    return {name: _shown(value) for name, value in places.items()}


def _shown(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_shown, value))
    if not isinstance(value, str) or (value.isprintable() and len(value) <= _LONGEST_PLACE):
        return value
    return visible(value if len(value) <= _LONGEST_PLACE else f"{value[: _LONGEST_PLACE - 1]}…")
