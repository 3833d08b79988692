"""`notebook-tray autostart`, started as an installed program is, with the person's own autostart folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.installed import installed
from tray.desktop.autostart import AT_LOGIN

pytestmark = pytest.mark.only_on("linux", reason="Unix' launchers; Windows': tests/windows/test_cli_autostart.py")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return installed(tmp_path / "my programs")


@pytest.fixture
def entry(home: Path) -> Path:
    return home / ".config" / "autostart" / "notebook-tray.desktop"


@pytest.fixture
def run(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))  # the test's own folder is to pass for one that lasts
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "etc"))

    def run(*args: str, by: tuple[str | Path, ...] = (program,)) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*by, "autostart", *args], capture_output=True, text=True, env=dict(os.environ), timeout=120, check=False
        )

    return run


def test_on_status_off(run: Run, program: Path, entry: Path) -> None:
    assert (run("status").returncode, run("status").stdout) == (0, "off\n")
    on = run("on")
    assert (on.returncode, on.stderr) == (0, "")
    assert on.stdout == f"Notebook Tray starts at login: '{program}' {AT_LOGIN}\n"
    assert run("status").stdout == f"on: '{program}' {AT_LOGIN}\n  {entry}\n"
    assert json.loads(run("status", "--json").stdout) == {
        "version": 1,
        "state": "on",
        "starts": True,
        "place": str(entry),
        "command": [str(program), AT_LOGIN],
        "disabled_by": None,
    }
    assert run("off").stdout == "Notebook Tray does not start at login.\n"
    assert run("status").stdout == "off\n"
    assert not entry.exists()


def test_switched_off_elsewhere(run: Run, entry: Path) -> None:
    run("on")
    with entry.open("a") as file:
        file.write("Hidden=true\n")
    said = run("status")
    assert said.returncode == 0
    assert said.stdout.startswith(f"disabled: switched off by Hidden in {entry}\n")
    assert "notebook-tray autostart on" in said.stdout
    assert json.loads(run("status", "--json").stdout)["starts"] is False


def test_gone(run: Run, program: Path, entry: Path, tmp_path: Path) -> None:
    run("on")
    by = (program.rename(tmp_path / "notebook-tray"),)
    said = run("status", by=by)
    assert (said.returncode, said.stdout) == (3, "")
    assert str(program) in said.stderr
    assert "→" in said.stderr
    assert json.loads(run("status", "--json", by=by).stdout)["state"] == "gone"
    assert run("on", by=by).returncode == 0
    assert run("status", by=by).returncode == 0


def test_another_copy(run: Run, program: Path, tmp_path: Path) -> None:
    run("on")
    said = run("status", by=(installed(tmp_path / "another"),))
    assert said.returncode == 0
    assert said.stdout.startswith(f"other: '{program}'")
    assert "notebook-tray autostart on" in said.stdout


@pytest.mark.parametrize("why", ["a checkout", "a temporary folder"])
def test_what_does_not_last_is_refused(run: Run, entry: Path, tmp_path: Path, why: str) -> None:
    by: tuple[str | Path, ...] = (installed(tmp_path / "tmp"),)
    if why == "a checkout":
        # By the interpreter that the environment was made from: no launcher is beside that one.
        interpreter = Path(sys.base_prefix, "bin", "python3")
        by = ("env", f"PYTHONPATH={os.pathsep.join(sys.path)}", interpreter, "-m", "tray")
    said = run("on", by=by)
    assert (said.returncode, said.stdout) == (3, "")
    assert said.stderr.startswith("Can't be started at login\n")
    assert "→ Install" in said.stderr
    assert not entry.exists()
    assert run("status", by=by).stdout == "off\n"


def test_a_folder_that_can_t_be_written(run: Run, entry: Path) -> None:
    entry.parent.parent.mkdir(parents=True, exist_ok=True)
    entry.parent.write_text("not a folder")
    said = run("on")
    assert (said.returncode, said.stdout) == (3, "")
    assert str(entry) in said.stderr
    assert "Traceback" not in said.stderr


def test_wrong_usage(run: Run) -> None:
    assert run("maybe").returncode == 2
    assert run("on", "now").returncode == 2


def test_the_flag_of_a_login_is_no_option_that_is_shown(run: Run) -> None:
    assert AT_LOGIN not in run("--help").stdout
