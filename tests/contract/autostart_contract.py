"""What each system's way of starting the program at login must do: one suite, run against each of them.

A class of its own in test_autostart.py gives the fixture `system`.
"""

from __future__ import annotations

import stat
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.contract.autostart_systems import NASTY, Command, FileSystem, System, command_of, recorded, recorder
from tests.support.samples import failure
from tray.desktop.autostart import AT_LOGIN, Autostart, AutostartState
from tray.model.problems import ExitStatus, Kind, TrayError


class AutostartContract(ABC):
    """The suite."""

    @pytest.fixture
    @abstractmethod
    def system(self) -> System: ...

    @pytest.fixture
    def program(self, tmp_path: Path) -> Path:
        return recorder(tmp_path / NASTY)

    @pytest.fixture
    def command(self, program: Path) -> Command:
        return command_of(program)

    @pytest.fixture
    def autostart(self, system: System, command: Command) -> Autostart:
        return system.autostart(lambda: command)

    def test_nothing_is_started_before_it_is_asked_for(self, system: System, autostart: Autostart) -> None:
        assert autostart.status().state is AutostartState.OFF
        assert not autostart.status().starts
        assert autostart.status().command == ()
        assert autostart.status().place
        assert system.would_start() is None
        assert system.traces() == set()

    def test_on_and_off(self, system: System, autostart: Autostart, command: Command) -> None:
        for _ in range(2):
            autostart.on()
            assert autostart.status().state is AutostartState.ON
            assert autostart.status().starts
            assert autostart.status().command == command
            assert system.would_start() == command
        for _ in range(2):
            autostart.off()
            assert autostart.status().state is AutostartState.OFF
            assert system.would_start() is None
            assert system.traces() == set()

    def test_a_login_starts_it(self, system: System, autostart: Autostart, program: Path) -> None:
        autostart.on()
        system.login()
        assert recorded(program) == [AT_LOGIN]

    def test_switched_off_elsewhere_is_seen_and_undone_on_demand_alone(
        self, system: System, autostart: Autostart, command: Command
    ) -> None:
        autostart.on()
        system.switch_off()
        for _ in range(2):
            status = autostart.status()
            assert status.state is AutostartState.DISABLED
            assert not status.starts
            assert status.disabled_by
        assert system.would_start() is None, "to look at it must not change it"
        autostart.on()
        assert autostart.status().state is AutostartState.ON
        assert system.would_start() == command

    def test_switched_on_again_elsewhere_is_seen(self, system: System, autostart: Autostart, command: Command) -> None:
        autostart.on()
        system.switch_off()
        system.switch_on()
        assert autostart.status().state is AutostartState.ON
        assert system.would_start() == command

    def test_off_after_it_was_switched_off_elsewhere(self, system: System, autostart: Autostart) -> None:
        autostart.on()
        system.switch_off()
        autostart.off()
        assert autostart.status().state is AutostartState.OFF
        assert system.would_start() is None

    def test_a_program_that_is_gone(self, system: System, autostart: Autostart, tmp_path: Path) -> None:
        gone = (str(tmp_path / "a folder" / "notebook-tray"), AT_LOGIN)
        system.put(gone)
        assert autostart.status().state is AutostartState.GONE
        assert not autostart.status().starts
        assert autostart.status().command == gone
        autostart.on()
        assert autostart.status().state is AutostartState.ON

    def test_another_copy(self, system: System, autostart: Autostart, command: Command, tmp_path: Path) -> None:
        other = command_of(recorder(tmp_path / "another copy"))
        system.put(other)
        assert autostart.status().state is AutostartState.OTHER
        assert autostart.status().starts
        assert autostart.status().command == other
        autostart.on()
        assert autostart.status().state is AutostartState.ON
        assert system.would_start() == command

    def test_another_copy_can_be_switched_off_and_taken_out(
        self, system: System, autostart: Autostart, tmp_path: Path
    ) -> None:
        system.put(command_of(recorder(tmp_path / "another copy")))
        system.switch_off()
        assert autostart.status().state is AutostartState.DISABLED
        autostart.off()
        assert autostart.status().state is AutostartState.OFF

    def test_an_upgrade_in_place_changes_nothing(self, system: System, autostart: Autostart, program: Path) -> None:
        autostart.on()
        program.unlink()
        recorder(program.parent)
        assert autostart.status().state is AutostartState.ON
        system.login()
        assert recorded(program) == [AT_LOGIN]

    def test_a_copy_that_does_not_last_is_refused_and_changes_nothing(
        self, system: System, autostart: Autostart, command: Command
    ) -> None:
        def no_command() -> Command:
            raise failure("Can't be started at login", "It is in a temporary folder.", "Install it.")

        fleeting = system.autostart(no_command)
        with pytest.raises(TrayError, match="temporary"):
            fleeting.on()
        assert system.traces() == set()
        autostart.on()
        assert fleeting.status().state is AutostartState.OTHER
        with pytest.raises(TrayError, match="temporary"):
            fleeting.on()
        assert system.would_start() == command
        fleeting.off()
        assert fleeting.status().state is AutostartState.OFF


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow over 8 bytes: another error than a full disk's, at the same place."""
    import resource  # neither of them is on Windows
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


class InAFile(AutostartContract):
    """What holds besides where the entry is a file."""

    def test_a_disk_that_is_full_leaves_what_was_there(
        self, system: FileSystem, autostart: Autostart, tmp_path: Path
    ) -> None:
        other = command_of(recorder(tmp_path / "another copy"))
        system.put(other)
        with pytest.raises(TrayError) as refused, full_disk():
            autostart.on()
        assert by_the_desktop(refused.value)
        assert str(system.file) in refused.value.problem.message
        assert system.would_start() == other
        assert system.traces() == {system.file.name}, "no half-written file is left"

    def test_a_place_that_can_t_be_written(self, system: FileSystem, autostart: Autostart) -> None:
        system.folder.parent.mkdir(parents=True, exist_ok=True)
        system.folder.write_text("not a folder")
        assert autostart.status().state is AutostartState.OFF
        with pytest.raises(TrayError) as refused:
            autostart.on()
        assert by_the_desktop(refused.value)

    def test_an_entry_that_can_t_be_read(self, system: FileSystem, autostart: Autostart) -> None:
        system.file.mkdir(parents=True)
        for act in (autostart.status, autostart.off):
            with pytest.raises(TrayError) as refused:
                act()
            assert by_the_desktop(refused.value)

    def test_a_damaged_entry_starts_nothing_and_is_written_anew(
        self, system: FileSystem, autostart: Autostart, command: Command
    ) -> None:
        system.folder.mkdir(parents=True)
        for damage in (b"", b"\xff\xfe\0", b"bplist00", b"[Desktop Entry]\nExec=\n"):
            system.file.write_bytes(damage)
            assert autostart.status().state is AutostartState.GONE
            autostart.on()
            assert system.would_start() == command

    def test_everyone_may_read_it_and_its_owner_alone_write_it(self, system: FileSystem, autostart: Autostart) -> None:
        autostart.on()
        assert stat.S_IMODE(system.file.stat().st_mode) == 0o644


def by_the_desktop(error: TrayError) -> bool:
    """Whether an error says that the system does not let us, and what to do."""
    return error.problem.kind is Kind.DESKTOP and error.status is ExitStatus.NO_DESKTOP and bool(error.problem.remedy)
