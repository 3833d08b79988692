"""The command line: `notebook-tray`, and what it prints when a command fails."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from tray import __version__
from tray.cli.streams import NO_ROOM, output_error, prepare_streams, reader_has_gone, write_error

# Problems are imported where one is met: `--version` would take a fifth more time.
if TYPE_CHECKING:
    from tray.model.problems import TrayError

# How many more objects are made than freed before Python looks for garbage.
_NEW_OBJECTS = 50_000
# By which a shell asks the program `notebook-tray` for completions, as click names it.
_COMPLETE = "_NOTEBOOK_TRAY_COMPLETE"


def main() -> None:
    """Run the command line and exit; an error is printed on standard error, in words for the user."""
    # The end of the process frees all memory. Without this, Python would first search all of it for garbage, several
    # times: 50 ms of a `list`.
    atexit.register(gc.freeze)
    # Imports make many objects that stay: to look among them for garbage takes 30 ms of a short command.
    gc.set_threshold(_NEW_OBJECTS)
    prepare_streams()
    try:
        match sys.argv[1:]:
            case [] if _COMPLETE in os.environ:
                # A shell asks for completions in this way, and would wait for a tray without an end.
                from tray.cli.commands import run_command
                from tray.cli.completion import complete_as_here

                complete_as_here()
                run_command()
            case [] | ["--autostarted"] as arguments:
                # Straight to the icon, without the rest of the command line. The login starts the second form
                # (tray/desktop/autostart/command.py); users don't type it.
                from tray.app import run

                run(at_login=bool(arguments))
            case ["--version"]:
                # Printed without importing click's command line, which also has `--version` but is slow to import.
                from tray.about import origin
                from tray.texts.menu_help import version_line

                print(version_line(__version__, origin()))
            case _:
                from tray.cli.commands import run_command

                run_command()
    except KeyboardInterrupt:
        sys.exit(130)
    except SystemExit:
        _check_output()
        raise
    except BrokenPipeError as error:
        # The reader of the pipe has ended, as in `notebook-tray list | head -1`, so nothing more can be printed.
        _check_output(error)
    except Exception as error:  # noqa: BLE001 - told as a problem, or as an error of ours
        _fail(error)
    _check_output()


def _fail(error: Exception) -> NoReturn:
    """Say what went wrong, and exit: as a problem, or as an error of ours."""
    from tray.model.problems import ExitStatus, TrayError

    if isinstance(error, TrayError):
        unwritten = output_error()  # `open --json` says there, too, why it failed
        _complain(error)
        if unwritten is not None and not reader_has_gone(unwritten):
            _complain(_not_written(unwritten))
        sys.exit(error.status)
    _check_output(error if isinstance(error, OSError) else None)
    _report()
    sys.exit(ExitStatus.REFUSED)


def _check_output(raised: OSError | None = None) -> None:
    """Exit, in words for the user, where standard output took no more; else return.

    :param raised: what a write may have raised. The text of that write may be gone, so that the next flush succeeds
    """
    failed = output_error()
    if failed is None and raised is not None and (raised.errno in NO_ROOM or reader_has_gone(raised)):
        failed = raised
    if failed is None:
        return
    from tray.model.problems import ExitStatus

    if reader_has_gone(failed):
        sys.exit(ExitStatus.DONE)
    _complain(_not_written(failed))
    sys.exit(ExitStatus.REFUSED)


def _not_written(failed: OSError) -> TrayError:
    from tray.model.problems import TrayError

    return TrayError("output-not-written", reason=failed.strerror or type(failed).__name__)


def _complain(error: TrayError) -> None:
    from tray.texts.reading import Reading, read_as
    from tray.texts.visible import visible

    with read_as(Reading.COMMAND):
        write_error(visible(error.problem.text(), keep="\n"))


def _report() -> None:
    """Write the traceback to the log: it is for developers, not for users."""
    import logging

    from tray.runtime.logs import log_path, start_logging
    from tray.texts.commands import own_error

    start_logging()
    logging.getLogger(__name__).exception("notebook-tray %s failed", " ".join(sys.argv[1:2]))
    write_error(own_error(log_path()))
