"""Whether there is a newer release: what an answer says, when it is asked, and that it can be turned off."""

from __future__ import annotations

import json
import math
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.https_files import CUT_SHORT, DRIPPING, ENDLESS, Redirect, https_files
from tests.support.waiting import wait_until
from tray import __version__, about
from tray.about import ORIGINS, address, origin
from tray.fleet.state import State
from tray.fleet.tasks import TaskRunner
from tray.fleet.upkeep import updates
from tray.fleet.upkeep.updates import (
    CHOICE_FILE_NAME,
    EVERY_SECONDS,
    FILE_NAME,
    FIRST_SECONDS,
    UpdateCheck,
    is_newer,
    newest_release,
    release_in,
)
from tray.model.commands import SetUpdateCheck
from tray.model.policy import Limits, Policy
from tray.model.presence import Presence
from tray.model.problems import TrayError
from tray.runtime.workers import Workers
from tray.settings import setup_link

GOOD = json.dumps({"info": {"version": "9.1", "name": "notebook-tray"}, "releases": {"9.1": []}}).encode()
HERE = Presence()


@pytest.mark.parametrize(
    ("version", "than", "newer"),
    [
        ("0.2.0", "0.1.0", True),
        ("0.1.0", "0.1.0", False),
        ("0.10", "0.9.9", True),
        ("1", "1.0.0", False),
        ("0.1.0", "0.2.0", False),
        ("0.2.0", "0.2.0.dev3", False),
        ("0.3", "0.2.0.dev3", True),
        ("", "0.1.0", False),
        ("0.2", "unknown", False),
    ],
)
def test_which_release_is_newer(version: str, than: str, newer: bool) -> None:
    assert is_newer(version, than) is newer


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"\xff",
        b"null",
        b"[]",
        b'{"info": 1}',
        b'{"info": {"version": 2}}',
        b'{"info": {"version": "2.0rc1"}}',
        b'{"info": {"version": "https://evil.example/"}}',
        b'{"info": {"version": "1.2.3.4.5"}}',
        '{"info": {"version": "٣"}}'.encode(),
        b'{"info": {"version": "' + b"9" * 400 + b'"}}',
        b'{"info": {"version": "2\\n"}}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_names_no_release_says_nothing(answer: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        release_in(answer)


def test_the_address_is_in_one_place_and_is_fetched_without_anything_of_the_user_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert address("Updates") == "https://pypi.org/pypi/notebook-tray/json"
    with https_files(tmp_path, {"/json": GOOD, "/moved": Redirect("/json")}) as served:
        monkeypatch.setattr(setup_link, "_system_store", served.context)
        for path in ("/json", "/moved"):
            monkeypatch.setattr(updates, "address", {"Updates": f"{served.url}{path}"}.__getitem__)
            assert newest_release() == "9.1"
        for _, headers in served.asked:
            assert set(headers) <= {"Host", "User-Agent", "Accept-Encoding", "Connection"}
            assert headers["User-Agent"] == "notebook-tray"


def test_what_does_not_answer_as_it_should_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_link, "FETCH_SECONDS", 2.0)
    odd = {"/endless": ENDLESS, "/slow": DRIPPING, "/cut": CUT_SHORT, "/wrong": b"[]", "/down": Redirect("http://x/")}
    with https_files(tmp_path, odd) as served:
        monkeypatch.setattr(setup_link, "_system_store", served.context)
        for path in (*odd, "/none"):
            monkeypatch.setattr(updates, "address", {"Updates": f"{served.url}{path}"}.__getitem__)
            with pytest.raises((TrayError, ValueError)):
                newest_release()


