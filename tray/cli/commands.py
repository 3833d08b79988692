"""The commands of notebook-tray; each group of commands has its own file."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import click

from tray.about import __version__, origin
from tray.cli.late_commands import LateCommands
from tray.cli.output import say
from tray.model.problems import ExitStatus, TrayError
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

    :raises TrayError: the command failed, or an argument is empty
    :raises SystemExit: wrong usage, or help
    """
    _check_arguments(sys.argv[1:])
    try:
        cli.main(prog_name="notebook-tray", standalone_mode=False)
    except click.ClickException as error:
        # click repeats what was typed, or pasted, as it is.
        written = io.StringIO()
        error.show(file=written)
        said = written.getvalue().rstrip("\n").replace("\n\t", "\n    ")  # its lists of what may be chosen
        say(said if len(said) <= _LONGEST_COMPLAINT else f"{said[:_LONGEST_COMPLAINT]}…", err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)


def _check_arguments(typed: Sequence[str]) -> None:
    """Refuse an empty argument: in a script it is a variable that isn't set, and none stands for "any" or "off".

    :raises TrayError: (usage) there is one
    """
    for before, word in zip(("notebook-tray", *typed), typed, strict=False):
        option, equals, value = word.partition("=")
        if not word or (option.startswith("--") and equals and not value):
            raise TrayError("empty-argument", status=ExitStatus.USAGE, after=option or before)
