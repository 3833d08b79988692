"""The commands of notebook-tray; each group of commands has its own file."""

from __future__ import annotations

import sys

import click

from tray import __version__
from tray.cli.autostart import autostart
from tray.cli.completion import completion
from tray.cli.demo import demo
from tray.cli.doctor import doctor
from tray.cli.notebooks import list_, open_
from tray.cli.profiles import profiles
from tray.cli.refresh import refresh
from tray.cli.signin import signin
from tray.cli.uninstall import uninstall
from tray.runtime.logs import start_logging
from tray.texts import help as helps
from tray.texts import reading


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, help=helps.command(""))
@click.version_option(__version__, prog_name="notebook-tray", message="%(prog)s %(version)s")
def cli() -> None:
    """Be `notebook-tray`."""
    reading.use(reading.Reading.COMMAND)
    start_logging()


for _command in (autostart, completion, demo, doctor, list_, open_, profiles, refresh, signin, uninstall):
    cli.add_command(_command)


def run_command() -> None:
    """Run the command that the arguments name.

    :raises TrayError: the command failed
    :raises SystemExit: wrong usage, or help
    """
    try:
        cli.main(prog_name="notebook-tray", standalone_mode=False)
    except click.ClickException as error:
        error.show(file=sys.stderr)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
