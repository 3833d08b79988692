"""Real processes as a profile's credential_process: those that work, hang, fork, fail and print nonsense."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.waiting import wait_until
from tray.aws.calls.sessions import Sessions
from tray.aws.credentials import processes
from tray.model.problems import Kind, TrayError
from tray.model.signer import AwsProfile

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
GIVEN = {"Version": 1, "AccessKeyId": "AKIAEXAMPLE", "SecretAccessKey": SECRET}

Write = Callable[[str], None]


@pytest.fixture
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Make a Python program the credential_process of the AWS profile “lab”; its argument is a secret."""
    program, config = tmp_path / "helper.py", tmp_path / "config"
    command = subprocess.list2cmdline([sys.executable, str(program), "--password=hunter2hunter2"])
    config.write_text(
        f"[profile lab]\nregion = eu-west-1\ncredential_process = {command}\naws_account_id = 111122223333\n"
        "[profile role]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = lab\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    return lambda text: _ignored(program.write_text(text, encoding="utf-8"))


def _ignored(_value: object) -> None:
    return


def printing(given: Any) -> str:
    return f"print({json.dumps(given)!r})\n"


def ask(sessions: Sessions | None = None) -> Any:
    return (sessions or Sessions())._identity(AwsProfile("lab")).credentials("eu-west-1").get_frozen_credentials()


def refused() -> TrayError:
    with pytest.raises(TrayError) as caught:
        ask()
    shown = caught.value.problem.text() + repr(caught.value)
    assert "“lab”" in shown
    assert "hunter2" not in shown
    assert SECRET not in shown
    return caught.value


def test_what_it_prints_signs(helper: Write) -> None:
    helper(printing(GIVEN))
    found = ask()
    assert (found.access_key, found.secret_key, found.account_id) == ("AKIAEXAMPLE", SECRET, "111122223333")


def test_it_gets_the_environment_that_python_knows_and_no_input(helper: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDED_BY_IT", "token-of-the-helper")
    helper(
        "import os, json, sys\n"
        "assert sys.stdin.read() == ''\n"
        f"print(json.dumps({GIVEN!r} | {{'SessionToken': os.environ['NEEDED_BY_IT']}}))\n"
    )
    assert ask().token == "token-of-the-helper"


def test_it_gets_no_libraries_of_a_frozen_program(helper: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/ours")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/theirs")
    helper(f"import os, json\nprint(json.dumps({GIVEN!r} | {{'SessionToken': os.environ['LD_LIBRARY_PATH']}}))\n")
    assert ask().token == "/theirs"


@pytest.mark.only_on("linux", "darwin", reason="on Windows it has a console of its own, which nobody sees")
def test_it_has_no_terminal_to_ask_on(helper: Write) -> None:
    helper(f"try:\n    open('/dev/tty')\nexcept OSError:\n    print({json.dumps(GIVEN)!r})\n")
    assert ask().access_key == "AKIAEXAMPLE"


def test_one_that_hangs_is_ended_with_its_children(
    helper: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat = tmp_path / "beat"
    child = f"import time\nwhile True:\n    open({str(beat)!r}, 'a').write('x')\n    time.sleep(0.05)\n"
    helper(
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}])\n"
        "print('waiting for you', file=sys.stderr, flush=True)\n"
        "time.sleep(600)\n"
    )
    monkeypatch.setattr(processes, "TIME_LIMIT_SECONDS", 3.0)
    error = refused()
    assert error.problem.kind is Kind.SIGN_IN
    assert "more than 3 s" in error.problem.message
    assert "waiting for you" in error.problem.message
    assert beat.exists(), "the child never ran"
    size = -1

    def still() -> bool:
        nonlocal size
        before, size = size, beat.stat().st_size
        time.sleep(0.5)
        return before == size == beat.stat().st_size

    wait_until(still, "the child to end")


