"""The program among the user's applications: what GLib, the entry's validator and the icon theme's rules say of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.autostart_systems import NASTY, recorder
from tests.support.desktop_files import glib_command, validate
from tests.support.installed import installed
from tests.support.samples import failure
from tray.desktop import application_menu
from tray.desktop.application_menu.xdg import VALUES, XdgApplicationMenu
from tray.desktop.desktop_entry import entry_values
from tray.model.problems import ExitStatus, Kind, Problem, TrayError

pytestmark = pytest.mark.only_on("linux", reason="elsewhere, what installs the program adds it to the applications")

ROOT = Path(__file__).parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def share(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    return home / ".local" / "share"


@pytest.fixture
def entry(share: Path) -> Path:
    return share / "applications" / "notebook-tray.desktop"


def menu(program: Path) -> XdgApplicationMenu:
    return XdgApplicationMenu(lambda: (str(program), "--autostarted"))


def ours(share: Path) -> list[str]:
    return sorted(str(path.relative_to(share)) for path in share.rglob("*") if "notebook-tray" in path.name)


def test_on_adds_a_valid_entry_with_icons_and_off_takes_all_of_it_out(share: Path, entry: Path, tmp_path: Path) -> None:
    program = recorder(tmp_path / NASTY)
    (share / "applications").mkdir(parents=True)
    (share / "applications" / "other.desktop").write_text("[Desktop Entry]\n")
    for _ in range(2):
        assert menu(program).on() == entry
        assert validate(entry) == ""
        # No argument: the user starts it, and not the login.
        assert glib_command(entry) == (str(program),)
        assert menu(program).kept() == str(entry)
    icons = ROOT / "assets" / "application" / "hicolor"
    wanted = [f"icons/hicolor/{file.relative_to(icons)}" for file in icons.rglob("notebook-tray*") if file.is_file()]
    assert ours(share) == sorted(["applications/notebook-tray.desktop", *wanted])
    assert len(wanted) == 10
    for _ in range(2):
        menu(program).off()
        assert ours(share) == []
        assert menu(program).kept() == ""
    assert [path.name for path in share.rglob("*") if path.is_file()] == ["other.desktop"]
    assert list((share / "icons" / "hicolor").iterdir()) == []


def test_the_package_s_entry_says_the_same() -> None:
    text = (ROOT / "packaging" / "linux" / "notebook-tray.desktop").read_text("utf-8")
    assert entry_values(text) == {**VALUES, "Exec": "notebook-tray", "TryExec": "notebook-tray"}


@pytest.mark.parametrize("whose", ["system", "home"])
def test_nothing_is_added_where_an_entry_starts_a_program_that_is_there(
    share: Path, tmp_path: Path, whose: str
) -> None:
    program, other = recorder(tmp_path / "a"), recorder(tmp_path / "b")
    folder = {"system": tmp_path / "system", "home": share}[whose] / "applications"
    folder.mkdir(parents=True)
    (folder / "notebook-tray.desktop").write_text(f"[Desktop Entry]\nExec={other} --changed-by-the-user\n")
    menu(program).add()
    assert ours(share) == (["applications/notebook-tray.desktop"] if whose == "home" else [])
    other.unlink()
    menu(program).add()
    assert glib_command(share / "applications" / "notebook-tray.desktop") == (str(program),)


def test_what_can_t_be_written_is_said_with_its_place(share: Path, entry: Path, tmp_path: Path) -> None:
    entry.parent.parent.mkdir(parents=True, exist_ok=True)
    entry.parent.write_text("not a folder")
    with pytest.raises(TrayError) as refused:
        menu(recorder(tmp_path / "a")).on()
    assert (refused.value.problem.kind, refused.value.status) == (Kind.DESKTOP, ExitStatus.NO_DESKTOP)
    assert str(entry) in refused.value.problem.message
    menu(recorder(tmp_path / "b")).off()


@pytest.mark.parametrize(
    ("code", "places", "says"),
    [
        ("autostart-not-installed", {"python": "/usr/bin/python3"}, "not installed"),
        ("autostart-not-lasting", {"program": "/a/x", "is_application": False}, "/a/x"),
        ("autostart-sandboxed", {}, "Flatpak"),
    ],
)
def test_a_copy_that_won_t_last_is_not_added(share: Path, code: str, places: dict[str, object], says: str) -> None:
    def command() -> tuple[str, ...]:
        raise TrayError.of(Problem.of(code, Kind.DESKTOP, None, **places))

    with pytest.raises(TrayError) as refused:
        XdgApplicationMenu(command).on()
    problem = refused.value.problem
    assert problem.code == "not-among-applications"
    assert says in problem.message
    assert "at login" not in problem.title + problem.message
    assert problem.remedy
    assert ours(share) == []


@pytest.mark.parametrize("name", ["100%", "a=b"])
def test_a_path_that_desktops_would_not_start_is_refused(share: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(TrayError, match="would not start"):
        menu(tmp_path / name / "notebook-tray").on()
    assert ours(share) == []


def test_a_failure_beside_the_start_at_login_is_no_failure_of_it(
    share: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuses() -> XdgApplicationMenu:
        raise failure("Not added", "Because.", "Do something.")

    monkeypatch.setattr(application_menu, "application_menu", refuses)
    application_menu.add_quietly()
    assert "Because." in caplog.text


@pytest.fixture
def run(share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    program = installed(tmp_path / "my programs")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))  # the test's own folder is to pass for one that lasts
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "etc"))

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *args], capture_output=True, text=True, env=dict(os.environ), timeout=120, check=False
        )

    return run


def test_the_commands(run: Run, share: Path, entry: Path) -> None:
    assert run("desktop-entry", "on").stdout == f"Notebook Tray is among your applications: {entry}\n"
    assert entry.is_file()
    assert run("desktop-entry", "off").stdout == "Notebook Tray is not among your own applications.\n"
    assert ours(share) == []


def test_the_start_at_login_adds_it_and_uninstall_removes_it(run: Run, share: Path, entry: Path) -> None:
    assert run("autostart", "on").returncode == 0
    assert entry.is_file()
    assert run("autostart", "off").returncode == 0
    assert entry.is_file(), "the user may have come to start it from there"
    removed = run("uninstall", "--yes")
    assert f"The entry among the applications: {entry}" in removed.stdout
    assert ours(share) == []
