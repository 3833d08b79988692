"""Where the running copy is found on each system."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tray.texts.notifications import running

if sys.platform != "win32":
    from tray.desktop.single_instance import linux, macos, posix

pytestmark = pytest.mark.only_on("linux", reason="the folders of Unix systems")


def test_it_is_in_the_runtime_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert linux.folder() == tmp_path / "notebook-tray"


@pytest.mark.parametrize("runtime", [None, "", "relative", "/does/not/exist"])
def test_without_a_runtime_folder_it_is_in_tmp(monkeypatch: pytest.MonkeyPatch, runtime: str | None) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    if runtime is not None:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
    monkeypatch.setenv("TMPDIR", "/elsewhere")
    assert linux.folder() == Path(f"/tmp/notebook-tray-{os.geteuid()}")  # noqa: S108 - no file is made


def test_another_user_s_runtime_folder_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert linux.folder() == Path(f"/tmp/notebook-tray-{tmp_path.stat().st_uid + 1}")  # noqa: S108 - no file is made


def desktop(monkeypatch: pytest.MonkeyPatch, address: str) -> str:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    return linux.desktop()


def test_there_is_one_desktop_a_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    one = desktop(monkeypatch, "unix:path=/run/user/1000/bus")
    assert one == desktop(monkeypatch, "unix:path=/run/user/1000/bus,guid=0123456789abcdef")
    assert one == desktop(monkeypatch, "unix:guid=0123456789abcdef,path=/run/user/1000/bus")
    assert one == desktop(monkeypatch, "unix:path=/run/user//1000/./bus")
    assert one == desktop(monkeypatch, "unix:path=%2frun/user/1000/%62us")
    assert one == desktop(monkeypatch, "unix:path=/run/user/1000/bus;unix:abstract=/tmp/dbus-1")
    assert one != desktop(monkeypatch, "unix:path=/tmp/dbus-XyZ")
    abstract = desktop(monkeypatch, "unix:abstract=/tmp/dbus-1")
    assert one != abstract == desktop(monkeypatch, "unix:abstract=/tmp/dbus-1,guid=0123456789abcdef")
    for odd in (
        "",
        "unix:",
        "unix:path",
        "unix:path=",
        "unix:path=%00",
        "unix:path=%zz",
        "tcp:host=x,port=1",
        "%",
        ";",
    ):
        assert desktop(monkeypatch, odd)


def test_a_link_to_the_bus_is_the_same_desktop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "Zoë").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "Zoë")
    one = desktop(monkeypatch, f"unix:path={tmp_path}/Zoë/bus")
    assert one == desktop(monkeypatch, f"unix:path={tmp_path}/link/bus")
    assert one == desktop(monkeypatch, f"unix:path={tmp_path}/Zo%c3%ab/bus")


def test_the_bus_leads_to_the_runtime_folder_that_nothing_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/bus,guid=0123456789abcdef")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    named = linux.folder()
    assert named == tmp_path / "notebook-tray"
    for missing in ("", None):
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
        if missing is not None:
            monkeypatch.setenv("XDG_RUNTIME_DIR", missing)
        assert linux.folder() == named
    tmp_path.chmod(0o755)
    assert linux.folder() == posix.temporary_folder(), "a bus in a folder of everyone's"
    for elsewhere in ("unix:abstract=/tmp/dbus-1", "unix:path=/nonexistent/bus"):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", elsewhere)
        assert linux.folder() == posix.temporary_folder()


def test_a_bus_that_is_named_by_nothing_is_the_runtime_folder_s(monkeypatch: pytest.MonkeyPatch) -> None:
    named = desktop(monkeypatch, f"unix:path={os.environ['XDG_RUNTIME_DIR']}/bus")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    assert linux.desktop() == named


def test_on_macos_it_is_in_the_person_s_folder_and_short_enough_for_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/Users/" + "n" * 20)
    folder = macos.folder()
    assert folder == Path.home() / "Library/Application Support/notebook-tray/run"
    assert len(macos.address(folder / f"{macos.desktop()}.lock")) < 104


def test_each_system_s_words_say_where_to_look() -> None:
    assert "panel" in running("linux")[1]
    assert "menu bar" in running("darwin")[1]
    assert "hidden icons" in running("win32")[1]
