"""`list`, `open` and `signin` where a role needs an MFA code: a terminal is asked, a pipe never."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.test_roles import code, sample  # noqa: F401 - a fixture
from tests.support.cloud import SampleCloud

ROOT = Path(__file__).parents[2]
# A process with a keyring of its own, in memory.
PROGRAM = """
import sys, keyring
from tray.settings.profiles.memory import MemoryKeyring
from tray.cli import main
keyring.set_keyring(MemoryKeyring())
for args in {before!r}:
    sys.argv = ["notebook-tray", *args]
    try:
        main()
    except SystemExit as end:
        assert not end.code
print("READY", flush=True)
sys.argv = ["notebook-tray", *{args!r}]
main()
"""


def program(*args: str, profiles: tuple[str, ...]) -> list[str]:
    before = [["profiles", "import", *profiles]]
    return [sys.executable, "-c", PROGRAM.format(before=before, args=list(args))]


def at_terminal(answers: list[tuple[str, str]], *args: str, profiles: tuple[str, ...]) -> tuple[int, str]:
    """Run a command on a terminal of its own; give each answer once its question is seen. Return what was shown."""
    import pty

    command = program(*args, profiles=profiles)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execv(command[0], command)  # noqa: S606 - a process of its own, on a terminal of its own
    shown = ""
    with contextlib.suppress(OSError):  # EIO: the other side is gone
        for question, answer in answers:
            seen = len(shown)
            while question not in shown[seen:]:
                shown += os.read(terminal, 1000).decode()
            os.write(terminal, answer.encode())
        while more := os.read(terminal, 1000):
            shown += more.decode()
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.partition("READY")[2]


TERMINAL = pytest.mark.only_on("linux", "darwin", reason="Windows has no pseudo-terminals that a test could read")


@TERMINAL
def test_list_asks_once_for_all_that_the_code_is_good_for(sample: SampleCloud) -> None:  # noqa: F811
    digits = code(sample)
    status, shown = at_terminal(
        [("MFA code", f"{digits}\n")], "list", profiles=("secured", "secured-elsewhere", "base")
    )
    assert status == 0, shown
    assert shown.count("MFA code of") == 1
    assert digits not in shown


@TERMINAL
def test_open_asks_and_opens(sample: SampleCloud) -> None:  # noqa: F811
    name = listed(sample)
    status, shown = at_terminal(
        [("MFA code", f"{code(sample)}\n")], "open", name, "--region", "eu-west-1", "--print-url", profiles=("secured",)
    )
    assert status == 0, shown
    assert "https://" in shown or "http://" in shown
    assert "not found" not in shown


def listed(sample: SampleCloud) -> str:  # noqa: F811
    ran = subprocess.run(
        program("list", "--json", profiles=("base",)), cwd=ROOT, capture_output=True, text=True, timeout=90, check=False
    )
    assert sample
    return str(json.loads(ran.stdout.partition("READY")[2])["notebooks"][0]["name"])


@TERMINAL
def test_ctrl_c_at_the_question_ends_the_command(sample: SampleCloud) -> None:  # noqa: F811
    assert sample
    status, shown = at_terminal([("MFA code", "\x03")], "list", profiles=("secured", "base"))
    assert status == 130, shown


@pytest.mark.parametrize("args", [("list",), ("list", "--json"), ("open", "x"), ("open", "x", "--print-url")])
@pytest.mark.parametrize("stdin", [subprocess.DEVNULL, subprocess.PIPE])
def test_a_pipe_is_never_asked(sample: SampleCloud, args: tuple[str, ...], stdin: int) -> None:  # noqa: F811
    assert sample
    given = "123456\n" if stdin == subprocess.PIPE else None
    ran = subprocess.run(
        program(*args, profiles=("secured", "base")),
        cwd=ROOT,
        **({"input": given} if given else {"stdin": stdin}),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert ran.returncode == 1, ran.stderr
    assert "MFA code needed" in ran.stdout + ran.stderr
    assert "MFA code of" not in ran.stdout + ran.stderr
    assert "not found" not in ran.stderr
    assert "notebook-tray signin" not in ran.stdout + ran.stderr, "what it is given, no other command has"
    assert not sample.endpoint.recorder.calls("AssumeRole")


@TERMINAL
def test_signin_says_what_a_code_is_good_for(sample: SampleCloud) -> None:  # noqa: F811
    status, shown = at_terminal([("MFA code", f"{code(sample)}\n")], "signin", "secured", profiles=("secured",))
    assert status == 0, shown
    assert "Nothing was kept of it" in shown
