"""The Debian package, in a Debian of its own without a network: checked, installed, run, upgraded, purged."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.packages.built import Built
from tests.packages.machine import HOME, USER, Machine, debian, machine
from tests.packages.python_packages import NOTEBOOK, OPENS, versions, wait_for_version
from tests.packages.session import session
from tests.packages.table import MissingError, Steps, Table
from tests.support.desktop_files import validate
from tests.support.products import Release

_BUS = "/srv/session"
_AUTOSTART = "/usr/share/notebook-tray/autostart/notebook-tray.desktop"
_SYSTEM_WIDE = "/etc/xdg/autostart/notebook-tray.desktop"


def looked_at(table: Table, built: Built, again: Release, folder: Path) -> None:
    """See that it can be built again, and what the checkers of its parts say."""
    with table.package(".deb") as steps:
        with steps.step("the same bytes, built again in another folder") as notes:
            differing = _differing(built.deb.parent / "notebook-tray", again.frozen)
            assert not differing, f"the frozen program differs: {differing[:5]}"
            whole = _whole(again)
            assert whole.read_bytes() == built.deb.read_bytes(), "the package differs"
            notes.append(f"{built.deb.stat().st_size / 1e6:.0f} MB")
        with steps.step("no conffile, and one script alone: postrm") as notes:
            control = folder / "control"
            subprocess.run(["dpkg-deb", "--control", built.deb, control], check=True)
            assert sorted(file.name for file in control.iterdir()) == ["control", "md5sums", "postrm"]
        unpacked = folder / "unpacked deb"
        subprocess.run(["dpkg-deb", "--extract", built.deb, unpacked], check=True)
        share = unpacked / "usr" / "share"
        with steps.step("lintian: no error") as notes:
            said = _said("lintian", "--allow-root", "--fail-on", "error", "--tag-display-limit", "0", built.deb)
            notes.append(f"{len(said.splitlines())} remarks")
        with steps.step("desktop-file-validate, appstreamcli, man"):
            assert validate(share / "applications" / "notebook-tray.desktop") == ""
            assert validate(unpacked / _AUTOSTART.removeprefix("/")) == ""
            (metainfo,) = (share / "metainfo").iterdir()
            _said("appstreamcli", "validate", "--no-net", "--explain", metainfo)
            page = share / "man" / "man1" / "notebook-tray.1.gz"
            assert _said("man", "--warnings", "--encoding=UTF-8", "--local-file", page, errors=True) == ""
        with steps.step("completions are what their shells can read"):
            _said("bash", "-n", share / "bash-completion" / "completions" / "notebook-tray")
            assert (share / "zsh" / "vendor-completions" / "_notebook-tray").read_text().startswith("#compdef ")
            assert "complete " in (share / "fish" / "vendor_completions.d" / "notebook-tray.fish").read_text()


def installed(table: Table, built: Built, newer: Release, folder: Path) -> None:
    """Install, run, upgrade and purge it."""
    deb = newer.deb()
    with table.package(".deb, installed") as steps:
        with steps.step("a fresh Debian"):
            archive = debian("debian")
        with machine(archive) as fresh:
            before = fresh.files()
            for name, file in (("older.deb", built.deb), ("newer.deb", deb)):
                shutil.copy(file, fresh.root / "srv" / name)
            before |= {f"srv/{name}": fresh.files()[f"srv/{name}"] for name in ("older.deb", "newer.deb")}
            with steps.step("dpkg --install, without a network") as notes:
                fresh.run("dpkg", "--install", "/srv/older.deb")
                assert fresh.run("dpkg", "--verify", "notebook-tray") == ""
                notes.append(fresh.run("notebook-tray", "--version", user=USER).strip())
            _runs(fresh, steps, newer, folder)
            with steps.step("purged: the files are those from before") as notes:
                fresh.run("ln", "-sf", _AUTOSTART, _SYSTEM_WIDE)
                fresh.run("dpkg", "--purge", "notebook-tray")
                shutil.rmtree(fresh.root / _BUS.removeprefix("/"))
                after = fresh.files()
                differ = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
                # The folder that the administrator has made for the link.
                differ = [path for path in differ if path not in ("etc", "etc/xdg", "etc/xdg/autostart", "srv")]
                assert not differ, differ[:10]
                notes.append(f"{len(after)} files")


def _runs(fresh: Machine, steps: Steps, newer: Release, folder: Path) -> None:
    log = folder / "debian.log"
    with session(fresh.root, _BUS, folder / "debian-bus.log") as own:
        with steps.step("demo: the icon, its menu, and a notebook opened") as notes:
            demo = fresh.start("notebook-tray", "demo", user=USER, environment=own.environment, log=log)
            with own.tray() as menu:
                menu.wait_for_entry(NOTEBOOK)
                seen = own.opens(menu, NOTEBOOK, OPENS)
                assert "200" in seen.splitlines(), seen
                notes.append(" ".join(seen.splitlines()[:-1])[:60])
                menu.click("Quit")
            assert demo.wait(60) == 0
        with steps.step("autostart, desktop-entry and doctor know the package") as notes:

            def says(*args: str, statuses: tuple[int, ...] = (0,)) -> str:
                return fresh.run("notebook-tray", *args, user=USER, environment=own.environment, statuses=statuses)

            assert says("autostart", "status") == "off\n"
            fresh.run("mkdir", "-p", str(Path(_SYSTEM_WIDE).parent))
            fresh.run("ln", "-s", _AUTOSTART, _SYSTEM_WIDE)
            assert says("autostart", "status").startswith("on: /usr/bin/notebook-tray --autostarted\n")
            says("autostart", "off")
            assert says("autostart", "status") == "off\n"
            says("autostart", "on")
            # The package's menu entry is there for all: this user needs none of their own.
            own_entry = fresh.root / HOME.removeprefix("/") / ".local/share/applications/notebook-tray.desktop"
            assert not own_entry.exists()
            assert "Traceback" not in says("doctor", statuses=(0, 1))
            fresh.run("rm", _SYSTEM_WIDE)
        with steps.step("upgraded under the running tray, which starts anew") as notes:
            environment = {**own.environment}
            tray = fresh.start("notebook-tray", "--autostarted", user=USER, environment=environment, log=log)
            with own.tray() as menu:
                menu.wait_for_entry("Quit")
            fresh.run("dpkg", "--install", "/srv/newer.deb")
            state = fresh.root / HOME.removeprefix("/") / ".local/state/notebook-tray/log/notebook-tray.log"
            wait_for_version(state, newer.version)
            assert tray.poll() is None, "it is the same process"
            with own.tray() as menu:
                menu.wait_for_entry("Quit")
                menu.click("Quit")
            assert tray.wait(60) == 0
            notes.append(" → ".join(versions(state)[-2:]))
        with steps.step("uninstall keeps nothing of the user's") as notes:
            # There is no keyring in this session: it says so, and removes the rest.
            fresh.run("notebook-tray", "uninstall", "--yes", user=USER, environment=own.environment, statuses=(0, 1, 4))
            home = fresh.root / HOME.removeprefix("/")
            left = sorted(str(path.relative_to(home)) for path in home.rglob("*notebook-tray*"))
            assert not left, left


def _whole(release: Release) -> Path:
    """Build a release's package as `make deb` does, compressed."""
    script = release.source / "packaging" / "linux" / "build-deb.sh"
    ran = subprocess.run(
        [script, release.frozen, release.source / "whole"],
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(ran.stdout.strip())


def _differing(one: Path, other: Path) -> list[str]:
    """Return the files in which two folders differ."""
    files = {path.relative_to(folder) for folder in (one, other) for path in folder.rglob("*") if path.is_file()}
    return sorted(str(file) for file in files if not _same(one / file, other / file))


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()


def _said(*command: str | Path, errors: bool = False) -> str:
    """Run a checker, and return what it says: on standard error alone with `errors`.

    :raises MissingError: it isn't installed
    """
    if shutil.which(str(command[0])) is None:
        raise MissingError(f"{command[0]} is not installed (packaging/linux/package-tools.sh)")
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    said = re.sub(r"(?m)^N: .*\n?", "", ran.stdout + ran.stderr)
    assert ran.returncode == 0, said[-3000:]
    return ran.stderr if errors else said
