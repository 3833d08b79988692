"""Where the running copy is found on each system."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tray.texts.notifications import running

if sys.platform != "win32":
    from tray.desktop.single_instance import linux, macos

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
    assert one != desktop(monkeypatch, "unix:path=/tmp/dbus-XyZ")


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
