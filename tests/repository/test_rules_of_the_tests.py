"""The rules in tests/conftest.py hold: seen in test runs of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

RULES = Path(__file__).parents[1] / "conftest.py"
OTHER_SYSTEM = "win32" if sys.platform != "win32" else "linux"


def run_tests(folder: Path, source: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on `source` under the rules."""
    (folder / "conftest.py").write_text(RULES.read_text("utf-8"), "utf-8")
    (folder / "test_it.py").write_text(f"import os, sys, pytest\n{source}", "utf-8")
    # hypothesis' plugin looks for the build of the Python of the platform, which some of these tests make up.
    options = "--strict-markers -ra -p no:cacheprovider -p no:hypothesispytest"
    (folder / "pytest.ini").write_text(f"[pytest]\naddopts = {options}\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--rootdir", folder, folder],
        env={**os.environ, "CI": "", **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


SKIPS = {
    "in a test": "def test_it(): pytest.skip(reason='no browser')",
    "by a mark": "@pytest.mark.skip(reason='no browser')\ndef test_it(): ...",
    "in a fixture": "@pytest.fixture\ndef it(): pytest.skip(reason='no browser')\ndef test_it(it): ...",
    "of a module": "pytest.skip(reason='no browser', allow_module_level=True)",
}


@pytest.mark.parametrize("source", SKIPS.values(), ids=SKIPS)
def test_a_skip_is_a_failure_in_ci_and_only_there(tmp_path: Path, source: str) -> None:
    assert run_tests(tmp_path, source).returncode in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    ran = run_tests(tmp_path, source, CI="true")
    assert ran.returncode in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED)
    assert "Skips are failures with CI=true. Skipped: no browser" in ran.stdout


def test_a_test_for_another_system_may_be_skipped_in_ci(tmp_path: Path) -> None:
    source = f"@pytest.mark.only_on('{OTHER_SYSTEM}')\ndef test_it(): assert False"
    ran = run_tests(tmp_path, source, CI="true")
    assert ran.returncode == pytest.ExitCode.OK
    assert f"only on {OTHER_SYSTEM}" in ran.stdout


def test_a_module_for_another_system_may_be_skipped_in_ci(tmp_path: Path) -> None:
    source = f"pytest.skip(reason='only on {OTHER_SYSTEM}: why', allow_module_level=True)"
    ran = run_tests(tmp_path, source, CI="true")
    assert ran.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    assert f"only on {OTHER_SYSTEM}: why" in ran.stdout


def test_a_module_for_this_system_may_not(tmp_path: Path) -> None:
    source = f"pytest.skip(reason='only on {sys.platform}: why', allow_module_level=True)"
    assert run_tests(tmp_path, source, CI="true").returncode == pytest.ExitCode.INTERRUPTED


def test_a_test_for_several_systems_runs_on_each(tmp_path: Path) -> None:
    source = f"@pytest.mark.only_on('{OTHER_SYSTEM}', '{sys.platform}')\ndef test_it(): assert False"
    assert run_tests(tmp_path, source, CI="true").returncode == pytest.ExitCode.TESTS_FAILED


@pytest.mark.only_on("linux", "darwin")
@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_the_desktops_folder_is_linuxs(tmp_path: Path, platform: str) -> None:
    (tmp_path / "desktop").mkdir()
    (tmp_path / "desktop" / "conftest.py").write_text("import no_such_module" if platform != "linux" else "")
    (tmp_path / "desktop" / "test_there.py").write_text("def test_it(): ...")
    (tmp_path / "platform_of_the_test.py").write_text(f"import sys\nsys.platform = {platform!r}\n")
    # Loaded early, so that the rules see the platform as it is to be.
    ran = run_tests(tmp_path, "def test_here(): ...", CI="true", PYTEST_PLUGINS="platform_of_the_test", PYTHONPATH=".")
    assert ("2 passed" if platform == "linux" else "1 passed") in ran.stdout
    assert ("not collected: desktop, only on linux" in ran.stdout) == (platform != "linux")


def test_a_test_for_this_system_may_not(tmp_path: Path) -> None:
    source = f"@pytest.mark.only_on('{sys.platform}')\ndef test_it(): pytest.skip(reason='no browser')"
    assert run_tests(tmp_path, source, CI="true").returncode == pytest.ExitCode.TESTS_FAILED


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    source = "@pytest.mark.xfail(reason='known')\ndef test_it(): assert False"
    ran = run_tests(tmp_path, source, CI="true")
    assert ran.returncode == pytest.ExitCode.OK
    assert "1 xfailed" in ran.stdout


