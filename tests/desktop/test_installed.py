"""Start at login for each way of installing: what the entry starts, after an upgrade and after a removal too.

The program is built and installed by the real builders and installers, and started from its autostart entry by GLib.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from tests.support.cloud import sample_cloud
from tests.support.desktop_files import validate
from tests.support.installations import (
    Deb,
    Frozen,
    Index,
    Installation,
    LinkedFrozen,
    Pipx,
    PipxByForce,
    UvTool,
    Venv,
)
from tests.support.menu_client import MenuClient, menu_client
from tests.support.processes import end_all_with, pids_with
from tests.support.products import Release, freeze, releases
from tests.support.secret_service import secret_service
from tests.support.stub_watcher import StubWatcher
from tests.support.systemd_autostart import generated_units
from tests.support.waiting import wait_until
from tray import __version__
from tray.model.problems import ExitStatus

pytestmark = [
    pytest.mark.only_on("linux"),
    pytest.mark.timeout(600),  # what is installed is built first
]

ROOT = Path(__file__).parents[2]
AT_LOGIN = "--autostarted"
NOTEBOOK = "churn-model — Running"

Releases = tuple[Release, Release]
Paths = tuple[Path, Path]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Releases]:
    folder = tmp_path_factory.mktemp("releases")
    yield releases(folder)
    shutil.rmtree(folder)  # some 400 MB, which pytest would keep for three runs


@pytest.fixture(scope="module")
def wheels(released: Releases) -> Paths:
    older, newer = released
    return older.wheel(), newer.wheel()


@pytest.fixture(scope="module")
def frozen(released: Releases) -> Paths:
    freeze(released)
    older, newer = released
    return older.frozen, newer.frozen


@pytest.fixture(scope="module")
def debs(released: Releases, frozen: Paths) -> Paths:
    older, newer = released
    return older.deb(), newer.deb()


def test_the_wheel_has_nothing_that_only_tests_use(wheels: Paths) -> None:
    only_tests = {path.name for path in (Path(__file__).parents[1] / "support" / "endpoint").glob("[a-z]*.py")}
    assert "faults.py" in only_tests
    for wheel in wheels:
        files = [PurePosixPath(name) for name in zipfile.ZipFile(wheel).namelist()]
        assert PurePosixPath("tray/demo/endpoint.py") in files
        assert not [file for file in files if "tests" in file.parts]
        assert not [file for file in files if file.parts[:2] == ("tray", "demo") and file.name in only_tests]


# Each by what is installed; the fixtures of these names build it.
WAYS = [
    (Pipx, "wheels"),
    (PipxByForce, "wheels"),
    (UvTool, "wheels"),
    (Venv, "wheels"),
    (Frozen, "frozen"),
    (LinkedFrozen, "frozen"),
    (Deb, "debs"),
]


@pytest.fixture(params=WAYS, ids=[way.__name__ for way, _ in WAYS])
def installation(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> Iterator[Installation]:
    way, given = request.param
    products = request.getfixturevalue(given)
    if way is Deb:
        yield Deb(tmp_path / "machine", products)
    else:
        yield way(home, Index(tmp_path / "index", products) if given == "wheels" else products)
    # Likewise; the log stays.
    for folder in (
        tmp_path / "machine",
        *(home / name for name in (".cache", ".local/share", "tools", "Applications")),
    ):
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Person:
    """Somebody who has the program installed: their session, and a browser that notes what it is given."""

    installation: Installation
    folder: Path
    bus_address: str

    @property
    def entry(self) -> Path:
        return Path(os.environ["XDG_CONFIG_HOME"]) / "autostart" / "notebook-tray.desktop"

    @property
    def opened(self) -> Path:
        """The environment that the browser was started in."""
        return self.folder / "opened"

    @property
    def session_log(self) -> Path:
        """What programs print that the session starts."""
        return self.folder / "session.log"

    def types(self, *args: str) -> str:
        """Return what `notebook-tray ARGS` says, started by its name."""
        path = f"{self.installation.program.parent}:{os.environ['PATH']}"
        ran = self._run("notebook-tray", *args, environment={**os.environ, "PATH": path})
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout

    def autostart(self) -> dict[str, Any]:
        status: dict[str, Any] = json.loads(self.types("autostart", "status", "--json"))
        return status

    def another_copy_says(self) -> tuple[int, dict[str, Any]]:
        """Return the exit status and the report of `autostart status`, of a copy that was not removed."""
        ran = self._run(sys.executable, "-m", "tray", "autostart", "status", "--json")
        return ran.returncode, json.loads(ran.stdout)

    @contextmanager
    def logged_in(self, version: str) -> Iterator[MenuClient]:
        """Log in: the entry starts this version of the program, which shows its icon. It is quit from its menu."""
        mark = f"TEST_LOGIN={self.folder}"
        name, _, value = mark.partition("=")
        with StubWatcher(self.bus_address) as watcher:
            try:
                command = self.log_in({**os.environ, name: value})
                assert command == [str(self.installation.program), AT_LOGIN]
                watcher.wait_for_item()
                (process,) = pids_with(mark)
                assert Path(f"/proc/{process}/cmdline").read_bytes().endswith(b"\0%b\0" % os.fsencode(AT_LOGIN))
                with menu_client(self.bus_address) as menu:
                    menu.wait_for_entry("Start at login")
                    assert self._logged_versions()[-1] == version
                    yield menu
                    menu.click("Quit")
                wait_until(lambda: not pids_with(mark), "the program to end")
                assert self.session_log.read_text(encoding="utf-8") == ""
            finally:
                end_all_with(mark)

    def log_in(self, environment: dict[str, str] | None = None) -> list[str] | None:
        """Have the entry started as a desktop does it; return what was started, None for nothing."""
        login = (sys.executable, "-m", "tests.support.login")
        ran = self._run(*login, self.entry, self.session_log, environment=environment, folder=ROOT)
        assert (ran.returncode, ran.stderr) == (0, "")
        started: list[str] | None = json.loads(ran.stdout)
        return started

    def try_exec_is_found(self) -> bool:
        """Whether those desktops take the entry for that of an installed program which look at TryExec alone."""
        (program,) = re.findall("^TryExec=(.*)$", self.entry.read_text(encoding="utf-8"), re.MULTILINE)
        return self._run("test", "-x", program).returncode == 0

    def systemd_starts(self) -> list[str]:
        """Return what GNOME's and Plasma's sessions start, which leave it to systemd."""
        units = generated_units(Path(tempfile.mkdtemp(dir=self.folder)), within=self.installation.within)
        return re.findall("^ExecStart=:?(.*)$", units.get("notebook-tray", ""), re.MULTILINE)

    def _logged_versions(self) -> list[str]:
        log = Path(os.environ["XDG_STATE_HOME"]) / "notebook-tray" / "log" / "notebook-tray.log"
        return re.findall("Notebook Tray (.*)$", log.read_text(encoding="utf-8"), re.MULTILINE)

    def _run(
        self, *command: str | Path, environment: dict[str, str] | None = None, folder: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.installation.within(*command),
            env=environment,
            cwd=folder or Path.home(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def person(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Person]:
    # Not tmp_path, which has the test's name in it: the paths of sockets are short.
    folder = tmp_path_factory.mktemp("person")
    with sample_cloud(folder) as cloud, secret_service(folder / "keyring") as keyring:
        cloud.into(monkeypatch)
        monkeypatch.setenv("TMPDIR", str(folder / "tmp"))  # the test's own folder is to pass for one that lasts
        (folder / "tmp").mkdir()
        monkeypatch.setenv("XDG_CONFIG_DIRS", str(folder / "etc"))
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", keyring.address)
        browser = folder / "browser"
        browser.write_text(f'#!/bin/sh\nenv >"{folder}/new" && mv "{folder}/new" "{folder}/opened"\n')
        browser.chmod(0o755)
        monkeypatch.setenv("BROWSER", f"{browser} %s")
        yield Person(installation, folder, keyring.address)


def test_the_entry_starts_what_is_installed_and_outlives_an_upgrade(person: Person, released: Releases) -> None:
    older, newer = released
    program = str(person.installation.program)
    on = {"version": 1, "state": "on", "starts": True, "place": str(person.entry), "command": [program, AT_LOGIN]}
    on["disabled_by"] = None

    person.installation.install()
    assert person.types("--version").startswith(f"notebook-tray {older.version} (")
    assert person.autostart()["state"] == "off"
    person.types("profiles", "import", "research", "--region", "eu-west-1")
    person.types("autostart", "on")
    assert person.autostart() == on
    assert person.try_exec_is_found()
    (starts,) = person.systemd_starts()
    assert starts.replace('"', "") == f"{program} {AT_LOGIN}"
    entry = person.entry.read_text(encoding="utf-8")
    with person.logged_in(older.version) as menu:
        lists_and_opens_notebooks(person, menu)
        is_switched_in_the_menu(person, menu)
    assert person.entry.read_text(encoding="utf-8") == entry

    person.installation.upgrade()
    assert person.types("--version").startswith(f"notebook-tray {newer.version} (")
    assert person.autostart() == on
    with person.logged_in(newer.version) as menu:
        menu.wait_for_entry(NOTEBOOK)
        assert menu.layout().find("Start at login").checked
    assert person.entry.read_text(encoding="utf-8") == entry

    person.installation.uninstall()
    assert person.another_copy_says() == (ExitStatus.NO_DESKTOP, {**on, "state": "gone", "starts": False})
    assert not person.try_exec_is_found()
    assert person.systemd_starts() == []
    assert person.log_in() is None


def lists_and_opens_notebooks(person: Person, menu: MenuClient) -> None:
    """See that all of it is there: keyring, AWS, and a browser in the person's own environment."""
    menu.wait_for_entry(NOTEBOOK, "Open JupyterLab (4 h)")
    menu.click(NOTEBOOK, "Open JupyterLab (4 h)")
    wait_until(person.opened.exists, "the browser to be started")
    environment = dict(line.partition("=")[::2] for line in person.opened.read_text(encoding="utf-8").splitlines())
    found = [environment.get(name) for name in ("HOME", "LD_LIBRARY_PATH")]
    assert found == [os.environ.get(name) for name in ("HOME", "LD_LIBRARY_PATH")]
    assert [name for name in environment if name.startswith(("_PYI", "LD_LIBRARY_PATH_ORIG"))] == []


