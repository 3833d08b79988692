"""Starts this program again, as another process."""

from __future__ import annotations

import os
import subprocess
import sys

from tray.model.problems import Kind, TrayError
from tray.runtime.environment import for_children

# Each check of the doctor has a time limit: this is more than their sum.
REPORT_SECONDS = 120
# More than any report has; a clipboard takes 32 KiB.
MOST_REPORT_BYTES = 30_000
# Statuses with which `doctor` has made its report: all is well, or something is to be mended.
_REPORTED = (0, 1)


def own_command() -> tuple[str, ...]:
    """Return the command that starts this copy of the program, without arguments."""
    return (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, "-m", "tray")


def doctor_report() -> str:
    """Return the output of `notebook-tray doctor`. Blocks until it ends, 2 minutes at most.

    It runs as another process, because its checks import modules and open connections that this one doesn't need.

    :raises TrayError: there is no report
    """
    try:
        ended = subprocess.run(  # noqa: S603 # nosec B603 # this program
            [*own_command(), "doctor"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=REPORT_SECONDS,
            check=False,
            env=for_children(os.environ) | {"PYTHONIOENCODING": "utf-8"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired as error:
        raise TrayError("no-report", kind=Kind.OTHER, seconds=REPORT_SECONDS, exit_status=0) from error
    except OSError as error:
        raise TrayError("no-report", kind=Kind.OTHER, seconds=0, exit_status=127) from error
    report = ended.stdout[:MOST_REPORT_BYTES].decode("utf-8", "replace").strip()
    if ended.returncode not in _REPORTED or not report:
        raise TrayError("no-report", kind=Kind.OTHER, seconds=0, exit_status=ended.returncode or 1)
    return report
