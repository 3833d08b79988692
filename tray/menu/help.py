"""The menu's list with help: which version runs, and what the user can do if something is wrong. Pure."""

from __future__ import annotations

from tray.about import __version__, place
from tray.menu.entries import SEPARATOR, Entry, text
from tray.menu.names import short
from tray.model.commands import CheckComputer, OpenLog, Page, ShowPage
from tray.texts import menu_help as help_texts

_LONGEST_PLACE = 48


def help_entry(settings: tuple[Entry, ...] = (), before: tuple[Entry, ...] = ()) -> Entry:
    """Return the line with the help list, in which `settings` without room at the top come first.

    :param before: other lines without room there, which come before these
    """
    return Entry(
        "help",
        help_texts.help_and_settings() if settings else help_texts.help_(),
        children=(
            *((*before, SEPARATOR) if before else ()),
            *settings,
            SEPARATOR,
            text("about", help_texts.about(__version__)),
            text("place", help_texts.installed_in(short(place(), _LONGEST_PLACE))),
            SEPARATOR,
            Entry("documentation", help_texts.documentation(), ShowPage(Page.DOCUMENTATION)),
            Entry("check", help_texts.check_computer(), CheckComputer()),
            Entry("log", help_texts.open_log(), OpenLog()),
            Entry("report", help_texts.report_problem(), ShowPage(Page.ISSUES)),
        ),
    )
