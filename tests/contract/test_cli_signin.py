"""`notebook-tray signin`, as a process of its own, against the embedded endpoint."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.endpoint import Endpoint
from tests.support.sign_in import CONFIG, START_URL, Person, come_back, decide, fetch, identity_center, impatient
from tests.support.waiting import wait_until
from tray.aws.cloud import Cloud
from tray.cli import main
from tray.model.sign_in import Method, SignIn

ROOT = Path(__file__).parents[2]
CORP = SignIn(Method.BROWSER, "corp", "corp")
OLD = SignIn(Method.BROWSER, START_URL, "")


@pytest.fixture
def endpoint(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with identity_center(home, monkeypatch.setenv, impatient()) as endpoint:
        yield endpoint


@pytest.fixture
def consenting(monkeypatch: pytest.MonkeyPatch) -> None:
    python = shlex.quote(Path(sys.executable).as_posix())
    monkeypatch.setenv("BROWSER", f"{python} -m tests.support.consenting_browser %s")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def start(*args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tray", "signin", *args],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ran(*args: str) -> tuple[int, str, str]:
    with start(*args) as process:
        out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.mark.usefixtures("endpoint", "consenting")
def test_in_the_browser() -> None:
    status, out, err = ran("research")
    assert (status, out) == (0, "Signed in to corp (research).\n"), err
    assert Cloud().is_signed_in(CORP)


@pytest.mark.usefixtures("endpoint", "consenting")
def test_with_a_code() -> None:
    for name, sign_in in (("research", CORP), ("old", OLD)):
        status, out, err = ran(name, "--device")
        assert status == 0, err
        assert out.startswith("Signed in to")
        assert "/device in any browser" in err
        assert Cloud().is_signed_in(sign_in)


@pytest.mark.only_on("linux", "darwin", reason="Windows always has a default browser")
def test_without_a_browser_the_address_is_printed(endpoint: Endpoint) -> None:
    with start("research") as process:
        assert process.stderr
        lines = iter(process.stderr.readline, "")
        url = next(line.strip() for line in lines if "/authorize?" in line)
        assert url.startswith(endpoint.url)
        text = come_back(decide(url))
        out, _ = process.communicate(timeout=120)
    assert (process.returncode, out) == (0, "Signed in to corp (research).\n")
    assert "You are signed in" in text


@pytest.mark.only_on("linux", "darwin", reason="Windows always has a default browser")
def test_what_is_wrong_is_shown_in_both_places(endpoint: Endpoint) -> None:
    with start("research") as process:
        assert process.stderr
        url = next(line.strip() for line in iter(process.stderr.readline, "") if "/authorize?" in line)
        back = decide(url, "deny")
        assert fetch(back.replace("state=", "state=x"))[0] == 400
        assert "Sign-in declined" in come_back(back)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "research: Sign-in declined" in err
    assert not Cloud().is_signed_in(CORP)


@pytest.mark.only_on("linux", "darwin", reason="on Windows, Ctrl-C goes to all processes of a console")
@pytest.mark.parametrize("args", [(), ("--device",)])
def test_ctrl_c_cancels(endpoint: Endpoint, args: tuple[str, ...]) -> None:
    with start("research", *args) as process:
        assert process.stderr
        for line in iter(process.stderr.readline, ""):
            if "Ctrl-C cancels" in line:
                break
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err


@pytest.mark.only_on("linux", "darwin", reason="on Windows, Ctrl-C goes to all processes of a console")
def test_ctrl_c_cancels_while_aws_does_not_answer(endpoint: Endpoint) -> None:
    from tests.support.endpoint.faults import Fault, Trouble

    endpoint.faults.add(Fault(Trouble.HANG, operation="RegisterClient"))
    with start("research") as process:
        wait_until(lambda: [c for c in endpoint.recorder.calls() if c.operation == "RegisterClient"], "the call")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
    assert process.returncode == 130


class Ran:
    """Commands in this process, whose keyring is in memory."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capsys = monkeypatch, capsys

    def __call__(self, *args: str) -> tuple[int, str, str]:
        self._patch.setattr(sys, "argv", ["notebook-tray", *args])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        return (status, *self._capsys.readouterr())


@pytest.fixture
def run(endpoint: Endpoint, memory: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ran:
    return Ran(monkeypatch, capsys)


@pytest.mark.usefixtures("consenting")
def test_what_the_configured_profiles_need_once_each(run: Ran, endpoint: Endpoint) -> None:
    assert run("signin") == (0, "Nothing to sign in to.\n", "")
    assert run("profiles", "import", "--all")[0] == 0
    status, out, err = run("signin")
    assert status == 0, err
    assert out == "Signed in to corp (research, teaching).\nSigned in to acme.awsapps.com (old).\n"
    assert run("signin") == (0, "Nothing to sign in to.\n", "")
    endpoint.world.grants.end_sessions(START_URL)
    assert run("signin", "teaching")[0] == 0, "asked for by name, it is done anew"


def test_no_such_profile(run: Ran) -> None:
    status, _, err = run("signin", "nobody")
    assert status == 2
    assert all(name in err for name in ("nobody", "research", "old"))


def test_a_profile_that_needs_none(run: Ran, home: Path) -> None:
    (home / ".aws" / "credentials").write_text("[keys]\naws_access_key_id = AKIA\naws_secret_access_key = x\n")
    status, out, _ = run("signin", "keys")
    assert status == 0
    assert out.startswith("keys: nothing to sign in to")


def test_one_that_cannot_be_told_keeps_no_other_out(run: Ran, home: Path) -> None:
    assert run("profiles", "import", "research", "teaching")[0] == 0
    Cloud().sign_in(CORP, Person())
    (home / ".aws" / "config").write_text(CONFIG.replace("sso_role_name = Analyst", "", 1))
    status, _, err = run("signin")
    assert status == 1
    assert "research: AWS config not complete" in err
    assert "teaching" not in err


def test_no_code_is_asked_for_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    from tray.cli.terminal import TerminalSurface
    from tray.model.problems import TrayError
    from tray.model.sign_in import MfaQuestion

    assert not os.isatty(0) or not sys.stdin.isatty()
    with pytest.raises(TrayError, match="no terminal"):
        TerminalSurface().mfa_code(MfaQuestion("lab", "arn:aws:iam::111122223333:mfa/ana"))
