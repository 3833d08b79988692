"""`notebook-tray autostart`: whether the tray is started at login."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import click

from tray.cli.output import complain, print_json, say
from tray.model.problems import ExitStatus, Kind, Problem, TrayError
from tray.texts import commands as texts
from tray.texts import help as helps
from tray.texts.language import in_english

if TYPE_CHECKING:
    from tray.desktop.autostart import Autostart, AutostartStatus


@click.group(help=helps.command("autostart"))
def autostart() -> None:
    """Be `notebook-tray autostart`."""


def switch(*, on: bool) -> AutostartStatus:
    """Have the tray started at login, or not; return what the system has then.

    :raises TrayError: (desktop) the system would not do it
    """
    system = _autostart()
    (system.on if on else system.off)()
    if on:
        from tray.desktop.application_menu import add_quietly

        add_quietly()
    status = system.status()
    if on and not status.starts:
        raise _still_off(status)
    from tray.fleet.choices.login_start import FILE_NAME, note_choice
    from tray.fleet.files.state_file import state_folder

    note_choice(state_folder() / FILE_NAME)
    return status


@autostart.command(help=helps.command("autostart on"))
def on() -> None:
    """Be `notebook-tray autostart on`."""
    say(texts.starts_at_login(_line(switch(on=True).command)))


@autostart.command(help=helps.command("autostart off"))
def off() -> None:
    """Be `notebook-tray autostart off`."""
    switch(on=False)
    say(texts.does_not_start_at_login())


@autostart.command("status", help=helps.command("autostart status"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
def status_(as_json: bool) -> None:
    """Be `notebook-tray autostart status`."""
    from tray.desktop.autostart import AutostartState

    status = _autostart().status()
    if as_json:
        print_json(
            {
                "state": status.state.value,
                "starts": status.starts,
                "place": status.place,
                "command": list(status.command),
                "disabled_by": _disabled_by_in_english(status) or None,
            }
        )
    elif status.state is not AutostartState.GONE:
        by = _disabled_by(status)
        say("\n  ".join(texts.autostart(status.state.value, _line(status.command), status.place, by)))
    if status.state is AutostartState.GONE:
        complain(_gone(status))
        sys.exit(ExitStatus.NO_DESKTOP)


def _autostart() -> Autostart:
    from tray.desktop.autostart import get_autostart

    return get_autostart()


def _disabled_by(status: AutostartStatus) -> str:
    return texts.switched_off_by(*status.disabled_by) if status.disabled_by else ""


def _disabled_by_in_english(status: AutostartStatus) -> str:
    with in_english():
        return _disabled_by(status)


def _gone(status: AutostartStatus) -> Problem:
    return Problem.of("autostart-gone", Kind.DESKTOP, place=status.place, command=_line(status.command))


def _still_off(status: AutostartStatus) -> TrayError:
    return TrayError(
        "autostart-still-off",
        kind=Kind.DESKTOP,
        status=ExitStatus.NO_DESKTOP,
        switched_off_by=_disabled_by(status),
    )


def _line(command: tuple[str, ...]) -> str:
    return subprocess.list2cmdline(command) if sys.platform == "win32" else shlex.join(command)
