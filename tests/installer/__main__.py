"""The installer for Windows under Wine, from the silent installation to the last trace of it.

    python -m tests.installer SETUP NEWER-SETUP [MSI]

`packaging/windows/test-installer.sh` builds what it is given, makes a prefix without Python, and says where that is. The
real parts: the installer, the frozen program, Wine's registry, Start menu, taskbar and Credential Manager, boto3, and a
mouse. AWS is the embedded endpoint.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.installer.computer import EIGHT_BITS, UNINSTALL, Computer, computer
from tests.installer.table import Table
from tests.installer.traces import Traces
from tests.support.endpoint import running_endpoint
from tests.support.waiting import wait_until
from tests.support.wine import path_with_browser, persons_home, windows_path
from tests.windows.under_wine.test_tray import CHURN_MODEL, FOR_TWO_HOURS, PRESIGN, QUIT, ROWS
from tray.demo.sample import sample_profiles, sample_world, write_sample_files

LIST = "installed-files.txt"
# What build-installer.sh has put into the newer one, and taken out of it: test-installer.sh.
ONLY_NEWER, ONLY_OLDER = r"_internal\only-newer.txt", r"_internal\only-older.txt"
NEWER_INSTALLED, NEEDS_ADMINISTRATOR = 1638, 740
FOR_ALL = r"C:\Program Files\Notebook Tray"
ELSEWHERE = r"C:\Tools of the company"


def listed(here: Computer, folder: str) -> set[str]:
    """Return what the list of installed files names."""
    return set(here.path(rf"{folder}\{LIST}").read_text("ascii").splitlines())


def check_files(here: Computer, folder: str, *, more: set[str] | None = None) -> None:
    """Check that there are the listed files, and no others."""
    root = here.path(folder)
    there = {str(path.relative_to(root)).replace("/", "\\") + ("\\" if path.is_dir() else "") for path in root.rglob("*")}
    assert there == listed(here, folder) | {LIST, "uninstall.exe"} | (more or set())


def install(here: Computer, setup: Path, version: str) -> None:
    """Install for the user, silently, and with the start at login."""
    folder = here.for_user
    assert here.install(setup, "/AUTOSTART=1") == 0
    check_files(here, folder)
    assert rf"{ONLY_OLDER}" in listed(here, folder)
    entry = {name: here.value(name) for name in ("DisplayName", "DisplayVersion", "Publisher", "InstallLocation")}
    assert entry == {
        "DisplayName": "Notebook Tray",
        "DisplayVersion": version,
        "Publisher": "The Notebook Tray developers",
        "InstallLocation": folder,
    }
    kibibytes = sum(file.stat().st_size for file in here.path(folder).rglob("*") if file.is_file()) // 1024
    assert kibibytes <= int(here.value("EstimatedSize"), 16) <= 2 * kibibytes
    assert here.path(here.link()).is_file()
    assert here.starts_at_login() == rf'"{folder}\notebook-trayw.exe" --autostarted'
    assert not here.value("DisplayName", "HKLM")
    said = here.run(folder, "--version")
    assert said.stdout.split() == ["notebook-tray", version], said


def open_notebook(here: Computer) -> None:
    """Start the tray from the link in the Start menu, and open a notebook instance by clicks."""
    imported = here.run(here.for_user, "profiles", "import", "research")
    assert (imported.returncode, imported.stdout) == (0, "research: imported\n"), imported.stderr
    here.desktop.watch_nothing()
    here.desktop.start_windows("start.exe", here.link())
    wait_until(lambda: here.endpoint.recorder.calls("ListNotebookInstances"), "the list to be asked for")
    menu = here.desktop.open_menu_of(ROWS)
    here.desktop.keep_picture("installed")
    here.desktop.choose(here.desktop.open_submenu(menu, CHURN_MODEL), FOR_TWO_HOURS)
    visit = wait_until(lambda: here.record.exists() and here.record.read_text(), "a browser")
    arguments, status, location = json.loads(visit)
    (presigned,) = here.endpoint.recorder.calls(PRESIGN)
    assert presigned.parameters["NotebookInstanceName"] == "churn-model"
    assert (len(arguments), status, "authToken=" in location) == (1, 303, True)


def upgrade(here: Computer, setup: Path, version: str) -> None:
    """Install the newer version over the running copy, which is started anew."""
    before = here.tray_process()
    assert before
    # A program that doesn't end: it keeps its files, which are put aside.
    demo = here.desktop.start_windows(rf"{here.for_user}\notebook-trayw.exe", "demo")
    wait_until(lambda: len(here.programs("notebook-trayw.exe")) == 2, "the demo")
    assert here.install(setup) == 0
    assert here.value("DisplayVersion") == version
    check = listed(here, here.for_user)
    assert (ONLY_NEWER in check, ONLY_OLDER in check) == (True, False)
    aside = {name for name in here.names(here.for_user) if name.startswith("replaced")}
    assert len(aside) > 1, "what the demo had open"
    check_files(here, here.for_user, more=aside)
    assert here.starts_at_login() == rf'"{here.for_user}\notebook-trayw.exe" --autostarted'
    wait_until(lambda: here.is_running(here.for_user), "the tray to be started again")
    assert here.tray_process() != before
    assert demo.poll() is None, "the demo goes on"


STEPS: list[tuple[str, Callable[..., None]]] = []


def main() -> int:
    """Do all steps, and print the table; return the exit status."""
    setup, newer = (Path(name).resolve() for name in sys.argv[1:3])
    table = Table()
    samples = sample_profiles()
    try:
        with tempfile.TemporaryDirectory() as folder, running_endpoint(sample_world(samples), jupyter=False) as endpoint:
            aws = persons_home() / ".aws"
            aws.mkdir(parents=True, exist_ok=True)
            files = write_sample_files(aws, endpoint.url, samples)
            record = Path(folder, "visit.json")
            environment = {**files.environment, "PATH": path_with_browser(Path(folder, "bin"), record)}
            with computer(endpoint, environment, record) as here:
                walk(here, table, setup, newer)
    finally:
        print(f"\n{table.text()}", flush=True)
    return 0
