"""Browsers that BROWSER names on Windows: one may be a console program, whose window would flash up."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import CREATE_NO_WINDOW

import pytest

from tray.desktop.browser.browsers import Command, find_browsers
from tray.desktop.browser.launch import run_browser


@pytest.mark.parametrize("kind", ["a console program", "a batch file"])
def test_it_is_started_with_the_address_and_without_a_window(
    kind: str, tmp_path: Path, starts: list[tuple[str, int]]
) -> None:
    note = tmp_path / "note"
    if kind == "a batch file":
        batch = tmp_path / "browser.cmd"
        batch.write_text(f"@echo %1>{note}\n")
        variable = f'"{batch}" %s'
    else:
        program = tmp_path / "browser.py"
        program.write_text(f"import sys\nopen({str(note)!r}, 'w').write(sys.argv[1])\n")
        variable = f'"{sys.executable}" "{program}" %s'
    browser = next(find_browsers(variable))
    assert isinstance(browser, Command)
    assert run_browser(browser, "http://127.0.0.1:9/x") is None
    assert note.read_text().strip() == "http://127.0.0.1:9/x"
    assert [flags & CREATE_NO_WINDOW for _, flags in starts] == [CREATE_NO_WINDOW]
