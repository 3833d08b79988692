"""What the user opens usually: kept at the top of the menu, or opened lately."""

from __future__ import annotations

from tray.texts.language import _, plural


def opened_lately() -> str:
    """Return the line of the list of what was opened before the last, or the heading of these lines."""
    return _("Opened lately")


def keep_at_top() -> str:
    """Return the line that is checked where a notebook instance is kept at the top of the menu."""
    return _("Keep at the top")


def keep_at_top_named(name: str) -> str:
    """Return the line that is checked where this notebook instance is kept at the top of the menu."""
    return _("Keep {name} at the top", name=name)


def enough_kept(most: int) -> str:
    """Return why no more can be kept at the top."""
    return plural("{number} is there already", "{number} are there already", most)


# The command line.


def stays_at_top(name: str) -> str:
    """Return that it is kept at the top of the menu from now on."""
    return _("{name} stands at the top of the menu from now on.", name=name)


def let_go(name: str) -> str:
    """Return that it is no longer kept at the top of the menu."""
    return _("{name} is no longer kept at the top of the menu.", name=name)


def none_kept() -> str:
    """Return that nothing is kept at the top of the menu."""
    return _("Nothing is kept at the top of the menu.")


def kept_headings() -> tuple[str, ...]:
    """Return the headings of the table of what is kept at the top."""
    return _("NAME"), _("REGION"), _("ACCOUNT")


def needs_name() -> str:
    """Return that options which say more of a notebook instance need its name."""
    return _("--off, --profile and --region need the NAME of a notebook instance.")


def off_takes_no_profile() -> str:
    """Return that --profile has no meaning beside --off."""
    return _("--off takes no --profile: it lets go of what is kept, whichever profile sees it.")
