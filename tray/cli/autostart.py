"""`notebook-tray autostart`: whether the tray is started at login."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import click

from tray.cli.output import complain, print_json
from tray.model.problems import ExitStatus, Kind, Problem, TrayError

if TYPE_CHECKING:
    from tray.desktop.autostart import Autostart, AutostartStatus

_TO_MEND = "notebook-tray autostart on"


@click.group()
def autostart() -> None:
    """Start the tray at login, or don't.

    It is started for you alone, with what your system has for this: an autostart entry on Linux, the Run key on
    Windows, a launch agent on macOS. The next login does as is said here; what runs now goes on.
    """


@autostart.command()
def on() -> None:
    """Start this copy of Notebook Tray at login."""
    system = _autostart()
    system.on()
    status = system.status()
    if not status.starts:
        raise _still_off(status)
    click.echo(f"Notebook Tray starts at login: {_line(status.command)}")


@autostart.command()
def off() -> None:
    """Start nothing at login any more."""
    _autostart().off()
    click.echo("Notebook Tray does not start at login.")


@autostart.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status_(as_json: bool) -> None:
    """Say what will happen at the next login, as the system itself has it.

    That is: on, off, disabled (switched off in the system's own settings), gone (it would start a program that is no
    longer there), or other (another copy of Notebook Tray is started). The exit status is 3 for gone.
    """
    from tray.desktop.autostart import AutostartState

    status = _autostart().status()
    if as_json:
        print_json(
            {
                "state": status.state.value,
                "starts": status.starts,
                "place": status.place,
                "command": list(status.command),
                "disabled_by": status.disabled_by or None,
            }
        )
    elif status.state is not AutostartState.GONE:
        click.echo("\n  ".join(_words(status)))
    if status.state is AutostartState.GONE:
        complain(_gone(status))
        sys.exit(ExitStatus.NO_DESKTOP)


def _autostart() -> Autostart:
    from tray.desktop.autostart import get_autostart

    return get_autostart()


def _words(status: AutostartStatus) -> list[str]:
    from tray.desktop.autostart import AutostartState

    match status.state:
        case AutostartState.ON:
            return [f"on: {_line(status.command)}", status.place]
        case AutostartState.DISABLED:
            return [f"disabled: switched off by {status.disabled_by}", f"→ Switch it on with: {_TO_MEND}"]
        case AutostartState.OTHER:
            return [
                f"other: {_line(status.command)}",
                status.place,
                f"→ Have this copy of Notebook Tray started instead with: {_TO_MEND}",
            ]
        case _:
            return ["off"]


def _gone(status: AutostartStatus) -> Problem:
    return Problem(
        "Nothing to start at login",
        f"{status.place} starts what is no longer there: {_line(status.command) or 'nothing'}.",
        f"Have this copy started with: {_TO_MEND}, or nothing with: notebook-tray autostart off",
        Kind.DESKTOP,
    )


def _still_off(status: AutostartStatus) -> TrayError:
    return TrayError(
        "Does not start at login",
        f"The entry is written, and switched off by {status.disabled_by or 'the system'}.",
        "Ask whoever manages this computer to allow it.",
        kind=Kind.DESKTOP,
        status=ExitStatus.NO_DESKTOP,
    )


def _line(command: tuple[str, ...]) -> str:
    return subprocess.list2cmdline(command) if sys.platform == "win32" else shlex.join(command)