class Checks:
    """The service, whose clocks and answers the test has."""

    def __init__(self, folder: Path | None, *, comes_from: str = "pip", answer: str | Exception = "9.1") -> None:
        self.state = State()
        self.now = 1_800_000_000.0
        self.steady = 1000.0
        self.asked = 0
        self.answer = answer
        self.failures: list[object] = []
        tasks = TaskRunner(self.state.tasks, lambda _, __, problem: self.failures.append(problem) if problem else None)
        self.workers = Workers("updates", 1)
        self.check = UpdateCheck(
            self.state,
            tasks,
            workers=self.workers,
            kept=lambda name: folder / name if folder is not None else None,
            look=lambda: None,
            ask=self._ask,
            comes_from=lambda: comes_from,
            clock=lambda: self.now,
            steady=lambda: self.steady,
        )
        self.state.listen(self.check.follow_policy)
        self.check.load()

    def _ask(self) -> str:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def passes(self, seconds: float) -> None:
        self.now += seconds
        self.steady += seconds

    def due(self, presence: Presence = HERE) -> bool:
        return self.check.due_in(presence) <= 0

    def run(self) -> None:
        """Do what is due, as the agenda does."""
        while self.due():
            self.check.begin()
            self.workers.submit(lambda: None).result(30)


def test_it_is_asked_once_a_day_and_not_at_the_start(tmp_path: Path) -> None:
    one = Checks(tmp_path)
    one.run()
    assert one.asked == 0
    one.passes(FIRST_SECONDS)
    one.run()
    assert (one.asked, one.state.newer.now) == (1, "9.1")
    one.passes(EVERY_SECONDS - 60)
    one.run()
    assert one.asked == 1
    one.passes(60)
    one.run()
    assert one.asked == 2


def test_the_next_run_knows_it_and_does_not_ask_again(tmp_path: Path) -> None:
    one = Checks(tmp_path)
    one.passes(FIRST_SECONDS)
    one.run()
    again = Checks(tmp_path)
    assert again.state.newer.now == "9.1"
    again.now = one.now
    again.passes(FIRST_SECONDS)
    again.run()
    assert again.asked == 0
    assert json.loads((tmp_path / FILE_NAME).read_text())["newest"] == "9.1"


