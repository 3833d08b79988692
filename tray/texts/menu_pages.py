"""The menu's lines that lead to the page that adds profiles, and to that of the settings."""

from __future__ import annotations

from tray.texts.language import _, plural


def add_a_profile() -> str:
    """Return the line that opens the page that adds profiles."""
    return _("Add a profile…")


def more_profiles(more: int) -> str:
    """Return the line of a list of profiles that says how many more there are, which the page has."""
    return plural("{number} more under “Add a profile…”", "{number} more under “Add a profile…”", more)


def settings() -> str:
    """Return the line that opens the settings."""
    return _("Settings…")
