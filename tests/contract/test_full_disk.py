"""A side matter that can't be written stops no main one: lock, log and state on a disk that is full or read-only."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tray.desktop.single_instance import claim
from tray.desktop.single_instance.claim import Claim
from tray.model.problems import TrayError

pytestmark = pytest.mark.only_on("linux", reason="mounts")


def mounted(folder: Path, options: str) -> bool:
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
    )
    return made.returncode == 0


@pytest.fixture(params=["full", "read-only"])
def bad_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir(mode=0o700)
    if os.geteuid() != 0 or not mounted(folder, "size=64k,mode=700"):
        pytest.skip(reason="only root may mount")
    try:
        if request.param == "full":
            with contextlib.suppress(OSError), (folder / "filling").open("wb", buffering=0) as file:
                while file.write(b"x" * 4096):
                    pass
        else:
            subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_the_lock_s_disk_is_no_reason_to_have_no_tray(bad_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(bad_disk))
    ours: Claim | TrayError | None
    try:
        ours = claim()
    except TrayError as error:
        ours = error
    if isinstance(ours, Claim):  # there is room for an empty file
        ours.release()
        return
    assert isinstance(ours, TrayError)
    assert str(bad_disk) in ours.problem.message
    assert ("Make room" in ours.problem.remedy) == ("No space left" in ours.problem.message)


@pytest.mark.parametrize("args", [["profiles", "discover"], ["--help"], ["autostart", "status"]])
def test_commands_work_without_a_home_that_can_be_written(bad_disk: Path, args: list[str]) -> None:
    environment = {**os.environ, "HOME": str(bad_disk), "XDG_RUNTIME_DIR": str(bad_disk)}
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        environment[name] = str(bad_disk / name)
    ended = subprocess.run(
        [sys.executable, "-m", "tray", *args], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert "An error in Notebook Tray" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_doctor_says_so(bad_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tray.cli.doctor.checks import CheckState
    from tray.cli.doctor.desktop import own_folders

    for name in ("XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(bad_disk))
    found = own_folders()
    assert found
    assert all(check.state is CheckState.WARNING and str(bad_disk) in check.what for check in found)


def test_what_cannot_be_kept_of_the_last_opening_stops_nothing(bad_disk: Path) -> None:
    from tray.fleet.opening.recent import Recent
    from tray.fleet.snapshot import LastOpened

    recent = Recent(bad_disk / "state" / "last-opened.json")
    recent.keep(LastOpened("lab", "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/a"))
    assert recent.load() == ()


def test_what_cannot_be_kept_at_the_top_is_said_and_loses_nothing(bad_disk: Path) -> None:
    from tray.fleet.choices.keeping import KeptFile

    file = KeptFile(bad_disk / "state" / "kept-at-top.json")
    with pytest.raises(TrayError) as raised:
        file.change(("arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/a",), keep=True)
    assert raised.value.problem.title == "Your choice can't be kept"
    assert str(bad_disk) in raised.value.problem.message
    assert file.load() == ()
