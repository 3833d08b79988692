"""Tests that run in Windows' Python, under Windows or Wine; elsewhere they are not even imported."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

collect_ignore_glob = [] if sys.platform == "win32" else ["test_*.py"]


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Note command line and creation flags of what is started.

    A console that flashes up can be seen by no program for certain. `platform` may run a command in between: these
    tests' process is not settled as the program's is.
    """
    noted: list[tuple[str, int]] = []
    winapi: Any = subprocess._winapi  # type: ignore[attr-defined]
    create = winapi.CreateProcess

    def create_and_note(*given: Any) -> Any:
        noted.append((given[1], given[5]))
        return create(*given)

    monkeypatch.setattr(winapi, "CreateProcess", create_and_note)
    return noted
