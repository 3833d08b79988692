"""What is started at login, for each way of installing."""

from __future__ import annotations

import sys
import sysconfig
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tray.desktop.autostart.command import AT_LOGIN, Surroundings, login_command
from tray.model.problems import ExitStatus, Kind, TrayError

# Links, and programs by a flag and not by a suffix.
posix = pytest.mark.only_on("linux", reason="links, and programs by a flag and not by a suffix")


@dataclass(frozen=True)
class Machine:
    """A file system with programs in it, below `root`."""

    root: Path

    def program(self, path: str) -> Path:
        """Make an executable file."""
        made = self.root / path
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text("#!/bin/sh\n", encoding="utf-8")
        made.chmod(0o755)
        return made

    def link(self, path: str, target: Path) -> Path:
        """Make a link to `target`."""
        made = self.root / path
        made.parent.mkdir(parents=True, exist_ok=True)
        made.symlink_to(target)
        return made

    def surroundings(self, environment: str, argv0: str | Path, **other: object) -> Surroundings:
        """Return those of a program that runs in a virtual environment."""
        about = Surroundings(
            platform="linux",
            argv0=str(argv0),
            executable=self.root / environment / "bin" / "python",
            frozen=False,
            scripts=(self.root / environment / "bin",),
            search=(self.root / "home/me/.local/bin", self.root / "usr/bin"),
            temporary=(self.root / "tmp",),
        )
        return replace(about, **other)  # type: ignore[arg-type]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


PIPX = "home/me/.local/share/pipx/venvs/notebook-tray"


@posix
def test_pipx_by_its_link(machine: Machine) -> None:
    program = machine.program(f"{PIPX}/bin/notebook-tray")
    link = machine.link("home/me/.local/bin/notebook-tray", program)
    assert login_command(machine.surroundings(PIPX, link)) == (str(link), AT_LOGIN)


@posix
@pytest.mark.parametrize(
    "argv0", [f"{PIPX}/bin/notebook-tray", f"{PIPX}/lib/python3.12/site-packages/tray/__main__.py"]
)
def test_pipx_started_from_within_finds_its_link(machine: Machine, argv0: str) -> None:
    program = machine.program(f"{PIPX}/bin/notebook-tray")
    link = machine.link("home/me/.local/bin/notebook-tray", program)
    assert login_command(machine.surroundings(PIPX, machine.root / argv0)) == (str(link), AT_LOGIN)


@posix
def test_the_link_that_it_was_started_by_wherever_it_is(machine: Machine) -> None:
    program = machine.program(f"{PIPX}/bin/notebook-tray")
    machine.link("home/me/.local/bin/notebook-tray", program)
    own = machine.link("home/me/bin/notebook-tray", program)
    assert login_command(machine.surroundings(PIPX, own)) == (str(own), AT_LOGIN)


@posix
def test_what_can_not_be_looked_at_is_passed_over(machine: Machine) -> None:
    """On PATH may be what is somebody else's after `su`; a name that is too long is refused to root, too."""
    program = machine.program("work/venv/bin/notebook-tray")
    loop = machine.link("loop/notebook-tray", machine.root / "loop" / "notebook-tray")
    link = machine.link("links/notebook-tray", program)
    unseen = machine.root / ("x" * 300)
    about = machine.surroundings("work/venv", program, search=(unseen, loop.parent, link.parent))
    assert login_command(about) == (str(link), AT_LOGIN)
    scripts = (unseen, program.parent)
    assert login_command(replace(about, argv0="-c", scripts=scripts)) == (str(link), AT_LOGIN)


@posix
def test_a_link_to_another_copy_is_not_ours(machine: Machine) -> None:
    program = machine.program("work/venv/bin/notebook-tray")
    machine.link("home/me/.local/bin/notebook-tray", machine.program(f"{PIPX}/bin/notebook-tray"))
    assert login_command(machine.surroundings("work/venv", program)) == (str(program), AT_LOGIN)


