"""What needs the user, as the menu's lines: for a surface that shows these without the rest of the menu. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.menu.entries import Entry
from tray.menu.finding import look_entries, search_entries
from tray.menu.power import question_entries
from tray.menu.problems import problem_entries
from tray.menu.signing_in import sign_in_entries
from tray.menu.stop_all import asks_to_stop_all, stop_all_entries, stop_all_question
from tray.model.commands import ShowSetUp
from tray.texts import menu_pages as texts

if TYPE_CHECKING:
    from tray.fleet.snapshot import Snapshot


def lines_for_the_user(snapshot: Snapshot, now: float) -> tuple[Entry, ...]:
    """Return the lines about questions, searches, sign-ins and problems, and what asks to stop all that was opened.

    :param now: seconds since the epoch
    """
    return (
        *question_entries(snapshot, now),
        *stop_all_question(snapshot, now),
        *search_entries(snapshot),
        *sign_in_entries(snapshot),
        *problem_entries(snapshot, inline=False),
        *look_entries(snapshot),
        *stop_all_entries(asks_to_stop_all(snapshot)),
        *add_entries(snapshot),
    )


def add_entries(snapshot: Snapshot) -> tuple[Entry, ...]:
    """Return the line that leads to where profiles are added, if none is configured."""
    listing = snapshot.listing
    if not listing.keyring_read or listing.profiles or listing.unchecked or not snapshot.policy.limits.own_profiles:
        return ()
    return (Entry("set-up", texts.add_a_profile(), ShowSetUp()),)
