"""The list of what can be done with one notebook instance: pure."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from tray.fleet.snapshot import NotebookStatus, Profile
from tray.menu.entries import SEPARATOR, Entry, text
from tray.menu.power import power_actions
from tray.menu.stop_all import stop_all_entries
from tray.menu.stop_plans import StopChoices, stop_later_group
from tray.menu.usual import keep_line
from tray.menu.ways import lines_through, ways_to_open
from tray.model.commands import AskToStopAll, CopyLink, OpenNotebook
from tray.model.notebooks import STARTABLE
from tray.model.policy import UNLIMITED, Limits
from tray.texts import menu as texts
from tray.texts import policy as policy_texts
from tray.texts.clock import date_and_time

if TYPE_CHECKING:
    from tray.fleet.snapshot import Notebook
    from tray.model.lengths import View
    from tray.model.power import Power


# Cached, because the menu skips lists that are the same objects as in the menu before, and most are.
@functools.lru_cache(maxsize=512)
def actions(
    profile: str,
    arn: str,
    status: str,
    about: str,
    money: str,
    warnings: tuple[Entry, ...],
    instance_type: str,
    awaited: bool,
    denied: frozenset[Power],
    session_seconds: int,
    view: View,
    lines: bool,
    kept: bool,
    full: bool,
    others: tuple[Profile, ...] = (),
    stop_all: AskToStopAll | None = None,
    limits: Limits = UNLIMITED,
    later: StopChoices | None = None,
    planned: tuple[Entry, ...] = (),
) -> tuple[Entry, ...]:
    """Return the actions for a notebook instance; those that its status doesn't allow are disabled, and say why.

    `about` says what and where it is, `money` what it costs, `warnings` are lines about what is wrong with it, and
    `awaited` says whether it is to be opened when it has started. `kept` says that it is kept at the top, and `full`
    that no more can be. `others` are the other profiles that see it. `stop_all` stops all that the user opened, if this
    is one of them. `later` is what the list of plans to stop it is made from, and `planned` are lines in its place.
    `limits` are what an administrator allows.
    """
    opens = OpenNotebook(profile, arn, view, session_seconds)
    power = power_actions(
        status, opens, awaited=awaited, instance_type=instance_type, denied=denied, lines=lines, limits=limits
    )
    keep = (SEPARATOR, keep_line(arn, kept=kept, full=full)) if lines else ()
    facts = (*keep, *(text(key, line) for key, line in (("about", about), ("money", money)) if line), *warnings)
    if status in STARTABLE:
        return (*power, *facts)
    later_lines = (stop_later_group(profile, arn, later),) if later is not None else planned
    reason = "" if status == NotebookStatus.IN_SERVICE else texts.cannot_open(status)
    first, last = (power, ()) if reason else ((), (*power, *later_lines, *stop_all_entries(stop_all)))

    def action(key: str, label: str, command: OpenNotebook | CopyLink) -> Entry:
        return Entry(key, label, command) if not reason else Entry(key, texts.not_now(label, reason), enabled=False)

    usual, longer = (
        tuple(action(key, label, OpenNotebook(profile, arn, shown, seconds)) for key, label, shown, seconds in part)
        for part in ways_to_open(session_seconds, view, limits)
    )
    line = (SEPARATOR,) * lines
    copy = action("copy", texts.copy_link(), CopyLink(profile, arn, view, session_seconds))
    if not limits.copy_link:
        copy = Entry("copy", texts.not_now(texts.copy_link(), policy_texts.reason()), enabled=False)
    through = lines_through(others, arn) if not reason else ()
    return (*first, *usual, *line, *longer, *line, copy, *through, *line[: len(last)], *last, *facts)


def about(notebook: Notebook) -> str:
    """Return region and type of a notebook instance, for a line to read, and the age of its status.

    Of one that runs, the line about its cost says that.
    """
    if notebook.modified is None or notebook.running:
        return texts.about(notebook.scope.region, notebook.instance_type)
    since = date_and_time(notebook.modified.astimezone())
    return texts.about_since(notebook.scope.region, notebook.instance_type, since)
