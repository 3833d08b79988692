"""The command line: `notebook-tray`, and what its commands say when something goes wrong."""

from __future__ import annotations

import atexit
import gc
import sys

from tray import __version__
from tray.model.problems import ExitStatus, TrayError


def main() -> None:
    """Run the command line and exit: what goes wrong is said on standard error, in the user's words."""
    # The end of the process frees everything. Python would look through all of it for garbage first, several times:
    # 50 ms of a `list`.
    atexit.register(gc.freeze)
    try:
        match sys.argv[1:]:
            case [] | ["--autostarted"] as arguments:
                # Straight to the icon, without the rest of the command line. The second is what is started at login
                # (tray/desktop/autostart/command.py), and nobody types it.
                from tray.app import run

                run(at_login=bool(arguments))
            case ["--version"]:
                # Said without the command line, which knows it too but takes longer to import than this takes.
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
        # The reader of a pipe has gone, as in `notebook-tray list | head -1`; nothing is left to say to it.
        sys.stderr.close()
        sys.exit(ExitStatus.DONE)
    except Exception:  # noqa: BLE001 - whatever is left is an error of ours
        _report()
        sys.exit(ExitStatus.REFUSED)


def _report() -> None:
    """Put the traceback into the log: it is for those who mend the program, not for those who use it."""
    import logging

    from tray.runtime.logs import log_path, start_logging
    from tray.texts.commands import own_error

    start_logging()
    logging.getLogger(__name__).exception("notebook-tray %s failed", " ".join(sys.argv[1:2]))
    print(own_error(log_path()), file=sys.stderr)