def test_where_nothing_can_be_kept_each_run_asks_once_a_day(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for _ in range(2):
        one = Checks(tmp_path / "file")
        one.run()
        assert one.asked == 0
        one.passes(FIRST_SECONDS)
        one.run()
        one.passes(EVERY_SECONDS - 60)
        one.run()
        assert one.asked == 1
        one.passes(60)
        one.run()
        assert one.asked == 2


@pytest.mark.parametrize("answer", [TrayError("setup-link-refused"), ValueError("no release")])
def test_what_fails_is_silent_and_tried_the_next_day(tmp_path: Path, answer: Exception) -> None:
    one = Checks(tmp_path, answer=answer)
    one.passes(FIRST_SECONDS)
    one.run()
    one.run()
    assert (one.asked, one.state.newer.now, one.failures) == (1, "", [])
    one.answer = "9.2"
    one.passes(EVERY_SECONDS)
    one.run()
    assert one.state.newer.now == "9.2"


def test_a_clock_that_is_set_has_it_asked_no_more_often(tmp_path: Path) -> None:
    one = Checks(tmp_path)
    one.passes(FIRST_SECONDS)
    one.run()
    for jump in (-1e6, 1e7, -1e7, 1e9):
        one.now += jump
        one.run()
    assert one.asked == 1
    one.passes(EVERY_SECONDS)
    one.run()
    assert one.asked == 2


def test_nobody_is_there_or_on_battery(tmp_path: Path) -> None:
    one = Checks(tmp_path)
    one.passes(FIRST_SECONDS)
    assert one.check.due_in(Presence(idle=True)) == math.inf
    assert one.check.due_in(Presence(on_battery=True)) == math.inf


def test_it_can_be_turned_off_which_takes_the_line_away_and_lasts(tmp_path: Path) -> None:
    one = Checks(tmp_path)
    one.passes(FIRST_SECONDS)
    one.run()
    one.check.set(SetUpdateCheck(False))
    assert one.state.newer.now == ""
    wait_until(lambda: not one.state.tasks.now.under_way, "the choice to be stored")
    assert json.loads((tmp_path / CHOICE_FILE_NAME).read_text()) == {"off": True}
    one.passes(10 * EVERY_SECONDS)
    one.run()
    assert one.asked == 1
    again = Checks(tmp_path)
    assert (again.state.update_check_off.now, again.state.newer.now) == (True, "")
    again.check.set(SetUpdateCheck(True))
    assert again.state.newer.now == "9.1"


def test_a_choice_that_cannot_be_stored_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    one = Checks(tmp_path / "file")
    one.check.set(SetUpdateCheck(False))
    wait_until(lambda: one.failures, "the failure")
    assert one.state.update_check_off.now


def test_a_policy_turns_it_off(tmp_path: Path) -> None:
    one = Checks(tmp_path)
    one.passes(FIRST_SECONDS)
    one.run()
    one.state.policy.set(Policy(Limits(update_check=False)))
    assert one.state.newer.now == ""
    one.passes(EVERY_SECONDS)
    assert one.check.due_in(HERE) == math.inf
    one.state.policy.set(Policy())
    assert one.state.newer.now == "9.1"


def test_what_is_not_newer_is_not_said(tmp_path: Path) -> None:
    one = Checks(tmp_path, answer=__version__)
    one.passes(FIRST_SECONDS)
    one.run()
    assert (one.asked, one.state.newer.now) == (1, "")


@pytest.mark.parametrize("missing", ["checkout", "no folder"])
def test_from_a_checkout_or_without_a_folder_nothing_is_asked(tmp_path: Path, missing: str) -> None:
    made = partial(Checks, comes_from="checkout") if missing == "checkout" else Checks
    (tmp_path / FILE_NAME).write_text(json.dumps({"asked": 1.0, "newest": "9.1"}))
    one = made(tmp_path if missing == "checkout" else None)
    assert one.state.newer.now == ""
    one.passes(10 * EVERY_SECONDS)
    one.run()
    assert one.asked == 0


@pytest.mark.parametrize("content", ["", "{", "[]", '{"asked": "x", "newest": 1}', '{"asked": NaN, "newest": "9.1"}'])
def test_a_file_that_makes_no_sense_counts_as_missing(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    one = Checks(tmp_path)
    assert one.state.newer.now == ""
    one.passes(FIRST_SECONDS)
    one.run()
    assert one.asked == 1


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ((), "other"),
        (("site/notebook_tray-0.1.0.dist-info/INSTALLER=pip\n",), "pip"),
        (("site/notebook_tray-0.1.0.dist-info/INSTALLER=uv",), "uv"),
        (("site/notebook_tray-0.1.0.dist-info/INSTALLER=poetry",), "other"),
        (("site/notebook_tray-0.1.0.dist-info/INSTALLER=pip", "venv/pipx_metadata.json={}"), "pipx"),
        (("site/notebook_tray-0.1.0.dist-info/INSTALLER=uv", "venv/uv-receipt.toml="), "uv"),
        (("site/pyproject.toml=", "site/notebook_tray-0.1.0.dist-info/INSTALLER=pip"), "checkout"),
    ],
)
def test_where_a_copy_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: tuple[str, ...], found: str
) -> None:
    for each in files:
        name, _, content = each.partition("=")
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    monkeypatch.setattr(about, "__file__", str(tmp_path / "site" / "tray" / "about.py"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    assert origin.__wrapped__() == found
    assert found in ORIGINS


@pytest.mark.parametrize(
    ("platform", "program", "beside", "found"),
    [
        ("linux", "/usr/lib/notebook-tray/notebook-tray", True, "deb"),
        ("linux", "/usr/lib/notebook-tray/notebook-tray", False, "folder"),
        ("linux", "/usr/local/lib/notebook-tray/notebook-tray", True, "folder"),
        ("linux", "/home/ana/notebook-tray/notebook-tray", True, "folder"),
        ("darwin", "/Applications/Notebook Tray.app/Contents/MacOS/notebook-tray", False, "application"),
        ("darwin", "/opt/notebook-tray/notebook-tray", False, "folder"),
        ("win32", "{folder}/notebook-tray.exe", True, "installer"),
        ("win32", "{folder}/notebook-tray.exe", False, "folder"),
    ],
)
def test_where_a_frozen_copy_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, program: str, beside: bool, found: str
) -> None:
    known: Any = tmp_path / "notebook-tray.list"
    if beside:
        known.write_text("")
        (tmp_path / "uninstall.exe").write_text("")
    monkeypatch.setattr(about, "_OF_DPKG", known)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(sys, "executable", program.format(folder=tmp_path))
    assert origin.__wrapped__() == found
