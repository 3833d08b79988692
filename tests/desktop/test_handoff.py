"""A hand-off to programs that stand for browsers: who is started, what they see, what is left behind."""

from __future__ import annotations

import importlib
import json
import logging
import os
import shlex
import subprocess
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.secrets_scan import scan_for
from tests.support.target_page import TargetPage, Visit, target_page
from tests.support.waiting import wait_until
from tray.desktop.browser import handoff
from tray.desktop.browser.browsers import Browser
from tray.desktop.browser.handoff import hand_off
from tray.model.activation import Activation
from tray.model.problems import ExitStatus, Kind, TrayError

if sys.platform != "linux":
    pytest.skip(reason="these programs are started as on Linux", allow_module_level=True)

PATIENCE_SECONDS = 30.0
FOREVER_SECONDS = 100_000.0  # a test that waits for the lifetime to end would hang

# What stands for a browser: says what it was started with, waits for leave, fetches the page, stays or ends.
BROWSER = """
import json, os, pathlib, sys, time, urllib.request
record, behaviour = pathlib.Path(sys.argv[1]), sys.argv[2].split(",")
mine = record / f"{os.getpid()}"
partial = mine.with_suffix(".part")
started = {"pid": os.getpid(), "arguments": sys.argv, "environment": dict(os.environ), "session": os.getsid(0)}
partial.write_text(json.dumps(started))
partial.rename(mine.with_suffix(".started"))
try:
    if "wait" in behaviour:
        while not (record / "go").exists():
            time.sleep(0.01)
    if "fetch" in behaviour:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[-1], timeout=20).read()
        mine.with_suffix(".fetched").touch()
    if "stay" in behaviour:
        while not (record / "stop").exists():
            time.sleep(0.01)
finally:
    mine.with_suffix(".ended").touch()
sys.exit(7 if "fail" in behaviour else 0)
"""


@pytest.fixture
def target() -> Iterator[TargetPage]:
    with target_page() as page:
        yield page


@pytest.fixture
def token() -> str:
    """A secret of this test's own, put together here so that no source or command line holds it."""
    return f"secret-{os.urandom(16).hex()}"


class Browsers:
    """Programs that BROWSER may name, and what they recorded."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(handoff, "_AFTER_FAILURE_SECONDS", 0.3)
        self._script = folder / "browser.py"
        self._script.write_text(BROWSER)
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "TERM"):
            monkeypatch.delenv(name, raising=False)
        self.are()

    def are(self, *entries: str) -> None:
        """Set BROWSER, and have `webbrowser` look anew."""
        self._monkeypatch.setenv("BROWSER", os.pathsep.join(entries))
        importlib.reload(webbrowser)

    def entry(self, behaviour: str) -> str:
        """Return an entry of BROWSER that does `behaviour`: of "wait", "fetch", "stay", "fail", with commas."""
        return shlex.join([sys.executable, str(self._script), str(self.folder), behaviour, "%s"])

    def say(self, word: str) -> None:
        (self.folder / word).touch()

    def started(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("*.started"))]

    def ended(self) -> int:
        return len(list(self.folder.glob("*.ended")))


@pytest.fixture
def browsers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browsers]:
    browsers = Browsers(tmp_path, monkeypatch)
    yield browsers
    browsers.say("go")
    browsers.say("stop")
    wait_until(lambda: browsers.ended() == len(browsers.started()), "the browsers to end")
    monkeypatch.undo()
    importlib.reload(webbrowser)


def children() -> dict[int, str]:
    """Return this process's children and their states."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it ended meanwhile
            continue
        if int(parent) == os.getpid():
            found[int(stat.parent.name)] = state
    return found


def test_the_browser_lands_on_the_page(browsers: Browsers, target: TargetPage, token: str) -> None:
    browsers.are(browsers.entry("fetch"))
    hand_off(target.url(token))
    wait_until(lambda: target.visits_with(token), "the visit")
    assert target.visits == [Visit(f"/?authToken={token}", referer=None)]


