"""Which notebook instances count as opened or started here, and how that is kept."""

from __future__ import annotations

import json
import math
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.samples import NOW, notebook, problem
from tray.fleet.opened import over_of, running_of
from tray.fleet.opening.opened_here import OpenedFile
from tray.fleet.snapshot import Listing, Notebook, ScopeState
from tray.model.power import Opened
from tray.model.problems import Problem


def seen(name: str, status: str = "InService", *, profile: str = "research", changed: float = NOW - 7200) -> Notebook:
    return replace(notebook(name, status, profile), modified=datetime.fromtimestamp(changed, UTC))


def listing(*notebooks: Notebook, listed_at: float = NOW, problem: Problem | None = None) -> Listing:
    scopes = dict.fromkeys(each.scope for each in (*notebooks, notebook("x")))
    return Listing(
        scopes=tuple(
            ScopeState(scope, tuple(each for each in notebooks if each.scope == scope), listed_at, problem)
            for scope in scopes
        )
    )


OPENED = Opened("research", notebook("a").arn, NOW - 3600)


@pytest.mark.parametrize("status", ["InService", "Pending", "Updating", "InMaintenance", ""])
def test_what_is_not_over_stays(status: str) -> None:
    assert over_of((OPENED,), listing(seen("a", status))) == frozenset()


@pytest.mark.parametrize("status", ["Stopped", "Stopping", "Failed", "Deleting"])
def test_what_is_stopped_is_forgotten(status: str) -> None:
    assert over_of((OPENED,), listing(seen("a", status))) == {OPENED}


def test_what_is_gone_is_forgotten() -> None:
    assert over_of((OPENED,), listing(seen("b"))) == {OPENED}


def test_a_list_from_before_the_start_says_nothing() -> None:
    assert over_of((OPENED,), listing(seen("a", "Stopped"), listed_at=OPENED.since + 59)) == frozenset()
    assert over_of((OPENED,), listing(seen("a", "Stopped"), listed_at=OPENED.since + 60)) == {OPENED}


def test_where_nothing_can_be_listed_nothing_is_forgotten() -> None:
    assert over_of((OPENED,), listing(problem=problem())) == frozenset()
    assert over_of((OPENED,), Listing()) == frozenset()
    other = Opened("gone", OPENED.arn.replace("eu-west-1", "eu-west-2"), NOW - 3600)
    assert over_of((other,), listing(seen("a"))) == frozenset()


def test_what_somebody_started_later_is_not_the_users() -> None:
    yesterday = replace(OPENED, since=NOW - 86400)
    assert over_of((yesterday,), listing(seen("a", changed=NOW - 86400 + 300))) == frozenset()
    assert over_of((yesterday,), listing(seen("a", changed=NOW - 7200))) == {yesterday}


def test_those_that_run_are_seen_as_they_were_opened() -> None:
    shared = replace(seen("a", profile="other"), arn=OPENED.arn)
    opened = (OPENED, replace(OPENED, arn=notebook("b").arn), replace(OPENED, arn=notebook("c").arn))
    known = listing(shared, seen("a"), seen("b", "Pending"), seen("c"), seen("d"))
    assert [(each.scope.profile, each.name) for each in running_of(opened, known)] == [
        ("research", "a"),
        ("research", "c"),
    ]


def test_it_is_kept_for_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "state" / "opened.json"
    second = Opened("other", notebook("b").arn, NOW)
    file = OpenedFile(path)
    file.change(OPENED)
    file.change(second)
    assert OpenedFile(path).load() == (OPENED, second)
    # Opened again, it is the latest.
    again = replace(OPENED, since=NOW + 1)
    assert OpenedFile(path).change(again) == (second, again)
    assert OpenedFile(path).change(without={second}) == (again,)
    assert json.loads(path.read_text()) == {"opened": [{"profile": "research", "arn": again.arn, "since": NOW + 1}]}


def test_it_does_not_grow_for_ever(tmp_path: Path) -> None:
    file = OpenedFile(tmp_path / "opened.json")
    for at in range(160):
        file.change(Opened("p", notebook(f"n{at}").arn, NOW))
    assert len(file.load()) == 150
    assert file.load()[0].arn == notebook("n10").arn


@pytest.mark.parametrize(
    "bad",
    [
        *(7, None, [], {}, {"profile": 1, "arn": OPENED.arn, "since": 1}, {"profile": "p", "arn": "x", "since": 1}),
        *({"profile": "p", "arn": OPENED.arn, "since": since} for since in (math.nan, math.inf, -1, 10**400, "1")),
    ],
    ids=str,
)
def test_one_that_makes_no_sense_hides_no_other(tmp_path: Path, bad: object) -> None:
    path = tmp_path / "opened.json"
    OpenedFile(path).change(OPENED)
    good = json.loads(path.read_text())["opened"]
    path.write_text(json.dumps({"opened": [bad, *good]}))
    assert OpenedFile(path).load() == (OPENED,)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b'{"opened": 1}', b'{"opened": [{}]}', b'{"opened": [{"since": "x"}]}', b"\xff"]
)
def test_a_file_that_cannot_be_used_counts_as_missing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "opened.json"
    path.write_bytes(content)
    assert OpenedFile(path).load() == ()
    assert OpenedFile(path).change(OPENED) == (OPENED,)


def test_without_a_folder_it_is_known_in_this_run() -> None:
    file = OpenedFile(None)
    file.change(OPENED)
    assert file.load() == (OPENED,)


@pytest.mark.only_on("linux", "darwin", reason="Windows keeps no modes")
def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "opened.json"
    OpenedFile(path).change(OPENED)
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_two_programs_note_at_once_is_all_there(tmp_path: Path) -> None:
    """Each has a file object of its own, as the tray and a command have."""
    files = [OpenedFile(tmp_path / "opened.json") for _ in range(4)]

    def note(at: int) -> None:
        for number in range(10):
            files[at].change(Opened("p", notebook(f"n{at}-{number}").arn, NOW))

    threads = [threading.Thread(target=note, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(OpenedFile(tmp_path / "opened.json").load()) == 40
