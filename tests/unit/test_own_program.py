from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tray.about import address, place
from tray.desktop.viewer import show_file
from tray.model.problems import TrayError
from tray.runtime import own_program


def program(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(own_program, "own_command", lambda: (sys.executable, "-c", script))


def test_the_addresses_are_those_of_pyproject() -> None:
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    for label in ("Documentation", "Issues"):
        assert address(label).startswith("https://")
        assert f'{label} = "{address(label)}"' in text
    assert address("No such") == ""
    assert Path(place()).name == "tray"


def test_the_report_is_what_doctor_says(monkeypatch: pytest.MonkeyPatch) -> None:
    program(
        monkeypatch, "import sys; sys.stdout.buffer.write('all – well'.encode()); sys.exit(sys.argv[1:] != ['doctor'])"
    )
    assert own_program.doctor_report() == "all – well"


def test_a_report_on_something_to_mend_is_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    program(monkeypatch, "print('not well'); raise SystemExit(1)")
    assert own_program.doctor_report() == "not well"


@pytest.mark.parametrize("script", ["raise SystemExit(3)", "pass", "import os; os._exit(120)"])
def test_no_report_is_a_failure_in_words(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program(monkeypatch, script)
    with pytest.raises(TrayError) as caught:
        own_program.doctor_report()
    assert caught.value.problem.code == "no-report"
    assert "doctor" in caught.value.problem.remedy


def test_a_report_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    program(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(own_program, "REPORT_SECONDS", 0.3)
    with pytest.raises(TrayError):
        own_program.doctor_report()


def test_a_report_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    program(monkeypatch, "print('x' * 100_000)")
    assert len(own_program.doctor_report()) == own_program.MOST_REPORT_BYTES


@pytest.mark.only_on("linux", reason="xdg-open")
@pytest.mark.parametrize(("status", "shown"), [(0, True), (3, False)])
def test_a_file_is_shown_by_what_the_desktop_chose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, shown: bool
) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$1" "$AWS_SECRET_ACCESS_KEY" > "{tmp_path}/said"\nexit {status}\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    log = tmp_path / "notebook-tray.log"
    log.write_text("")
    if shown:
        show_file(log)
    else:
        with pytest.raises(TrayError) as caught:
            show_file(log)
        assert str(log) in caught.value.problem.message
    assert (tmp_path / "said").read_text().split() == [str(log)]


def test_a_log_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(TrayError) as caught:
        show_file(tmp_path / "none.log")
    assert caught.value.problem.code == "no-file-to-show"
