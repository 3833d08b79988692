"""apt-install.sh and another program that holds apt's locks: seen with the real apt-get, in folders of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.support.waiting import wait_until

pytestmark = [
    pytest.mark.only_on("linux", reason="apt"),
    pytest.mark.skipif(not shutil.which("apt-get"), reason="apt-get is not installed"),
]

SCRIPT = Path(__file__).parents[2] / "packaging" / "linux" / "apt-install.sh"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give apt folders of its own, without sources; anybody may run it there."""
    for folder in ("dpkg", "state/lists/partial", "cache/archives/partial", "etc"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "dpkg" / "status").touch()
    settings = {
        "Dir::State": tmp_path / "state",
        "Dir::State::status": tmp_path / "dpkg" / "status",
        "Dir::Cache": tmp_path / "cache",
        "Dir::Etc": tmp_path / "etc",
        "APT::Sandbox::User": "root",
    }
    configuration = tmp_path / "apt.conf"
    configuration.write_text("".join(f'{name} "{value}";\n' for name, value in settings.items()))
    monkeypatch.setenv("APT_CONFIG", str(configuration))
    if os.geteuid() != 0:  # the script asks for root, which nothing here needs
        (tmp_path / "bin").mkdir()
        for name, text in (("id", "echo 0"), ("sudo", "exit 1")):
            (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
            (tmp_path / "bin" / name).chmod(0o700)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return tmp_path


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock as apt and dpkg do; apt-get is another process."""
    import fcntl

    with path.open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        yield


@contextmanager
def installing(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Have the script install a package that no source has."""
    with (folder / "said").open("wb") as said:
        script = subprocess.Popen([SCRIPT, "notebook-tray-no-such-package"], stdout=said, stderr=said)
        try:
            yield script
        finally:
            script.kill()
            script.wait()


def test_locks_are_waited_for_one_after_the_other_and_it_says_so(tree: Path) -> None:
    said = tree / "said"
    with ExitStack() as dpkg, ExitStack() as lists:
        dpkg.enter_context(held(tree / "dpkg" / "lock-frontend"))
        lists.enter_context(held(tree / "state" / "lists" / "lock"))  # as `apt-get update` does
        with installing(tree) as script:
            wait_until(lambda: "dpkg/lock-frontend. It is held by process" in said.read_text(), "it to wait for dpkg")
            assert script.poll() is None
            dpkg.close()
            wait_until(lambda: "lists/lock. It is held by process" in said.read_text(), "it to wait for the lists")
            assert script.poll() is None
            lists.close()
            assert script.wait(60) == 1
    assert said.read_text().count("Waiting, for up to 5 minutes, for another program") == 2
    assert "Unable to locate package" in said.read_text()


def test_without_another_program_nothing_is_waited_for(tree: Path) -> None:
    with installing(tree) as script:
        assert script.wait(60) == 1
    said = (tree / "said").read_text()
    assert "Unable to locate package notebook-tray-no-such-package" in said
    assert "Waiting" not in said


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="dpkg-query is not installed")
def test_a_package_of_two_architectures_that_is_there_is_not_installed_again(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DPKG_ADMINDIR", str(tree / "dpkg"))
    records = (
        f"Package: notebook-tray-no-such-package\nStatus: install ok installed\nArchitecture: {architecture}\n"
        "Multi-Arch: same\nMaintainer: nobody <nobody@example.com>\nVersion: 1\nDescription: there\n"
        for architecture in ("amd64", "i386")
    )
    (tree / "dpkg" / "status").write_text("\n".join(records))
    with installing(tree) as script:
        assert script.wait(60) == 0
    assert (tree / "said").read_text() == ""
