"""`notebook-tray sessions`, and how the commands note a session that they open."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tray.cli.output import iso_utc, print_json, say, table, terminal_width
from tray.cli.refresh import tell_choices_changed
from tray.menu.sessions import until_words
from tray.model.arns import name_in, region_of
from tray.model.open_sessions import changed
from tray.texts import help as helps
from tray.texts import sessions as texts

if TYPE_CHECKING:
    from collections.abc import Collection

    from tray.fleet.opening.sessions_file import SessionsFile
    from tray.model.open_sessions import OpenSession


@click.command("sessions", help=helps.command("sessions"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
def sessions(as_json: bool) -> None:
    """Be `notebook-tray sessions`."""
    now = time.time()
    found = sorted((each for each in _file().load() if each.ends > now), key=lambda each: each.ends)
    if as_json:
        print_json({"sessions": [_json(each) for each in found]})
    elif found:
        rows = [(name_in(each.arn), region_of(each.arn), each.profile, until_words(each.ends, now)) for each in found]
        say(table(texts.headings(), rows, terminal_width()))
    else:
        say(texts.none())


def note_session(session: OpenSession) -> None:
    """Note a session that has just begun in the browser, and tell the running tray, if there is one."""
    from tray.fleet.opening.sessions_file import MOST_SESSIONS

    now = time.time()
    _file().change(lambda before: changed(before, session, (), now=now, most=MOST_SESSIONS))
    tell_choices_changed()


def end_sessions(arns: Collection[str]) -> None:
    """Forget the sessions in notebook instances that stop, and tell the running tray, if there is one."""
    file = _file()
    if any(each.arn in arns for each in file.load()):
        file.change(lambda before: changed(before, None, arns, now=time.time(), most=len(before)))
        tell_choices_changed()


def _file() -> SessionsFile:
    from tray.fleet.files.state_file import state_folder
    from tray.fleet.opening.sessions_file import FILE_NAME, SessionsFile

    return SessionsFile(state_folder() / FILE_NAME)


def _json(session: OpenSession) -> dict[str, object]:
    return {
        "profile": session.profile,
        "region": region_of(session.arn),
        "name": name_in(session.arn),
        "arn": session.arn,
        "view": session.view.value,
        "session_seconds": session.session_seconds,
        "began": _time(session.since),
        "ends": _time(session.ends),
        "ends_with": "credentials" if session.limited else "length",
    }


def _time(seconds: float) -> str | None:
    return iso_utc(datetime.fromtimestamp(seconds, UTC))
