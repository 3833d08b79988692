"""One icon for each session of a user, and a folder on a drive that is not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tray.desktop.single_instance import windows
from tray.desktop.single_instance.claim import claim, lock_paths
from tray.model.problems import TrayError


def test_each_session_has_a_claim_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    here = windows.desktop()
    ask = "from tray.desktop.single_instance import windows; print(windows.desktop())"
    other = subprocess.run([sys.executable, "-c", ask], capture_output=True, encoding="utf-8", check=True, timeout=60)
    assert other.stdout.strip() == here
    assert here.removeprefix("tray-").isdecimal()
    held = claim()
    assert held is not None
    with held:
        assert claim() is None
        monkeypatch.setattr("tray.desktop.single_instance.system.desktop", lambda: f"{here}9")
        second = claim()
        assert second is not None
        with second:
            assert {path.name for path in lock_paths()} >= {f"{here}.lock", f"{here}9.lock"}


def test_a_folder_on_a_drive_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAPPDATA", "Q:\\Users\\me")
    assert not Path("Q:/").exists()
    with pytest.raises(TrayError) as raised:
        claim()
    assert "drive or folder that it is in is there" in raised.value.problem.remedy


@pytest.mark.parametrize("number", [3, 15, 21, 53, 55, 64, 67, 1231])
def test_whatever_windows_says_of_one(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def fail(*_: object) -> None:
        raise OSError(0, "not there", "Q:", number)

    monkeypatch.setattr("tray.desktop.single_instance.system.make_private", fail)
    with pytest.raises(TrayError) as raised:
        claim()
    assert dict(raised.value.problem.places)["fault"] == "gone"
