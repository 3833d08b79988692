"""`notebook-tray autostart` over a registry of the test's own: in this process, as that holds for one alone."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.autostart_systems import RegistrySystem
from tests.support import registry
from tray.cli import main, uninstall
from tray.desktop import package_identity
from tray.desktop.autostart import AT_LOGIN
from tray.desktop.autostart import registry as windows_registry

PLACE = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run\Notebook Tray"
PYTHONW = Path(sys.executable).with_name("pythonw.exe")
COMMAND = (str(PYTHONW), "-P", "-m", "tray", AT_LOGIN)


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def system() -> Iterator[RegistrySystem]:
    with registry.private_registry():
        yield RegistrySystem()


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which pip puts launchers, for this process."""
    scripts, get_path = tmp_path / "Scripts", sysconfig.get_path
    scripts.mkdir()
    monkeypatch.setattr(
        sysconfig, "get_path", lambda name, *rest: str(scripts) if name == "scripts" else get_path(name, *rest)
    )
    return scripts


@pytest.fixture
def installed(scripts: Path) -> None:
    (scripts / "notebook-tray.exe").touch()


@pytest.fixture
def run(system: RegistrySystem, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*args: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["notebook-tray", "autostart", *args])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        return Ran(status, *capsys.readouterr())

    return run


@pytest.mark.usefixtures("installed")
def test_on_status_off(run: Run, system: RegistrySystem) -> None:
    assert run("status") == Ran(0, "off\n", "")
    line = subprocess.list2cmdline(COMMAND)
    assert run("on") == Ran(0, f"Notebook Tray starts at login: {line}\n", "")
    assert system.would_start() == COMMAND
    assert run("status") == Ran(0, f"on: {line}\n  {PLACE}\n", "")
    assert json.loads(run("status", "--json").out) == {
        "version": 1,
        "state": "on",
        "starts": True,
        "place": PLACE,
        "command": list(COMMAND),
        "disabled_by": None,
    }
    assert run("off") == Ran(0, "Notebook Tray does not start at login.\n", "")
    assert run("status").out == "off\n"
    assert system.traces() == set()


@pytest.mark.usefixtures("installed")
def test_switched_off_in_task_manager(run: Run, system: RegistrySystem) -> None:
    run("on")
    system.switch_off()
    said = run("status")
    assert said.status == 0
    assert said.out.startswith("disabled: switched off by Task Manager or Settings")
    assert json.loads(run("status", "--json").out)["starts"] is False
    assert run("on").status == 0
    assert system.would_start() == COMMAND


@pytest.fixture
def machine() -> Iterator[None]:
    with registry.private_registry(machine=True):
        yield


@pytest.mark.usefixtures("machine", "installed")
def test_what_starts_for_everyone_is_said_and_not_the_users_to_switch_off(run: Run, system: RegistrySystem) -> None:
    line, place = subprocess.list2cmdline(COMMAND), PLACE.replace("CURRENT_USER", "LOCAL_MACHINE")
    registry.put(registry.RUN, "Notebook Tray", line, machine=True)
    assert run("status") == Ran(0, f"on: {line}\n  {place}\n", "")
    assert uninstall._autostart() == []
    refused = run("off")
    assert (refused.status, refused.out) == (3, "")
    assert place in refused.err
    assert run("on").status == 0
    assert run("status").out == f"on: {line}\n  {PLACE}\n"
    assert run("off").status == 3
    assert system.traces() == set(), "the user's own entry is removed all the same"


@pytest.mark.usefixtures("machine", "installed")
def test_task_manager_switches_off_what_starts_for_everyone(run: Run) -> None:
    registry.put(registry.RUN, "Notebook Tray", subprocess.list2cmdline(COMMAND), machine=True)
    registry.put(registry.APPROVED, "Notebook Tray", bytes.fromhex("03000000 00 3a 5c 8c 1e d2 da 01"), machine=True)
    assert run("status").out.startswith("disabled: switched off by Task Manager or Settings")


@pytest.mark.usefixtures("installed")
def test_a_program_that_is_gone(run: Run, system: RegistrySystem, tmp_path: Path) -> None:
    system.put((str(tmp_path / "pythonw.exe"), "-m", "tray", AT_LOGIN))
    said = run("status")
    assert (said.status, said.out) == (3, "")
    assert str(tmp_path / "pythonw.exe") in said.err
    assert "→ " in said.err
    assert run("on").status == 0
    assert run("status").status == 0


@pytest.mark.usefixtures("scripts")
def test_a_copy_that_is_not_installed_is_refused(run: Run, system: RegistrySystem) -> None:
    said = run("on")
    assert (said.status, said.out) == (3, "")
    assert said.err.startswith("Can't be started at login\n")
    assert "→ Install it" in said.err
    assert system.traces() == set()


@pytest.mark.usefixtures("installed")
def test_a_python_of_the_store_says_that_it_can_not(
    run: Run, system: RegistrySystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not package_identity.is_packaged()
    # Wine runs no apps of the Store.
    monkeypatch.setattr(windows_registry, "is_packaged", lambda: True)
    ran = run("on")
    assert ran.status == 3
    assert "Microsoft Store" in ran.err
    assert PLACE in ran.err
    assert system.traces() == set()
    system.put(COMMAND)
    assert json.loads(run("status", "--json").out)["starts"] is False
