"""The installer for Windows under Wine, from the silent installation to the last trace of it.

    python -m tests.installer SETUP NEWER-SETUP [MSI NEWER-MSI]

`packaging/windows/test-installer.sh` builds what it is given, makes a prefix without Python, and says where that is.
The real parts: the installers, the frozen program, Wine's registry, Start menu, taskbar and Credential Manager, boto3,
and a mouse. AWS is the embedded endpoint.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.installer.computer import EIGHT_BITS, NAME, Computer, computer
from tests.installer.table import Table
from tests.installer.traces import Traces
from tests.support.endpoint import running_endpoint
from tests.support.waiting import wait_until
from tests.support.wine import RUN_KEY, path_with_browser, persons_home, windows_path
from tests.support.wine_screen import Menu
from tests.windows.under_wine.test_tray import CHURN_MODEL, FOR_TWO_HOURS, PRESIGN, ROWS
from tray import __version__
from tray.demo.sample import sample_profiles, sample_world, write_sample_files

LIST = "installed-files.txt"
# What test-installer.sh has put into the newer one, and taken out of it.
NEWER = "99.0.0"
ONLY_NEWER, ONLY_OLDER = r"_internal\only-newer\file.txt", r"_internal\only-older\file.txt"
NEWER_IS_INSTALLED = 1638
SETUP, MSI = "setup.exe", "MSI"
FOR_ALL = rf"C:\Program Files\{NAME}"
ELSEWHERE = r"C:\Tools"  # NSIS takes no quotes, with which Wine hands on a name with blanks

# What Wine's Windows Installer keeps empty of its own, and the key that it takes away when its last value goes.
_INSTALLER = r"system.reg Software\\Microsoft\\Windows\\CurrentVersion\\Installer"
OF_WINES_MSI = (
    *(rf"+ system.reg Software\\Classes\\Installer\\{name}" for name in ("Features", "Products", "UpgradeCodes")),
    rf"+ {_INSTALLER}\\UpgradeCodes",
    *(rf"+ {_INSTALLER}\\UserData\\S-1-5-18\\{name}" for name in ("Components", "Products")),
    "+ windows/Installer",
    r"- system.reg Software\\Microsoft\\Windows\\CurrentVersion\\Run",
)


@dataclass
class Walk:
    """The steps, in their order; each leaves the computer as the next one finds it."""

    here: Computer
    table: Table
    before: Traces

    def go(self, setup: Path, newer: Path, *msis: Path) -> None:
        """Do them all."""
        here, step = self.here, self.table.step
        with step(SETUP, "install silently for the user, with the start at login"):
            self.install(setup)
        with step(SETUP, "start from the Start menu's link, open a notebook instance by clicks"):
            self.open_notebook()
        with step(SETUP, "upgrade over the running tray, while another program has its files open"):
            self.upgrade(newer)
        with step(SETUP, "refuse an older version"):
            assert here.install(setup) == NEWER_IS_INSTALLED & EIGHT_BITS
            assert (here.value("DisplayVersion"), ONLY_NEWER in listed(here, here.for_user)) == (NEWER, True)
        with step(SETUP, "uninstall under the running tray: profiles are kept, and nothing else"):
            self.uninstall()
        with step(SETUP, "install again: the profiles are there; uninstall with /PURGE=1: as before the first"):
            self.purge(setup)
        with step(SETUP, "install for everyone in a folder with somebody's file; uninstall: as before"):
            self.for_everyone(setup)
        if msis:
            with step(MSI, "install for everyone, start at login, upgrade, uninstall: as before"):
                self.msi(*msis)

    def install(self, setup: Path) -> None:
        """Install for the user alone."""
        here, folder = self.here, self.here.for_user
        assert here.install(setup, "/AUTOSTART=1") == 0
        check_files(here, folder)
        assert ONLY_OLDER in listed(here, folder)
        entry = {name: here.value(name) for name in ("DisplayName", "DisplayVersion", "Publisher", "InstallLocation")}
        assert entry == {
            "DisplayName": NAME,
            "DisplayVersion": __version__,
            "Publisher": "The Notebook Tray developers",
            "InstallLocation": folder,
        }
        kibibytes = sum(file.stat().st_size for file in here.path(folder).rglob("*") if file.is_file()) // 1024
        assert 0.9 * kibibytes <= int(here.value("EstimatedSize"), 16) <= 1.5 * kibibytes
        assert here.path(here.link()).is_file()
        assert here.starts_at_login() == at_login(folder)
        assert not here.value("DisplayName", "HKLM")
        said = here.run(folder, "--version")
        assert said.stdout.split()[:2] == ["notebook-tray", __version__], said

    def open_notebook(self) -> None:
        """Go the analyst's whole way."""
        here = self.here
        imported = here.run(here.for_user, "profiles", "import", "research")
        assert (imported.returncode, imported.stdout) == (0, "research: imported\n"), imported.stderr
        here.desktop.start_windows("start.exe", here.link())
        wait_until(lambda: here.endpoint.recorder.calls("ListNotebookInstances"), "the list to be asked for")

        def lengths() -> Menu | None:
            submenu = here.desktop.open_submenu(here.desktop.open_menu_of(ROWS), CHURN_MODEL)
            if len(submenu.rows) > FOR_TWO_HOURS:
                return submenu
            here.desktop.close_menu()  # a busy machine had drawn something else
            return None

        submenu = wait_until(lengths, "the session lengths")
        here.desktop.keep_picture("installed")
        here.desktop.choose(submenu, FOR_TWO_HOURS)
        visit = wait_until(lambda: here.record.exists() and here.record.read_text(), "a browser")
        arguments, status, location = json.loads(visit)
        (presigned,) = here.endpoint.recorder.calls(PRESIGN)
        assert presigned.parameters["NotebookInstanceName"] == "churn-model"
        assert (len(arguments), status, "authToken=" in location) == (1, 303, True)

    def upgrade(self, newer: Path) -> None:
        """Replace what runs: the tray is started anew, and a program that goes on keeps the files that it has open."""
        here, folder = self.here, self.here.for_user
        tray = here.tray()
        assert tray
        waiting = here.start_waiting(folder)
        # On the desktop, as by a double click: what it starts has its icon there.
        here.desktop.start_windows(windows_path(newer), "/S")
        wait_until(lambda: here.value("DisplayVersion") == NEWER, "the newer version", seconds=120, interval_seconds=1)
        wait_until(lambda: here.tray() not in ("", tray), "the tray to be started again")
        now = listed(here, folder)
        assert (ONLY_NEWER in now, ONLY_OLDER in now) == (True, False)
        aside = {name for name in names(here, folder) if name.startswith("replaced\\")}
        assert len(aside) > 1, "what the other has open"
        check_files(here, folder, more=aside)
        assert here.starts_at_login() == at_login(folder)
        wait_until(lambda: here.run(folder, "refresh").returncode == 0, "it to answer")
        assert waiting.poll() is None, "it goes on"
        waiting.communicate(b"", timeout=60)
        # With a line for what was opened last.
        here.desktop.open_menu_of(ROWS + 1)
        here.desktop.keep_picture("upgraded")
        here.desktop.close_menu()

    def uninstall(self) -> None:
        """Remove the program from under the running tray."""
        here, folder = self.here, self.here.for_user
        assert here.run(folder, "refresh").returncode == 0
        here.uninstall(folder)
        wait_until(lambda: not here.processes(), "the tray to end")
        left = self.here.traces().since(self.before)
        state = here.state.relative_to(here.drive).as_posix()
        kept = ("+ user.reg Software\\\\Wine\\\\Credential Manager\\\\", f"+ {state}")
        assert any(state in each for each in left)
        check_nothing([each for each in left if not each.startswith(kept)])

    def purge(self, setup: Path) -> None:
        """Remove all of it."""
        here, folder = self.here, self.here.for_user
        assert here.install(setup) == 0
        assert not here.starts_at_login()
        assert "research" in here.run(folder, "profiles", "list").stdout
        here.uninstall(folder, "/PURGE=1")
        check_nothing(here.traces().since(self.before))

    def for_everyone(self, setup: Path) -> None:
        """Install per machine, where an administrator wants it."""
        here = self.here
        theirs = here.path(rf"{ELSEWHERE}\_internal\theirs.txt")
        theirs.parent.mkdir(parents=True)
        theirs.write_text("theirs")
        before = here.traces()
        assert here.install(setup, "/ALLUSERS", "/AUTOSTART=1", f"/D={ELSEWHERE}") == 0
        check_files(here, ELSEWHERE, more={r"_internal\theirs.txt"})
        assert here.value("InstallLocation", "HKLM") == ELSEWHERE
        assert (here.value("DisplayName"), here.starts_at_login()) == ("", "")
        assert here.path(here.link(for_all=True)).is_file()
        assert here.starts_at_login("HKLM") == at_login(ELSEWHERE)
        assert here.run(ELSEWHERE, "autostart", "status").stdout.startswith("on: ")
        refused = here.run(ELSEWHERE, "autostart", "off")
        assert (refused.returncode, "everyone" in refused.stderr) == (3, True)
        here.uninstall(ELSEWHERE, "/PURGE=1")
        check_nothing(here.traces().since(before))
        assert theirs.read_text() == "theirs"
        theirs.unlink()
        theirs.parent.rmdir()
        theirs.parent.parent.rmdir()

    def msi(self, msi: Path, newer: Path) -> None:
        """Install as Intune does."""
        here = self.here
        for each, version in ((msi, __version__), (newer, NEWER)):
            assert here.msiexec("/i", each, "ADDLOCAL=ALL") == 0
            assert here.run(FOR_ALL, "--version").returncode == 0
            # Wine's Windows Installer has the user's Start menu in mind, whatever ALLUSERS says.
            assert any(here.path(here.link(for_all=for_all)).is_file() for for_all in (False, True))
            assert here.starts_at_login("HKLM") == at_login(FOR_ALL)
            assert here.path(rf"{FOR_ALL}\{ONLY_OLDER}").exists() == (version == __version__)
            assert here.path(rf"{FOR_ALL}\{ONLY_NEWER}").exists() == (version == NEWER)
        assert here.msiexec("/x", newer) == 0
        check_nothing([each for each in here.traces().since(self.before) if each not in OF_WINES_MSI])