def test_a_child_that_keeps_the_pipe_open_holds_nobody_up(helper: Write, tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    child = f"import time\nopen({str(alive)!r}, 'w').close()\ntime.sleep(600)\n"
    helper(
        "import os, subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}])\n"
        f"while not os.path.exists({str(alive)!r}):\n    time.sleep(0.01)\n" + printing(GIVEN)
    )
    threads = threading.active_count()
    assert ask().access_key == "AKIAEXAMPLE"
    wait_until(lambda: threading.active_count() <= threads, "the reading to end")


def test_more_than_a_pipe_holds_is_read_to_the_end(helper: Write) -> None:
    helper("import sys\nsys.stderr.write('talk ' * 100000)\nsys.stderr.write('\\nthe end')\n" + printing(GIVEN))
    assert ask().access_key == "AKIAEXAMPLE"
    helper("import sys\nsys.stderr.write('talk ' * 100000)\nsys.stderr.write('\\nthe end')\nsys.exit(3)\n")
    message = refused().problem.message
    assert message.endswith("the end")
    assert len(message) < 600


def test_one_that_prints_without_end_is_ended_long_before_its_time(helper: Write) -> None:
    helper("import sys\nwhile True: sys.stdout.write('credentials ' * 1000)\n")
    begun = time.monotonic()
    assert "no JSON" in refused().problem.message
    assert time.monotonic() - begun < processes.TIME_LIMIT_SECONDS / 2


def test_a_command_that_no_system_takes_is_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its words are split in a time that grows with the square of its length."""

    def forbidden(_: str) -> list[str]:
        raise AssertionError("it is taken apart")

    monkeypatch.setattr(processes, "split_command", forbidden)
    with pytest.raises(TrayError) as caught:
        processes.run_credential_process("lab", "helper " + "hunter2 " * 10_000)
    message = caught.value.problem.message
    assert "(helper) can't be started: Argument list too long" in message
    assert "hunter2" not in message


def test_its_exit_status_and_last_words_are_told_and_no_secret(helper: Write) -> None:
    helper(
        "import sys\n"
        f"sys.stderr.write('\\x1b[31mline one\\x1b[0m\\nkey is {SECRET}\\ntoken=hunter2hunter2 for "
        "ASIAQWERTYUIOPASDFGH\\nnot signed in: run corp-login\\n')\n"
        "sys.exit(1)\n"
    )
    error = refused()
    assert error.problem.kind is Kind.SIGN_IN
    assert "exit status 1" in error.problem.message
    assert "run corp-login" in error.problem.message
    assert Path(sys.executable).name in error.problem.message
    assert "ASIA" not in error.problem.message
    assert "\x1b" not in error.problem.message


NO_TIMES: tuple[Any, ...] = ("", True, [], {}, 1e99, "9" * 30)
LATER = 4070908800  # 2099: the same for all that collect the tests


@pytest.mark.parametrize(
    "expiration",
    [
        *(
            "2099-01-01T00:00:00Z",
            "2099-01-01T00:00:00",
            "2099-01-01 00:00:00",
            "2099-01-01",
            "2099-01-01T00:00:00+02:00",
        ),
        *("Thu, 01 Jan 2099 00:00:00 GMT", LATER, LATER + 0.5, str(LATER), LATER * 1000, str(LATER * 1000), None),
    ],
)
def test_a_time_in_whatever_form(helper: Write, expiration: object) -> None:
    helper(printing({**GIVEN, "SessionToken": "t", "Expiration": expiration}))
    assert ask().access_key == "AKIAEXAMPLE"


@pytest.mark.parametrize(
    ("account", "taken"),
    [
        ("444455556666", "444455556666"),
        (444455556666, "444455556666"),
        (4455556666, "004455556666"),
        (None, "111122223333"),
        ("", "111122223333"),
        (True, "111122223333"),
        ([], "111122223333"),
    ],
)
def test_an_account_in_whatever_form(helper: Write, account: object, taken: str) -> None:
    helper(printing({**GIVEN, "AccountId": account}))
    assert ask().account_id == taken


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_words_in_whatever_encoding(helper: Write, encoding: str) -> None:
    helper(f"import sys\nsys.stderr.buffer.write('Schlüssel: réessayez\\n'.encode({encoding!r}))\nsys.exit(1)\n")
    assert "It said: Schlüssel: réessayez" in refused().problem.message


@pytest.mark.only_on("win32", reason="the code page of its console")
def test_words_in_the_oem_code_page(helper: Write) -> None:
    helper("import sys\nsys.stderr.buffer.write('Schlüssel'.encode('oem'))\nsys.exit(1)\n")
    assert "It said: Schlüssel" in refused().problem.message


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("Welcome to corp-login!", "no JSON object"),
        ("", "no JSON object"),
        (f'["{SECRET}"]', "no JSON object"),
        (f'{{"SecretAccessKey": "{SECRET}', "no JSON object"),
        (json.dumps({**GIVEN, "Version": 2}), "“Version” of 1"),
        (json.dumps({"Version": 1, "SecretAccessKey": SECRET}), "no AccessKeyId"),
        (json.dumps({"Version": 1, "AccessKeyId": "AKIA"}), "no SecretAccessKey"),
        (json.dumps({"Version": 1}), "no AccessKeyId and no SecretAccessKey"),
        (json.dumps({**GIVEN, "SessionToken": 5}), "SessionToken that is no text"),
        (json.dumps({**GIVEN, "Expiration": "soon"}), "no time"),
        *((json.dumps({**GIVEN, "Expiration": each}), "no time") for each in NO_TIMES),
        (json.dumps({**GIVEN, "Expiration": "2020-01-01T00:00:00Z"}), "expired already"),
        (json.dumps({**GIVEN, "Expiration": "2020-01-01T00:00:00"}), "expired already"),
        (json.dumps({**GIVEN, "Expiration": 1577836800}), "expired already"),
    ],
)
def test_what_is_no_credentials(helper: Write, printed: str, words: str) -> None:
    helper(f"print({printed!r})")
    error = refused()
    assert words in error.problem.message
    assert error.__cause__ is None


FOUND = json.dumps(GIVEN)


@pytest.mark.parametrize(
    "printed",
    [
        f"WARNING: a new version of corp-login is there\n{FOUND}",
        f"{FOUND}\nDone.",
        f"\x1b[32m{FOUND}\x1b[0m",
        f"{FOUND}\n{FOUND}",
        f"[{FOUND}]",
        f"export AWS_ACCESS_KEY_ID=AKIAEXAMPLE\nexport AWS_SECRET_ACCESS_KEY={SECRET}",
    ],
)
def test_credentials_among_other_words_are_said_to_be_so(helper: Write, printed: str) -> None:
    helper(f"print({printed!r})")
    problem = refused().problem
    assert "printed other words beside its JSON object, or credentials in another form" in problem.message
    assert ("It said: WARNING: a new version of corp-login is there" in problem.message) == ("WARN" in printed)
    assert "AKIA" not in problem.text()
    assert "nothing but that object" in problem.remedy


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("hunter\nPlease run: corp-login first\nhunter hunter", "Please run: corp-login first"),
        ('{"error": "not signed in", "hint": 7}', "not signed in"),
        ('{"Error": {"Code": "Expired", "Message": "Please sign in again"}}', "Please sign in again"),
        (json.dumps({"message": f"token {SECRET} has expired"}), "token … has expired"),
    ],
)
def test_what_it_says_in_place_of_credentials_is_told(helper: Write, printed: str, said: str) -> None:
    helper(f"print({printed!r})")
    problem = refused().problem
    assert problem.message.endswith(f"It said: {said}")
    assert "sign in" in problem.remedy.lower()


@pytest.mark.only_on("linux", "darwin", reason="its statuses, and paths without a drive")
@pytest.mark.parametrize(
    ("command", "words", "remedy"),
    [
        ("~/bin/corp-login --json", "written for a shell", "into a script"),
        ("$HOME/bin/corp-login", "written for a shell", "into a script"),
        ("PROFILE=x corp-login", "written for a shell", "into a script"),
        ("cat nowhere | jq .", "written for a shell", "into a script"),
        ("corp-login-that-is-nowhere --json", "no folder of PATH has that program", "whole path"),
        ("FOLDER/windows-line-ends", "but not what its first line", "Windows line end"),
        ("/bin/sh -c 'corp-login-that-is-nowhere'", "(exit status 127): a program in it", "Correct credential_process"),
        ("/bin/sh -c 'kill -9 $$'", "crashed or was ended (signal 9)", "Correct credential_process"),
    ],
)
def test_where_signing_in_is_no_help_nobody_is_sent_there(
    tmp_path: Path, command: str, words: str, remedy: str
) -> None:
    script = tmp_path / "windows-line-ends"
    script.write_bytes(b"#!/bin/sh\r\necho\r\n")
    script.chmod(0o700)
    with pytest.raises(TrayError) as caught:
        processes.run_credential_process("lab", command.replace("FOLDER", str(tmp_path)))
    problem = caught.value.problem
    assert problem.kind is Kind.CONFIGURATION
    assert words in problem.message
    assert remedy in problem.remedy


def test_a_program_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config"
    config.write_text("[profile lab]\ncredential_process = corp-login-that-is-nowhere --password=hunter2\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    error = refused()
    assert "(corp-login-that-is-nowhere) can't be started" in error.problem.message
    assert error.problem.kind is Kind.CONFIGURATION


def test_that_of_a_roles_source_is_bounded_too(helper: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    helper("import time\ntime.sleep(600)\n")
    monkeypatch.setattr(processes, "TIME_LIMIT_SECONDS", 1.0)
    with pytest.raises(TrayError, match="more than 1 s"):
        Sessions()._identity(AwsProfile("role")).credentials("eu-west-1").get_frozen_credentials()


def test_a_failure_stands_for_all_who_ask_meanwhile(helper: Write, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    helper(f"import sys\nopen({str(runs)!r}, 'a').write('x')\nsys.exit(1)\n")
    sessions = Sessions()
    errors = []

    def one() -> None:
        try:
            ask(sessions)
        except TrayError as error:
            errors.append(error)
            sessions.forget(AwsProfile("lab"))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(errors) == 8
    assert runs.read_text() == "x"


def test_credentials_that_expire_are_asked_for_again(helper: Write, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    soon = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    helper(f"open({str(runs)!r}, 'a').write('x')\n" + printing({**GIVEN, "SessionToken": "t", "Expiration": soon}))
    sessions = Sessions()
    assert ask(sessions).access_key == "AKIAEXAMPLE"
    assert len(runs.read_text()) >= 2  # at the first use already: less than 10 minutes are left


DAEMON = """import subprocess, sys
daemon = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"], {how})
open({pids!r}, "a").write(f"{{daemon.pid}}\\n")
"""


@pytest.mark.only_on("linux", reason="/proc lists what is open")
@pytest.mark.parametrize("how", ["start_new_session=True", "start_new_session=True, stdout=-3", ""])
def test_a_daemon_that_it_leaves_keeps_no_thread_and_no_pipe(helper: Write, tmp_path: Path, how: str) -> None:
    pids = tmp_path / "pids"
    helper(DAEMON.format(how=how, pids=str(pids)) + printing(GIVEN))
    ask()
    before = threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))
    try:
        for _ in range(3):
            ask()
        # Fewer are well: what was there before may have ended meanwhile.
        assert threading.active_count() <= before[0]
        assert len(list(Path("/proc/self/fd").iterdir())) <= before[1]
        assert not [each for each in threading.enumerate() if each.name == "credential process"]
    finally:
        for pid in pids.read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)


@pytest.mark.parametrize(
    "written",
    [
        *("a" * 65_000, "9" * 65_000, "token" * 13_000, "a=" * 32_000, "secret '" * 8_000, "://" * 21_000),
        *("://" + "a" * 65_000, "\x1b[" * 32_000, "\x1b]" * 32_000, "\x1b[" + "1" * 65_000),
        *("x\n" * 32_000, "\n" * 65_000),
    ],
    ids=range(12),
)
def test_long_last_words_take_no_time(written: str) -> None:
    begun = time.process_time()
    assert len(processes.last_words(written.encode())) <= 300
    # Quadratic patterns take over a minute; this takes some milliseconds.
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("gap", [0, 900, 995, 70_000])
def test_a_cut_line_shows_no_half_of_a_secret(gap: int) -> None:
    said = processes.last_words((" " * 3 + "word " * (gap // 5) + "password: hunter2hunter2 " + "x " * 600).encode())
    assert "hunter" not in said
    assert "hunter" not in processes.last_words(("password: " + "hunter " * 10_000).encode())
