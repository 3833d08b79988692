"""The menu's words about notebook instances that have been on their way to a status for far too long: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tray.menu.entries import Entry, text
from tray.menu.names import short
from tray.model.commands import CopyDetails
from tray.model.transitions import stuck_seconds
from tray.texts import stuck as texts

if TYPE_CHECKING:
    from tray.model.notebooks import Notebook


def stuck_words(notebooks: Iterable[Notebook], now: float) -> Mapping[str, str]:
    """Return what stands in place of the status of each that seems stuck, by ARN.

    :param now: seconds since the epoch
    """
    found = ((each, stuck_seconds(each, now)) for each in notebooks)
    return {each.arn: texts.status(each.status, seconds) for each, seconds in found if seconds}


def stuck_entries(notebook: Notebook, words: Mapping[str, str]) -> tuple[Entry, ...]:
    """Return the lines that say what to do about a notebook instance that seems stuck; none about another.

    :param words: what `stuck_words` has found
    """
    if notebook.arn not in words:
        return ()
    return (text("stuck", texts.line()), Entry("copy-stuck", texts.copy_details(), _details(notebook)))


def stuck_lines(key: str, notebook: Notebook, words: Mapping[str, str]) -> tuple[Entry, ...]:
    """Return the same lines for a list of several notebook instances: they name it."""
    if notebook.arn not in words:
        return ()
    name = short(notebook.name)
    copy = Entry(f"copy-stuck/{key}", texts.copy_details_named(name), _details(notebook))
    return (text(f"stuck/{key}", texts.line_named(name)), copy)


def _details(notebook: Notebook) -> CopyDetails:
    since = notebook.modified.astimezone().strftime("%Y-%m-%d %H:%M") if notebook.modified is not None else ""
    return CopyDetails(texts.details(notebook.name, notebook.arn, notebook.status, since))
