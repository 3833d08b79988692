"""The clock that goes on while the computer sleeps."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tray.runtime.steady import steady_seconds

_PRINT = "import time; from tray.runtime.steady import steady_seconds; print(steady_seconds() - time.monotonic())"


def test_it_goes_on() -> None:
    before = steady_seconds()
    assert 0 <= steady_seconds() - before < 60


@pytest.mark.only_on("linux", reason="time namespaces")
def test_it_counts_what_was_slept() -> None:
    """A namespace whose clock of the boot is a day ahead is a computer that slept for a day more."""
    command = [sys.executable, "-c", _PRINT]
    awake = subprocess.run(command, capture_output=True, text=True, check=True)
    slept = subprocess.run(
        ["unshare", "--time", "--boottime", "86400", *command], capture_output=True, text=True, check=False
    )
    if slept.returncode:
        pytest.skip(reason="no time namespace can be made here")
    assert float(slept.stdout) - float(awake.stdout) == pytest.approx(86400, abs=60)
