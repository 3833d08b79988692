"""`start`, `stop` and `open --start` where something comes between: Ctrl-C, pipes that close, failures, terminals."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_cli import Run
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tests.contract.test_cli_power import ACCOUNT, REGION, RUNNING, SCHEMAS, STOPPED, status
from tests.contract.test_cli_power import cloud as cloud
from tests.support.cloud import SampleCloud, calls
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.waiting import wait_until
from tray.demo.world import Durations
from tray.fleet.opening import jupyter_asking
from tray.model.activity import Activity

ANY = Fault(Trouble.ERROR, "AccessDeniedException")
FAILURES: dict[str, tuple[list[str], Fault | None]] = {
    "no name": (["start", "no name"], None),
    "unknown": (["start", "nowhere"], None),
    "no profile": (["stop", "churn-model", "--profile", "nobody"], None),
    "denied start": (["start", STOPPED], replace(ANY, operation="StartNotebookInstance")),
    "denied stop": (["stop", RUNNING, "--yes"], replace(ANY, operation="StopNotebookInstance")),
    "throttled": (["start", STOPPED], Fault(Trouble.ERROR, "ThrottlingException", operation="StartNotebookInstance")),
    "no list": (["stop", RUNNING, "--yes"], Fault(Trouble.DROP, operation="ListNotebookInstances")),
    "odd text": (["start", STOPPED], Fault(Trouble.ERROR, "Odd", "\x1b[0m\u202e", operation="StartNotebookInstance")),
    "not confirmed": (["stop", RUNNING], None),
    "no span": (["stop", RUNNING, "--if-idle", "1e9h"], None),
    "open refused": (["open", STOPPED], None),
    "open unstartable": (["open", "survey-cleaning", "--start"], None),
    "no link": (["open", RUNNING], replace(ANY, operation="CreatePresignedNotebookInstanceUrl")),
}


@pytest.mark.only_on("linux", reason="jsonschema is not installed for the tests on Windows")
@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_is_json_too(imported: Run, cloud: SampleCloud, failure: str) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    args, fault = FAILURES[failure]
    if fault is not None:
        cloud.endpoint.faults.add(fault)
    ran = imported(*args, "--json")
    assert ran.status not in (0, 130)
    form = json.loads((SCHEMAS / "failure.json").read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    Draft202012Validator(form).validate(ran.json)
    assert ran.err, "and on standard error, for users"
    assert "An error in Notebook Tray" not in ran.err
    assert "Traceback" not in ran.err


def test_json_of_a_stop_says_what_becomes_of_it(imported: Run, cloud: SampleCloud) -> None:
    assert imported("stop", RUNNING, "--yes", "--json").json["notebook"]["status"] == "Stopping"
    wait_until(lambda: status(cloud, RUNNING) == "Stopped", "it to stop")
    again = imported("stop", RUNNING, "--yes")
    assert (again.status, again.out) == (0, f"{RUNNING} is stopped already.\n")


def test_without_the_permission_to_describe_the_doubt_is_said(imported: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(replace(ANY, operation="DescribeNotebookInstance"))
    ran = imported("stop", RUNNING, "--yes", "--json")
    assert ran.status == 0
    assert "Its platform can't be read" in ran.err
    assert ran.json["notebook"]["name"] == RUNNING


@pytest.mark.parametrize("trouble", [Trouble.DROP, Trouble.ERROR])
def test_yes_is_no_yes_to_a_platform_that_can_not_be_read_just_now(
    imported: Run, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, trouble: Trouble
) -> None:
    """Another try a moment later may tell that it would never start again."""
    world = cloud.endpoint.world
    world.put(replace(world.notebook(ACCOUNT, REGION, RUNNING), platform="notebook-al2-v2"))
    cloud.endpoint.faults.add(Fault(trouble, "ThrottlingException", operation="DescribeNotebookInstance"))
    assert imported("stop", RUNNING, "--yes").status == 1
    assert calls(cloud, "StopNotebookInstance") == 0
    assert imported("stop", RUNNING, "--yes", "--even-if-it-may-never-start-again").status == 0
    assert calls(cloud, "StopNotebookInstance") == 1


def test_what_is_stopped_or_started_meanwhile_is_no_failure(
    imported: Run, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tray.aws.cloud import Cloud

    for method, other in (("stop", cloud.endpoint.world.stop), ("start", cloud.endpoint.world.start)):
        name = RUNNING if method == "stop" else STOPPED
        real: Any = getattr(Cloud, method)

        def late(self: Cloud, notebook: Any, real: Any = real, other: Any = other) -> None:
            other(ACCOUNT, REGION, notebook.name)
            real(self, notebook)

        monkeypatch.setattr(Cloud, method, late)
        ran = imported(method, name, *(["--yes"] if method == "stop" else []))
        assert ran.status == 0, ran


def quiet(seconds: float) -> Activity:
    now = datetime.now(UTC)
    return Activity(now, last_sign=now - timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("seconds", "given", "stops"),
    [
        (1800, "30m", True),
        (1799, "30m", False),
        (60, "1m", True),
        (9999 * 3600, "9999h9999m", False),
        (90 * 60, "1h30m", True),
        (90 * 60, " 1H30M ", True),
    ],
)
def test_the_border_of_idle(
    imported: Run, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch, seconds: float, given: str, stops: bool
) -> None:
    monkeypatch.setattr(jupyter_asking, "look_at", lambda *_: quiet(seconds))
    ran = imported("stop", RUNNING, "--yes", "--if-idle", given)
    assert (ran.status, calls(cloud, "StopNotebookInstance")) == ((0, 1) if stops else (1, 0))


def test_if_idle_alone_confirms_nothing_and_a_retired_platform_needs_its_own_word(
    imported: Run, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = cloud.endpoint.world
    world.put(replace(world.notebook(ACCOUNT, REGION, RUNNING), platform="notebook-al1-v1"))
    monkeypatch.setattr(jupyter_asking, "look_at", lambda *_: quiet(9999))
    for more in (["--if-idle", "1m"], ["--even-if-it-may-never-start-again"], ["--yes", "--if-idle", "1m"]):
        assert imported("stop", RUNNING, *more).status == 2, more
    assert calls(cloud, "StopNotebookInstance") == 0
    ran = imported("stop", RUNNING, "--yes", "--if-idle", "1m", "--even-if-it-may-never-start-again")
    assert (ran.status, calls(cloud, "StopNotebookInstance")) == (0, 1)


# As processes of their own.


@pytest.fixture
def environment(imported: Run, cloud: SampleCloud, tmp_path: Path) -> dict[str, str]:
    """Return the environment of commands whose profiles are in a file."""
    found = imported("profiles", "list", "--json").json["profiles"]
    (tmp_path / "keyring_of_the_test.py").write_text(
        "from tray.settings.profiles.memory import MemoryKeyring\n"
        "from tray.settings.profiles.model import Profile\n"
        "from tray.settings.profiles.store import ProfileStore\n"
        "import tray.cli.stores, tray.cli.finding, sys, pathlib\n"
        f"store = ProfileStore(MemoryKeyring(), pathlib.Path({str(tmp_path / 'own-lock')!r}))\n"
        f"for each in {[(p['name'], p['regions']) for p in found]!r}:\n"
        "    store.add(Profile(each[0], each[0], tuple(each[1])))\n"
        "tray.cli.stores.profile_store = tray.cli.finding.profile_store = lambda: store\n"
        "from tray.cli import main\n"
        "sys.argv[0] = 'notebook-tray'\n"
        "main()\n"
    )
    return {**os.environ, "PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}"}


COMMAND = [sys.executable, "-m", "keyring_of_the_test"]


@contextmanager
def begun(environment: dict[str, str], *args: str, **more: Any) -> Iterator[subprocess.Popen[str]]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **more}
    with subprocess.Popen([*COMMAND, *args], env=environment, text=True, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


MOMENTS = {
    "the list": ("ListNotebookInstances", ["start", STOPPED]),
    "the call": ("StartNotebookInstance", ["start", STOPPED]),
    "the description": ("DescribeNotebookInstance", ["stop", RUNNING, "--yes"]),
    "the stop": ("StopNotebookInstance", ["stop", RUNNING, "--yes"]),
    "the look": ("CreatePresignedNotebookInstanceUrl", ["stop", RUNNING, "--yes", "--if-idle", "1m"]),
    "the link": ("CreatePresignedNotebookInstanceUrl", ["open", RUNNING, "--start", "--print-url"]),
}


@pytest.mark.only_on("linux", "darwin", reason="on Windows, Ctrl-C goes to all processes of a console")
@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_ends_it_at_once_at_any_moment(environment: dict[str, str], cloud: SampleCloud, moment: str) -> None:
    operation, args = MOMENTS[moment]
    cloud.endpoint.faults.add(Fault(Trouble.HANG, operation=operation))
    before = calls(cloud, operation)
    with begun(environment, *args, "--json") as process:
        wait_until(lambda: calls(cloud, operation) > before, moment)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=15)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert (f"{STOPPED} may be starting" in err) == (operation == "StartNotebookInstance")


@pytest.mark.only_on("linux", "darwin", reason="on Windows, Ctrl-C goes to all processes of a console")
def test_ctrl_c_while_it_starts_says_that_it_goes_on(environment: dict[str, str], cloud: SampleCloud) -> None:
    cloud.endpoint.world.durations = Durations(starting_seconds=600)
    with begun(environment, "start", STOPPED) as process:
        wait_until(lambda: status(cloud, STOPPED) == "Pending", "the start")
        listed = calls(cloud, "ListNotebookInstances")
        wait_until(lambda: calls(cloud, "ListNotebookInstances") > listed, "the start to be followed")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=15)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert f"{STOPPED} goes on starting" in err
    assert status(cloud, STOPPED) == "Pending"


@pytest.mark.only_on("linux", "darwin", reason="pipes")
@pytest.mark.parametrize(
    "args", [["start", STOPPED, "--json"], ["stop", RUNNING, "--yes"], ["start", "nowhere", "--json"]]
)
def test_a_reader_that_has_gone_ends_it_quietly(environment: dict[str, str], args: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with begun(environment, *args, stdout=writer) as process:
        os.close(writer)
        _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    assert "An error in Notebook Tray" not in err
    assert process.returncode in (0, 1)


@pytest.mark.only_on("linux", reason="/dev/full")
@pytest.mark.parametrize(
    "args", [["start", STOPPED, "--json"], ["stop", RUNNING, "--yes"], ["start", "nowhere", "--json"]]
)
def test_a_full_disk_under_its_output_is_said(environment: dict[str, str], args: list[str]) -> None:
    with Path("/dev/full").open("w") as full, begun(environment, *args, stdout=full) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in err
    assert "An error in Notebook Tray" not in err


@pytest.mark.only_on("linux", "darwin", reason="Windows has no pseudo-terminals that a test could read")
@pytest.mark.parametrize("columns", [1, 20, 80])
def test_a_narrow_terminal_shows_how_far_it_is(environment: dict[str, str], cloud: SampleCloud, columns: int) -> None:
    import fcntl
    import pty
    import struct
    import termios

    cloud.endpoint.world.durations = Durations(starting_seconds=3)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {key: value for key, value in environment.items() if key not in ("COLUMNS", "LINES")}
    with begun(environment, "start", STOPPED, stdout=theirs, stderr=theirs, stdin=theirs) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # EIO: the other side is gone
            while more := os.read(ours, 4096):
                shown += more
        assert process.wait(60) == 0
    os.close(ours)
    assert b"Traceback" not in shown
    assert f"{STOPPED} has started".encode() in shown


CLOSED = {"standard input": "<&-", "standard error": "2>&-", "standard output": ">&-", "all": "<&- >&- 2>&-"}


@pytest.mark.only_on("linux", "darwin", reason="a shell that closes streams")
@pytest.mark.parametrize("closed", CLOSED)
@pytest.mark.parametrize(("args", "expected"), [(["stop", RUNNING], 2), (["start", STOPPED, "--json"], 0)])
def test_a_stream_that_is_closed_is_no_error_of_ours(
    environment: dict[str, str], cloud: SampleCloud, tmp_path: Path, args: list[str], expected: int, closed: str
) -> None:
    """As a job of a system's starts them, or `<&-` in a shell: Python has no stream there at all."""
    command = " ".join(f"'{each}'" for each in (*COMMAND, *args))
    ran = subprocess.run(
        ["sh", "-c", f"{command} {CLOSED[closed]}"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ran.returncode, "Traceback" in ran.stderr, "An error in" in ran.stderr) == (expected, False, False), ran
    assert "Traceback" not in "".join(each.read_text() for each in tmp_path.rglob("*.log"))
    if closed == "standard error" and "--json" in args:
        assert json.loads(ran.stdout)["notebook"]["name"] == STOPPED, "what standard error says goes nowhere else"
