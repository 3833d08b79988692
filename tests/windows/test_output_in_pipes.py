"""What commands print into a pipe, in the code pages that Windows' Python takes for it; and Ctrl-C while they wait."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# A console of its own, since Ctrl-C reaches all processes of one.
CONSOLE = """
import ctypes, subprocess, sys
waits = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
assert waits.stdout.readline().strip() == b"waits"
ctypes.windll.kernel32.SetConsoleCtrlHandler(None, True)
ctypes.windll.kernel32.GenerateConsoleCtrlEvent(0, 0)
try:
    waits.wait(15)
    said = waits.stdout.read().decode("ascii", "replace")
except subprocess.TimeoutExpired:
    said = "Ctrl-C was not heard"
    waits.kill()
open(sys.argv[2], "w", encoding="utf-8").write(said)
"""

BEGIN = """
import ctypes, signal
from concurrent.futures import Future
ctypes.windll.kernel32.SetConsoleCtrlHandler(None, False)
signal.signal(signal.SIGINT, signal.default_int_handler)
print("waits", flush=True)
try:
    {}
except KeyboardInterrupt:
    print("interrupted")
"""


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHONIOENCODING"))}
    folder = str(home)
    return kept | {
        "USERPROFILE": folder,
        "LOCALAPPDATA": folder,
        "WIN_PD_OVERRIDE_LOCAL_APPDATA": folder,
        "AWS_CONFIG_FILE": str(home / "config"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        **more,
    }


def ran(home: Path, code_page: str, *args: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "tray", *args],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment(home, PYTHONIOENCODING=code_page),
        timeout=100,
        check=False,
    )


@pytest.mark.parametrize("code_page", ["cp1252", "cp437"])
@pytest.mark.parametrize(
    "args",
    [
        ("--help",),
        ("autostart", "status"),
        ("autostart", "status", "--json"),
        ("list", "--profile", "データ"),
        ("profiles", "add", "データ", "--aws-profile", "データ"),
    ],
)
def test_any_words_go_into_a_pipe(tmp_path: Path, code_page: str, args: tuple[str, ...]) -> None:
    (tmp_path / "config").write_text("[default]\nregion = eu-west-1\n", encoding="utf-8")
    done = ran(tmp_path, code_page, *args)
    assert b"Traceback" not in done.stderr
    assert done.stdout or done.stderr
    if "--json" in args:
        json.loads(done.stdout.decode("ascii"))


@pytest.mark.parametrize(
    "wait",
    [
        "from tray.cli.waiting import wait_for; wait_for([Future()], lambda left, seconds: 'waits on')",
        "from tray.desktop.browser.redirect import OneShotRedirect; OneShotRedirect('https://a.example', 50).wait()",
        "from tray.cli.doctor.checks import Started; Started('a', Future(), 50).outcome()",
        "from tray.desktop.single_instance import client as c; c._converse = lambda *_: Future().result();"
        " c._answer(None, None, c.time.monotonic() + 50)",
    ],
    ids=["a list", "a browser", "the doctor", "the running copy"],
)
def test_ctrl_c_is_heard_while_a_command_waits(tmp_path: Path, wait: str) -> None:
    said = tmp_path / "said"
    subprocess.run(
        [sys.executable, "-c", CONSOLE, BEGIN.format(wait), str(said)],
        stdin=subprocess.DEVNULL,
        creationflags=subprocess.CREATE_NEW_CONSOLE,
        timeout=60,
        check=True,
    )
    assert said.read_text(encoding="utf-8").split() == ["interrupted"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("uninstall",), b"There is no terminal to ask on: say --yes"),
        (
            ("profiles", "add", "lab", "--access-key", "AKIAIOSFODNN7EXAMPLE", "--region", "eu-west-1"),
            b"--secret-stdin",
        ),
    ],
)
def test_nobody_is_asked_in_nul(tmp_path: Path, args: tuple[str, ...], said: bytes) -> None:
    """To Python, NUL is a terminal: a question ended the command, and one for a secret went to the console instead."""
    kept = tmp_path / "notebook-tray" / "kept"
    kept.parent.mkdir()
    kept.write_text("kept", encoding="utf-8")
    done = ran(tmp_path, "cp1252", *args)
    assert done.returncode == 2
    assert said in done.stderr
    assert b"[y/N]" not in done.stderr
    assert kept.exists()


def test_a_console_is_a_terminal_and_nul_is_none(tmp_path: Path) -> None:
    asks = "from tray.cli.streams import is_terminal; import sys"
    asks += "; found = map(is_terminal, (sys.stdin, open('NUL'), open('NUL', 'w'), open('CONOUT$', 'w'), None))"
    asks += "; open({!r}, 'w').write(repr([*found]))"
    said = tmp_path / "said"
    subprocess.run(
        [sys.executable, "-c", asks.format(str(said))],
        creationflags=subprocess.CREATE_NEW_CONSOLE,
        timeout=60,
        check=True,
    )
    assert said.read_text(encoding="utf-8") == "[True, False, False, True, False]"