def is_switched_in_the_menu(person: Person, menu: MenuClient) -> None:
    """See the menu write the entry too."""
    assert menu.layout().find("Start at login").checked
    menu.click("Start at login")
    wait_until(lambda: not person.entry.exists(), "the entry to be removed")
    menu.wait_for(lambda root: not root.find("Start at login").checked)
    menu.click("Start at login")
    menu.wait_for(lambda root: root.find("Start at login").checked)


def test_the_application_menu_entry_of_the_debian_package(debs: Paths, tmp_path: Path) -> None:
    share = unpacked(debs[0], tmp_path) / "share"
    assert validate(share / "applications" / "notebook-tray.desktop") == ""
    assert (share / "icons" / "hicolor" / "scalable" / "apps" / "notebook-tray.svg").is_file()


def test_the_wheel_has_the_texts_of_its_own_licenses(wheels: Paths) -> None:
    with zipfile.ZipFile(wheels[0]) as wheel:
        info = f"notebook_tray-{__version__}.dist-info"
        assert "License-Expression: MIT AND Apache-2.0" in wheel.read(f"{info}/METADATA").decode()
        assert wheel.read(f"{info}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
        assert b"Apache License" in wheel.read(f"{info}/licenses/tray/aws/data/LICENSE.txt")


def test_the_frozen_program_has_the_texts_of_all_that_is_in_it(frozen: Paths) -> None:
    inside = frozen[0] / "_internal"
    index = json.loads((inside / "licenses" / "index.json").read_text("utf-8"))
    names = {part["name"] for part in index}
    assert {"notebook-tray", "python", "pyinstaller", "pystray", "python-xlib", "botocore", "libssl"} <= names
    assert [name for name in names if not any((inside / "licenses" / name).iterdir())] == []
    words = (inside / "licenses" / "README.txt").read_text("utf-8")
    assert "pystray and python-xlib are libraries under the GNU Lesser General Public License" in words
    for name, text in (("pystray", "LESSER GENERAL PUBLIC LICENSE"), ("python-xlib", "LESSER GENERAL PUBLIC LICENSE")):
        assert text in "".join(file.read_text("utf-8") for file in (inside / "licenses" / name).iterdir())
    # Nothing under the GPL, and no library that the list doesn't have.
    libraries = {file.name.partition(".so")[0] for file in inside.glob("lib*.so*") if not file.is_symlink()}
    assert not {"libreadline", "libgdbm"} & libraries
    assert {name for name in libraries if not name.startswith("libpython")} <= names


def test_the_libraries_under_the_lgpl_can_be_replaced(frozen: Paths, tmp_path: Path) -> None:
    folder = tmp_path / "notebook-tray"
    shutil.copytree(frozen[0], folder, symlinks=True)
    for module in ("pystray", "Xlib"):
        assert (folder / "_internal" / module / "__init__.py").is_file()
    with (folder / "_internal" / "pystray" / "__init__.py").open("a", encoding="utf-8") as source:
        source.write("\nraise SystemExit('a pystray that the user has changed')\n")
    ran = subprocess.run([folder / "notebook-tray"], capture_output=True, text=True, timeout=60, check=False)
    shutil.rmtree(folder)
    assert "a pystray that the user has changed" in ran.stderr


def test_the_debian_package_has_the_texts(debs: Paths, tmp_path: Path) -> None:
    documents = unpacked(debs[0], tmp_path) / "share" / "doc" / "notebook-tray"
    words = (documents / "copyright").read_text("utf-8")
    assert "Permission is hereby granted, free of charge" in words
    assert "\nFiles: pystray\nCopyright:\n Moses Palmér\nLicense: LGPL-3.0-only\n" in words
    assert (documents / "licenses" / "pystray" / "COPYING.LGPL").is_file()


def unpacked(package: Path, folder: Path) -> Path:
    """Return /usr of a Debian package, without its programs."""
    whole = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], check=True, capture_output=True, timeout=120)
    wanted = ("./usr/share", "./usr/lib/notebook-tray/_internal/licenses")
    subprocess.run(["tar", "-x", "-C", folder, *wanted], check=True, input=whole.stdout, timeout=120)
    return folder / "usr"
