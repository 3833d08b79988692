"""This program once more, as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

from tray.model.problems import Kind, TrayError
from tray.runtime.environment import for_children

# All of its checks have limits of their own, of which this is the sum and some.
REPORT_SECONDS = 120
# More than any report has; a clipboard takes 32 KiB.
MOST_REPORT_BYTES = 30_000
# Statuses with which `doctor` has made its report: all is well, or something is to be mended.
_REPORTED = (0, 1)


def own_command() -> tuple[str, ...]:
    """Return what starts this very copy of the program, before its arguments."""
    return (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, "-m", "tray")


def doctor_report() -> str:
    """Return what `notebook-tray doctor` says. Blocks for as long as that takes, 2 minutes at most.

    In a process of its own: the checks import, connect and ask for what the running program has no use for.

    :raises TrayError: there is no report
    """
    try:
        ended = subprocess.run(
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
