"""Starting at login over each system's own means."""

from __future__ import annotations

import os
import plistlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.autostart_contract import AutostartContract, InAFile, by_the_desktop
from tests.contract.autostart_systems import (
    Command,
    LaunchdSystem,
    RegistrySystem,
    XdgSystem,
    command_of,
    recorder,
)
from tests.support import registry
from tests.support.desktop_files import validate
from tests.support.launchctl import Launchctl
from tests.support.systemd_autostart import generated_units
from tray.desktop.autostart import AT_LOGIN, Autostart, AutostartState
from tray.model.problems import TrayError


@pytest.mark.only_on("linux", reason="autostart entries are of Linux' desktops")
class TestXdg(InAFile):
    @pytest.fixture
    def system(self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> XdgSystem:
        monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "etc"))
        monkeypatch.delenv("XDG_CURRENT_DESKTOP", raising=False)
        return XdgSystem(home)

    @pytest.fixture
    def given(self, system: XdgSystem, tmp_path: Path) -> XdgSystem:
        """An administrator's entry in /etc/xdg/autostart, so to speak."""
        given = XdgSystem(tmp_path)
        given.folder = tmp_path / "etc" / "autostart"
        given.file = given.folder / system.file.name
        return given

    def test_the_file_is_valid(self, system: XdgSystem, autostart: Autostart) -> None:
        autostart.on()
        assert validate(system.file) == ""

    def test_who_looks_at_tryexec_alone_finds_the_program(
        self, system: XdgSystem, autostart: Autostart, command: Command
    ) -> None:
        autostart.on()
        assert f"TryExec={command[0]}" in system.file.read_text(encoding="utf-8").splitlines()

    def test_an_entry_that_tries_for_what_is_gone(
        self, system: XdgSystem, autostart: Autostart, tmp_path: Path
    ) -> None:
        system.put(command_of(recorder(tmp_path / "another copy")))
        with system.file.open("a") as file:
            file.write("TryExec=/nonexistent/notebook-tray\n")
        assert system.would_start() is None
        assert autostart.status().state is AutostartState.GONE

    def test_systemd_starts_it_too(
        self, system: XdgSystem, autostart: Autostart, program: Path, tmp_path: Path
    ) -> None:
        assert generated_units(tmp_path / "before") == {}
        autostart.on()
        unit = generated_units(tmp_path / "on")["notebook-tray"]
        assert unit.count(AT_LOGIN) == 1
        system.switch_off()
        assert generated_units(tmp_path / "off") == {}
        autostart.on()
        program.unlink()
        assert generated_units(tmp_path / "uninstalled") == {}, "TryExec keeps quiet of what was uninstalled"

    def test_an_uninstalled_program_is_not_tried(self, system: XdgSystem, autostart: Autostart, program: Path) -> None:
        autostart.on()
        program.unlink()
        assert system.would_start() is None
        assert autostart.status().state is AutostartState.GONE

    @pytest.mark.parametrize("key", ["X-GNOME-Autostart-enabled", "X-MATE-Autostart-enabled"])
    def test_what_gnome_and_mate_write_to_switch_it_off(
        self, system: XdgSystem, autostart: Autostart, key: str
    ) -> None:
        autostart.on()
        with system.file.open("a") as file:
            file.write(f"{key}=false\n")
        assert autostart.status().state is AutostartState.DISABLED
        assert key in autostart.status().disabled_by
        assert validate(system.file) == ""

    @pytest.mark.parametrize(
        ("line", "desktop", "state"),
        [
            ("OnlyShowIn=KDE;XFCE;", "XFCE", AutostartState.ON),
            ("OnlyShowIn=KDE;", "ubuntu:GNOME", AutostartState.DISABLED),
            ("OnlyShowIn=KDE;", "", AutostartState.ON),  # asked over SSH, say
            ("NotShowIn=GNOME;", "ubuntu:GNOME", AutostartState.DISABLED),
            ("NotShowIn=KDE;", "ubuntu:GNOME", AutostartState.ON),
        ],
    )
    def test_an_entry_for_some_desktops(
        self,
        system: XdgSystem,
        autostart: Autostart,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
        line: str,
        desktop: str,
        state: AutostartState,
    ) -> None:
        autostart.on()
        with system.file.open("a") as file:
            file.write(f"{line}\n")
        monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
        assert autostart.status().state is state
        if desktop:
            assert bool(generated_units(tmp_path / "units", desktop)) is (state is AutostartState.ON)

    @pytest.mark.parametrize("switch", ["Hidden=true", "X-GNOME-Autostart-enabled=false", "OnlyShowIn=KDE;"])
    def test_what_the_user_has_written_into_it_is_still_there_when_it_is_switched_on_again(
        self,
        system: XdgSystem,
        autostart: Autostart,
        command: Command,
        monkeypatch: pytest.MonkeyPatch,
        switch: str,
    ) -> None:
        monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")
        autostart.on()
        text = system.file.read_text(encoding="utf-8").replace("Autostart-Delay=5", "Autostart-Delay=60")
        text = text.replace("Exec=", "Exec=env AWS_CA_BUNDLE=/etc/ca.pem ", 1)
        system.file.write_text(f"{text}Comment[de]=Meins\nNotShowIn=XFCE;\nnot a key=x\n{switch}\n", encoding="utf-8")
        assert autostart.status().state is AutostartState.DISABLED
        autostart.on()
        assert autostart.status().state is AutostartState.ON
        assert system.would_start() == ("env", "AWS_CA_BUNDLE=/etc/ca.pem", *command)
        written = system.file.read_text(encoding="utf-8").splitlines()
        assert {"X-GNOME-Autostart-Delay=60", "Comment[de]=Meins", "NotShowIn=XFCE;"} < set(written)
        assert not {switch, "not a key=x"} & set(written)
        assert validate(system.file) == ""

    @pytest.mark.parametrize(
        ("before", "after", "state"),
        [
            (("env", "A=b"), (), AutostartState.ON),
            (("nice", "-n", "19"), (), AutostartState.ON),
            (("env", "A=b"), ("--demo",), AutostartState.OTHER),
        ],
    )
    def test_a_command_that_users_put_before_it_starts_this_copy(
        self,
        system: XdgSystem,
        tmp_path: Path,
        before: Command,
        after: Command,
        state: AutostartState,
    ) -> None:
        command = command_of(recorder(tmp_path / "plain"))
        autostart = system.autostart(lambda: command)
        system.put((*before, *command, *after))
        assert autostart.status().state is state
        text = system.file.read_text(encoding="utf-8")
        autostart.on()
        assert (system.file.read_text(encoding="utf-8") == text) is (state is AutostartState.ON)
        assert autostart.status().state is AutostartState.ON

    @pytest.mark.parametrize(
        ("script", "state"),
        [
            ("sleep 10 && exec {}", AutostartState.ON),
            ("sleep 10; {} &", AutostartState.ON),
            ("sleep 10; echo {}", AutostartState.OTHER),
            ("sleep 10; '{}", AutostartState.OTHER),
            ("sleep 10", AutostartState.OTHER),
        ],
    )
    def test_a_shell_that_waits_first_starts_this_copy(
        self, system: XdgSystem, tmp_path: Path, script: str, state: AutostartState
    ) -> None:
        plain = command_of(recorder(tmp_path / "plain"))
        system.put(("sh", "-c", script.format(" ".join(plain))))
        assert system.autostart(lambda: plain).status().state is state

    def test_an_administrators_entry_is_enough(
        self, given: XdgSystem, system: XdgSystem, autostart: Autostart, command: Command, tmp_path: Path
    ) -> None:
        autostart.on()
        given.folder.mkdir(parents=True)
        system.file.replace(given.file)
        assert autostart.status().state is AutostartState.ON
        assert autostart.status().place == str(given.file)
        autostart.on()
        assert system.traces() == set()

        autostart.off()
        assert autostart.status().state is AutostartState.OFF
        assert generated_units(tmp_path / "off") == {}
        assert validate(system.file) == ""
        assert given.would_start() == command, "the administrator's is not ours to change"

        autostart.on()
        assert autostart.status().state is AutostartState.ON
        assert system.traces() == set(), "the administrator's counts again"

    def test_an_administrators_entry_for_another_copy_is_overridden(
        self, given: XdgSystem, system: XdgSystem, autostart: Autostart, command: Command, tmp_path: Path
    ) -> None:
        given.put(command_of(recorder(tmp_path / "another copy")))
        assert autostart.status().state is AutostartState.OTHER
        autostart.on()
        assert autostart.status().state is AutostartState.ON
        assert system.would_start() == command

    def test_an_administrators_hidden_entry(
        self, given: XdgSystem, system: XdgSystem, autostart: Autostart, command: Command
    ) -> None:
        given.put(command)
        given.switch_off()
        assert autostart.status().state is AutostartState.DISABLED
        autostart.on()
        assert system.would_start() == command
        autostart.off()
        assert system.traces() == set()
        assert not autostart.status().starts

    @pytest.mark.parametrize("value", [None, "", "relative/config"])
    def test_without_a_usable_xdg_config_home(
        self, system: XdgSystem, autostart: Autostart, monkeypatch: pytest.MonkeyPatch, value: str | None
    ) -> None:
        if value is None:
            monkeypatch.delenv("XDG_CONFIG_HOME")
        else:
            monkeypatch.setenv("XDG_CONFIG_HOME", value)
        autostart.on()
        assert system.file.is_file()

    @pytest.mark.parametrize(
        ("folder", "reason"),
        [
            (b"/opt/f\xfcr alle", "UTF-8"),
            (b"/opt/100%", "%"),
            (b"/opt/a\\b", "characters"),
            (b"/opt/a=b", "="),
            (b"/opt/a\nb", "line break"),
        ],
    )
    def test_a_path_that_desktops_would_not_start_is_refused(
        self, system: XdgSystem, folder: bytes, reason: str
    ) -> None:
        with pytest.raises(TrayError, match=reason) as refused:
            system.autostart(lambda: (f"{os.fsdecode(folder)}/notebook-tray", AT_LOGIN)).on()
        assert by_the_desktop(refused.value)
        assert system.traces() == set()


