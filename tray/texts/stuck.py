"""Notebook instances that have been on their way from one status to another for far too long."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.lengths import duration


def status(status: str, seconds: float) -> str:
    """Return the status of such a notebook instance, given as AWS writes it, for its line."""
    time = duration(seconds)
    match status:
        case "Pending":
            return _("Seems stuck: starting for {time}", time=time)
        case "Stopping":
            return _("Seems stuck: stopping for {time}", time=time)
        case "Deleting":
            return _("Seems stuck: being deleted for {time}", time=time)
        case _other:
            return _("Seems stuck: updating for {time}", time=time)


def line() -> str:
    """Return the line in the list of such a notebook instance."""
    return _("It seems stuck: AWS Support can end that")


def line_named(name: str) -> str:
    """Return the same line where it must say which notebook instance it is about."""
    return _("{name} seems stuck: AWS Support can end that", name=name)


def copy_details() -> str:
    """Return the line that copies what the administrator has to know."""
    return _("Copy details for the administrator")


def copy_details_named(name: str) -> str:
    """Return the same line where it must say which notebook instance it is about."""
    return _("Copy details of {name} for the administrator", name=name)


def details(name: str, arn: str, status: str, since: str) -> str:
    """Return what the administrator has to know, as text to paste: `since` is a date with its time."""
    return "\n".join(
        (
            _(
                "The notebook instance “{name}” has been {status} since {since}, which is far longer than that takes.",
                name=name,
                status=status,
                since=since,
            ),
            _("Nobody can open, start or stop it meanwhile. AWS Support can end that."),
            arn,
        )
    )


def remedy(seconds: float) -> str:
    """Return what to do about it, after the sentence that names the status."""
    return _(
        "It has been so for {time}, far longer than that takes. Ask your administrator: AWS Support can end that.",
        time=duration(seconds),
    )