@posix
def test_homebrew_by_the_link_without_a_version(machine: Machine) -> None:
    cellar = "opt/homebrew/Cellar/notebook-tray/1.2.3"
    program = machine.program(f"{cellar}/bin/notebook-tray")
    link = machine.link("opt/homebrew/bin/notebook-tray", program)
    about = machine.surroundings(cellar, program, platform="darwin", search=(link.parent,))
    assert login_command(about) == (str(link), AT_LOGIN)


def test_a_wheel_in_a_virtual_environment(machine: Machine) -> None:
    program = machine.program("work/venv/bin/notebook-tray")
    assert login_command(machine.surroundings("work/venv", program)) == (str(program), AT_LOGIN)


def test_a_relative_start(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    program = machine.program("work/venv/bin/notebook-tray")
    (machine.root / "work/elsewhere").mkdir()
    monkeypatch.chdir(machine.root / "work/elsewhere")
    about = machine.surroundings("work/venv", "../venv/bin/notebook-tray", scripts=())
    assert login_command(about) == (str(program), AT_LOGIN)


def test_deb(machine: Machine) -> None:
    """/usr/bin/notebook-tray is a script of its own, or a link to a private environment."""
    program = machine.program("usr/bin/notebook-tray")
    assert login_command(machine.surroundings("usr", program)) == (str(program), AT_LOGIN)


@posix
def test_deb_with_an_environment_of_its_own(machine: Machine) -> None:
    program = machine.program("opt/notebook-tray/bin/notebook-tray")
    link = machine.link("usr/bin/notebook-tray", program)
    about = machine.surroundings("opt/notebook-tray", machine.root / "opt/notebook-tray/tray/__main__.py")
    assert login_command(about) == (str(link), AT_LOGIN)


@posix
@pytest.mark.parametrize(
    "argv0", ["notebook-tray", "{0}/usr/bin/notebook-tray", "{0}/usr/lib/notebook-tray/notebook-tray"]
)
def test_deb_of_the_frozen_program(machine: Machine, argv0: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frozen program knows by which name it was started, and not always where: a file of that name is no link."""
    monkeypatch.chdir(machine.program("elsewhere/notebook-tray").parent)
    program = machine.program("usr/lib/notebook-tray/notebook-tray")
    link = machine.link("usr/bin/notebook-tray", program)
    assert login_command(_frozen(machine, program, argv0.format(machine.root))) == (str(link), AT_LOGIN)


@posix
def test_a_frozen_folder_by_the_link_that_it_was_started_by(machine: Machine) -> None:
    program = machine.program("home/me/notebook-tray-1.2/notebook-tray")
    machine.link("usr/bin/notebook-tray", program)
    link = machine.link("home/me/tray", program)
    assert login_command(_frozen(machine, program, str(link))) == (str(link), AT_LOGIN)


def test_a_frozen_folder_without_a_link(machine: Machine) -> None:
    program = machine.program("home/me/notebook-tray/notebook-tray")
    assert login_command(_frozen(machine, program, str(program))) == (str(program), AT_LOGIN)


@posix
def test_a_link_is_no_way_into_a_macos_application(machine: Machine) -> None:
    program = machine.program("Applications/Notebook Tray.app/Contents/MacOS/notebook-tray")
    link = machine.link("usr/bin/notebook-tray", program)
    about = replace(_frozen(machine, program, str(link)), platform="darwin")
    assert login_command(about) == (str(program), AT_LOGIN)


@pytest.mark.parametrize("scripts", [("venv/Scripts",), ("base/Scripts", "user/Scripts")])
def test_windows_without_a_console_window(machine: Machine, scripts: tuple[str, ...]) -> None:
    """A launcher's console window would flash; and `-m` must not look into the folder it happens to start in."""
    python, pythonw = machine.program("venv/Scripts/python.exe"), machine.program("venv/Scripts/pythonw.exe")
    machine.program(f"{scripts[-1]}/notebook-tray.exe")
    about = machine.surroundings(
        "venv",
        "notebook-tray",
        platform="win32",
        executable=python,
        scripts=tuple(machine.root / folder for folder in scripts),
    )
    assert login_command(about) == (str(pythonw), "-P", "-m", "tray", AT_LOGIN)
    assert login_command(replace(about, executable=pythonw)) == (str(pythonw), "-P", "-m", "tray", AT_LOGIN)


def test_windows_frozen(machine: Machine) -> None:
    console = machine.program("Programs/Notebook Tray/notebook-tray.exe")
    about = machine.surroundings("none", console, platform="win32", executable=console, frozen=True, scripts=())
    assert login_command(about) == (str(console), AT_LOGIN)
    windowed = machine.program("Programs/Notebook Tray/notebook-trayw.exe")
    assert login_command(about) == (str(windowed), AT_LOGIN)


def test_macos_application(machine: Machine) -> None:
    program = machine.program("Applications/Notebook Tray.app/Contents/MacOS/notebook-tray")
    about = machine.surroundings("none", program, platform="darwin", executable=program, frozen=True, scripts=())
    assert login_command(about) == (str(program), AT_LOGIN)


FLEETING = [
    "tmp/venv",
    "home/me/.cache/pipx/0a1b2c",
    "home/me/Library/Caches/uv/x",
    "AppData/Local/uv/cache/archive-v0/x",
]


@pytest.mark.parametrize("environment", FLEETING)
def test_what_goes_away_by_itself_is_refused(machine: Machine, environment: str) -> None:
    program = machine.program(f"{environment}/bin/notebook-tray")
    _refused(machine.surroundings(environment, program), str(program))


@posix
@pytest.mark.parametrize("environment", FLEETING)
def test_a_link_to_what_goes_away_is_refused_too(machine: Machine, environment: str) -> None:
    link = machine.link("links/notebook-tray", machine.program(f"{environment}/bin/notebook-tray"))
    _refused(machine.surroundings(environment, link), str(link))


@pytest.mark.parametrize(
    "place",
    ["/private/var/folders/x/AppTranslocation/y/d/Notebook Tray.app", "/Volumes/Notebook Tray/Notebook Tray.app"],
)
def test_an_application_that_was_not_moved_into_applications_is_refused(machine: Machine, place: str) -> None:
    program = Path(place, "Contents/MacOS/notebook-tray")
    about = machine.surroundings("none", program, platform="darwin", executable=program, frozen=True, scripts=())
    assert "Applications" in _refused(about, str(program)).problem.remedy


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_a_checkout_is_refused(machine: Machine, platform: str) -> None:
    main = machine.program("checkout/tray/__main__.py")
    _refused(machine.surroundings("checkout/.venv", main, platform=platform), "not installed")


@posix
def test_a_file_that_is_no_program_is_no_launcher(machine: Machine) -> None:
    program = machine.program("work/venv/bin/notebook-tray")
    program.chmod(0o644)
    _refused(machine.surroundings("work/venv", program), "not installed")


def test_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)  # looked for once in a process's life
    here = Surroundings.here()
    assert (here.platform, here.executable, here.frozen) == (sys.platform, Path(sys.executable), False)
    assert Path(sysconfig.get_path("scripts")) in here.scripts
    assert tmp_path in here.temporary


def _frozen(machine: Machine, program: Path, argv0: str) -> Surroundings:
    return machine.surroundings("none", argv0, executable=program, frozen=True, scripts=())


def _refused(about: Surroundings, words: str) -> TrayError:
    with pytest.raises(TrayError) as refused:
        login_command(about)
    assert words in refused.value.problem.message
    assert "notebook-tray autostart on" in refused.value.problem.remedy
    assert (refused.value.problem.kind, refused.value.status) == (Kind.DESKTOP, ExitStatus.NO_DESKTOP)
    return refused.value