# Files, and a stand-in for launchctl: on Linux too.
if sys.platform != "win32":

    class OverLaunchd(InAFile):
        words = ("enabled", "disabled")

        @pytest.fixture
        def system(self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LaunchdSystem:
            monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
            return LaunchdSystem(home, Launchctl(tmp_path / "bin", self.words))

    class TestLaunchAgent(OverLaunchd):
        def test_the_property_list(self, system: LaunchdSystem, autostart: Autostart, command: Command) -> None:
            autostart.on()
            assert plistlib.loads(system.file.read_bytes()) == {
                "Label": "notebook-tray",
                "ProgramArguments": list(command),
                "RunAtLoad": True,
                "ProcessType": "Interactive",
                "LimitLoadToSessionType": "Aqua",
            }

        def test_an_application_is_named_to_the_system(self, system: LaunchdSystem, tmp_path: Path) -> None:
            contents = tmp_path / "Notebook Tray.app" / "Contents"
            program = recorder(contents / "MacOS")
            (contents / "Info.plist").write_bytes(plistlib.dumps({"CFBundleIdentifier": "org.example.notebook-tray"}))
            system.autostart(lambda: command_of(program)).on()
            agent = plistlib.loads(system.file.read_bytes())
            assert agent["AssociatedBundleIdentifiers"] == ["org.example.notebook-tray"]

        def test_disabled_in_the_property_list(self, system: LaunchdSystem, autostart: Autostart) -> None:
            autostart.on()
            agent = {**plistlib.loads(system.file.read_bytes()), "Disabled": True}
            system.file.write_bytes(plistlib.dumps(agent))
            assert autostart.status().state is AutostartState.DISABLED
            system.switch_on()
            assert autostart.status().state is AutostartState.ON, "launchd's own list counts more"

        def test_a_program_with_a_name_to_show(
            self, system: LaunchdSystem, autostart: Autostart, command: Command
        ) -> None:
            system.folder.mkdir(parents=True)
            agent = {"Label": "notebook-tray", "Program": command[0], "ProgramArguments": ["Tray", *command[1:]]}
            system.file.write_bytes(plistlib.dumps(agent))
            assert autostart.status().state is AutostartState.ON

        def test_launchctl_that_fails(self, autostart: Autostart, tmp_path: Path) -> None:
            autostart.on()
            (tmp_path / "bin" / "launchctl").write_text("#!/bin/sh\necho 'Could not find domain' >&2; exit 113\n")
            with pytest.raises(TrayError, match="Could not find domain") as refused:
                autostart.status()
            assert by_the_desktop(refused.value)

    class TestLaunchAgentBeforeMacos13(OverLaunchd):
        words = ("false", "true")


@pytest.mark.only_on("win32", reason="the registry")
class TestRegistry(AutostartContract):
    @pytest.fixture
    def system(self) -> Iterator[RegistrySystem]:
        with registry.private_registry():
            yield RegistrySystem()

    def test_the_entry(self, autostart: Autostart, command: Command) -> None:
        autostart.on()
        line = registry.value(registry.RUN, "Notebook Tray")
        assert line == subprocess.list2cmdline(command)
        assert autostart.status().place.endswith(r"CurrentVersion\Run\Notebook Tray")

    @pytest.mark.parametrize(
        ("first", "state"),
        [(2, AutostartState.ON), (6, AutostartState.ON), (3, AutostartState.DISABLED), (7, AutostartState.DISABLED)],
    )
    def test_what_task_manager_writes(self, autostart: Autostart, first: int, state: AutostartState) -> None:
        autostart.on()
        registry.put(registry.APPROVED, "Notebook Tray", bytes([first, *[0] * 11]))
        assert autostart.status().state is state

    @pytest.mark.parametrize("data", [b"", "not bytes"])
    def test_what_nobody_writes_there_says_nothing(self, autostart: Autostart, data: str | bytes) -> None:
        autostart.on()
        registry.put(registry.APPROVED, "Notebook Tray", data)
        assert autostart.status().state is AutostartState.ON

    def test_a_policy(self, autostart: Autostart) -> None:
        autostart.on()
        registry.put(r"Software\Microsoft\Windows\CurrentVersion\Policies\Explorer", "DisableCurrentUserRun", 1)
        assert autostart.status().state is AutostartState.DISABLED
        assert "policy" in autostart.status().disabled_by

    def test_an_entry_with_variables_in_it(
        self, autostart: Autostart, program: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TRAY_PROGRAMS", str(program.parent))
        line = rf'"{sys.executable}" "%TRAY_PROGRAMS%\{program.name}" {AT_LOGIN}'
        registry.put(registry.RUN, "Notebook Tray", line, registry.EXPANDED)
        assert autostart.status().state is AutostartState.ON

    def test_an_empty_entry_is_none(self, autostart: Autostart) -> None:
        registry.put(registry.RUN, "Notebook Tray", " ")
        assert autostart.status().state is AutostartState.OFF

    def test_a_line_that_windows_would_not_run_is_refused(self, system: RegistrySystem) -> None:
        def command(length: int) -> Command:
            return ("C:\\" + "x" * (length - 3 - len(f" {AT_LOGIN}")), AT_LOGIN)

        with pytest.raises(TrayError, match="260") as refused:
            system.autostart(lambda: command(261)).on()
        assert by_the_desktop(refused.value)
        assert system.traces() == set()
        system.autostart(lambda: command(260)).on()
        assert system.traces() == {"Notebook Tray"}
