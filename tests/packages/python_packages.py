"""The wheel and the sdist: the same twice, and installed by pip and by pipx, with nothing from a network."""

from __future__ import annotations

import os
import re
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.packages.built import Built, python_packages
from tests.packages.machine import ROOT
from tests.packages.session import session
from tests.packages.table import Table
from tests.support.desktop_files import validate
from tests.support.installations import Index, Pipx, Venv
from tests.support.processes import end_process
from tests.support.products import Release
from tests.support.session import private_environment
from tests.support.waiting import wait_until

# A sample of the demo that runs.
NOTEBOOK = re.compile("^churn-model — Running")
OPENS = re.compile("^JupyterLab for 1 h")


def sources(table: Table, built: Built, folder: Path) -> None:
    """See that both can be built again, byte by byte, and the wheel from the sdist."""
    with table.package("sdist") as steps:
        with steps.step("the same bytes, built again in another folder") as notes:
            again = folder / "again"
            python_packages(ROOT, again)
            for file in (built.wheel, built.sdist):
                assert (again / file.name).read_bytes() == file.read_bytes(), f"{file.name} differs"
                notes.append(file.name)
        with steps.step("the wheel that is built from it is the same") as notes:
            unpacked = folder / "unpacked"
            with tarfile.open(built.sdist) as archive:
                archive.extractall(unpacked, filter="data")
            (source,) = unpacked.iterdir()
            python_packages(source, folder / "from sdist")
            assert (folder / "from sdist" / built.wheel.name).read_bytes() == built.wheel.read_bytes()


def installed(table: Table, built: Built, newer: Release, folder: Path) -> None:
    """Install the wheel, run it, upgrade it under a running tray, and remove it."""
    wheels = (built.wheel, newer.wheel())
    for way, origin in ((Venv, "installed by pip"), (Pipx, "installed by pipx")):
        with table.package(f"wheel, {way.__name__.lower()}") as steps, _person(folder / way.__name__) as home:
            installation = way(home, Index(folder / way.__name__ / "index", wheels))
            before = _files(home)
            with steps.step("installed without a network") as notes:
                installation.install()
                notes.append(_says(installation.program, "--version"))
                assert notes[0] == f"notebook-tray {built.version} ({origin})"
            with steps.step("desktop-entry on: a valid entry, an icon, and both go again") as notes:
                _says(installation.program, "desktop-entry", "on")
                share = home / ".local" / "share"
                entry = share / "applications" / "notebook-tray.desktop"
                assert validate(entry) == ""
                assert f"Exec={installation.program}".encode() in entry.read_bytes().replace(b'"', b"")
                assert (share / "icons" / "hicolor" / "48x48" / "apps" / "notebook-tray.png").is_file()
                _says(installation.program, "desktop-entry", "off")
                assert not [path for path in share.rglob("*notebook-tray*") if "pipx" not in path.parts]
            with session(Path("/"), str(folder / way.__name__ / "bus"), folder / "bus.log") as own:
                environment = {**os.environ, **own.environment}
                with steps.step("demo: the icon, its menu, and a notebook opened") as notes:
                    demo = subprocess.Popen([installation.program, "demo"], env=environment)
                    with _ended(demo), own.tray() as menu:
                        menu.wait_for_entry(NOTEBOOK)
                        seen = own.opens(menu, NOTEBOOK, OPENS)
                        assert "200" in seen.splitlines(), seen
                        notes.append(" ".join(seen.splitlines()[:-1])[:60])
                with steps.step("upgraded under the running tray, which starts anew") as notes:
                    tray = subprocess.Popen([installation.program, "--autostarted"], env=environment)
                    with _ended(tray):
                        with own.tray() as menu:
                            menu.wait_for_entry("Quit")
                        log = home / ".local" / "state" / "notebook-tray" / "log" / "notebook-tray.log"
                        installation.upgrade()
                        wait_for_version(log, newer.version)
                        assert tray.poll() is None, "it is the same process"
                        with own.tray() as menu:
                            menu.wait_for_entry("Quit")
                        notes.append(" → ".join(versions(log)[-2:]))
            with steps.step("removed: nothing of it is left") as notes:
                _says(installation.program, "uninstall", "--yes", status=None)
                installation.uninstall()
                left = {path for path in _files(home) - before if not path.startswith((".cache", ".local/share/pipx"))}
                assert not {path for path in left if "notebook" in path}, left
                notes.append(f"{len(left)} files of the installer's own" if left else "")


@contextmanager
def _person(folder: Path) -> Iterator[Path]:
    """Have a home, and an environment that leads there, for as long as the block lasts."""
    folder.mkdir(parents=True)
    before = dict(os.environ)
    environment = private_environment(folder)
    try:
        # Programs in a temporary folder are not started at login; this one stands for a home, which lasts.
        os.environ.update(environment, XDG_CONFIG_DIRS=str(folder / "etc"))
        os.environ.pop("PYTHONPATH", None)  # it may lead to the checkout, and not to what is installed
        yield Path(environment["HOME"])
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        end_process(process)


def _says(program: Path, *args: str, status: int | None = 0) -> str:
    ran = subprocess.run([program, *args], capture_output=True, text=True, check=False, timeout=120)
    assert status is None or ran.returncode == status, ran.stdout + ran.stderr
    return ran.stdout.strip()


def _files(home: Path) -> set[str]:
    return {str(path.relative_to(home)) for path in home.rglob("*") if not path.is_dir()}


def wait_for_version(log: Path, version: str) -> None:
    """Wait until a version has started, as the log tells: it is looked for once a minute."""
    wait_until(lambda: versions(log)[-1:] == [version], lambda: f"{version}; there were {versions(log)}", seconds=200)


def versions(log: Path) -> list[str]:
    """Return the versions that have started, as the log tells."""
    text = log.read_text("utf-8") if log.exists() else ""
    return re.findall(r"INFO.*Notebook Tray ([\w.]+)$", text, re.MULTILINE)
