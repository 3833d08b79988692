"""A crash of this program leaves no copy of its memory, and what it starts keeps its own limit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.waiting import wait_until

pytestmark = pytest.mark.only_on("linux", reason="the core file")

if sys.platform == "linux":
    import resource

# What sets the soft limit back for the program that the test runs: the shell that runs the tests may have set it to 0.
_UNLIMITED = "import resource as r, os, sys; r.setrlimit(r.RLIMIT_CORE, (r.getrlimit(r.RLIMIT_CORE)[1],) * 2)\n"
_RUN = _UNLIMITED + "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
_CRASH = "import os, signal; secret = 'wJalr' + 'XUtnFEMI' * 9; {refusing}; os.kill(os.getpid(), signal.{how})"
_REFUSING = "from tray.runtime.core_dumps import refuse; refuse()"


def cores(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.startswith("core")]


def crash(folder: Path, how: str, refusing: str) -> None:
    program = _CRASH.format(how=how, refusing=refusing)
    ended = subprocess.run([sys.executable, "-c", _RUN, "-c", program], cwd=folder, env=environment(), check=False)
    assert ended.returncode == -signal.Signals[how]


def environment() -> Mapping[str, str]:
    # The folder is not the checkout's. Coverage's own files are of no use from a process that crashes.
    return {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.environ["PATH"]}


@pytest.fixture
def file_cores(tmp_path: Path) -> None:
    """Skip where the system writes no core into the folder, so that there being none would mean nothing."""
    if Path("/proc/sys/kernel/core_pattern").read_text()[:1] in "|/":
        pytest.skip(reason="cores go to a program here, or to another folder")
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip(reason="cores are turned off for the whole session")
    crash(tmp_path, "SIGSEGV", "pass")
    (core,) = cores(tmp_path)
    assert b"wJalrXUtnFEMI" in core.read_bytes()
    core.unlink()


@pytest.mark.usefixtures("file_cores")
@pytest.mark.parametrize("how", ["SIGSEGV", "SIGABRT", "SIGQUIT", "SIGBUS"])
def test_a_crash_leaves_no_core(tmp_path: Path, how: str) -> None:
    crash(tmp_path, how, _REFUSING)
    assert cores(tmp_path) == []


@pytest.mark.usefixtures("file_cores")
def test_a_command_refuses_it_before_all_else(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, "-c", "import tray.__main__ as m, tray.cli; tray.cli.main = input; m.main()"],
        stdin=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(),
    )
    try:
        wait_until(lambda: resource.prlimit(process.pid, resource.RLIMIT_CORE)[0] == 1, "the limit")
        process.send_signal(signal.SIGSEGV)
        assert process.wait(30) == -signal.SIGSEGV
    finally:
        process.kill()
        process.wait()
        assert process.stdin
        process.stdin.close()
    assert cores(tmp_path) == []


_CHILDREN = {
    "browser": (
        "from tray.desktop.browser.browsers import Browser, find_browsers; "
        "from tray.desktop.browser.launch import run_browser; run_browser(next(iter(find_browsers())), 'http://127.0.0.1/')"
    ),
    "credential_process": (
        "from tray.aws.credentials.processes import run_bounded; run_bounded([os.environ['BROWSER']], 60)"
    ),
}


@pytest.mark.parametrize("child", _CHILDREN)
def test_what_it_starts_keeps_the_limit_from_before(tmp_path: Path, child: str) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        pytest.skip(reason="cores are turned off for the whole session")
    seen = tmp_path / "seen"
    program = tmp_path / "program"
    # Not the very first moment: the limit is given back as soon as the program runs.
    program.write_text(f"#!/bin/sh\nsleep 0.5\nsh -c 'ulimit -S -c; ulimit -H -c' >{seen}\n")
    program.chmod(0o700)
    limit = 4096 * 1024 if hard == resource.RLIM_INFINITY else hard
    code = (
        f"import os, resource as r; r.setrlimit(r.RLIMIT_CORE, ({limit}, {hard})); {_REFUSING}; {_CHILDREN[child]}; "
        "assert r.getrlimit(r.RLIMIT_CORE)[0] == 1"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        env={**environment(), "BROWSER": str(program), "HOME": str(tmp_path)},
        cwd=tmp_path,
        check=True,
    )
    blocks = limit // 512 if Path("/bin/sh").resolve().name == "dash" else limit // 1024
    assert seen.read_text().split() == [str(blocks), "unlimited" if hard == resource.RLIM_INFINITY else str(hard)]
    assert resource.getrlimit(resource.RLIMIT_CORE) == (soft, hard)
