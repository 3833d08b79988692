"""The menu's list with help: which version runs, and what the user can do if something is wrong. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.about import __version__, origin, place
from tray.menu.entries import SEPARATOR, Entry, text
from tray.menu.names import short
from tray.model.commands import CheckComputer, OpenLog, Page, ShowPage
from tray.texts import menu_help as help_texts
from tray.texts import policy as policy_texts

if TYPE_CHECKING:
    from tray.fleet.snapshot import Snapshot
    from tray.model.policy import Policy

_LONGEST_PLACE = 48


def help_entry(snapshot: Snapshot, settings: tuple[Entry, ...] = (), before: tuple[Entry, ...] = ()) -> Entry:
    """Return the line with the help list, in which `settings` without room at the top come first.

    :param before: other lines without room there, which come before these
    """
    newer = snapshot.newer
    return Entry(
        "help",
        help_texts.help_and_settings() if settings else help_texts.help_(),
        children=(
            *((*before, SEPARATOR) if before else ()),
            *settings,
            SEPARATOR,
            text("about", help_texts.about(__version__, origin())),
            *((Entry("newer", help_texts.newer(newer), ShowPage(Page.RELEASE_NOTES)),) if newer else ()),
            text("place", help_texts.installed_in(short(place(), _LONGEST_PLACE))),
            *_policy(snapshot.policy),
            SEPARATOR,
            Entry("documentation", help_texts.documentation(), ShowPage(Page.DOCUMENTATION)),
            Entry("check", help_texts.check_computer(), CheckComputer()),
            Entry("log", help_texts.open_log(), OpenLog()),
            Entry("report", help_texts.report_problem(), ShowPage(Page.ISSUES)),
        ),
    )


def _policy(policy: Policy) -> tuple[Entry, ...]:
    """Return the line that says where to see what an administrator has set, if they have."""
    if policy.errors:
        return (text("policy", policy_texts.errors_in_menu(len(policy.errors))),)
    return (text("policy", policy_texts.in_force_in_menu()),) if policy.set_by else ()