def test_what_is_started_sees_a_loopback_address_and_no_secret(
    browsers: Browsers, target: TargetPage, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", token[::-1])
    browsers.are(browsers.entry("fetch"))
    hand_off(target.url(token))
    [started] = browsers.started()
    assert started["arguments"][-1].startswith("http://127.0.0.1:")
    assert token not in json.dumps(started)
    assert token[::-1] not in json.dumps(started)


@pytest.mark.parametrize("command", ["{}", "{} &"])
def test_a_command_that_stays_keeps_nobody_waiting(
    browsers: Browsers, target: TargetPage, token: str, command: str
) -> None:
    browsers.are(command.format(browsers.entry("fetch,stay")))
    hand_off(target.url(token), lifetime_seconds=FOREVER_SECONDS)
    [started] = browsers.started()
    assert started["session"] == started["pid"]
    assert browsers.ended() == 0


def test_no_zombie_stays(browsers: Browsers, target: TargetPage, token: str) -> None:
    browsers.are(browsers.entry("fail"), browsers.entry("fetch,stay"))
    hand_off(target.url(token))
    started = [program["pid"] for program in browsers.started()]
    [left] = [pid for pid in started if pid in children()]
    assert len(started) == 2
    assert children()[left] != "Z"
    browsers.say("stop")
    wait_until(lambda: left not in children(), "the browser to be collected")


@pytest.mark.parametrize("first", ["/missing/browser", "/missing/browser %s &", "/dev/null", "'unclosed %s"])
def test_a_browser_that_cannot_be_started_is_followed_by_the_next(
    browsers: Browsers, target: TargetPage, token: str, first: str
) -> None:
    browsers.are(first, browsers.entry("fetch"))
    hand_off(target.url(token), lifetime_seconds=FOREVER_SECONDS)
    assert len(browsers.started()) == 1


def test_one_that_fails_too(browsers: Browsers, target: TargetPage, token: str) -> None:
    browsers.are(browsers.entry("fail"), browsers.entry("fail,so") + " &", browsers.entry("fetch"))
    hand_off(target.url(token), lifetime_seconds=FOREVER_SECONDS)
    assert len(browsers.started()) == 3


def test_one_that_fails_after_it_asked_is_not(browsers: Browsers, target: TargetPage, token: str) -> None:
    browsers.are(browsers.entry("fetch,fail"), browsers.entry("fetch"))
    hand_off(target.url(token))
    [started] = browsers.started()
    wait_until(lambda: browsers.ended() == 1 and started["pid"] not in children(), "the browser to be collected")
    assert len(browsers.started()) == 1


@pytest.mark.parametrize("status", [1, 3, 255])
def test_one_that_fails_and_opens_all_the_same_is_waited_for(
    browsers: Browsers, target: TargetPage, token: str, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(handoff, "_AFTER_FAILURE_SECONDS", PATIENCE_SECONDS)
    launcher = browsers.folder / "launcher"
    launcher.write_text(f'#!/bin/sh\n{browsers.entry("wait,fetch").replace("%s", "")} "$1" &\nexit {status}\n')
    launcher.chmod(0o755)
    browsers.are(str(launcher), browsers.entry("fetch"))
    opening = threading.Thread(target=hand_off, args=(target.url(token),))
    opening.start()
    wait_until(lambda: not [pid for pid, state in children().items() if state == "Z"], "the launcher to be collected")
    wait_until(browsers.started, "the browser to start")
    browsers.say("go")
    opening.join(PATIENCE_SECONDS)
    wait_until(lambda: target.visits_with(token), "the visit")
    assert len(browsers.started()) == 1


def test_what_a_shell_could_not_find_is_not_waited_for(
    browsers: Browsers, target: TargetPage, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handoff, "_AFTER_FAILURE_SECONDS", FOREVER_SECONDS)
    browsers.are("/bin/sh -c 'exec /missing/browser %s'", browsers.entry("fetch"))
    hand_off(target.url(token), lifetime_seconds=FOREVER_SECONDS)
    assert len(browsers.started()) == 1


def test_a_launcher_that_ends_before_its_browser_asks_is_waited_for(
    browsers: Browsers, target: TargetPage, token: str
) -> None:
    launcher = browsers.folder / "launcher"
    launcher.write_text(f'#!/bin/sh\n{browsers.entry("wait,fetch").replace("%s", "")} "$1" &\n')
    launcher.chmod(0o755)
    browsers.are(str(launcher))
    opening = threading.Thread(target=hand_off, args=(target.url(token),))
    opening.start()
    wait_until(browsers.started, "the browser to start")
    browsers.say("go")
    opening.join(PATIENCE_SECONDS)
    wait_until(lambda: target.visits_with(token), "the visit")


def test_all_fail(browsers: Browsers, target: TargetPage, token: str) -> None:
    browsers.are("/missing/browser", browsers.entry("fail"))
    with pytest.raises(TrayError) as failed:
        hand_off(target.url(token), lifetime_seconds=FOREVER_SECONDS)
    problem = failed.value.problem
    assert "/missing/browser could not be started" in problem.message
    assert "ended with status 7" in problem.message
    assert "BROWSER" in problem.remedy
    assert (problem.kind, failed.value.status) == (Kind.DESKTOP, ExitStatus.NO_DESKTOP)
    assert token not in f"{failed.value!r} {problem}"
    assert "127.0.0.1" not in f"{failed.value!r} {problem}"


def test_there_is_none(browsers: Browsers, target: TargetPage, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    browsers.are()
    with pytest.raises(TrayError) as failed:
        hand_off(target.url(token), lifetime_seconds=FOREVER_SECONDS)
    assert failed.value.problem.title == "No browser found"
    assert "default browser" in failed.value.problem.remedy
    assert failed.value.status is ExitStatus.NO_DESKTOP


def test_a_look_that_fails_keeps_nobody_waiting(
    target: TargetPage, token: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> Iterator[Browser]:
        raise OSError("no look")

    monkeypatch.setattr(handoff, "find_browsers", fail)
    with pytest.raises(TrayError) as told:
        hand_off(target.url(token))
    assert told.value.problem.code == "no-browser"
    assert "no look" in caplog.text


@pytest.mark.parametrize("behaviour", ["stay", ""])
def test_one_that_never_asks(browsers: Browsers, target: TargetPage, token: str, behaviour: str) -> None:
    browsers.are(browsers.entry(behaviour), browsers.entry("fetch"))
    with pytest.raises(TrayError) as failed:
        hand_off(target.url(token), lifetime_seconds=1.0)
    assert "within 1 seconds" in failed.value.problem.message
    assert len(browsers.started()) <= 1
    assert target.visits == []


def test_one_that_runs_as_another_user_is_named(
    browsers: Browsers, target: TargetPage, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tray.web.server._OWN_BROWSER_WITHIN_SECONDS", 0.1)
    uid = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: 4711)  # the browser is real, and it is we who claim to be another
    browsers.are(browsers.entry("fetch"))
    with pytest.raises(TrayError) as failed:
        hand_off(target.url(token), lifetime_seconds=FOREVER_SECONDS)
    assert failed.value.problem.title == "The page was refused to another user's program"
    assert f"the id {uid}" in failed.value.problem.message
    assert "BROWSER" in failed.value.problem.remedy


def test_the_first_that_starts_gets_the_activation_token(browsers: Browsers, target: TargetPage, token: str) -> None:
    ended: list[bool] = []
    activation = Activation("of-the-click", ended.append)
    browsers.are("/missing/browser", browsers.entry("fail"), browsers.entry("wait,fetch"))
    opening = threading.Thread(target=hand_off, args=(target.url(token),), kwargs={"activation": activation})
    opening.start()
    wait_until(lambda: len(browsers.started()) == 2, "both browsers to start")
    assert ended == []
    browsers.say("go")
    opening.join(PATIENCE_SECONDS)
    assert ended == [True]
    given = {
        program["arguments"][2]: [
            program["environment"].get(name) for name in ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")
        ]
        for program in browsers.started()
    }
    assert given == {"fail": ["of-the-click"] * 2, "wait,fetch": [None] * 2}
    assert not [program for program in browsers.started() if "of-the-click" in program["arguments"]]
    assert "of-the-click" not in os.environ.values()


def test_a_token_that_no_browser_got_ends_unused(browsers: Browsers, target: TargetPage, token: str) -> None:
    ended: list[bool] = []
    browsers.are("/missing/browser")
    with pytest.raises(TrayError):
        hand_off(target.url(token), activation=Activation("of-the-click", ended.append))
    assert ended == [False]


def test_several_at_once(browsers: Browsers, target: TargetPage, token: str) -> None:
    browsers.are(browsers.entry("wait,fetch"))
    tokens = [f"{token}-{number}" for number in range(5)]
    openings = [threading.Thread(target=hand_off, args=(target.url(each),)) for each in tokens]
    for opening in openings:
        opening.start()
    wait_until(lambda: len(browsers.started()) == 5, "five browsers")
    browsers.say("go")
    for opening in openings:
        opening.join(PATIENCE_SECONDS)
    wait_until(lambda: len(target.visits) == 5, "five visits")
    assert sorted(visit.path for visit in target.visits) == [f"/?authToken={each}" for each in tokens]


def test_the_browser_outlives_the_command_line(browsers: Browsers, target: TargetPage, token: str) -> None:
    browsers.are(browsers.entry("fetch,stay"))
    command = "import sys; from tray.desktop.browser.handoff import hand_off; hand_off(sys.stdin.read())"
    ended = subprocess.run(
        [sys.executable, "-c", command],
        input=target.url(token),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    wait_until(lambda: target.visits_with(token), "the visit")
    [started] = browsers.started()
    assert Path(f"/proc/{started['pid']}").exists()
    assert browsers.ended() == 0


def test_the_secret_is_nowhere_to_be_read_while_the_browser_starts(
    browsers: Browsers,
    target: TargetPage,
    token: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for variable in ("HOME", "TMPDIR"):
        monkeypatch.setenv(variable, str(browsers.folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    browsers.are(browsers.entry("fail"), browsers.entry("wait,fetch,stay"))
    opening = threading.Thread(target=hand_off, args=(target.url(token),))
    opening.start()
    wait_until(lambda: len(browsers.started()) == 2, "two browsers")

    address = browsers.started()[0]["arguments"][-1]
    # The search finds what is there to be found.
    assert any(place.endswith("/cmdline") for place in scan_for(address, []))
    assert scan_for(address, [browsers.folder])
    assert scan_for(token, [browsers.folder]) == []

    browsers.say("go")
    opening.join(PATIENCE_SECONDS)
    wait_until(lambda: target.visits_with(token), "the visit")
    assert scan_for(token, [browsers.folder]) == []
    assert token not in caplog.text
    assert address not in caplog.text
    assert "ended with status 7" in caplog.text


NOTHING_TO_LISTEN_ON = """
import resource
from tray.desktop.browser.handoff import hand_off
from tray.model.problems import TrayError
resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
try:
    hand_off("https://one.notebook.eu-west-1.sagemaker.aws/")
except TrayError as error:
    print(error.problem.code, dict(error.problem.places)["reason"])
"""


def test_without_a_loopback_to_listen_on_it_is_said_in_words() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", NOTHING_TO_LISTEN_ON], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.stdout, ended.returncode) == ("page-not-shown Too many open files\n", 0), ended.stderr
