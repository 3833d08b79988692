"""The commands of notebook-tray, one file a group."""

from __future__ import annotations

import logging
import sys

import click

from tray import __version__
from tray.cli.demo import demo
from tray.cli.notebooks import list_, open_
from tray.cli.output import complain
from tray.cli.profiles import profiles
from tray.errors import ExitStatus, TrayError
from tray.logs import log_path, start_logging

log = logging.getLogger(__name__)


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="notebook-tray", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Open your Amazon SageMaker notebook instances from the system tray.

    Without a command, shows the icon in the tray.

    Exit status: 0 done; 1 AWS or a notebook said no; 2 wrong usage; 3 no tray or no browser here; 4 the keyring.
    """
    start_logging()
    if context.invoked_subcommand is None:
        # Only the tray needs the app, which imports the desktop.
        from tray.app import run

        run()


for _command in (demo, list_, open_, profiles):
    cli.add_command(_command)


def main() -> None:
    """Run the command line and exit: what goes wrong is said on standard error, in the person's words."""
    try:
        cli.main(prog_name="notebook-tray", standalone_mode=False)
    except TrayError as error:
        complain(error.problem)
        sys.exit(error.status)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe has gone, as in `notebook-tray list | head -1`; nothing is left to say to it.
        sys.stderr.close()
        sys.exit(ExitStatus.DONE)
    except Exception:
        # A traceback is for those who mend the program, not for those who use it.
        log.exception("%s failed", sys.argv[1:2])
        click.echo(f"An error in Notebook Tray\n  The details are in {log_path()}\n  → Please report it.", err=True)
        sys.exit(ExitStatus.REFUSED)
