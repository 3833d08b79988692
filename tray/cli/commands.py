"""The commands of notebook-tray; each group of commands has its own file."""

from __future__ import annotations

import io
import sys

import click

from tray.about import __version__, origin
from tray.cli.late_commands import LateCommands
from tray.cli.output import say
from tray.runtime.logs import start_logging
from tray.texts import help as helps
from tray.texts import reading
from tray.texts.menu_help import version_line

_COMMANDS = {
    "autostart": ("tray.cli.autostart", "autostart"),
    "cost": ("tray.cli.cost", "cost"),
    "completion": ("tray.cli.completion", "completion"),
    "demo": ("tray.cli.demo", "demo"),
    "desktop-entry": ("tray.cli.desktop_entry", "desktop_entry"),
    "doctor": ("tray.cli.doctor", "doctor"),
    "keep": ("tray.cli.keeping", "keep"),
    "list": ("tray.cli.notebooks", "list_"),
    "move-platform": ("tray.cli.move_platform", "move_platform"),
    "open": ("tray.cli.notebooks", "open_"),
    "owner-tag": ("tray.cli.owner_tag", "owner_tag"),
    "policy": ("tray.cli.policy", "policy"),
    "profiles": ("tray.cli.profiles", "profiles"),
    "quit": ("tray.cli.refresh", "quit_"),
    "refresh": ("tray.cli.refresh", "refresh"),
    "schedules": ("tray.cli.schedules", "schedules"),
    "sessions": ("tray.cli.sessions", "sessions"),
    "settings": ("tray.cli.settings", "settings"),
    "setup": ("tray.cli.setup", "setup"),
    "show": ("tray.cli.refresh", "show"),
    "signin": ("tray.cli.signin", "signin"),
    "start": ("tray.cli.power", "start"),
    "stop": ("tray.cli.power", "stop"),
    "uninstall": ("tray.cli.uninstall", "uninstall"),
}


_LONGEST_COMPLAINT = 2000


@click.group(
    cls=LateCommands,
    where=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=helps.command(""),
)
@click.version_option(__version__, message=version_line(__version__, origin()).replace("%", "%%"))
def cli() -> None:
    """Be `notebook-tray`."""
    reading.use(reading.Reading.COMMAND)
    start_logging()


def run_command() -> None:
    """Run the command that the arguments name.

    :raises TrayError: the command failed
    :raises SystemExit: wrong usage, or help
    """
    try:
        cli.main(prog_name="notebook-tray", standalone_mode=False)
    except click.ClickException as error:
        # click repeats what was typed, or pasted, as it is.
        written = io.StringIO()
        error.show(file=written)
        said = written.getvalue().rstrip("\n")
        say(said if len(said) <= _LONGEST_COMPLAINT else f"{said[:_LONGEST_COMPLAINT]}…", err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
