"""In which ways the list of a notebook instance opens it: for each length, in each view, through each profile. Pure."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from tray.menu.entries import SEPARATOR, Entry, text
from tray.menu.names import short
from tray.model.commands import OpenNotebook
from tray.model.lengths import OFFERED_SESSION_SECONDS, View
from tray.model.policy import UNLIMITED, Limits
from tray.texts import menu as texts
from tray.texts.lengths import session_length

if TYPE_CHECKING:
    from tray.fleet.snapshot import Profile

# Beside what a notebook instance's list has of its own.
MOST_OTHER_PROFILES = 8


# Cached, because the lists of all notebook instances usually say the same.
@functools.lru_cache(maxsize=16)
def ways_to_open(
    session_seconds: int, view: View, limits: Limits = UNLIMITED
) -> tuple[tuple[tuple[str, str, View, int], ...], ...]:
    """Return key, label, view and length of the lines that open: for the length that is set, then for the others.

    :param limits: what an administrator allows
    """
    length = session_length(session_seconds)
    return (
        tuple(
            (each.value, texts.open_in(each.label, length), each, session_seconds)
            for each in sorted(limits.views, key=lambda each: each is not view)
        ),
        tuple(
            (f"{view.value}/{seconds}", texts.view_for(view.label, session_length(seconds)), view, seconds)
            for seconds in OFFERED_SESSION_SECONDS
            if seconds != session_seconds and seconds <= limits.longest_session_seconds
        ),
    )


def lines_through(profiles: tuple[Profile, ...], arn: str) -> tuple[Entry, ...]:
    """Return the lines that open a notebook instance through other profiles that see it too."""
    if not profiles:
        return ()
    lines = (
        Entry(
            f"through/{each.name}",
            texts.through(short(each.name)),
            OpenNotebook(each.name, arn, each.view, each.session_seconds),
        )
        for each in profiles[:MOST_OTHER_PROFILES]
    )
    more = len(profiles) - MOST_OTHER_PROFILES
    rest = (text("through/more", texts.more(more, "notebook-tray list --json")),) if more > 0 else ()
    return (SEPARATOR, *lines, *rest)
