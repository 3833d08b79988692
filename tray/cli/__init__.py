"""The command line: `notebook-tray`, and what it prints when a command fails."""

from __future__ import annotations

import atexit
import gc
import sys

from tray import __version__
from tray.model.problems import ExitStatus, TrayError


def main() -> None:
    """Run the command line and exit; an error is printed on standard error, in words for the user."""
    # The end of the process frees all memory. Without this, Python would first search all of it for garbage, several
    # times: 50 ms of a `list`.
    atexit.register(gc.freeze)
    try:
        match sys.argv[1:]:
            case [] | ["--autostarted"] as arguments:
                # Straight to the icon, without the rest of the command line. The login starts the second form
                # (tray/desktop/autostart/command.py); users don't type it.
                from tray.app import run

                run(at_login=bool(arguments))
            case ["--version"]:
                # Printed without importing click's command line, which also has `--version` but is slow to import.
                print(f"notebook-tray {__version__}")
            case _:
                from tray.cli.commands import run_command

                run_command()
    except TrayError as error:
        from tray.texts.reading import Reading, read_as

        with read_as(Reading.COMMAND):
            print(error.problem.text(), file=sys.stderr)
        sys.exit(error.status)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of the pipe has ended, as in `notebook-tray list | head -1`, so nothing more can be printed.
        sys.stderr.close()
        sys.exit(ExitStatus.DONE)
    except Exception:  # noqa: BLE001 - every other exception is an error in the program
        _report()
        sys.exit(ExitStatus.REFUSED)


def _report() -> None:
    """Write the traceback to the log: it is for developers, not for users."""
    import logging

    from tray.runtime.logs import log_path, start_logging
    from tray.texts.commands import own_error

    start_logging()
    logging.getLogger(__name__).exception("notebook-tray %s failed", " ".join(sys.argv[1:2]))
    print(own_error(log_path()), file=sys.stderr)
