"""The lines of the menu's list with help."""

from __future__ import annotations

from tray.texts.language import _


def help_() -> str:
    """Return the line of the list with help."""
    return _("Help")


def help_and_settings() -> str:
    """Return the line of the list with help and some settings: it begins with the word for help."""
    return _("Help and settings")


def about(version: str) -> str:
    """Return which version runs."""
    return _("Notebook Tray {version}", version=version)


def installed_in(place: str) -> str:
    """Return where the program runs from."""
    return _("From {place}", place=place)


def open_log() -> str:
    """Return the line that shows the log."""
    return _("Open log")


def check_computer() -> str:
    """Return the line that puts a report on this computer on the clipboard."""
    return _("Check this computer and copy the report")


def documentation() -> str:
    """Return the line that opens the documentation."""
    return _("Documentation")


def report_problem() -> str:
    """Return the line that opens the page for reports."""
    return _("Report a problem")
