"""Which files a copy of the program runs from, and how another version takes its place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tray.runtime import own_files
from tray.runtime.own_files import OwnFiles, stamp

pytestmark = pytest.mark.only_on("linux", reason="elsewhere, installers end the program and start it again")

ROOT = Path(__file__).parents[2]


def program(place: Path, body: str) -> Path:
    new = place.with_name(f"{place.name}.new")
    new.write_text(f"#!/bin/sh\n{body}\n", "utf-8")
    new.chmod(0o755)
    return new.replace(place)


def test_a_checkout_is_not_watched() -> None:
    assert OwnFiles.here() is None


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A frozen program, started by a link."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "bin").mkdir()
    frozen = program(tmp_path / "lib" / "notebook-tray", 'echo "notebook-tray 0.1.0"')
    (tmp_path / "bin" / "notebook-tray").symlink_to(frozen)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(frozen))
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "bin" / "notebook-tray")])
    return frozen


def test_a_file_that_was_replaced_is_another(place: Path, tmp_path: Path) -> None:
    ours = OwnFiles.here()
    assert ours is not None
    # The link, which leads to the newer version wherever that is.
    assert ours.command == (str(tmp_path / "bin" / "notebook-tray"),)
    assert ours.now() == ours.started_from == stamp(place)
    program(place, 'echo "notebook-tray 0.2.0"')
    assert ours.now() not in (None, ours.started_from)
    assert ours.installed_version() == "0.2.0"
    place.unlink()
    assert ours.now() is None
    assert ours.installed_version() == ""


@pytest.mark.parametrize(
    "body", ["exit 1", "echo other 0.2.0", "echo notebook-tray; echo; printf 'notebook-tray \\033[1m'", "exec cat", ""]
)
def test_what_is_not_this_program_has_no_version(place: Path, body: str) -> None:
    ours = OwnFiles.here()
    assert ours is not None
    program(place, body)
    assert ours.installed_version() == ""


def test_a_program_that_hangs_is_given_up(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = OwnFiles.here()
    assert ours is not None
    monkeypatch.setattr(own_files, "_VERSION_SECONDS", 0.2)
    program(place, "exec sleep 60")
    assert ours.installed_version() == ""


def test_started_by_python_it_is_started_so_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/tray/__main__.py"])
    monkeypatch.delattr(sys, "frozen")
    assert own_files._by_interpreter() == (str(place), "-P", "-m", "tray")


def test_the_newer_one_takes_the_place_of_the_process(tmp_path: Path) -> None:
    newer = program(tmp_path / "notebook-tray", 'echo "$$ $* $KEPT $XDG_ACTIVATION_TOKEN"')
    script = (
        "import os; from pathlib import Path; from tray.runtime.own_files import OwnFiles; "
        f"print(os.getpid(), flush=True); OwnFiles(({str(newer)!r},), Path('x'), None).become('--autostarted')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"KEPT": "kept", "XDG_ACTIVATION_TOKEN": "of this start", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    process, said = ran.stdout.splitlines()
    assert said.rstrip() == f"{process} --autostarted kept"
