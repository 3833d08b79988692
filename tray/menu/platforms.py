"""The menu's lines about platforms that AWS has retired: pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tray.menu.entries import Entry, text
from tray.menu.names import short
from tray.model.commands import CopyDetails
from tray.model.power import is_retired
from tray.texts import platforms as texts

if TYPE_CHECKING:
    from tray.model.notebooks import Notebook


def old_platform_entries(notebook: Notebook, platforms: Mapping[str, str]) -> tuple[Entry, ...]:
    """Return the lines that mark a notebook instance on a retired platform and say what to do; none on another.

    :param platforms: the platforms that are known, by ARN
    """
    platform = platforms.get(notebook.arn, "")
    if not is_retired(platform):
        return ()
    return (
        text("old-platform", texts.old(platform, notebook.running)),
        Entry("copy-what-to-do", texts.copy_what_to_do(), CopyDetails(texts.what_to_do(notebook.name, platform))),
    )


def old_platform_lines(key: str, notebook: Notebook, platforms: Mapping[str, str]) -> tuple[Entry, ...]:
    """Return the same lines for a list of several notebook instances: they name it."""
    platform = platforms.get(notebook.arn, "")
    if not is_retired(platform):
        return ()
    name = short(notebook.name)
    what_to_do = CopyDetails(texts.what_to_do(notebook.name, platform))
    return (
        text(f"old-platform/{key}", texts.old_named(name, platform)),
        Entry(f"copy-what-to-do/{key}", texts.copy_what_to_do_named(name), what_to_do),
    )
