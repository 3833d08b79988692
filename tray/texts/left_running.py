"""Notebook instances that have been running for longer than their profile's limit."""

from __future__ import annotations

from tray.texts.language import _, plural

# From so many hours on, days are counted.
_IN_DAYS_FROM = 48


def status(hours: int) -> str:
    """Return what stands in place of the status of one that has been running for so many whole hours."""
    if hours >= _IN_DAYS_FROM:
        return plural("Running for {number} d", "Running for {number} d", hours // 24)
    return plural("Running for {number} h", "Running for {number} h", hours)


def setting() -> str:
    """Return what the limit is."""
    return _("Hours after which it counts as left running")


def limit(hours: int) -> str:
    """Return the limit of a profile, in a line with its other settings; 0 hours for never."""
    if not hours:
        return _("never counts as left running")
    return plural("left running after {number} h", "left running after {number} h", hours)


def after(hours: int) -> str:
    """Return the limit for a column of a table; 0 hours for never."""
    return _("{hours} h", hours=hours) if hours else _("never")


# Told in a notification.


def been_running(name: str, hours: int) -> str:
    """Return the title: a notebook instance has been running for so many whole hours."""
    if hours >= _IN_DAYS_FROM:
        return plural(
            "{name} has been running for {number} day",
            "{name} has been running for {number} days",
            hours // 24,
            name=name,
        )
    return plural(
        "{name} has been running for {number} hour", "{name} has been running for {number} hours", hours, name=name
    )


def several(number: int) -> str:
    """Return the title where so many are left running."""
    return plural("{number} notebook instance is left running", "{number} notebook instances are left running", number)


def one_of_several(name: str, facts: list[str]) -> str:
    """Return a line about one of them; `facts` have no full stop."""
    return _("{name}: {facts}", name=name, facts="; ".join(facts))


def and_more(number: int) -> str:
    """Return the last line, where so many others are not named."""
    return plural("… and {number} more", "… and {number} more", number)


def stop() -> str:
    """Return the button that stops a notebook instance which a look has found idle."""
    return _("Stop")


def stop_all() -> str:
    """Return the button that leads to the question whether to stop all of them."""
    return _("Stop all…")


def leave(number: int) -> str:
    """Return the button after which nothing is said of so many for a day."""
    return plural("Leave it", "Leave them", number)


def show() -> str:
    """Return the button that shows them on the page of all notebook instances."""
    return _("Show them")


def stop_in_the_menu(name: str) -> str:
    """Return where in the menu it is stopped."""
    return _("Choose “{name}” in the menu to stop it.", name=name)


def stop_each_in_the_menu() -> str:
    """Return where in the menu each is stopped."""
    return _("Choose each in the menu to stop it.")