def test_tests_see_nothing_of_the_person(tmp_path: Path) -> None:
    source = """
def check():
    assert not [name for name in os.environ if "mine" in os.environ[name]]
@pytest.fixture(scope="session")
def early():
    check()
def test_it(early):
    check()
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
        assert os.path.isdir(os.environ[name]) and not os.path.isfile(os.environ["AWS_CONFIG_FILE"])
homes = set()
@pytest.mark.parametrize("number", [1, 2])
def test_each_has_a_home_of_its_own(number, home):
    assert os.environ["HOME"] == str(home) and home not in homes and not (home / "left").exists()
    (home / "left").touch()
    homes.add(home)
"""
    mine = dict.fromkeys(
        [
            *("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER"),
            *("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_CONFIG_FILE", "AWS_ENDPOINT_URL_SAGEMAKER"),
            *("DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND"),
        ],
        "/mine",
    )
    ran = run_tests(tmp_path, source, **mine)
    assert ran.returncode == pytest.ExitCode.OK, ran.stdout


HANGS = {
    "in a thread's end": """
def test_it():
    thread = threading.Thread(target=threading.Event().wait, name="the other one", daemon=True)
    thread.start()
    thread.join()
""",
    "in a socket": """
def test_it():
    threading.Thread(target=threading.Event().wait, name="the other one", daemon=True).start()
    ours, theirs = socket.socketpair()
    ours.recv(1)
""",
    "in a process": """
def test_it():
    threading.Thread(target=threading.Event().wait, name="the other one", daemon=True).start()
    subprocess.run([sys.executable, "-c", "import time; time.sleep(1000)"])
""",
}


@pytest.mark.only_on("linux", "darwin", reason="on Windows a hang ends the whole run")
@pytest.mark.parametrize("source", HANGS.values(), ids=HANGS)
def test_a_test_that_hangs_ends_and_the_next_runs(tmp_path: Path, source: str) -> None:
    ran = run_tests(
        tmp_path, f"import socket, subprocess, threading\n{source}\ndef test_next(): ...", PYTEST_TIMEOUT="1"
    )
    assert ran.returncode == pytest.ExitCode.TESTS_FAILED
    assert "FAILED test_it.py::test_it - Failed: Timeout (>1.0s)" in ran.stdout
    assert "Stack of the other one" in ran.stdout
    assert "1 failed, 1 passed" in ran.stdout


@pytest.mark.only_on("linux", "darwin", reason="on Windows a hang ends the whole run")
def test_a_fixture_that_hangs_ends_too_also_after_its_test_failed(tmp_path: Path) -> None:
    source = """
@pytest.fixture
def stuck():
    yield
    threading.Event().wait()
def test_it(stuck): assert False
"""
    ran = run_tests(tmp_path, f"import threading\n{source}", PYTEST_TIMEOUT="1")
    assert "1 failed, 1 error" in ran.stdout
    assert "ERROR test_it.py::test_it - Failed: Timeout (>1.0s)" in ran.stdout


def test_all_folders_of_tests_are_run_but_the_real_desktops() -> None:
    tests = RULES.parent
    settings = tomllib.loads(tests.with_name("pyproject.toml").read_text("utf-8"))
    run = {tests.parent / path for path in settings["tool"]["pytest"]["ini_options"]["testpaths"]}
    assert {folder for folder in tests.iterdir() if any(folder.rglob("test_*.py"))} - run == {tests / "desktops"}


def test_make_test_runs_all_folders_of_tests() -> None:
    root = RULES.parents[1]
    settings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    lines = (root / "Makefile").read_text("utf-8").splitlines()
    others = next(line.partition(":=")[2].split() for line in lines if line.startswith("OTHER_TESTS"))
    assert sorted([*others, "tests/unit"]) == sorted(settings["tool"]["pytest"]["ini_options"]["testpaths"])


def imported(file: Path) -> set[Path]:
    """Return the modules of tests/support that a file of the tests imports, and those that they import."""
    names = re.findall(
        r"^ *(?:from|import) (tests\.support[.\w]*)(?: import (.+))?$", file.read_text("utf-8"), re.MULTILINE
    )
    found: set[Path] = set()
    for module, members in names:
        folder = RULES.parents[1].joinpath(*module.split("."))
        places = [folder.with_suffix(".py"), *(folder / f"{each.strip()}.py" for each in members.split(","))]
        found |= {place for place in places if place.is_file()}
    return found.union(*map(imported, found))


def test_make_check_needs_nothing_of_the_system_s() -> None:
    servers = {f"{name}.py" for name in ("chromium", "desktop", "keepassxc", "private_bus", "secret_service", "xvfb")}
    tests = RULES.parent
    assert {each.name for each in imported(tests / "contract" / "test_profile_backend.py")} & servers, "they are found"
    assert not [
        (file.name, each.name)
        for file in sorted((tests / "unit").glob("test_*.py"))
        for each in imported(file)
        if each.name in servers
    ]