def check_nothing(left: Sequence[str]) -> None:
    """Check that nothing is left, and nothing taken away."""
    assert not left, "\n".join(left)


def at_login(folder: str) -> str:
    """Return what a login starts."""
    return rf'"{folder}\notebook-trayw.exe" --autostarted'


def listed(here: Computer, folder: str) -> set[str]:
    """Return what the list of installed files names."""
    return set(here.path(rf"{folder}\{LIST}").read_text("ascii").splitlines())


def names(here: Computer, folder: str) -> set[str]:
    """Return what is in a folder, as the list has it."""
    root = here.path(folder)
    found = (
        str(path.relative_to(root)).replace("/", "\\") + ("\\" if path.is_dir() else "") for path in root.rglob("*")
    )
    return set(found)


def check_files(here: Computer, folder: str, *, more: set[str] | None = None) -> None:
    """Check that there are the listed files, and no others."""
    assert names(here, folder) == listed(here, folder) | {LIST, "uninstall.exe"} | (more or set())


def main() -> int:
    """Do all steps, and print the table; return the exit status."""
    packages = [Path(name).resolve() for name in sys.argv[1:]]
    table = Table()
    samples = sample_profiles()
    with tempfile.TemporaryDirectory() as folder, running_endpoint(sample_world(samples), jupyter=False) as endpoint:
        aws = persons_home() / ".aws"
        aws.mkdir(parents=True, exist_ok=True)
        files = write_sample_files(aws, endpoint.url, samples)
        record = Path(folder, "visit.json")
        environment = {**files.environment, "PATH": path_with_browser(Path(folder, "bin"), record)}
        try:
            with computer(endpoint, environment, record) as here:
                with table.step("Wine", "start a desktop, and note what is in the registry and on the disk"):
                    here.desktop.start_windows("cmd.exe", "/c", "exit").wait(60)
                    here.desktop.run_windows("reg", "add", RUN_KEY, "/f")  # as every Windows has it
                    before = here.traces()
                Walk(here, table, before).go(*packages)
        finally:
            print(f"\n{table.text()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
