"""The lines of the menu's list with help."""

from __future__ import annotations

from tray.texts.language import _


def help_() -> str:
    """Return the line of the list with help."""
    return _("Help")


def help_and_settings() -> str:
    """Return the line of the list with help and some settings: it begins with the word for help."""
    return _("Help and settings")


def about(version: str, origin: str) -> str:
    """Return which version runs, and where it came from, as `origin` tells."""
    return _("Notebook Tray {version}, {origin}", version=version, origin=origin_words(origin))


def version_line(version: str, origin: str) -> str:
    """Return what `--version` says."""
    return _("notebook-tray {version} ({origin})", version=version, origin=origin_words(origin))


def origin_words(origin: str) -> str:
    """Return where the program came from; `origin` is one of `about.ORIGINS`."""
    return {
        "pip": _("installed by pip"),
        "pipx": _("installed by pipx"),
        "uv": _("installed by uv"),
        "deb": _("from the Debian package"),
        "installer": _("from the installer"),
        "application": _("from the application"),
        "folder": _("from a folder"),
        "checkout": _("from a checkout"),
        "other": _("installed by another tool"),
    }[origin]


def newer(version: str) -> str:
    """Return the line of a newer release, which opens what is new in it."""
    return _("Version {version} is available", version=version)


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
